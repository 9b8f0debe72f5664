"""The short form of the drills that need nothing but this computer; `peers` has those on real gateways."""

from __future__ import annotations

import os
import random
import sys
from dataclasses import replace

import pytest

if sys.platform == "win32":
    pytest.skip("not run: the drills are for Linux", allow_module_level=True)

from tests.drills import fake, files, floods, fuzz, soak
from tests.drills.drill import Drill, table
from tests.drills.floods import Measured
from tests.drills.soak import Sample
from tray.core.connection import connection, login


@pytest.fixture(autouse=True)
def _hasty(monkeypatch):
    """The program waits a second, not ten, for the next step of a login."""
    for module in (connection, login):
        monkeypatch.setattr(module, "LOGIN_TIMEOUT_SECONDS", 1.0)


def clean(drill):
    assert drill.is_clean, drill.found
    assert drill.times
    return drill


@pytest.mark.parametrize("name", fake.STRIKES)
def test_a_fault_of_the_gateway_leaves_nothing_behind(name):
    drill = clean(fake.drill(name, 2))
    assert len(drill.to_truth) == 2


def test_a_clock_that_jumps_leaves_nothing_behind():
    clean(fake.jump(4))


def test_an_hour_asleep_leaves_nothing_behind():
    clean(fake.resume(2))


def test_settings_outlive_what_cannot_be_read_or_written():
    clean(files.corrupt(2))
    clean(files.refused(2, full=True))


def test_settings_outlive_a_folder_that_is_read_only():
    try:
        drill = files.refused(2, full=False)
    except OSError:
        assert os.geteuid() == 0  # root can be kept from a folder by some file systems alone
        return
    clean(drill)


def test_damaged_frames_do_no_harm():
    assert clean(fuzz.mutated(5_000)).times == 5_000


def test_damage_is_varied_and_known_by_its_seed():
    seeds = fuzz.recorded()
    first, second = ([fuzz.damaged(seeds, random.Random(number)) for number in range(200)] for _ in range(2))
    assert first == second
    assert len(set(first)) > 190
    assert not set(first) <= set(seeds)


def test_a_bug_in_a_reader_would_be_found(monkeypatch):
    def parse(message):
        raise RecursionError("too deep")

    monkeypatch.setattr(fuzz.frames, "parse", parse)
    drill = fuzz.mutated(10)
    assert (drill.times, drill.lost, drill.is_clean) == (1, 1, False)
    assert "RecursionError: too deep" in drill.found[0]


def test_a_notice_that_nothing_calls_for_would_be_found(monkeypatch):
    def strike(gateway, subject, change):
        fake.used(gateway, 95)
        subject.until_shown(95)
        change()

    monkeypatch.setitem(fake.STRIKES, "none", strike)
    drill = fake.drill("none", 1)
    assert (drill.false_alerts, drill.is_clean) == (1, False)
    assert "Crossed" in drill.found[0]


FLAT = [Sample(40.0, 10, 5)] * 20


@pytest.mark.parametrize(
    ("late", "found"),
    [
        (FLAT[0], ()),
        (replace(FLAT[0], memory=43.5), ("memory grew by 3.5 MB",)),
        (replace(FLAT[0], handles=12), ("2 handles more",)),
        (replace(FLAT[0], threads=6), ("1 threads more",)),
    ],
)
def test_the_soak_finds_what_grows(late, found):
    drill = soak.judged([*FLAT, *[late] * 20], 200.0)
    assert (drill.found, drill.lost) == (found, len(found))


def test_a_flood_is_withstood():
    clean(floods.flood("many small values", 1.0, timed=False))


FINE = Measured(sent=9, memory=40.0, click=0.1, end=1.0)


@pytest.mark.parametrize(
    ("measured", "timed", "found"),
    [
        (FINE, True, ()),
        (replace(FINE, memory=61.0), False, ("watch had 61.0 MB in memory",)),
        (replace(FINE, click=0.3, end=3.0), False, ()),
        (replace(FINE, click=0.3), True, ("a click was answered after 0.30 s",)),
        (replace(FINE, end=3.0), True, ("watch ended 3.00 s after it was asked to",)),
        (replace(FINE, sent=0), True, ("watch was sent nothing",)),
    ],
)
def test_a_flood_that_is_not_withstood_is_found(measured, timed, found):
    drill = floods.judged("runs", 60.0, {"watch": measured}, timed=timed)
    assert (drill.found, drill.lost, drill.times) == (found, len(found), measured.sent)


def test_a_sample_is_of_the_process():
    here = soak.sample(os.getpid())
    assert floods.peak(os.getpid()) >= here.memory > 10.0
    assert here.handles > 2
    assert here.threads >= 1


HEADINGS = "drill times lost repeated false alerts to truth: median p95 worst"
FIRST = "kill -9 1,000 0 0 0 2.00 s 2.90 s 3.00 s"


def test_the_table():
    drills = (
        Drill("kill -9", 1_000, to_truth=(1.0, 2.0, 3.0), note="how"),
        Drill("soak", 7, lost=1, repeated=2, false_alerts=3, found=("2 handles more",), note="how"),
    )
    lines = table(drills).splitlines()
    assert lines[0].split() == HEADINGS.split()
    assert lines[2].split() == FIRST.split()
    assert lines[3].split() == ["soak", "7", "1", "2", "3"]
    assert lines[4:] == ["! soak: 2 handles more", "* how"]
    assert (drills[0].is_clean, drills[1].is_clean) == (True, False)
    assert (Drill("one", 1, to_truth=(4.0,)).p95, Drill("none", 1).p95) == (4.0, 0.0)
