"""Drills with the settings file: half written, on a full disk, read-only. What was chosen outlives them."""

from __future__ import annotations

import os
import resource
import subprocess
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.drills.drill import Drill
from tests.drills.fake import scene
from tests.drills.subject import Subject
from tray.core.commands import OpenMenu, SaveSettings
from tray.settings.edit import DEFAULT_SETTINGS_TEXT, apply_changes
from tray.settings.parse import parse_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tray.core.commands import Command

_WARNING = ("thresholds", "warning")
_TRUE = ("Error in the settings", "Could not save")
_NOTE = (
    "settings: a value is chosen by the file or by the window while the file cannot be used; lost is one "
    "that did not hold, repeated what was complained of twice, false any other notice"
)


@contextmanager
def full_disk() -> Iterator[None]:
    """Nothing can be written by this process: each file may have no byte."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nothing can be made or changed in the folder. Raises OSError where root cannot be kept from it."""
    as_root = os.geteuid() == 0
    if as_root:
        _chattr("+i", folder)
    else:
        folder.chmod(0o500)
    try:
        yield
    finally:
        if as_root:
            _chattr("-i", folder)
        else:
            folder.chmod(0o700)


def _chattr(flag: str, folder: Path) -> None:
    done = subprocess.run(["chattr", flag, str(folder)], capture_output=True, check=False)
    if done.returncode:
        raise OSError(f"chattr {flag} does not work here")


def corrupt(times: int) -> Drill:
    """Half an edit is on the disk for a while, as editors do it; then the whole."""
    lost: list[str] = []
    with scene() as (_, subject):
        file = _settings_file()
        for number in range(times):
            before, wanted = subject.state.settings.warning, 40.0 + number % 30
            whole = apply_changes(DEFAULT_SETTINGS_TEXT, ((_WARNING, wanted),))
            file.write_text(whole[: whole.index("warning =") + 9], encoding="utf-8")
            _complaint(subject, OpenMenu())
            if subject.state.settings.warning != before:
                lost.append(f"no. {number + 1}: half a file counted")
            file.write_text(whole, encoding="utf-8")
            subject.click(OpenMenu())
            subject.until(lambda state, wanted=wanted: state.settings.warning == wanted)
        return _drill("settings half written", times, lost, subject)


def refused(times: int, *, full: bool) -> Drill:
    """The settings window saves while the system refuses every write; then once more."""
    lost: list[str] = []
    with scene() as (_, subject):
        file = _settings_file()
        file.write_text(DEFAULT_SETTINGS_TEXT, encoding="utf-8")
        for number in range(times):
            before, wanted = file.read_text(encoding="utf-8"), 40.0 + number % 30
            save = SaveSettings(((_WARNING, wanted),))
            with full_disk() if full else read_only(file.parent):
                _complaint(subject, save)
            if file.read_text(encoding="utf-8") != before:
                lost.append(f"no. {number + 1}: the file changed")
            subject.click(save)
            subject.until(lambda state, wanted=wanted: state.settings.warning == wanted)
            if parse_settings(file.read_text(encoding="utf-8"))[0].warning != wanted:
                lost.append(f"no. {number + 1}: the file did not change")
        return _drill("settings on a full disk" if full else "settings read-only", times, lost, subject)


def _settings_file() -> Path:
    return Path(os.environ["CLAWTRAY_HOME"]) / "settings.toml"


def _complaint(subject: Subject, command: Command) -> None:
    """Give the command, and wait until the settings file is complained of; the memory may be, too."""
    known = _complaints(subject)
    subject.click(command)
    subject.until(lambda _: _complaints(subject) > known)


def _complaints(subject: Subject) -> int:
    return sum(_settings_file().name in shown.body for shown in subject.notifications)


def _drill(name: str, times: int, lost: list[str], subject: Subject) -> Drill:
    notified = Counter((shown.title, shown.body) for shown in subject.notifications)
    false = [f"reported: {title}" for title, _ in notified if title not in _TRUE]
    repeated = [f"reported too often: {body}" for (_, body), count in notified.items() if count > times]
    counts = len(lost), len(repeated), len(false)
    return Drill(name, times, *counts, found=(*lost, *repeated, *false), note=_NOTE)
