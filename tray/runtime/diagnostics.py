"""Gathers the diagnostics: asks the system and the network, and reads the end of the log."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from tray import __version__
from tray.core.model.clock import Now
from tray.core.state import State
from tray.i18n.message import Message
from tray.settings.target import Secrets, Target
from tray.values import PrivateStruct
from tray.view.reports import diagnostics
from tray.view.reports.diagnostics import LOG_LINES, SystemInfo
from tray.view.reports.doctor import Examined
from tray.view.reports.redaction import Private

PACKAGES = ("pystray", "pillow", "websocket-client", "plyer", "PyNaCl", "tomlkit", "keyring")
"""Those with which the program acts, as far as each is there."""
_PATIENCE = 3.0
"""Seconds for each layer of the network: somebody waits for the window."""


class Local(PrivateStruct, frozen=True):
    """What this computer knows besides the state.

    Attributes:
        home: The user's folder.
        secrets: What logs in; taken out of the text.
        complaint: What is wrong with the settings file; None if nothing is.
        log: The program's log; None where this process keeps none.
    """

    private_fields: ClassVar[frozenset[str]] = frozenset({"secrets"})

    home: Path
    secrets: Secrets
    complaint: Message | None
    log: Path | None


def gather(state: State, local: Local, now: Now, *, reading: float | None = None) -> str:
    """The diagnostics as text; for `reading` see `Examined`. It takes seconds where nothing answers."""
    import platform  # noqa: PLC0415 - nothing that must start fast needs what is loaded here and below

    from tray.net.probe import probe  # noqa: PLC0415 - as above

    target = state.connection.target
    probed = None if target is None else probe(target, _PATIENCE)
    seen = Examined(state, local.complaint, probed, reading)
    info = SystemInfo(
        __version__,
        platform.platform(),
        f"{platform.python_version()}{', built' if getattr(sys, 'frozen', False) else ''}",
        tuple(_packages()),
        _tail(local.log),
        _private(local, target),
    )
    return diagnostics.diagnostics(seen, info, now)


def _packages() -> list[tuple[str, str]]:
    from importlib import metadata  # noqa: PLC0415 - as above

    found = []
    for name in PACKAGES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            found.append((name, metadata.version(name)))
    return found


def _tail(path: Path | None) -> tuple[str, ...]:
    """The last lines, also those of the file before it."""
    lines: list[str] = []
    for each in () if path is None else (path.with_name(f"{path.name}.1"), path):
        with contextlib.suppress(OSError):
            lines += each.read_text(encoding="utf-8", errors="replace").splitlines()
    return tuple(lines[-LOG_LINES:])


def _private(local: Local, target: Target | None) -> Private:
    import getpass  # noqa: PLC0415 - as above

    user = ""
    with contextlib.suppress(OSError, ImportError, KeyError):  # a service may run as nobody that has a name
        user = getpass.getuser()
    host = "" if target is None or target.is_loopback else urlsplit(target.url).hostname or ""
    secrets = filter(None, (local.secrets.token, local.secrets.password, local.secrets.device))
    return Private(tuple(secrets), str(local.home), user, host)
