"""What goes into the Windows program and what is kept out of it; the `.spec` files read it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import PIL

import tray
from tray.cli.command_line import GROUPS
from tray.runtime.diagnostics import PACKAGES

Entry = tuple[str, str, str]
"""A file of the collection: its place there, where it comes from, and its kind."""

HIDDEN: Final = (
    "_cffi_backend",  # PyNaCl's C imports it
    "plyer.platforms.win.notification",  # its name is made at run time
    "pystray._win32",  # as above
    *(f"tray.cli.{group}" for group in GROUPS),  # as above
    # The C core of msgspec imports these, which PyInstaller cannot see: it analyses Python code only.
    "decimal",
    "numbers",
    "uuid",
)
"""Modules that are imported by a name made at run time, or from C."""

AS_FILES: Final = {"pystray": "pyc"}
"""Packages that lie beside the program as files of their own: the LGPL wants them to be replaceable."""

_KEYRING: Final = ("keyring.backends.Windows",)
_NEEDED_BY_KEYRING: Final = ("http.client", "tarfile", "urllib.request", "xml")

_IMAGE_FORMATS: Final = frozenset({"BmpImagePlugin", "IcoImagePlugin", "PngImagePlugin"})

_OF_FORMATS: Final = ("PIL", "PIL.Image", "PIL.ImageFile")
"""They import every picture format, most of them only to recognise files that we never open."""

_ARCHIVES: Final = ("encodings.bz2_codec", "shutil", "tarfile", "zipfile")

_UNUSED: Final[Mapping[str, tuple[str, ...]]] = {
    # pystray imports only the backend of the system that it runs on.
    "pystray._appindicator": ("pystray",),
    "pystray._darwin": ("pystray",),
    "pystray._dummy": ("pystray",),
    "pystray._gtk": ("pystray",),
    "pystray._util.gtk": ("pystray",),
    "pystray._util.notify_dbus": ("pystray",),
    "pystray._xorg": ("pystray",),
    # The demo's server uses threads. `websockets` imports these lazily, when one of their names is used.
    "websockets.__main__": ("websockets",),
    "websockets.asyncio": ("websockets",),
    "websockets.auth": ("websockets",),
    "websockets.cli": ("websockets",),
    "websockets.legacy": ("websockets",),
    "websockets.proxy": ("websockets",),
    "websockets.sync.client": ("websockets",),
    "websockets.trio": ("websockets",),
    # pywin32-ctypes, which keyring needs for Credential Manager, uses cffi if it is importable, else ctypes.
    # cffi without its parser, pycparser, can be imported but not used, so all of it is left out. PyNaCl needs
    # nothing but `_cffi_backend`.
    "cffi": ("win32ctypes.core",),
    "win32ctypes.core.cffi": ("win32ctypes.core",),
    # jaraco.context, which keyring needs, imports backports.tarfile on Python 3.11. PyInstaller takes
    # the copy inside setuptools, and all of setuptools with it.
    "setuptools": ("jaraco.context",),
    # Pure Python fallbacks of C modules that are included.
    "_pydatetime": ("datetime",),
    "_pydecimal": ("decimal",),
    # We neither read nor write such archives; their importers catch the ImportError.
    "bz2": _ARCHIVES,
    "lzma": _ARCHIVES,
    # Imported inside functions that are never called: to show a picture or convert its colour space, for a
    # process pool, for ftp: addresses, to send a log by mail, and by the self-test of `random`.
    "PIL.ImageCms": ("PIL", "PIL.Image"),
    "PIL.ImageQt": ("PIL", "PIL.Image"),
    "PIL.ImageShow": ("PIL", "PIL.Image"),
    "concurrent.futures.process": ("concurrent.futures",),
    "ftplib": ("urllib.request",),
    "smtplib": ("logging.handlers",),
    "statistics": ("random",),
}
"""Modules to leave out, each with the modules that import it and are known to work without it.

tests/windows/test_collection.py fails when another module of the program imports one of them: check then
whether it is needed. What only these import, such as `asyncio` and `pycparser`, is left out with them.
"""

# They load `inspect`, `zipfile` and `pkgutil` only to mend them for frozen programs.
_SLOW_STARTERS: Final = frozenset({"pyi_rth_inspect", "pyi_rth_pkgutil"})

_NAMED: Final = "|".join(name.lower().replace("-", "_") for name in PACKAGES)

# Tcl brings the words, clocks and letters of the whole world; a window of ours uses few of them. Of the
# metadata of packages, keyring reads its own, to find its backends, and the diagnostics read the versions.
_LEFT_OUT: Final = re.compile(
    rf"""
      _tcl_data/ (?: tzdata/ | http1\.0/ | opt0\.4/
                   | msgs/ (?! (?:en|ko) [_.] )
                   | encoding/ (?! (?: ascii | cp125\d | cp874 | cp9\d\d | iso8859-1 ) \.enc ) )
    | _tk_data/ (?: images/ | msgs/ (?! (?:en|ko) [_.] ) )
    | tcl8/ (?! 8\.\d/msgcat- )
    | (?! keyring- | (?:{_NAMED}) -[^/]+/METADATA$ ) [^/]+ \.dist-info/
    """,
    re.VERBOSE,
)


def hidden_imports() -> list[str]:
    """Give the modules that PyInstaller cannot find by itself."""
    return [*HIDDEN, *(_KEYRING if _has_keyring() else ())]


def excluded_modules() -> list[str]:
    """Give the modules that are imported somewhere, but never by us."""
    formats = (f"PIL.{name}" for name in PIL._plugins if name not in _IMAGE_FORMATS)  # noqa: SLF001
    return sorted({*_UNUSED, *formats, *(() if _has_keyring() else _NEEDED_BY_KEYRING)})


def importers_of(excluded: str) -> tuple[str, ...]:
    """Return the modules that import an excluded module and are known to work without it."""
    return _UNUSED.get(excluded, _OF_FORMATS)


def versions() -> list[tuple[str, str]]:
    """Return the metadata of the packages whose versions the diagnostics read, as source and place."""
    from PyInstaller.utils.hooks import copy_metadata  # noqa: PLC0415 - only needed while PyInstaller runs

    return [entry for name in PACKAGES if _is_installed(name) for entry in copy_metadata(name)]


def catalogues() -> list[tuple[str, str]]:
    """Return the compiled translations, as source and place."""
    package = Path(tray.__file__).parent
    found = package.glob("i18n/locale/**/*.mo")
    return [(str(path), path.parent.relative_to(package.parent).as_posix()) for path in found]


def wanted(entries: Iterable[Entry]) -> list[Entry]:
    """Give the data files that are worth their place."""
    return [entry for entry in entries if not _LEFT_OUT.match(entry[0].replace("\\", "/"))]


def quick(scripts: Iterable[Entry]) -> list[Entry]:
    """Give the scripts without what PyInstaller would run at every start for a need that we do not have."""
    return [entry for entry in scripts if entry[0] not in _SLOW_STARTERS]


def _has_keyring() -> bool:
    return find_spec("keyring") is not None


def _is_installed(package: str) -> bool:
    return any(metadata.distributions(name=package))
