import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from tests import suites
from tests.suites import PEERS, Outcome, Part, groups, merged, parts, read

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


def test_the_parts_of_a_suite_count_together():
    outcomes = [Outcome("peers", 3, 1, 0, "there is no test", 7.0), Outcome("peers", 2, 0, 1, "no Node", 9.0)]
    assert merged("peers", outcomes) == Outcome("peers", 5, 1, 1, "no Node", 9.0)


def test_files_are_divided_into_groups_that_take_about_as_long():
    assert groups({"a": 50, "b": 30, "c": 20, "d": 1}, 2) == (("a", "d"), ("b", "c"))
    assert groups({"a": 1}, 3) == (("a",),)


def test_every_file_of_peers_runs_on_each_release_and_on_the_newest_in_three_processes():
    files = sorted(f"tests/peers/{path.name}" for path in (suites.ROOT / "tests/peers").glob("test_*.py"))
    oldest, *newest = parts("peers", PEERS)
    assert (oldest.arguments, oldest.environment) == (("tests/peers",), {"CLAWTRAY_PEERS": PEERS[0]})
    assert len(newest) == 3
    assert all(part.environment == {"CLAWTRAY_PEERS": PEERS[-1]} for part in newest)
    assert sorted(name for part in newest for name in part.arguments) == files
    assert set(suites._SECONDS) <= {Path(name).stem for name in files}


def test_one_release_is_enough():
    assert {part.environment["CLAWTRAY_PEERS"] for part in parts("peers", ["openclaw@1"])} == {"openclaw@1"}


@pytest.fixture
def played(monkeypatch):
    """Run `main` with outcomes instead of suites; give the names of the parts that were run."""
    outcomes = {
        "unit": Outcome("unit", 40, 0, 0, "", 2.0),
        "commands": Outcome("commands", 5, 0, 0, "", 4.0),
        "blackbox": Outcome("blackbox", 6, 0, 0, "", 8.0),
        "xvfb": Outcome("xvfb", 0, 0, 3, "there is no Xvfb"),
        "peers": Outcome("peers", 1, 1, 0, "", 9.0),
        "windows": Outcome("windows", 2, 0, 0, "", 5.0),
    }
    asked = []
    monkeypatch.delenv("CLAWTRAY_REQUIRE", raising=False)
    monkeypatch.setenv("CLAWTRAY_PEERS", "openclaw@1 openclaw@2")
    monkeypatch.setattr(suites, "_GROUPS", 1)

    def run(part, into=None):
        asked.append(part.name)
        if into is not None:
            into.write(f"said by {part.name}\n")
        return outcomes[part.suite]

    monkeypatch.setattr(suites, "run", run)
    return asked


def test_without_a_name_the_unit_suite_runs(played, capsys):
    assert suites.main([]) == 0
    assert played == ["unit"]
    assert capsys.readouterr().out.split("\n") == [
        "",
        "unit     40 passed, 0 failed, 2 s",
        "40 passed, 0 failed",
        "",
    ]


def test_all_suites_run_and_a_table_closes_with_the_sum(played, capsys):
    assert suites.main(["all"]) == 1
    names = [
        "blackbox",
        "commands",
        "peers, openclaw@1",
        "peers, openclaw@2, group 1",
        "unit, coverage",
        "windows",
        "xvfb",
        "xvfb, pictures",
    ]
    assert sorted(played) == names
    lines = capsys.readouterr().out.split("\n")
    assert sorted(line for line in lines if line.startswith("said")) == [f"said by {name}" for name in names]
    assert lines[-8:] == [
        "unit     40 passed, 0 failed, 2 s",
        "commands 5 passed, 0 failed, 4 s",
        "blackbox 6 passed, 0 failed, 8 s",
        "xvfb     not run: there is no Xvfb",
        "peers    2 passed, 2 failed, 9 s",
        "windows  2 passed, 0 failed, 5 s",
        "55 passed, 2 failed",
        "",
    ]


def test_a_suite_that_cannot_run_here_is_no_failure_unless_it_is_required(played, monkeypatch):
    assert suites.main(["unit", "xvfb"]) == 0
    monkeypatch.setenv("CLAWTRAY_REQUIRE", "xvfb,unit")
    assert suites.main(["unit", "xvfb"]) == 1


@pytest.mark.parametrize(("names", "require"), [(["nosuch"], ""), ([], "xvfb,nosuch")])
def test_an_unknown_suite_is_a_usage_error_before_anything_runs(played, monkeypatch, capsys, names, require):
    monkeypatch.setenv("CLAWTRAY_REQUIRE", require)
    assert suites.main(names) == 2
    assert played == []
    assert "no suite nosuch" in capsys.readouterr().err


_BARE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""Without plugins, which these tests do not need, pytest starts in a third of the time."""


def test_a_suite_is_run_by_pytest_and_read_back(tmp_path):
    (tmp_path / "test_two.py").write_text(
        "import os\n\ndef test_a(): assert os.environ['HELD'] == 'yes'\n\ndef test_b(): assert False\n"
    )
    arguments = ("-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path))
    outcome = suites.run(Part("two", "two", arguments, {"HELD": "yes", **_BARE}))
    assert (outcome.passed, outcome.failed, outcome.skipped) == (1, 1, 0)
    assert outcome.seconds > 0


@pytest.mark.skipif(shutil.which("nice") is None, reason="not run: there is no nice")
def test_the_longest_suite_comes_first_at_the_processor_beside_others(tmp_path):
    (tmp_path / "test_it.py").write_text(
        "import os\n\ndef test_a(): assert os.nice(0) == int(os.environ['NICE'])\n"
    )
    usual = os.nice(0)
    first = int(subprocess.run(["nice", "-n", "-5", "nice"], capture_output=True, check=True).stdout)
    arguments = ("-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path))
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        for suite, into, nice in (
            ("windows", output, first),
            ("windows", None, usual),
            ("unit", output, usual),
        ):
            assert suites.run(Part(suite, suite, arguments, {"NICE": str(nice), **_BARE}), into).passed == 1


def test_suites_go_on_side_by_side_and_the_output_of_each_is_printed_whole(monkeypatch, capfd):
    together = threading.Barrier(3)

    def run(part, into):
        together.wait(60)  # each waits until all of them have started
        for word in ("first", "last"):
            subprocess.run([sys.executable, "-c", f"print('{part.name} {word}')"], stdout=into, check=True)
        return Outcome(part.suite, 1, 0, 0, "")

    monkeypatch.setattr(suites, "run", run)
    monkeypatch.setattr(suites, "_GROUPS", 1)
    outcomes = suites.run_all(["windows", "unit", "peers"], ["one"])
    assert [outcome.suite for outcome in outcomes] == ["windows", "unit", "peers"]
    lines = capfd.readouterr().out.splitlines()[2:]
    assert sorted(lines[::2]) == ["peers, one, group 1 first", "unit first", "windows first"]
    assert [line.replace("first", "last") for line in lines[::2]] == lines[1::2]


def test_alone_a_suite_gets_more_workers_than_there_are_cores(monkeypatch):
    given = []
    monkeypatch.setattr(
        suites, "run", lambda part, *_: given.append(part) or Outcome(part.suite, 1, 0, 0, "")
    )
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    suites.run_all(["unit"], ["one"])
    suites.run_all(["unit", "windows"], ["one"])
    workers = [(part.suite, part.environment.get("PYTEST_XDIST_AUTO_NUM_WORKERS")) for part in given]
    assert workers[0] == ("unit", "4")
    assert sorted(workers[1:]) == [("unit", None), ("windows", None)]
