"""How counts are compared with those of the last release; nothing is counted here."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.bench import instructions
from tests.bench.ground import ROOT, client

BEFORE = {"python": sys.version, "counts": {"python": 1_000, "poll": 10_000}}


def compared(**counts):
    lines, failed = instructions.compare({"python": 1_000, **counts}, BEFORE)
    return "\n".join(lines), failed


def test_a_growth_of_a_tenth_is_allowed_and_more_fails():
    assert compared(poll=11_000)[1] is False
    text, failed = compared(poll=11_001)
    assert failed
    assert "1.100x  has grown by more than 10%" in text


def test_less_is_welcome():
    text, failed = compared(poll=5_000)
    assert not failed
    assert text.splitlines()[1:] == ["poll             5,000  0.500x"]


@pytest.mark.parametrize("poll", [0, -2_664_384])
def test_what_costs_nothing_was_not_counted_and_fails(poll):
    assert compared(poll=poll)[1]


def test_what_was_never_recorded_fails():
    text, failed = compared(poll=10_000, event=5)
    assert failed
    assert "never recorded" in text


@pytest.mark.parametrize(("poll", "fails"), [(25_000, False), (25_001, True)])
def test_another_build_of_python_is_allowed_what_it_needs_for_other_work(monkeypatch, poll, fails):
    monkeypatch.setattr(sys, "version", "another")
    lines, failed = instructions.compare({"python": 2_000, "poll": poll}, BEFORE)
    assert failed is fails
    assert "needs 2.00x as many" in lines[1]


@pytest.mark.parametrize(("required", "code"), [("", 0), ("commands", 1)])
def test_without_valgrind_it_says_so_and_fails_where_it_must_run(monkeypatch, capsys, required, code):
    monkeypatch.setattr(instructions, "valgrind", lambda: None)
    monkeypatch.setenv("CLAWTRAY_REQUIRE", required)
    assert instructions.check() == code
    assert capsys.readouterr().out.startswith("not run: there is no valgrind")


def test_all_that_is_counted_is_recorded():
    said = subprocess.run(
        client("work"), cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    ).stdout
    assert set(json.loads(said)) == set(
        json.loads(instructions.RECORDED.read_text(encoding="utf-8"))["counts"]
    )
