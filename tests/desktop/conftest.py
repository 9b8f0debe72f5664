"""A desktop, a steered gateway, and ClawTray as a process between the two."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.desktop import screen as desktop
from tests.desktop.screen import Screen, until
from tests.faulty_gateway import FaultyGateway
from tests.glance import Panel, colour, seen
from tests.steer import use
from tray.tray_icon import SIZE
from tray.view.icon.model import Situation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.desktop.bus import Bus
    from tray.view.icon.model import Icon

PANEL = Panel(desktop.GROUND, SIZE, taskbar=None)
OUT = Path(__file__).parents[1] / "out"
_REQUIRED = "xvfb" in os.environ.get("CLAWTRAY_REQUIRE", "").replace(",", " ").split()
_SECONDS = 30.0


@pytest.fixture(scope="session")
def ground() -> None:
    """What the suite stands on; where it is missing, the tests are not run and say why."""
    why = desktop.missing()
    try:
        import gi  # noqa: PLC0415 - it may be missing

        gi.require_version("AyatanaAppIndicator3", "0.1")
    except (ImportError, ValueError) as error:
        why = why or f"{error}; `uv sync --group desktop` installs PyGObject"
    if why is not None:
        (pytest.fail if _REQUIRED else pytest.skip)(f"not run: {why}")


@pytest.fixture
def screen(ground, tmp_path) -> Iterator[Screen]:
    """A desktop for one test: half a second, for a panel that now and then crashes when an icon goes away."""
    with Screen(tmp_path / "desktop") as started:
        yield started


@pytest.fixture
def bus(screen) -> Iterator[Bus]:
    from tests.desktop.bus import Bus  # noqa: PLC0415 - it needs PyGObject

    with Bus(screen.environment["DBUS_SESSION_BUS_ADDRESS"]) as connected:
        yield connected


class Tray:
    """ClawTray as a process that stands on a screen."""

    def __init__(self, screen: Screen, home: Path, url: str, token: str) -> None:
        self.screen, self.home = screen, home
        self._token = token
        home.mkdir(exist_ok=True)
        self.settings = home / "settings.toml"
        self._log = home / "stderr.log"
        environment = {
            **screen.environment,
            "CLAWTRAY_URL": url,
            "CLAWTRAY_TOKEN": token,
            "CLAWTRAY_HOME": str(home),
        }
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tray"],
                cwd=home,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    @property
    def icon(self) -> Icon | None:
        """What the icon on the screen shows; None while there is none."""
        return seen(self.screen.icon(), PANEL)

    def shows(self, situation: Situation, tint: str) -> Icon:
        """Wait until the icon has this shape and this colour, and keep a picture of it in tests/out."""

        def reads_so() -> Icon | None:
            picture = self.screen.icon()
            icon = seen(picture, PANEL)
            if picture is None or icon is None or icon.situation is not situation or colour(picture) != tint:
                return None
            self.keep(f"icon-{situation.value.replace(' ', '-')}", self.screen.icon_box())
            return icon

        try:
            return until(reads_so, f"the icon shows {situation.value} in {tint}")
        except TimeoutError as error:
            self.keep("failed")
            raise AssertionError(f"{error}; it shows {self.icon}\n{self.log}") from None

    def keep(self, name: str, box: desktop.Box | None = None) -> None:
        """Keep a picture of the screen in tests/out, or of a box on it, eight times as large."""
        OUT.mkdir(exist_ok=True)
        picture = self.screen.picture()
        if box is not None:
            cut = picture.crop(box)
            picture = cut.resize((cut.width * 8, cut.height * 8), 0)
        picture.save(OUT / f"{name}.png")

    @property
    def log(self) -> str:
        """What it wrote on the terminal."""
        return self._log.read_text(errors="replace")

    def end(self) -> None:
        """End it if it still runs, and see that it complained of nothing and gave no secret away."""
        self.process.terminate()
        try:
            self.process.wait(_SECONDS)
        finally:
            self.process.kill()
            self.process.wait()
        assert "Traceback" not in self.log, self.log
        assert not self._token or self._token not in self.log


@pytest.fixture
def demo() -> Iterator[FaultyGateway]:
    """A gateway whose main session has used 38% of its window."""
    with FaultyGateway(speed=10, story=False) as gateway:
        use(gateway, 38)
        yield gateway


@pytest.fixture
def fill(demo) -> Callable[[float], None]:
    """Let the main session have used so many percent of its window."""
    return lambda percent: use(demo, percent)


@pytest.fixture
def start(screen, bus, tmp_path) -> Iterator[Callable[..., Tray]]:
    """Start ClawTray for the gateway at an address; `settings` is its settings file."""
    started: list[Tray] = []

    def start_one(url: str, token: str, *, settings: str = "") -> Tray:
        (tmp_path / "clawtray").mkdir()
        if settings:
            (tmp_path / "clawtray" / "settings.toml").write_text(settings)
        tray = Tray(screen, tmp_path / "clawtray", url, token)
        started.append(tray)
        until(bus.has_icon, "the icon is in the tray")
        return tray

    yield start_one
    for tray in started:
        tray.end()


@pytest.fixture
def tray(start, demo, bus) -> Tray:
    """ClawTray, calm, on the steered gateway; its menu follows within a second."""
    tray = start(demo.url, demo.token)
    tray.shows(Situation.CALM, "green")
    until(
        lambda: bus.menu()[0].label.startswith("main") and len(bus.line("Model").below) > 1,
        "the menu follows",
    )
    return tray
