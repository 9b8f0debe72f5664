"""What goes into the Windows program and what is kept out of it; the `.spec` files read it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.util import find_spec
from typing import Final

import PIL

Entry = tuple[str, str, str]
"""A file of the collection: its place there, where it comes from, and its kind."""

HIDDEN: Final = ("_cffi_backend", "plyer.platforms.win.notification", "pystray._win32")
"""Modules that are imported by a name made at run time, or from C."""

AS_FILES: Final = {"pystray": "pyc"}
"""Packages that lie beside the program as files of their own: the LGPL wants them to be replaceable."""

_KEYRING: Final = ("keyring.backends.Windows",)
_NEEDED_BY_KEYRING: Final = ("http.client", "tarfile", "urllib.request", "xml")

_IMAGE_FORMATS: Final = frozenset({"BmpImagePlugin", "IcoImagePlugin", "PngImagePlugin"})

_UNUSED: Final = (
    # Pillow: AVIF alone is 7.9 MB.
    "PIL._avif",
    "PIL._imagingcms",
    "PIL._imagingmath",
    "PIL._imagingmorph",
    "PIL._webp",
    "PIL.ImageCms",
    "PIL.ImageQt",
    "PIL.ImageShow",
    # The demo serves by threads; the rest of this package is for others.
    "asyncio",
    "concurrent.futures.process",
    "multiprocessing",
    "websockets.__main__",
    "websockets.asyncio",
    "websockets.cli",
    "websockets.legacy",
    "websockets.proxy",
    "websockets.sync.client",
    "websockets.trio",
    # The icons of other systems.
    "pystray._appindicator",
    "pystray._darwin",
    "pystray._dummy",
    "pystray._gtk",
    "pystray._util.gtk",
    "pystray._util.notify_dbus",
    "pystray._xorg",
    # Python: compression of archives, servers, tests, and what only developers run.
    "_bz2",
    "_lzma",
    "_pydatetime",
    "_pydecimal",
    "_pyrepl",
    "bz2",
    "curses",
    "doctest",
    "ftplib",
    "lib2to3",
    "lzma",
    "pdb",
    "pip",
    "pycparser",
    "pydoc",
    "pydoc_data",
    "pytest",
    "setuptools",
    "smtplib",
    "sqlite3",
    "statistics",
    "tkinter.test",
    "unittest",
    "xmlrpc",
)

# They load `inspect`, `zipfile` and `pkgutil` only to mend them for frozen programs.
_SLOW_STARTERS: Final = frozenset({"pyi_rth_inspect", "pyi_rth_pkgutil"})

# Tcl brings the words, clocks and letters of the whole world; a window of ours uses few of them. And
# nobody asks how packages were installed but keyring, which finds its backends so.
_LEFT_OUT: Final = re.compile(
    r"""
      _tcl_data/ (?: tzdata/ | http1\.0/ | opt0\.4/
                   | msgs/ (?! (?:en|ko) [_.] )
                   | encoding/ (?! (?: ascii | cp125\d | cp874 | cp9\d\d | iso8859-1 ) \.enc ) )
    | _tk_data/ (?: images/ | msgs/ (?! (?:en|ko) [_.] ) )
    | tcl8/ (?! 8\.\d/msgcat- )
    | (?!keyring-) [^/]+ \.dist-info/
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


def wanted(entries: Iterable[Entry]) -> list[Entry]:
    """Give the data files that are worth their place."""
    return [entry for entry in entries if not _LEFT_OUT.match(entry[0].replace("\\", "/"))]


def quick(scripts: Iterable[Entry]) -> list[Entry]:
    """Give the scripts without what PyInstaller would run at every start for a need that we do not have."""
    return [entry for entry in scripts if entry[0] not in _SLOW_STARTERS]


def _has_keyring() -> bool:
    return find_spec("keyring") is not None
