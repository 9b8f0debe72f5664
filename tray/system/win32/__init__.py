"""What Windows has of its own. Imported there alone; a command of the console pays for none of the icon."""

from __future__ import annotations

import contextlib
import ctypes
import os
import subprocess
import sys
import winreg
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tray.core.events import Event
from tray.system.win32 import api, clipboard, instance, startup
from tray.view.notifications import Notification

assert sys.platform == "win32"

APP_ID = "ClawTray.ClawTray"
"""Groups windows, shortcut and notices as one application; the installer's shortcut has it as well."""
_ICON_SETTINGS = "ms-settings:taskbar"
_PERSONALIZE = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"


def prepare() -> None:
    """Tell Windows what this process is, before it has any window."""
    api.SetProcessDpiAwarenessContext(api.PER_MONITOR_AWARE_V2)  # refused where the manifest says so already
    api.SetCurrentProcessExplicitAppUserModelID(APP_ID)
    if Path.cwd() == Path(sys.executable).parent:
        # What the tray opens inherits this, and nothing can remove a folder that is somebody's current one.
        with contextlib.suppress(OSError):  # a home that is on a network may be away
            os.chdir(Path.home())


def claim(*, demo: bool) -> bool:
    """Become the one tray of this session; False if there is one already, which then shows itself."""
    return instance.claim(instance.DEMO if demo else instance.NAME)


def make_icon(
    menu: Any,  # noqa: ANN401 - pystray has no types
    *,
    post: Callable[[Event], None],
    ending: Callable[[], None],
    show_otherwise: Callable[[Notification], None],
) -> Any:  # noqa: ANN401 - as above
    """The icon; see `icon.Win32Icon` for what it takes."""
    from tray.system.win32 import icon, popup  # noqa: PLC0415 - Pillow and pystray are for the tray alone

    popup.follow_dark_theme()
    return icon.Win32Icon(menu, post=post, ending=ending, show_otherwise=show_otherwise)


def open_file(path: Path) -> bool:
    """Open a text file with the program that the user has for it, else with Notepad.

    Returns:
        Whether that went well.
    """
    for verb in ("edit", "open"):
        try:
            os.startfile(path, verb)  # noqa: S606 - a file of our own
        except OSError:
            continue
        return True
    nowhere = subprocess.DEVNULL  # a windowed program has no streams that a child could inherit
    notepad = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "notepad.exe"
    try:
        subprocess.Popen([notepad, path], stdin=nowhere, stdout=nowhere, stderr=nowhere)  # noqa: S603 - as above
    except OSError:
        return False
    return True


def language() -> str:
    """The language of Windows' own menus, as two letters; English for all that have no words here."""
    primary = api.GetUserDefaultUILanguage() & 0x3FF
    return "ko" if primary == api.LANG_KOREAN else "en"


def read_clipboard() -> str | None:
    """The text of the clipboard; None where there is none, or another program holds it."""
    return clipboard.get()


def copy_text(text: str) -> bool:
    """Put a text on the clipboard, and tell whether that went well."""
    return clipboard.put(text)


def prefers_dark() -> bool:
    """Whether the user likes the windows of programs dark; the taskbar has a choice of its own."""
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _PERSONALIZE) as key:
            return bool(winreg.QueryValueEx(key, "AppsUseLightTheme")[0] == 0)
    except OSError:  # older than the choice
        return False


def dress(window: int, *, dark: bool) -> None:
    """Let the title bar of a top-level window be dark, or light; where Windows cannot, it stays as it is."""
    wanted = ctypes.c_int(dark)
    api.DwmSetWindowAttribute(window, api.DWMWA_USE_IMMERSIVE_DARK_MODE, ctypes.byref(wanted), 4)


def let_to_front(process: int) -> None:
    """Let a process that the user's click started put its window before all others."""
    api.AllowSetForegroundWindow(process)


def show_icon_settings() -> bool:
    """Open the page of Windows' settings on which an icon is brought out from behind the arrow."""
    try:
        os.startfile(_ICON_SETTINGS)  # noqa: S606 - a page of Windows itself
    except OSError:
        return False
    return True


def may_interrupt() -> bool:
    """Whether a notice may be shown now: not over a game or a presentation, nor to a locked screen."""
    state = ctypes.c_int()
    if api.SHQueryUserNotificationState(ctypes.byref(state)) != 0:
        return True
    return state.value not in (
        api.QUNS_NOT_PRESENT,
        api.QUNS_BUSY,
        api.QUNS_FULL_SCREEN,
        api.QUNS_PRESENTATION_MODE,
        api.QUNS_QUIET_TIME,
    )


def autostart() -> bool | None:
    """Whether ClawTray starts at sign-in."""
    return startup.is_on()


def set_autostart(*, on: bool) -> None:
    """Start at sign-in from now on, or no longer.

    Raises:
        OSError: The registry refuses.
    """
    startup.switch(on=on)


def say(text: str) -> None:
    """Show a sentence in a box, for a program without a terminal; returns when it was read."""
    api.MessageBox(None, text, "ClawTray", api.MB_ICONWARNING | api.MB_SETFOREGROUND)
