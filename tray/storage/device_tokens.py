"""The tokens that gateways gave this device, one per address, in a file that only the user can read.

None of them can be used without the device key.
"""

import json
import logging

from tray.storage import files, lock

log = logging.getLogger(__name__)

LIMIT = 50
"""Addresses that are remembered; the one that changed longest ago is dropped."""


class DeviceTokens:
    """All of them. A file that cannot be read counts as empty: gateways issue new tokens."""

    def __init__(self, *, persistent: bool) -> None:
        self._persistent = persistent
        self._known: dict[str, str] | None = None

    def get(self, url: str) -> str | None:
        """Return the token for this address."""
        return self._all().get(url)

    def keep(self, url: str, token: str) -> None:
        """Keep a token; this process uses it even if it cannot be written.

        Raises:
            StoreError: It cannot be written.
        """
        if self._all().get(url) != token:
            self._change(url, token)

    def forget(self, url: str) -> bool:
        """Delete a token, for this process even if that cannot be written; return whether there was one.

        Raises:
            StoreError: It cannot be written.
        """
        known = url in self._all()
        if known:
            self._change(url, None)
        return known

    def forget_all(self) -> bool:
        """Delete all of them; return whether there was any. Raises as `forget`."""
        return sum(self.forget(url) for url in list(self._all())) > 0

    def _all(self) -> dict[str, str]:
        if self._known is None:
            self._known = self._read() if self._persistent else {}
        return self._known

    @staticmethod
    def _read() -> dict[str, str]:
        try:
            return _parse(files.load_device_tokens())
        except files.StoreError as error:
            log.warning("%s", error)
            return {}

    def _change(self, url: str, token: str | None) -> None:
        """Change one token, and take over what other processes have changed since the file was read."""
        before = self._all().get(url)
        if not self._persistent:
            self._put(url, token)
            return
        with lock.locked():
            self._known = self._read() or self._known
            if token is None and self._all().get(url) not in (before, None):
                return  # another process has got a newer one
            self._put(url, token)
            files.save_device_tokens(json.dumps(self._all(), ensure_ascii=False, indent=1) + "\n")

    def _put(self, url: str, token: str | None) -> None:
        known = self._all()
        known.pop(url, None)
        if token is not None:
            known[url] = token
            for oldest in list(known)[:-LIMIT]:
                del known[oldest]


def _parse(text: str | None) -> dict[str, str]:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {url: token for url, token in found.items() if isinstance(token, str) and token}
