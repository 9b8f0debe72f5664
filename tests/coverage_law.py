"""The law of coverage, a pytest plugin: each module of a pure room is covered by its own test file alone.

Use: ``pytest -p tests.coverage_law``. All rooms are measured in one run: every arc is recorded under the test
file that ran it, and a module is judged by the arcs of its own file and by those of importing it. So a module
that holds nothing but values needs no test file.
"""

from __future__ import annotations

import importlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from coverage import Coverage
from coverage.exceptions import NoDataError

ROOT = Path(__file__).parent.parent
ROOMS = ("protocol", "core", "view", "settings", "i18n")
DEMANDED = 95.0
"""Percent of statements and branches."""

_IMPORTING = "importing"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much of a module its own test file covers, in percent, and the lines that it misses."""

    module: str
    test_file: str
    percent: float
    missing: str


def modules() -> tuple[Path, ...]:
    """Give the modules under the law, relative to the project."""
    files = (path.relative_to(ROOT) for room in ROOMS for path in sorted((ROOT / "tray" / room).rglob("*.py")))
    return tuple(path for path in files if path.name != "__init__.py")


def own_test_file(module: Path) -> str:
    """Give the test file that answers for a module: ``tray/core/connection/connection.py`` has ``tests/core/connection/test_connection.py``."""
    return f"{PurePosixPath("tests", *module.parts[1:-1])}/test_{module.name}"


class CoverageLaw:
    """Measures from the first import to the last test, and then judges."""

    def __init__(self) -> None:
        self.verdicts: tuple[Verdict, ...] = ()
        self._coverage = Coverage(
            data_file=None,
            branch=True,
            config_file=str(ROOT / "pyproject.toml"),
            source=[str(ROOT / "tray" / room) for room in ROOMS],
            context=_IMPORTING,
        )
        # The monitoring core of newer Pythons records a line once, so only for the first file that runs it.
        self._coverage.set_option("run:core", "ctrace")
        self._coverage.start()
        # Import everything first, or a module's own lines would count for whichever test file came first.
        for path in modules():
            importlib.import_module(".".join(path.with_suffix("").parts))
        self._switch("conftest.py")

    def pytest_collectstart(self, collector: pytest.Collector) -> None:
        """Whatever a test file runs while it is read belongs to it."""
        self._switch(collector.nodeid)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """So does whatever its tests and their fixtures run."""
        self._switch(nodeid)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> object:
        """Judge, and let the run fail if a module falls short."""
        self._coverage.stop()
        self.verdicts = tuple(self._judge(path) for path in modules())
        if session.exitstatus == pytest.ExitCode.OK and any(self._short()):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        return (yield)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say which modules fall short, and where."""
        short = self._short()
        terminalreporter.section("coverage law")
        for each in short:
            terminalreporter.write_line(
                f"{each.module}: {each.percent:.1f} % by {each.test_file}, missing {each.missing}", red=True
            )
        kept = len(self.verdicts) - len(short)
        terminalreporter.write_line(
            f"{kept} of {len(self.verdicts)} modules are covered to {DEMANDED:g} % by their own test file"
        )

    def _switch(self, nodeid: str) -> None:
        self._coverage.switch_context(nodeid.partition("::")[0])

    def _short(self) -> tuple[Verdict, ...]:
        return tuple(each for each in self.verdicts if each.percent < DEMANDED)

    def _judge(self, path: Path) -> Verdict:
        test_file = own_test_file(path)
        table = io.StringIO()
        contexts = [rf"^{_IMPORTING}(\||$)", rf"(^|\|){re.escape(test_file)}$"]
        try:
            percent = self._coverage.report(
                [str(ROOT / path)], contexts=contexts, show_missing=True, file=table
            )
        except NoDataError:
            return Verdict(str(path), test_file, 0.0, "everything")
        row = next(line for line in table.getvalue().splitlines() if line.startswith(str(path)))
        return Verdict(path.as_posix(), test_file, percent, row.rpartition("%")[2].strip())


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Begin to measure before a conftest imports anything."""
    early_config.pluginmanager.register(CoverageLaw(), "coverage-law-measuring")
