"""ClawTray as a program of Windows: started, looked at, and ended in order."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from build.wine import windows_path
from tests.desktop.screen import until
from tests.glance import colour
from tests.windows.desk import ICON, Desk
from tray.view.icon.model import Icon, Situation

if TYPE_CHECKING:
    from collections.abc import Iterable

SECONDS: Final = 30.0
GREETED: Final = '{"version": 1, "greeted": true}'
QUIT: Final = "ClawTray.Quit"
_PAGE: Final = 4096
_IS_THERE, _IS_OF_A_FILE = 1 << 63, 1 << 61


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made, in one folder."""

    folder: Path

    @property
    def collection(self) -> Path:
        """The folder of both programs."""
        return self.folder / "ClawTray"

    @property
    def tray(self) -> Path:
        """The program."""
        return self.collection / "ClawTray.exe"

    @property
    def console(self) -> Path:
        """The program for the terminal."""
        return self.collection / "clawtray-cli.exe"

    @property
    def idle(self) -> Path:
        """A program with the same libraries that does nothing."""
        return self.folder / "idle" / "idle.exe"

    @property
    def installer(self) -> Path:
        """The setup."""
        return self.folder / "ClawTray-setup.exe"


class Tray:
    """ClawTray as a process before a gateway, with a folder of its own."""

    def __init__(self, desk: Desk, built: Built, home: Path, gateway, *, greeted=True, settings="") -> None:
        self.desk, self.home = desk, home
        self._token = gateway.token
        home.mkdir(exist_ok=True)
        if greeted:
            (home / "state.json").write_text(GREETED)
        if settings:
            (home / "settings.toml").write_text(settings)
        self.environment = {
            "CLAWTRAY_URL": gateway.url,
            "CLAWTRAY_TOKEN": gateway.token,
            "CLAWTRAY_HOME": windows_path(home),
        }
        self.process = desk.windows.start(built.tray, env=self.environment)

    def calm(self) -> Tray:
        """Wait until it is connected and calm."""
        shows(self.desk, Situation.CALM, "green")
        return self

    def shows(self, situation: Situation, tint: str) -> Icon:
        """Wait until the icon has this shape and this colour, and keep a picture of it."""
        return shows(self.desk, situation, tint)

    @property
    def ended(self) -> bool:
        """Whether it has ended."""
        return self.process.poll() is not None

    @property
    def log(self) -> str:
        """What it wrote down."""
        log = self.home / "clawtray.log"
        return log.read_text(errors="replace") if log.exists() else ""

    @property
    def memory(self) -> str:
        """What it remembers."""
        return (self.home / "state.json").read_text()

    def end(self) -> None:
        """End it if it still runs. It must have had no fault, given no secret away, and leave no icon."""
        if not self.ended:
            self.desk.ask("broadcast", QUIT)
        try:
            assert self.process.wait(SECONDS) == 0
        finally:
            self.process.kill()
            self.process.wait()
        assert not self.log
        for path in self.home.rglob("*"):
            assert self._token.encode() not in path.read_bytes(), path
        until(lambda: not self.desk.icons(), "the icon is gone")


def shows(desk: Desk, situation: Situation, tint: str) -> Icon:
    """Wait until the taskbar's one icon has this shape and this colour, and keep a picture of it."""

    def reads_so() -> Icon | None:
        icons, icon = desk.icons(), desk.icon()
        if not icons or icon is None or icon.situation is not situation or colour(icons[0]) != tint:
            return None
        return icon

    try:
        icon = until(reads_so, f"the icon shows {situation.value} in {tint}", SECONDS)
    except TimeoutError as error:
        desk.keep("failed")
        raise AssertionError(f"{error}; it shows {desk.icon()}") from None
    left, top, right, bottom = ICON
    desk.keep(f"icon-{situation.value.replace(' ', '-')}", (left - 5, top - 5, right + 5, bottom + 5))
    return icon


def running(desk: Desk, name: str = "ClawTray.exe") -> list[int]:
    """The processes of this name in a Windows, by their Linux numbers."""
    entry = f"HOME={desk.windows.home}".encode()
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            program = (place / "cmdline").read_bytes().partition(b"\0")[0].decode(errors="replace")
            if program.endswith(name) and entry in (place / "environ").read_bytes().split(b"\0"):
                found.append(int(place.name))
        except OSError:  # it has ended meanwhile
            continue
    return found


def touched(process: int, regions: Iterable[tuple[int, int]]) -> int:
    """How many bytes of these regions a process has ever used: whole pages that no file stands behind.

    Untouched ones are no memory yet; of each stack, Wine asks for all of it at once, and Windows does not.
    """
    pages = 0
    with Path(f"/proc/{process}/pagemap").open("rb", buffering=0) as pagemap:
        for address, size in regions:
            pagemap.seek(address // _PAGE * 8)
            entries = os.read(pagemap.fileno(), size // _PAGE * 8)
            pages += sum(
                bool(entry & _IS_THERE) and not entry & _IS_OF_A_FILE
                for (entry,) in struct.iter_unpack("<Q", entries)
            )
    return pages * _PAGE
