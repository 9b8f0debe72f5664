"""The cache outside the checkout, and locks on its files that a killed process cannot keep."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import platformdirs

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator


def cache_directory() -> Path:
    """$CLAWTRAY_CACHE, else the user's cache directory for clawtray-tests; created if missing."""
    given = os.environ.get("CLAWTRAY_CACHE")
    path = Path(given or platformdirs.user_cache_dir("clawtray-tests")).resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def stamped(name: str, *made_from: str) -> str:
    """A name for what is made from these texts: another one whenever any of them changes."""
    digest = hashlib.sha256()
    for text in made_from:
        digest.update(f"{len(text)}:{text}".encode())
    return f"{name}-{digest.hexdigest()[:16]}"


@contextmanager
def made_once(path: Path) -> Iterator[Path | None]:
    """Yield an empty directory to fill, which then becomes `path`; or None where `path` is there already.

    Its parent is there for whatever is needed meanwhile.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with locked(path.parent / f"{path.name}.lock"):
        if path.exists():
            yield None
            return
        work = path.parent / f"unfinished-{path.name}"
        shutil.rmtree(work, ignore_errors=True)  # of one that was killed
        content = work / "content"
        content.mkdir(parents=True)
        try:
            yield content
            content.rename(path)
        finally:
            shutil.rmtree(work)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of that name; waits while another holds it."""
    with path.open("w") as file:
        if sys.platform != "win32":
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def take_lock(file: IO[str]) -> bool:
    """Lock the open file until it is closed; False if another process has it locked."""
    if sys.platform != "win32":
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
