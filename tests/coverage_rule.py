"""The coverage rule, a pytest plugin: each module of a pure package is covered by its own test file alone.

Use: ``pytest -p tests.coverage_rule``, with or without workers (``-n``). All modules are measured in one
run: every arc is recorded under the test file that ran it, and a module is judged by the arcs of its own file
and by those of importing it. So a module that holds nothing but values needs no test file. Each worker leaves
one data file; the controller combines them and judges once.
"""

from __future__ import annotations

import importlib
import io
import os
import re
import tempfile
import threading
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from coverage import Coverage, CoverageData
from coverage.exceptions import NoDataError

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController

ROOT = Path(__file__).parent.parent
DEMANDED = 95.0
"""Percent of statements and branches."""

_IMPORTING = "importing"
_FOLDER = "coverage_rule_folder"
"""The key under which the controller tells a worker where to leave its data file."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much of a module its own test file covers, in percent, and the lines that it misses."""

    module: str
    test_file: str
    percent: float
    missing: str


def pure_packages() -> tuple[str, ...]:
    """Return the packages under the rule: those that the import contract `pure` names."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = [each for each in settings["tool"]["importlinter"]["contracts"] if each.get("id") == "pure"]
    return tuple(contract["source_modules"])


def modules() -> tuple[Path, ...]:
    """Return the modules under the rule, at any depth, relative to the project."""
    found: list[Path] = []
    for package in pure_packages():
        place = ROOT.joinpath(*package.split("."))
        found += sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    return tuple(path.relative_to(ROOT) for path in found if path.name != "__init__.py")


def own_test_file(module: Path) -> str:
    """Return the test file of a module: ``tray/core/link.py`` has ``tests/core/test_link.py``."""
    return Path("tests", *module.parts[1:-1], f"test_{module.name}").as_posix()


def own_test_files() -> tuple[str, ...]:
    """Return the test files of all modules under the rule, as far as they have one."""
    return tuple(name for name in map(own_test_file, modules()) if (ROOT / name).is_file())


class CoverageRule:
    """Measures from the first import to the last test, and then judges."""

    def __init__(self, *, runs_tests: bool) -> None:
        self.verdicts: tuple[Verdict, ...] = ()
        self._modules = modules()
        self._folder = tempfile.TemporaryDirectory(prefix="coverage-rule-")
        self._coverage = Coverage(
            data_file=None,
            branch=True,
            config_file=str(ROOT / "pyproject.toml"),
            source_pkgs=list(pure_packages()),
            context=_IMPORTING,
        )
        # The monitoring core of newer Pythons records a line once, so only for the first file that runs it.
        self._coverage.set_option("run:core", "ctrace")
        if not runs_tests:
            return
        self._coverage.start()
        # Pure code starts no thread, and before Python 3.12 a thread may fail if it begins to be traced while
        # another one does (python/cpython#98257).
        threading.settrace(None)
        # Import everything first, or a module's own lines would count for whichever test file came first.
        for path in self._modules:
            importlib.import_module(".".join(path.with_suffix("").parts))
        self._switch("conftest.py")

    def pytest_collectstart(self, collector: pytest.Collector) -> None:
        """Record under a test file what runs while it is read."""
        self._switch(collector.nodeid)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Record under a test file what its tests and their fixtures run."""
        self._switch(nodeid)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: WorkerController) -> None:
        """Tell a worker where to leave its data file."""
        node.workerinput[_FOLDER] = self._folder.name

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> object:
        """Leave the data to the controller, or judge and let the run fail if a module falls short."""
        self._coverage.stop()
        worker = getattr(session.config, "workerinput", None)
        if worker is not None:
            self._leave(Path(worker[_FOLDER]) / worker["workerid"])
        else:
            self._combine()
            self.verdicts = tuple(self._judge(path) for path in self._modules)
            if session.exitstatus == pytest.ExitCode.OK and any(self._short()):
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
        self._folder.cleanup()
        return (yield)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print which modules fall short, and where, and how many were judged."""
        short = self._short()
        terminalreporter.section("coverage rule")
        for each in short:
            terminalreporter.write_line(
                f"{each.module}: {each.percent:.1f} % by {each.test_file}, missing {each.missing}", red=True
            )
        judged = len(self.verdicts)
        terminalreporter.write_line(
            f"judged {judged} modules; {judged - len(short)} of them are covered to {DEMANDED:g} % "
            "by their own test file"
        )

    def _switch(self, nodeid: str) -> None:
        if Coverage.current() is self._coverage:
            self._coverage.switch_context(nodeid.partition("::")[0])

    def _leave(self, path: Path) -> None:
        data = CoverageData(str(path))
        data.update(self._coverage.get_data())
        data.write()

    def _combine(self) -> None:
        ours = self._coverage.get_data()
        for path in sorted(Path(self._folder.name).iterdir()):
            data = CoverageData(str(path))
            data.read()
            ours.update(data)

    def _short(self) -> tuple[Verdict, ...]:
        return tuple(each for each in self.verdicts if each.percent < DEMANDED)

    def _judge(self, path: Path) -> Verdict:
        test_file = own_test_file(path)
        table = io.StringIO()
        contexts = [f"^{_IMPORTING}$", rf"(^|\|){re.escape(test_file)}$"]
        try:
            percent = self._coverage.report(
                [str(ROOT / path)], contexts=contexts, show_missing=True, file=table
            )
        except NoDataError:
            return Verdict(path.as_posix(), test_file, 0.0, "everything")
        row = next(line for line in table.getvalue().splitlines() if line.startswith(str(path)))
        return Verdict(path.as_posix(), test_file, percent, row.rpartition("%")[2].strip())


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Begin to measure before a conftest imports anything; the controller of workers runs no test itself."""
    has_workers = early_config.known_args_namespace.numprocesses and "PYTEST_XDIST_WORKER" not in os.environ
    early_config.pluginmanager.register(CoverageRule(runs_tests=not has_workers), "coverage-rule-measuring")
