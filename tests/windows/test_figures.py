"""What the program costs, beside one that does nothing with the same libraries; printed, never judged."""

from __future__ import annotations

import statistics
import time

import pytest

from build import sizes
from build.build import PROGRAMS
from tests.desktop.screen import until
from tests.windows.conftest import TABLE
from tests.windows.desk import ICON
from tests.windows.program import SECONDS, Tray, touched

STARTS = 5
STEADY = 5.0
"""Seconds for which the memory must not have changed by more than a hundredth."""


def appears(desk, start):
    """What the start gave, and the seconds from it to the moment at which the icon is on the screen."""
    bare = desk.windows.picture().crop(ICON)
    started_at = time.monotonic()
    program = start()
    until(lambda: desk.windows.picture().crop(ICON) != bare, "the icon is on the screen", SECONDS)
    return program, time.monotonic() - started_at


def private_bytes(desk, process, folder):
    """The memory that is a process's own, once it has settled.

    It is what was ever touched of its private memory, and of its own images what can be written. Wine's own
    figure says much more: it copies each program image, which Windows maps.
    """

    def windows():
        return [each for each in desk.ask("windows") if each["class"].endswith("SystemTrayIcon")]

    window, *_ = until(windows, "the icon's window is there", SECONDS)
    steady, since = 0, time.monotonic()

    def settled():
        nonlocal steady, since
        reading = touched(process.pid, desk.ask("memory", window["process"], folder))
        if abs(reading - steady) > reading / 100:
            steady, since = reading, time.monotonic()
        return time.monotonic() - since > STEADY

    until(settled, "its memory has settled", SECONDS)
    return steady


@pytest.fixture
def notified(pytestconfig):
    """Lines for the end of the suite."""
    return pytestconfig.stash.setdefault(TABLE, [])


def test_what_is_built_has_its_size(built, figures):
    installer = built.installer
    programs = {name: sizes.modules_of(built.collection / name) for name in PROGRAMS}
    report = sizes.measure(built.collection, programs, installer)
    report.check()
    figures["installer_bytes"] = report.installer
    figures["installed_bytes"] = report.installed


def test_it_starts_and_rests(desk, built, demo, tmp_path, figures, notified):
    def start():
        return Tray(desk, built, tmp_path / "clawtray", demo)

    tray, ours_after = started(desk, start, lambda tray: tray.calm().end())
    tray.calm()
    ours = private_bytes(desk, tray.process, "\\ClawTray\\")
    tray.end()
    process, idle_after = started(desk, lambda: desk.windows.start(built.idle), end_idle(desk))
    idle = private_bytes(desk, process, "\\idle\\")
    end_idle(desk)(process)
    figures["start_seconds"], figures["private_bytes"] = ours_after, ours
    notified += [
        "               start to icon   private memory",
        f"ClawTray       {ours_after:11.2f} s   {ours / 1e6:11.1f} MB",
        f"doing nothing  {idle_after:11.2f} s   {idle / 1e6:11.1f} MB",
    ]


def started(desk, start, end):
    """Start a program several times: give what the last start gave, and the median of the seconds."""
    times = []
    for number in range(STARTS + 1):
        program, after = appears(desk, start)
        times.append(after)
        if number < STARTS:
            end(program)
    return program, round(statistics.median(times[1:]), 2)  # the first one warms everything up


def end_idle(desk):
    def end(process):
        process.kill()
        process.wait(SECONDS)
        until(lambda: not desk.icons(), "the icon is gone", SECONDS)

    return end
