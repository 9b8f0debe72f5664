"""Gathers the diagnostics from the system, the network and the end of the log."""

import contextlib
import sys
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from tray import __version__
from tray.core.model import Now
from tray.core.state import State
from tray.i18n.words import Message
from tray.settings.target import Secrets, Target
from tray.values import PrivateStruct
from tray.view.reports import diagnostics
from tray.view.reports.diagnostics import LOG_LINES, SystemInfo
from tray.view.reports.doctor import Examined
from tray.view.reports.redaction import Private

PACKAGES = ("pystray", "pillow", "websocket-client", "plyer", "PyNaCl", "tomlkit", "keyring")
"""Packages whose versions are reported, if they are installed."""
_TIMEOUT = 3.0
"""Seconds for each layer of the network, unless the command line says: the user waits for the window."""


class Local(PrivateStruct, frozen=True):
    """What this computer knows besides the state.

    Attributes:
        home: The user's folder.
        secrets: What logs in; it is removed from the text.
        complaint: What is wrong with the settings file; None if nothing is.
        log: The program's log; None if this process has none.
    """

    private_fields: ClassVar[frozenset[str]] = frozenset({"secrets"})

    home: Path
    secrets: Secrets
    complaint: Message | None
    log: Path | None


def gather(state: State, local: Local, now: Now, *, reading: float | None = None) -> str:
    """Return the diagnostics as text; for `reading` see `Examined`. Takes seconds where nothing answers."""
    import platform  # noqa: PLC0415 - most commands must start fast without what is imported here and below

    from tray.net.probe import probe  # noqa: PLC0415 - as above

    target = state.connection.target
    probed = None if target is None else probe(target, state.process.patience or _TIMEOUT)
    examined = Examined(state, local.complaint, probed, reading)
    info = SystemInfo(
        __version__,
        platform.platform(),
        f"{platform.python_version()}{', built' if getattr(sys, 'frozen', False) else ''}",
        tuple(_packages()),
        _tail(local.log),
        _private(local, target),
    )
    return diagnostics.diagnostics(examined, info, now)


def _packages() -> list[tuple[str, str]]:
    from importlib import metadata  # noqa: PLC0415 - as above

    found = []
    for name in PACKAGES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            found.append((name, metadata.version(name)))
    return found


def _tail(path: Path | None) -> tuple[str, ...]:
    lines: list[str] = []
    for each in () if path is None else (path.with_name(f"{path.name}.1"), path):
        if not each.is_file():  # reading a pipe would never end
            continue
        with contextlib.suppress(OSError):
            lines += each.read_text(encoding="utf-8", errors="replace").splitlines()
    return tuple(lines[-LOG_LINES:])


def _private(local: Local, target: Target | None) -> Private:
    import getpass  # noqa: PLC0415 - as above

    user = ""
    with contextlib.suppress(OSError, ImportError, KeyError):  # the user of a service may have no name
        user = getpass.getuser()
    host = "" if target is None or target.is_loopback else urlsplit(target.url).hostname or ""
    secrets = filter(None, (local.secrets.token, local.secrets.password, local.secrets.device))
    return Private(tuple(secrets), str(local.home), user, host)
