"""An environment that holds the wheel of this checkout and what it needs, compiled, and nothing else.

Packages that only developers have slow others down: msgspec loads `typing_extensions` where it is installed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from build.cache import cache_directory, locked, stamped
from build.commands import NotAvailableError, run
from tests.bench.ground import ROOT

_SECONDS = 300.0
_KEPT_SECONDS = 7 * 24 * 3600.0
"""Environments that were not used for so long are removed."""


def programs() -> Path:
    """The folder of the environment's programs: `python` and `clawtray`. Each wheel's is made once.

    Raises:
        NotAvailableError: There is no uv, or it failed.
    """
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv is None:
        raise NotAvailableError("there is no uv, which makes the environment")
    root = cache_directory() / "wheels"
    root.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        options = ["--no-build-isolation", "--python", sys.executable, "--out-dir", folder]
        run([uv, "build", "--wheel", "--quiet", *options], cwd=ROOT, timeout=_SECONDS)
        (wheel,) = Path(folder).glob("*.whl")
        pins = [uv, "export", "--quiet", "--frozen", "--no-dev", "--no-emit-project", "--no-hashes"]
        if importlib.util.find_spec("gi") is not None:  # where PyGObject was built, it can be taken along
            pins += ["--group", "desktop"]
        needed = Path(folder) / "requirements.txt"
        needed.write_bytes(run(pins, cwd=ROOT, timeout=_SECONDS))
        content = hashlib.sha256(wheel.read_bytes()).hexdigest()
        place = root / stamped("environment", content, needed.read_text(encoding="utf-8"), sys.version)
        with locked(root / "lock"):
            _remove_unused(root)
            _make(uv, place, wheel, needed)
    return place / "bin"


def _make(uv: str, place: Path, wheel: Path, needed: Path) -> None:
    """Make it where it stays, since its programs name their interpreter by its whole path."""
    made = place / "made"
    if not made.exists():
        shutil.rmtree(place, ignore_errors=True)
        run([uv, "venv", "--quiet", "--python", sys.executable, str(place)], cwd=ROOT, timeout=_SECONDS)
        install = [
            uv,
            "pip",
            "install",
            "--quiet",
            "--compile-bytecode",
            "--python",
            str(place / "bin/python"),
        ]
        run([*install, "--requirements", str(needed), str(wheel)], cwd=ROOT, timeout=_SECONDS)
    made.touch()


def _remove_unused(root: Path) -> None:
    for made in root.glob("*/made"):
        if made.stat().st_mtime < time.time() - _KEPT_SECONDS:
            shutil.rmtree(made.parent)
