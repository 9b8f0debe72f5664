"""A Windows under Wine with a taskbar, eyes and hands: the screen, what the system says, the mouse.

It knows where Wine's taskbar stands, and how Wine lays a menu out; of ClawTray it knows the icon alone.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from PIL import ImageChops

from build.wine import Windows
from tests.desktop.screen import until
from tests.glance import Panel, outline, seen
from tray.view.icon.palette import Taskbar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PIL import Image

    from build.wine import Tools
    from tray.view.icon.model import Icon
    from tray.view.menu.item import Item

OUT: Final = Path(__file__).parents[1] / "out" / "windows"
PERSONALIZE: Final = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
MENU_CLASS: Final = "#32768"

_WHITE: Final = (255, 255, 255)
_ICON, _FIRST, _APART = 16, (5, 31), 20
"""Wine's taskbar is in the upper left corner. Pixels: of an icon, where the first is, and the next."""
_EMPTY: Final = (150, 45)
"""A pixel of the taskbar that never has an icon."""
_MENU_EDGE, _LINE, _PICTURED, _SEPARATOR = 3, 17, 18, 9
"""Heights in a menu, in pixels: a line with a picture is two higher than that."""
_TASKBAR: Final = (0, 0, 166, 52)
_GLANCES = 20
_STEADY: Final = 2.0
"""Seconds without a change after which all of it is drawn: on a busy machine Wine draws part by part."""
_CARET: Final = 0.002
"""The part of a window that a caret takes, at the most."""
_SECONDS = 30.0
_AGENT: Final = Path(__file__).parent / "agent.py"

Box = tuple[int, int, int, int]
"""Left, top, right and bottom, in pixels of the screen."""


def is_another(picture: Image.Image, before: Image.Image) -> bool:
    """Whether more has changed than a caret that blinks."""
    if picture.size != before.size:
        return True
    left, top, right, bottom = ImageChops.difference(picture, before).getbbox() or (0, 0, 0, 0)
    return (right - left) * (bottom - top) > _CARET * picture.width * picture.height


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice that is seen. Of the shell's two texts only the body can be asked for."""

    body: str
    box: Box


class Desk:
    """Windows with somebody before it, as a context manager.

    Attributes:
        windows: The session.
    """

    def __init__(self, tools: Tools, user: str = "user", dpi: int = 96) -> None:
        self.windows = Windows(tools, user=user, dpi=dpi)
        self._ending = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as ending:
            ending.enter_context(self.windows)
            listening = ending.enter_context(socket.create_server(("127.0.0.1", 0)))
            listening.settimeout(60.0)
            python = self.windows.tools.python / "python.exe"
            self.windows.start(python, _AGENT, str(listening.getsockname()[1]))
            line = ending.enter_context(listening.accept()[0])
            line.settimeout(60.0)
            self._line = ending.enter_context(line.makefile("rw"))
            self.show_theme(Taskbar.LIGHT)
            self._ending = ending.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.close()

    def ask(self, function: str, *arguments: object) -> Any:
        """Have a function of `agent` called inside Windows, and give its answer."""
        self._line.write(json.dumps([function, arguments]) + "\n")
        self._line.flush()
        said = json.loads(self._line.readline())
        assert "answer" in said, said["error"]
        return said["answer"]

    # ---- the screen ----

    def show_theme(self, taskbar: Taskbar) -> None:
        """Set the theme of the taskbar, as Windows' settings do. Wine's own stays white."""
        self.panel = Panel(_WHITE, _ICON, taskbar)
        self.ask("set_value", PERSONALIZE, "SystemUsesLightTheme", int(taskbar is Taskbar.LIGHT))
        self.ask("setting_changed", "ImmersiveColorSet")

    def icons(self) -> list[Image.Image]:
        """What the taskbar holds: each icon cut to its outline, from the left."""
        picture = self._painted()
        if picture.getpixel(_EMPTY) != _WHITE:
            return []
        cells = (picture.crop(_cell(number)) for number in range(7))
        return [cut for cell in cells if (cut := outline(cell, self.panel)) is not None]

    def _painted(self) -> Image.Image:
        """The screen, with the taskbar painted again and seen twice alike."""
        last = None
        for _ in range(_GLANCES):
            self.ask("repaint")
            picture = self.windows.picture().convert("RGB")
            taskbar = picture.crop(_TASKBAR)
            if taskbar == last:
                break
            last = taskbar
        return picture

    def icon(self) -> Icon | None:
        """What the one icon of the taskbar shows; None while there is none, or not one of ours alone."""
        icons = self.icons()
        return seen(icons[0], self.panel) if len(icons) == 1 else None

    def still(self, box: Box) -> Image.Image:
        """What is in a box of the screen, seen twice alike."""
        last = None
        for _ in range(_GLANCES):
            picture = self.windows.picture().crop(box)
            if picture == last:
                break
            last = picture
        return picture

    def settled(self, cut: Callable[[Image.Image], Image.Image], colours: int = 1) -> Image.Image:
        """What `cut` leaves of the screen, once it has so many colours and nothing but a caret changes."""
        shown, since = cut(self.windows.picture().convert("RGB")), time.monotonic()

        def is_steady() -> bool:
            nonlocal shown, since
            picture = cut(self.windows.picture().convert("RGB"))
            if is_another(picture, shown):
                shown, since = picture, time.monotonic()
            written = len(shown.getcolors(1 << 24) or ()) >= colours
            return written and time.monotonic() - since > _STEADY

        until(is_steady, "all of it is drawn", 60.0)
        return shown

    def keep(self, name: str, box: Box | None = None) -> None:
        """Keep a picture of the screen in tests/out/windows, or of a box on it, eight times as large."""
        OUT.mkdir(parents=True, exist_ok=True)
        picture = self.windows.picture()
        if box is not None:
            cut = picture.crop(box)
            picture = cut.resize((cut.width * 8, cut.height * 8), 0)
        picture.save(OUT / f"{name}.png")

    def notices(self) -> list[Notice]:
        """The notices that are seen."""
        return [Notice(each["text"], tuple(each["box"])) for each in self.ask("notices")]

    def until_notice(self, body: str, seconds: float = _SECONDS) -> Notice:
        """Wait for the notice whose body begins so."""

        def found() -> Notice | None:
            return next((notice for notice in self.notices() if notice.body.startswith(body)), None)

        return until(found, f"the notice {body!r}", seconds)

    def click_notice(self, notice: Notice) -> None:
        """Say in the shell's words that it was clicked: of a real click, Wine tells nobody."""
        left, top, right, bottom = notice.box
        self.ask("click_notice", (left + right) // 2, (top + bottom) // 2)

    # ---- the mouse ----

    def click(self, box: Box, button: int = 1) -> None:
        """Move the mouse into the middle of a box and click: 1 is the left button, 3 the right one."""
        left, top, right, bottom = box
        middle = str((left + right) // 2), str((top + bottom) // 2)
        subprocess.run(
            ["xdotool", "mousemove", *middle, "click", str(button)],
            env={"PATH": os.environ["PATH"], "DISPLAY": self.windows.display},
            timeout=_SECONDS,
            check=True,
        )

    def open_menu(self, button: int = 3) -> Box:
        """Click on the icon and wait for the menu: its box."""
        self.click(ICON, button)
        return self.until_levels(1)[0]

    def until_levels(self, count: int) -> list[Box]:
        """Wait until so many levels of a menu are seen: their boxes, the menu itself first."""

        last: list[Box] = []

        def found() -> list[Box] | None:
            nonlocal last
            before, last = last, self._levels()  # one that opens has its size and its place a moment later
            return last if len(last) == count and last == before else None

        if not count:
            until(lambda: not self._levels(), "the menu is closed", _SECONDS)
            return []
        return until(found, f"{count} levels of the menu", _SECONDS)

    def _levels(self) -> list[Box]:
        seen_now = [each for each in self.ask("windows") if each["class"] == MENU_CLASS and each["visible"]]
        # By the left edge: each opens to the right of the one before, and comes to the front a moment later.
        return sorted(tuple(each["box"]) for each in seen_now)


ICON: Final[Box] = (*_FIRST, _FIRST[0] + _ICON, _FIRST[1] + _ICON)
"""Where the first icon stands."""
ELSEWHERE: Final[Box] = (900, 600, 902, 602)
"""Where nothing is."""


def line_box(level: Box, items: Sequence[Item], text: str) -> Box:
    """Where the line that begins with this text stands, in a level of these items whose box is known."""
    left, top, right, bottom = level
    heights = [_SEPARATOR if item.separator else _PICTURED if item.picture else _LINE for item in items]
    assert bottom - top == sum(heights) + 2 * _MENU_EDGE, "the menu has other lines"
    (place,) = [place for place, item in enumerate(items) if item.text.startswith(text)]
    above = top + _MENU_EDGE + sum(heights[:place])
    return left, above, right, above + heights[place]


def _cell(number: int) -> Box:
    left, top = _FIRST[0] + number * _APART, _FIRST[1]
    return left, top, left + _ICON, top + _ICON
