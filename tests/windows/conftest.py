"""Windows under Wine, the program and its installer as they were built just now, and what was measured."""

from __future__ import annotations

import json
import sys

import pytest

if sys.platform == "win32":
    collect_ignore_glob = ["test_*.py"]  # on Windows itself, only what is inside
else:
    import os
    import subprocess
    from pathlib import Path

    from build.commands import NotAvailableError
    from build.wine import CHECKOUT
    from build.winetools import set_up
    from tests.faulty_gateway import FaultyGateway
    from tests.peers.realgateway import Gateway
    from tests.steer import use
    from tests.windows.desk import Desk
    from tests.windows.program import Built, Tray

    RELEASE = "openclaw@2026.9.6"
    FIGURES = pytest.StashKey()
    CHECKS = pytest.StashKey()
    TABLE = pytest.StashKey()
    ENDS = pytest.StashKey()
    _REQUIRED = "windows" in os.environ.get("CLAWTRAY_REQUIRE", "").replace(",", " ").split()
    _BUILD = ("-m", "build.build")
    _BUILD_TIMEOUT = 900.0

    @pytest.fixture(scope="session")
    def tools():
        """What a Windows is made of; where it cannot be had, the tests are not run and say why."""
        try:
            return set_up()
        except NotAvailableError as error:
            (pytest.fail if _REQUIRED else pytest.skip)(f"not run: {error}")

    @pytest.fixture(scope="session")
    def building(tools, tmp_path_factory):
        """The build, started: it goes on while tests run that do not need it."""
        if os.environ.get("CLAWTRAY_BUILT"):
            yield None
            return
        log = tmp_path_factory.mktemp("build") / "output.log"
        command = f'"$0" {" ".join(_BUILD)} && exec "$0" {" ".join(_BUILD)} --idle'
        with log.open("wb") as file:
            process = subprocess.Popen(
                ["sh", "-c", command, sys.executable],
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        yield process, log
        process.kill()
        process.wait()

    @pytest.fixture(scope="session")
    def built(building):
        """What was built just now, or lies in $CLAWTRAY_BUILT."""
        if building is None:
            return Built(Path(os.environ["CLAWTRAY_BUILT"]))
        process, log = building
        code = process.wait(_BUILD_TIMEOUT)
        assert code == 0, log.read_text(errors="replace")
        return Built(CHECKOUT / "build" / "out")

    @pytest.fixture(scope="module")
    def desk(tools):
        """A Windows for the tests of one file."""
        with Desk(tools) as started:
            yield started

    @pytest.fixture
    def demo():
        """A gateway whose main session has used 38% of its window."""
        with FaultyGateway(speed=10, story=False) as gateway:
            use(gateway, 38)
            yield gateway

    @pytest.fixture
    def fill(demo):
        """Let the main session have used so many percent of its window."""
        return lambda percent: use(demo, percent)

    @pytest.fixture(scope="session")
    def real_gateway():
        try:
            started = Gateway(RELEASE)
        except NotAvailableError as error:
            (pytest.fail if _REQUIRED else pytest.skip)(f"not run: {error}")
        with started:
            yield started

    @pytest.fixture
    def start(desk, built, tmp_path):
        """Starts the program, whose environment names the gateway; ends it in order."""
        started = []

        def start_one(gateway, **options):
            tray = Tray(desk, built, tmp_path / "clawtray", gateway, **options)
            started.append(tray)
            return tray

        yield start_one
        for tray in started:
            tray.end()

    @pytest.fixture
    def tray(start, demo):
        """The program, calm, on the steered gateway."""
        return start(demo).calm()

    @pytest.fixture(scope="session")
    def figures(pytestconfig):
        """What is measured, by the names of the last line."""
        return pytestconfig.stash.setdefault(FIGURES, {})

    def pytest_collection_modifyitems(items):
        """First what needs no build; at the end what is measured, when all else is quiet."""
        items.sort(key=lambda item: ("built" in item.fixturenames, "figures" in item.fixturenames))

    def pytest_runtest_logreport(report):
        if report.when == "call" and not report.skipped:
            _ran.append(report.nodeid)

    def pytest_unconfigure(config):
        """The last line of all: what was measured, where all of it was."""
        measured = config.stash.get(FIGURES, {})
        if measured.keys() >= _NAMES:
            for line in config.stash.get(TABLE, []):
                print(line)  # noqa: T201 - the suite's own report
            if ends := config.stash.get(ENDS, []):
                print(f"ended at most {max(ends):.2f} s after it was asked to")  # noqa: T201 - as above
            checks = len(_ran) + config.stash.get(CHECKS, 0)
            print(json.dumps({name: measured[name] for name in _ORDER} | {"checks": checks}))  # noqa: T201 - as above

    _ORDER = ("installer_bytes", "installed_bytes", "start_seconds", "private_bytes")
    _NAMES = set(_ORDER)
    _ran = []
