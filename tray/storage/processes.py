"""Starts other programs safely: by absolute paths only, outside the current folder, without secrets.

A current folder that holds a `json.py`, a `tray/` or an `openclaw.cmd` must not decide what runs.
"""

import importlib.util
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

NO_CONSOLE = 0x08000000 if sys.platform == "win32" else 0
"""Creation flags with which a console program opens no window on Windows (CREATE_NO_WINDOW)."""
_SECRET = re.compile(r"TOKEN|PASSW|PASSPHRASE|SECRET|CREDENTIAL|API_?KEY|_KEY$", re.IGNORECASE)
"""Names of variables that hold secrets."""
_CONSOLE = "clawtray-cli"
"""The name of the console program that is installed beside the icon's."""
_ONLY_PATH = "NoDefaultCurrentDirectoryInExePath"
"""With this variable, Windows and its `cmd.exe` no longer look into the current folder for programs."""


def own_command() -> tuple[str, ...]:
    """Return the command that starts this program; it takes no code from the current folder."""
    if getattr(sys, "frozen", False):
        return (sys.executable,)
    return (sys.executable, "-P", "-m", "tray")


def own_name() -> str:
    """Return how a user calls this program in a terminal: by its path if it is not on the PATH."""
    if getattr(sys, "frozen", False):
        console = Path(sys.executable).with_name(f"{_CONSOLE}{Path(sys.executable).suffix}")
        if find_program(_CONSOLE, os.environ) is not None:
            return _CONSOLE
        return f'& "{console}"' if " " in str(console) else str(console)  # as PowerShell wants it
    if "UV_RUN_RECURSION_DEPTH" in os.environ and Path(sys.argv[0]).stem == "clawtray":
        return "uv run clawtray"
    return "clawtray"


def install_command() -> str:
    """Return the command that adds a package to the environment of this program, without the package."""
    place = Path(sys.prefix)
    if place.parent.name == "tools" and place.parent.parent.name == "uv":
        return "uv tool install clawtray --with"
    if place.parent.name == "venvs" and place.parent.parent.name == "pipx":
        return "pipx inject clawtray"
    if importlib.util.find_spec("pip") is None:
        return f"uv pip install --python {sys.executable}"
    return f"{sys.executable} -m pip install"


def folder() -> Path:
    """Return the folder in which other programs run: the user's own, else the root of the disk."""
    try:
        home = Path.home()
    except RuntimeError:  # the system does not know this user
        home = Path(sys.executable)
    return home if home.is_dir() else Path(Path(sys.executable).anchor)


def find_program(name: str, environ: Mapping[str, str]) -> str | None:
    """Return the absolute path of a program on the PATH, or None.

    `shutil.which` looks into the current folder first on Windows, and elsewhere wherever the PATH has an
    empty or relative part.
    """
    endings = environ.get("PATHEXT", ".COM;.EXE;.BAT;.CMD").split(";") if sys.platform == "win32" else [""]
    places = (Path(part, f"{name}{ending}") for part in _folders(environ) for ending in endings)
    return next((str(place) for place in places if place.is_file() and os.access(place, os.X_OK)), None)


def without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment for a program that needs no secret; only absolute folders are on its PATH."""
    return on_absolute_path({name: value for name, value in environ.items() if not _SECRET.search(name)})


def on_absolute_path(environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment with which no program is found in the current folder."""
    path = {"PATH": os.pathsep.join(_folders(environ))} if "PATH" in environ else {}
    return {**environ, **path, **({_ONLY_PATH: "1"} if sys.platform == "win32" else {})}


def protect_environment() -> None:
    """Take the secrets out of this process's environment, as some programs are started by libraries.

    What logs in to the gateway has a copy of the environment.
    """
    safe = without_secrets(os.environ)
    for name in set(os.environ) - set(safe):
        del os.environ[name]
    os.environ.update(safe)


def _folders(environ: Mapping[str, str]) -> list[str]:
    parts = (part.strip('"') for part in environ.get("PATH", os.defpath).split(os.pathsep))
    return [part for part in parts if Path(part).is_absolute()]
