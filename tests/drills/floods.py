"""Floods: a gateway sends without end; the program stays small, answers clicks, and ends when asked to."""

from __future__ import annotations

import contextlib
import itertools
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from tests.blackbox.fake_gateway import TOKEN
from tests.desktop.screen import Screen, missing
from tests.drills.drill import Drill
from tests.drills.flooding import KEY
from tests.drills.soak import ROOT, peak
from tests.drills.subject import PATIENCE, Subject, user
from tray.core.commands import Pin

MOST_MB = 60.0
MOST_SECONDS_OF_A_CLICK = 0.2
MOST_SECONDS_OF_AN_END = 2.0
_LONGEST_CLICKING = 60.0
_EVERY = 0.25


@dataclass(frozen=True, slots=True)
class Measured:
    """What a flood did to one subject.

    Attributes:
        sent: Messages that it was sent.
        memory: Peak of its resident memory, in MB.
        click: The most seconds until a click was answered.
        end: Seconds until it ended.
    """

    sent: int = 0
    memory: float = 0.0
    click: float = 0.0
    end: float = 0.0


def flood(name: str, seconds: float, *, timed: bool = True) -> Drill:
    """Flood `watch` and the icon side by side, then the program while it is clicked, for a minute at most.

    Where the machine is busy with other things, what it takes in time says nothing (`timed`).
    """
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as undo:
        home = Path(folder)
        desktop = None if missing() else undo.enter_context(Screen(home / "screen", trayer=True)).environment
        with ThreadPoolExecutor() as pool:
            started = {"watch": pool.submit(_process, ["watch"], home / "watch", {}, name, seconds)}
            if desktop is not None:
                environment = {**desktop, "PYSTRAY_BACKEND": "xorg"}
                started["icon"] = pool.submit(_process, [], home / "icon", environment, name, seconds)
            measured = {subject: running.result() for subject, running in started.items()}
        with Flooding(name) as gateway:
            click = _clicks(home, gateway, min(seconds, _LONGEST_CLICKING))
        measured["clicks"] = Measured(gateway.sent, click=click)
    return judged(name, seconds, measured, timed=timed)


def judged(name: str, seconds: float, measured: Mapping[str, Measured], *, timed: bool = True) -> Drill:
    """Compare what was measured with the limits: what is over one counts as lost."""
    found = []
    for subject, each in measured.items():
        if each.memory > MOST_MB:
            found.append(f"{subject} had {each.memory:.1f} MB in memory")
        if timed and each.click > MOST_SECONDS_OF_A_CLICK:
            found.append(f"a click was answered after {each.click:.2f} s")
        if timed and each.end > MOST_SECONDS_OF_AN_END:
            found.append(f"{subject} ended {each.end:.2f} s after it was asked to")
        if not each.sent:
            found.append(f"{subject} was sent nothing")
    figures = "; ".join(
        f"{subject} at most {each.memory:.1f} MB, ended in {each.end:.2f} s"
        for subject, each in measured.items()
        if each.memory
    )
    clicks = max(each.click for each in measured.values())
    note = f"flood of {name}, {seconds:.0f} s each: {figures}; a click was answered in {clicks:.2f} s at most"
    if "icon" not in measured:
        note += f"; no icon: {missing()}"
    times = sum(each.sent for each in measured.values())
    return Drill(f"flood of {name}", times, len(found), found=tuple(found), note=note)


class Flooding:
    """A gateway that floods, in a process of its own, as a context manager.

    Attributes:
        url: Its address.
        sent: Once it has ended, how many messages it sent.
    """

    def __init__(self, name: str) -> None:
        command = [sys.executable, "-m", "tests.drills.flooding", name]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.url = ""
        self.sent = 0

    def __enter__(self) -> Self:
        self.url = self._line()
        return self

    def wait(self) -> None:
        """Return when the first flood starts; raises TimeoutError if none does."""
        self._line()

    def _line(self) -> str:
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], PATIENCE)[0]:
            raise TimeoutError("nobody has come to be flooded")
        return self._process.stdout.readline().strip()

    def __exit__(self, *_: object) -> None:
        try:
            self.sent = int(self._process.communicate(timeout=PATIENCE)[0].split()[-1])
        finally:
            self._process.kill()


def _environment(home: Path, url: str) -> dict[str, str]:
    folder = home / "ClawTray"
    return {
        "PATH": "",
        "HOME": str(home),
        "CLAWTRAY_HOME": str(folder),
        "CLAWTRAY_URL": url,
        "CLAWTRAY_TOKEN": TOKEN,
    }


def _process(
    arguments: Sequence[str], home: Path, environment: Mapping[str, str], name: str, seconds: float
) -> Measured:
    command = [sys.executable, "-m", "tray", *arguments]
    with Flooding(name) as gateway:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**environment, **_environment(home, gateway.url)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            gateway.wait()
            most = max(peak(process.pid) for _ in _moments(process, seconds))
            asked_at = time.monotonic()
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE)
            measured = Measured(memory=most, end=time.monotonic() - asked_at)
        finally:
            process.kill()
            process.wait()
    return replace(measured, sent=gateway.sent)


def _moments(process: subprocess.Popen[bytes], seconds: float) -> Iterator[None]:
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at:
        try:
            code = process.wait(_EVERY)
        except subprocess.TimeoutExpired:
            yield
        else:
            raise RuntimeError(f"it ended by itself, with {code}")


def _clicks(home: Path, gateway: Flooding, seconds: float) -> float:
    """Pin a session and let it go, again and again; gives the most seconds until that was so."""
    slowest = 0.0
    with (
        user(home, str(home / "Clicks"), CLAWTRAY_URL=gateway.url, CLAWTRAY_TOKEN=TOKEN),
        Subject() as subject,
    ):
        gateway.wait()
        ends_at = time.monotonic() + seconds
        for pinned in itertools.cycle((KEY, None)):
            if time.monotonic() > ends_at:
                return slowest
            clicked_at = time.monotonic()
            subject.click(Pin(pinned))
            answered_at = subject.until(lambda state, pinned=pinned: state.gateway.focus.pinned == pinned)
            slowest = max(slowest, answered_at - clicked_at)
            threading.Event().wait(_EVERY)
    raise AssertionError("the cycle has no end")
