import subprocess
import sys
import threading

import pytest

from tests import suites
from tests.suites import Outcome, read

CASE = '<testcase classname="a" name="b">{}</testcase>'
PASSED = CASE.format("")
FAILED = CASE.format('<failure message="assert 0">…</failure>')
BROKEN = CASE.format('<error message="fixture">…</error>')
SKIPPED = CASE.format('<skipped type="pytest.skip" message="not run: there is no Xvfb">…</skipped>')
NOBODY = frozenset()


def report(*cases):
    return f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>"


@pytest.mark.parametrize(
    ("exit_code", "cases", "counts", "line"),
    [
        (0, [PASSED, PASSED], (2, 0, 0), "2 passed, 0 failed, 3 s"),
        (1, [PASSED, FAILED, BROKEN], (1, 2, 0), "1 passed, 2 failed, 3 s"),
        (0, [PASSED, SKIPPED], (1, 0, 1), "1 passed, 0 failed, 3 s; 1 not run: there is no Xvfb"),
        (0, [SKIPPED, SKIPPED], (0, 0, 2), "not run: there is no Xvfb"),
        (5, [], (0, 0, 0), "not run: there is no test"),
    ],
)
def test_what_pytest_reports_is_counted_and_said(exit_code, cases, counts, line):
    outcome = read("xvfb", exit_code, report(*cases), seconds=3.4)
    assert (outcome.passed, outcome.failed, outcome.skipped) == counts
    assert outcome.describe() == line


@pytest.mark.parametrize("text", ["", report(PASSED)], ids=["no report", "all passed"])
@pytest.mark.parametrize("exit_code", [1, 2, 3, 4, -9])
def test_a_run_that_ended_badly_never_counts_as_good(exit_code, text):
    assert read("unit", exit_code, text).failures(NOBODY) == 1


@pytest.mark.parametrize(
    ("exit_code", "cases", "failures"),
    [(0, [PASSED], 0), (0, [PASSED, SKIPPED], 1), (0, [SKIPPED] * 3, 3), (5, [], 1)],
)
def test_what_a_required_suite_did_not_run_counts_as_failed(exit_code, cases, failures):
    outcome = read("xvfb", exit_code, report(*cases))
    assert outcome.failures(frozenset({"xvfb"})) == failures
    assert outcome.failures(frozenset({"peers"})) == 0


@pytest.fixture
def played(monkeypatch):
    """Run `main` with outcomes instead of suites; give the names that were run."""
    outcomes = {
        "unit": Outcome("unit", 40, 0, 0, "", 2.0),
        "xvfb": Outcome("xvfb", 0, 0, 3, "there is no Xvfb"),
        "peers": Outcome("peers", 1, 1, 0, "", 9.0),
        "windows": Outcome("windows", 2, 0, 0, "", 5.0),
    }
    asked = []
    monkeypatch.delenv("CLAWTRAY_REQUIRE", raising=False)

    def run(name, into=None):
        asked.append(name)
        if into is not None:
            into.write(f"said by {name}\n")
        return outcomes[name]

    monkeypatch.setattr(suites, "run", run)
    return asked


def test_all_suites_run_and_a_table_closes_with_the_sum(played, capsys):
    assert suites.main([]) == 1
    assert sorted(played) == ["peers", "unit", "windows", "xvfb"]
    assert capsys.readouterr().out.split("\n") == [
        "",
        "peers goes on beside the others; its output comes last",
        "said by peers",
        "",
        "unit    40 passed, 0 failed, 2 s",
        "xvfb    not run: there is no Xvfb",
        "peers   1 passed, 1 failed, 9 s",
        "windows 2 passed, 0 failed, 5 s",
        "43 passed, 1 failed",
        "",
    ]


def test_a_suite_without_its_ground_is_no_failure_unless_it_is_required(played, monkeypatch):
    assert suites.main(["unit", "xvfb"]) == 0
    monkeypatch.setenv("CLAWTRAY_REQUIRE", "xvfb,unit")
    assert suites.main(["unit", "xvfb"]) == 1


@pytest.mark.parametrize(("names", "require"), [(["nosuch"], ""), ([], "xvfb,nosuch")])
def test_an_unknown_suite_is_a_usage_error_before_anything_runs(played, monkeypatch, capsys, names, require):
    monkeypatch.setenv("CLAWTRAY_REQUIRE", require)
    assert suites.main(names) == 2
    assert played == []
    assert "no suite nosuch" in capsys.readouterr().err


def test_a_suite_is_run_by_pytest_and_read_back(tmp_path, monkeypatch):
    (tmp_path / "test_two.py").write_text("def test_a(): pass\n\ndef test_b(): assert False\n")
    monkeypatch.setattr(
        suites, "SUITES", {"two": ("-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path))}
    )
    outcome = suites.run("two")
    assert (outcome.passed, outcome.failed, outcome.skipped) == (1, 1, 0)
    assert outcome.seconds > 0


def test_the_longest_suite_goes_on_beside_the_others(monkeypatch, capfd):
    begun, ended = threading.Event(), threading.Event()

    def run(name, into=None):
        if into is None:
            assert begun.wait(60)  # or else it would have had to come first
            sys.stdout.write(f"{name}\n")
            ended.set()
        else:
            begun.set()
            assert ended.wait(60)
            subprocess.run([sys.executable, "-c", "print('its output')"], stdout=into, check=True)
        return Outcome(name, 1, 0, 0, "")

    monkeypatch.setattr(suites, "run", run)
    assert [outcome.suite for outcome in suites.run_all(["peers", "unit"])] == ["peers", "unit"]
    assert capfd.readouterr().out.splitlines()[2:] == ["unit", "its output"]
