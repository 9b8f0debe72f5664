"""A desktop on a virtual screen: an X server, a D-Bus session, a window manager, a tray and a notice daemon.

Everything lives in one directory and ends with the `with` block. It knows nothing of the product under test.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self, TypeVar

from PIL import Image, ImageGrab

from tests.outline import outline_box

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMS: Final = (
    "Xvfb",
    "dbus-daemon",
    "openbox",
    "xfce4-panel",
    "trayer",
    "dunst",
    "notify-send",
    "xdotool",
)
"""What must be on the PATH."""

WIDTH, HEIGHT, PANEL = 1280, 800, 28
GROUND: Final = (0x1C, 0x1C, 0x1C)
_SECONDS = 30.0

Box = tuple[int, int, int, int]
"""Left, top, right and bottom, in pixels of the screen."""

T = TypeVar("T")

_PANEL_CONFIGURATION = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=8;x=@X@;y=@Y@"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="length" type="double" value="100"/>
      <property name="size" type="uint" value="@PANEL@"/>
      <property name="icon-size" type="uint" value="22"/>
      <property name="background-style" type="uint" value="1"/>
      <property name="background-rgba" type="array">
        @GROUND@
        <value type="double" value="1"/>
      </property>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/><value type="int" value="2"/><value type="int" value="3"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
      <property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-2" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
      <property name="known-legacy-items" type="array"/>
    </property>
    <property name="plugin-3" type="string" value="separator">
      <property name="style" type="uint" value="0"/>
    </property>
  </property>
</channel>
"""
_NOTICE_CONFIGURATION = f"""[global]
    origin = top-right
    offset = 16x16
    width = 340
    height = 300
    font = DejaVu Sans 10
    frame_width = 1
    frame_color = "#555555"
    stack_duplicates = false
    history_length = 100
    idle_threshold = 0
[urgency_low]
    background = "#{bytes(GROUND).hex()}"
    foreground = "#eeeeee"
    timeout = 0
[urgency_normal]
    background = "#{bytes(GROUND).hex()}"
    foreground = "#eeeeee"
    timeout = 0
[urgency_critical]
    background = "#{bytes(GROUND).hex()}"
    foreground = "#ffffff"
    timeout = 0
"""


def until(ask: Callable[[], T], what: str, seconds: float = _SECONDS) -> T:
    """Return the first answer that is true; raises TimeoutError naming `what` when none came in time."""
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:.0f} s: {what}")
        pause.wait(0.05)


def _panel_configuration(ground: tuple[int, int, int]) -> str:
    values = {
        "@X@": WIDTH // 2,
        "@Y@": HEIGHT - PANEL // 2,
        "@PANEL@": PANEL,
        "@GROUND@": "".join(f'<value type="double" value="{channel / 255:.6f}"/>' for channel in ground),
    }
    text = _PANEL_CONFIGURATION
    for name, value in values.items():
        text = text.replace(name, str(value))
    return text


class Screen:
    """The desktop, as a context manager; `environment` is what a program needs to stand on it.

    Args:
        directory: Holds its HOME, configuration and logs; made if missing.
        trayer: Have the XEmbed tray of trayer instead of xfce4-panel with its StatusNotifierItems.
        ground: The colour of the panel.
    """

    def __init__(
        self, directory: Path, *, trayer: bool = False, ground: tuple[int, int, int] = GROUND
    ) -> None:
        self._directory, self._trayer, self._ground = directory, trayer, ground
        self._processes: list[subprocess.Popen[bytes]] = []
        home, runtime = directory / "home", directory / "runtime"
        self._home = home
        self.environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(runtime),
            "NO_AT_BRIDGE": "1",
            "GSETTINGS_BACKEND": "memory",
            "GTK_THEME": "Adwaita:dark",
        }
        (home / ".config/dunst").mkdir(parents=True)
        (home / ".config/dunst/dunstrc").write_text(_NOTICE_CONFIGURATION)
        panel = home / ".config/xfce4/xfconf/xfce-perchannel-xml"
        panel.mkdir(parents=True)
        (panel / "xfce4-panel.xml").write_text(_panel_configuration(ground))
        runtime.mkdir(mode=0o700)

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as undo:
            undo.callback(self._end)
            mode = ("-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp")
            # By default it restarts, and drops all clients, when the last one leaves.
            number = self._start_announcing(lambda fd: ["Xvfb", "-displayfd", fd, "-noreset", *mode])
            self.environment["DISPLAY"] = f":{number}"
            self.environment["DBUS_SESSION_BUS_ADDRESS"] = self._start_announcing(
                lambda fd: ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--print-address={fd}"]
            )
            self._start("openbox", "--sm-disable")
            # It places the panel, so it has to be there first.
            until(self._is_managed, "the window manager is there")
            self._start("dunst")
            if self._trayer:
                tint = f"0x{bytes(self._ground).hex()}"
                self._start(
                    *("trayer", "--edge", "bottom", "--align", "right", "--widthtype", "percent"),
                    *("--width", "100", "--heighttype", "pixel", "--height", str(PANEL), "--padding", "8"),
                    *("--transparent", "true", "--alpha", "0", "--tint", tint, "--SetDockType", "true"),
                )
            else:
                self._start("xfce4-panel", "--disable-wm-check", "--sm-client-disable")
            until(
                lambda: _near(self._panel().getpixel((2, PANEL // 2)), self._ground),
                "the panel is on the screen",
            )
            undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def picture(self) -> Image.Image:
        """What is on the screen now."""
        return ImageGrab.grab(xdisplay=self.environment["DISPLAY"]).convert("RGB")

    def icon_box(self) -> Box | None:
        """Where something is drawn on the panel; None while it is bare."""
        panel = self._panel()
        box = outline_box(panel, panel.getpixel((2, PANEL // 2)))
        return None if box is None else (box[0], box[1] + HEIGHT - PANEL, box[2], box[3] + HEIGHT - PANEL)

    def icon(self) -> Image.Image | None:
        """The picture of what is drawn on the panel, cut to its outline; None while it is bare."""
        box = self.icon_box()
        return None if box is None else self.picture().crop(box)

    def click(self, box: Box, button: int = 1) -> None:
        """Move the mouse into the middle of a box and click: 1 is the left button, 3 the right one."""
        left, top, right, bottom = box
        middle = str((left + right) // 2), str((top + bottom) // 2)
        self._xdotool("mousemove", *middle, "click", str(button))

    def press(self, *keys: str) -> None:
        """Press keys, by their X names: Escape, Down, Right …"""
        self._xdotool("key", *keys)

    def _xdotool(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], env=self.environment, timeout=_SECONDS, check=True)

    def _is_managed(self) -> bool:
        asked = ["xdotool", "get_num_desktops"]
        answer = subprocess.run(
            asked, env=self.environment, capture_output=True, timeout=_SECONDS, check=False
        )
        return answer.returncode == 0

    def _panel(self) -> Image.Image:
        return self.picture().crop((0, HEIGHT - PANEL, WIDTH, HEIGHT))

    def _start(self, *command: str, keep: tuple[int, ...] = ()) -> None:
        with (self._directory / f"{command[0]}.log").open("wb") as log:
            process = subprocess.Popen(
                command,
                env=self.environment,
                cwd=self._home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=keep,
            )
        self._processes.append(process)

    def _start_announcing(self, command: Callable[[str], list[str]]) -> str:
        """Start a program that writes one line, where it is to be found, to a file descriptor."""
        reader, writer = os.pipe()
        with os.fdopen(reader) as line:
            self._start(*command(str(writer)), keep=(writer,))
            os.close(writer)
            said = line.readline().strip()
        if not said:
            raise RuntimeError(
                f"{self._processes[-1].args[0]} did not start; its log is in {self._directory}"
            )
        return said

    def _end(self) -> None:
        """End the processes, the last started first; what the bus started ends with the bus."""
        while self._processes:
            process = self._processes.pop()
            process.terminate()
            try:
                process.wait(_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _near(colour: tuple[int, ...], other: tuple[int, ...]) -> bool:
    # trayer's tint is one off.
    return all(abs(a - b) <= 1 for a, b in zip(colour, other, strict=True))


def missing() -> str | None:
    """Why a screen cannot be had on this computer; None if it can."""
    absent = [program for program in PROGRAMS if shutil.which(program) is None]
    return f"there is no {', '.join(absent)}; tests/desktop/apt.txt lists what to install" if absent else None
