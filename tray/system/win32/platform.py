"""What Windows does in its own way. A console command loads nothing of the icon by importing this."""

from __future__ import annotations

import contextlib
import ctypes
import locale
import os
import subprocess
import sys
import winreg
from ctypes import wintypes
from pathlib import Path
from typing import Any, ClassVar

from tray.storage import processes
from tray.system.platform import ContrastColours
from tray.system.portable import PortablePlatform
from tray.system.win32 import api, clipboard, instance, startup

assert sys.platform == "win32"

APP_ID = "ClawTray.ClawTray"
"""Groups windows, shortcut and notifications as one application; the installer's shortcut has it as well."""
_ICON_SETTINGS = "ms-settings:taskbar"
_PERSONALIZE = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
_DO_NOT_INTERRUPT = (
    api.QUNS_NOT_PRESENT,
    api.QUNS_BUSY,
    api.QUNS_FULL_SCREEN,
    api.QUNS_PRESENTATION_MODE,
    api.QUNS_QUIET_TIME,
)


class Win32Platform(PortablePlatform):
    """Windows. Pages and notifications without an icon go the portable way."""

    has_own_icon: ClassVar[bool] = True

    def prepare_process(self) -> None:
        # Refused where the manifest says so already.
        api.SetProcessDpiAwarenessContext(api.PER_MONITOR_AWARE_V2)
        api.SetCurrentProcessExplicitAppUserModelID(APP_ID)
        if Path.cwd() == Path(sys.executable).parent:
            # What the tray opens inherits this, and Windows cannot remove the current folder of a process.
            with contextlib.suppress(OSError):  # a home that is on a network may be away
                os.chdir(Path.home())

    def claim_instance(self, *, demo: bool) -> bool:
        return instance.claim(instance.DEMO if demo else instance.NAME)

    def has_tray(self) -> bool:
        return True

    def create_icon(self, menu: Any, **options: Any) -> Any:  # noqa: ANN401 - pystray has no types
        from tray.system.win32 import icon, popup  # noqa: PLC0415 - Pillow and pystray are for the tray alone

        popup.follow_dark_theme()
        return icon.Win32Icon(menu, **options)

    def open_file(self, path: Path) -> bool:
        for verb in ("edit", "open"):
            try:
                os.startfile(path, verb, cwd=str(processes.folder()))  # noqa: S606 - a file of our own
            except OSError:
                continue
            return True
        null = subprocess.DEVNULL  # a windowed program has no streams that a child could inherit
        notepad = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "notepad.exe"
        try:
            subprocess.Popen(  # noqa: S603 - as above
                [notepad, path],
                stdin=null,
                stdout=null,
                stderr=null,
                cwd=processes.folder(),
                env=processes.without_secrets(os.environ),
            )
        except OSError:
            return False
        return True

    def open_icon_settings(self) -> bool:
        try:
            os.startfile(_ICON_SETTINGS)  # noqa: S606 - a page of Windows itself
        except OSError:
            return False
        return True

    def copy_text(self, text: str) -> bool:
        return clipboard.put(text)

    def read_clipboard(self) -> str | None:
        return clipboard.get()

    def language(self) -> str:
        return locale.windows_locale.get(api.GetUserDefaultUILanguage(), "en")[:2]

    def prefers_dark(self) -> bool:
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _PERSONALIZE) as key:
                return bool(winreg.QueryValueEx(key, "AppsUseLightTheme")[0] == 0)
        except OSError:  # older than the setting
            return False

    def contrast_colours(self) -> ContrastColours | None:
        from tray.system.win32 import picture  # noqa: PLC0415 - the console does without Pillow

        return picture.contrast_colours()

    def work_area(self, at: tuple[int, int]) -> tuple[int, int, int, int] | None:
        monitor = api.MonitorFromPoint(wintypes.POINT(*at), api.MONITOR_DEFAULTTONEAREST)
        about = api.MonitorInfo(cbSize=ctypes.sizeof(api.MonitorInfo))
        if not api.GetMonitorInfo(monitor, ctypes.byref(about)):
            return None
        area = about.rcWork
        return area.left, area.top, area.right, area.bottom

    def round_corners(self, window: int) -> None:
        value = ctypes.c_int(api.DWMWCP_ROUND)
        api.DwmSetWindowAttribute(window, api.DWMWA_WINDOW_CORNER_PREFERENCE, ctypes.byref(value), 4)

    def set_dark_title_bar(self, window: int, *, dark: bool) -> None:
        value = ctypes.c_int(dark)
        api.DwmSetWindowAttribute(window, api.DWMWA_USE_IMMERSIVE_DARK_MODE, ctypes.byref(value), 4)

    def allow_foreground(self, process_id: int) -> None:
        api.AllowSetForegroundWindow(process_id)

    def may_interrupt(self) -> bool:
        state = ctypes.c_int()
        failed = api.SHQueryUserNotificationState(ctypes.byref(state)) != 0
        return failed or state.value not in _DO_NOT_INTERRUPT

    def show_message(self, text: str) -> None:
        api.MessageBox(None, text, "ClawTray", api.MB_ICONWARNING | api.MB_SETFOREGROUND)

    def autostart(self) -> bool | None:
        return startup.is_on()

    def set_autostart(self, *, on: bool) -> None:
        startup.switch(on=on)

    def terminal_supports_escapes(self) -> bool:
        # Older consoles of Windows would print them as text.
        return any(os.environ.get(name) for name in ("WT_SESSION", "ANSICON", "TERM"))
