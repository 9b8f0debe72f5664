"""The tokens that gateways gave this device, one for each address, in a file that only the user can read.

They lie beside the device key, without which none of them is of use.
"""

from __future__ import annotations

import json
import logging

from tray.storage import files

log = logging.getLogger(__name__)

MOST = 50
"""Addresses that are remembered; the one that changed longest ago makes room."""


class DeviceTokens:
    """All of them. A file that cannot be read is as good as none: gateways give other tokens."""

    def __init__(self, *, persistent: bool) -> None:
        """Nothing is read yet.

        Args:
            persistent: They are kept in the file; the demo leaves no trace.
        """
        self._lasting = persistent
        self._known: dict[str, str] | None = None

    def of(self, url: str) -> str | None:
        """The token for this address; None if there is none."""
        return self._all().get(url)

    def keep(self, url: str, token: str) -> None:
        """Keep it, in place of the one before; it counts for this process even where it cannot be written.

        Raises:
            StoreError: It cannot be written.
        """
        if self._all().get(url) != token:
            self._change(url, token)

    def forget(self, url: str) -> bool:
        """Forget it, as far as this process goes even where that cannot be written; whether there was one.

        Raises:
            StoreError: It cannot be written.
        """
        known = url in self._all()
        if known:
            self._change(url, None)
        return known

    def forget_all(self) -> bool:
        """Forget all of them; whether there was any. Raises as `forget`."""
        gone = [self.forget(url) for url in list(self._all())]
        return bool(gone)

    def _all(self) -> dict[str, str]:
        if self._known is None:
            self._known = self._read() if self._lasting else {}
        return self._known

    @staticmethod
    def _read() -> dict[str, str]:
        try:
            return _understood(files.load_device_tokens())
        except files.StoreError as error:
            log.warning("%s", error)
            return {}

    def _change(self, url: str, token: str | None) -> None:
        known = self._all()
        known.pop(url, None)
        if token is not None:
            known[url] = token
            for oldest in list(known)[:-MOST]:
                del known[oldest]
        if self._lasting:
            files.save_device_tokens(json.dumps(known, ensure_ascii=False, indent=1) + "\n")


def _understood(text: str | None) -> dict[str, str]:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {url: token for url, token in found.items() if isinstance(token, str) and token}
