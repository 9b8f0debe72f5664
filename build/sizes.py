"""Says what each package costs in a built program, and holds the whole to a budget."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

INSTALLED_BUDGET: Final = 40_000_000
INSTALLER_BUDGET: Final = 15_000_000

OURS: Final = "ClawTray"
PYTHON: Final = "Python"
_LOADER: Final = "PyInstaller's loader"
# By the file's place inside `_internal`; the first that fits.
_FILES: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), package)
    for pattern, package in (
        (r"(_tcl_data|_tk_data|tcl8)/|(tcl|tk)\d+t\.dll|zlib1\.dll|_tkinter\.pyd", "Tcl/Tk"),
        (r"lib(crypto|ssl)-", "OpenSSL"),
        (r"PIL/", "pillow"),
        (r"nacl/", "pynacl"),
        (r"_cffi_backend\.", "cffi"),
        (r"msgspec/", "msgspec"),
        (r"pyjson5/", "pyjson5"),
        (r"pystray/", "pystray"),
        (r"websockets/", "websockets"),
    )
)
_MODULES: Final = {
    "PIL": "pillow",
    "jaraco": "keyring",
    "keyring": "keyring",
    "markdown_it": "markdown-it-py",
    "mdurl": "markdown-it-py",
    "more_itertools": "keyring",
    "msgspec": "msgspec",
    "nacl": "pynacl",
    "platformdirs": "platformdirs",
    "plyer": "plyer",
    "pyjson5": "pyjson5",
    "pystray": "pystray",
    "six": "six",
    "tkinter": "Tcl/Tk",
    "tomlkit": "tomlkit",
    "tray": OURS,
    "websocket": "websocket-client",
    "win32ctypes": "keyring",
    "websockets": "websockets",
}
"""The package of a top-level module, or for a small one the package that needs it; else it is Python."""


class TooLargeError(Exception):
    """The build is larger than its budget; the text says by how much."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a build weighs, in bytes.

    Attributes:
        packages: What each package takes of the installed program, the largest first.
        installer: The installer; 0 if there is none.
    """

    packages: Mapping[str, int]
    installer: int

    @property
    def installed(self) -> int:
        """The installed program."""
        return sum(self.packages.values())

    def table(self) -> str:
        """Give it as lines for people, in kB."""
        rows = (*self.packages.items(), ("installed", self.installed), ("installer", self.installer))
        width = max(len(name) for name, _ in rows)
        return "\n".join(f"{name:<{width}} {size / 1000:>8,.0f} kB" for name, size in rows)

    def as_json(self) -> str:
        """Give it for programs."""
        content = {
            "installed_bytes": self.installed,
            "installer_bytes": self.installer,
            "packages": dict(self.packages),
        }
        return json.dumps(content, indent=2) + "\n"

    def check(self) -> None:
        """Raise TooLargeError if a budget is exceeded."""
        for what, size, budget in (
            ("installed program", self.installed, INSTALLED_BUDGET),
            ("installer", self.installer, INSTALLER_BUDGET),
        ):
            if size > budget:
                raise TooLargeError(f"The {what} has {size:,} bytes; {budget:,} is the budget.")


def measure(collection: Path, programs: Mapping[str, Mapping[str, int]], installer: Path | None) -> Report:
    """Weigh a built program.

    Args:
        collection: Its folder.
        programs: By the name of each program file, the sizes of the modules inside it.
        installer: Its installer.
    """
    sizes: Counter[str] = Counter()
    for path in collection.rglob("*"):
        if path.is_file():
            inside = programs.get(path.name, {})
            for module, size in inside.items():
                sizes[_MODULES.get(module.partition(".")[0], PYTHON)] += size
            sizes[package_of(path.relative_to(collection).as_posix())] += path.stat().st_size - sum(
                inside.values()
            )
    return Report(dict(sizes.most_common()), installer.stat().st_size if installer else 0)


def package_of(file: str) -> str:
    """Give the package that a file of the collection belongs to, by its place there, with forward slashes."""
    folder, _, inside = file.partition("/")
    if folder != "_internal":
        return _LOADER if file.endswith(".exe") else OURS
    return next((package for pattern, package in _FILES if pattern.match(inside)), PYTHON)


def modules_of(program: Path) -> dict[str, int]:
    """Give the size of each module inside a program of PyInstaller's."""
    from PyInstaller.archive.readers import CArchiveReader  # noqa: PLC0415 - only who builds has it

    archive = CArchiveReader(str(program))
    modules = next(name for name in archive.toc if name.startswith("PYZ"))
    return {name: size for name, (_, _, size) in archive.open_embedded_archive(modules).toc.items()}
