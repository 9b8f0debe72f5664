"""Pictures as Windows wants them: how large, for which taskbar; and their handles, all counted."""

from __future__ import annotations

import ctypes
import struct
import sys
import winreg
from typing import TYPE_CHECKING

from tray.system.win32 import api
from tray.view.icon.render import Palette, Taskbar, high_contrast

if TYPE_CHECKING:
    from PIL import Image

assert sys.platform == "win32"

_IS_ICON = 1  # and no cursor
_PERSONALIZE = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"


class Pictures:
    """Makes and destroys icon handles; `made` less `destroyed` is what there is of them.

    Windows gives a process 10,000 of them, so one that leaks at every update ends in an empty place.
    """

    def __init__(self) -> None:
        self.made = 0
        self.destroyed = 0

    def make(self, picture: Image.Image) -> int:
        """Give a handle for a square RGBA picture, in its own size.

        Raises:
            OSError: Windows has no more.
        """
        resource = _resource(picture)
        side = picture.width
        handle = api.CreateIconFromResourceEx(
            resource, len(resource), _IS_ICON, api.ICON_RESOURCE_VERSION, side, side, 0
        )
        if not handle:
            raise ctypes.WinError(ctypes.get_last_error())
        self.made += 1
        return int(handle)

    def destroy(self, handle: int) -> None:
        """Give a handle back. The shell keeps a copy of its own of what it shows."""
        if api.DestroyIcon(handle):
            self.destroyed += 1


def small() -> int:
    """Pixels of an icon on the taskbar, at the resolution of the screen that the taskbar is on."""
    return int(api.GetSystemMetricsForDpi(api.SM_CXSMICON, _taskbar_dpi()))


def large() -> int:
    """Pixels of the picture in a notice."""
    return int(api.GetSystemMetricsForDpi(api.SM_CXICON, _taskbar_dpi()))


def ground() -> Taskbar | Palette:
    """What the icon stands on. The taskbar follows the theme of the system, not the one of applications."""
    if _is_high_contrast():
        return high_contrast(_colour(api.COLOR_WINDOW), _colour(api.COLOR_WINDOWTEXT))
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _PERSONALIZE) as key:
            light, _ = winreg.QueryValueEx(key, "SystemUsesLightTheme")
    except OSError:  # before Windows 10 1903 every taskbar was dark
        return Taskbar.DARK
    return Taskbar.LIGHT if light == 1 else Taskbar.DARK


def _taskbar_dpi() -> int:
    taskbar = api.FindWindow("Shell_TrayWnd", None)
    return (api.GetDpiForWindow(taskbar) if taskbar else 0) or api.GetDpiForSystem()


def _is_high_contrast() -> bool:
    found = api.HighContrast(cbSize=ctypes.sizeof(api.HighContrast))
    asked = api.SystemParametersInfo(api.SPI_GETHIGHCONTRAST, found.cbSize, ctypes.byref(found), 0)
    return bool(asked and found.dwFlags & api.HCF_HIGHCONTRASTON)


def _colour(number: int) -> tuple[int, int, int, int]:
    """A system colour, which Windows gives as 0x00BBGGRR."""
    code = api.GetSysColor(number)
    return code & 255, code >> 8 & 255, code >> 16 & 255, 255


def _resource(picture: Image.Image) -> bytes:
    """A picture in the form of an icon resource: a header, the rows from the bottom up, and a mask.

    The header counts the rows of both. The mask says nothing, as each pixel has its own opacity.
    """
    side = picture.width
    header = struct.pack("<IiiHHIIiiII", 40, side, 2 * side, 1, 32, 0, 0, 0, 0, 0, 0)
    rows = picture.tobytes("raw", "BGRA", 0, -1)
    mask = bytes((side + 31) // 32 * 4 * side)
    return header + rows + mask
