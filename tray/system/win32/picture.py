"""Pictures for Windows: their size, the colour of the taskbar behind them, and their handles."""

from __future__ import annotations

import ctypes
import struct
import sys
import winreg
from ctypes import wintypes

from PIL import Image

from tray.system.platform import ContrastColours
from tray.system.win32 import api
from tray.view.icon.palette import Palette, Taskbar, high_contrast

assert sys.platform == "win32"

_IS_ICON = 1  # and no cursor
_PERSONALIZE = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"


class Pictures:
    """Makes and destroys handles, and counts them: Windows gives a process 10,000, so none may leak."""

    def __init__(self) -> None:
        self.made = 0
        self.destroyed = 0

    def make(self, picture: Image.Image) -> int:
        """Return a handle for a square RGBA picture, in its own size.

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
        """Destroy a handle. The shell keeps a copy of its own of what it shows."""
        if api.DestroyIcon(handle):
            self.destroyed += 1

    def make_bitmap(self, picture: Image.Image) -> int:
        """Return the handle of a bitmap for a menu, which blends it in: with opacity multiplied in.

        Raises:
            OSError: Windows has no more.
        """
        # Rows from the top down have a negative height.
        header = struct.pack("<IiiHHIIiiII", 40, picture.width, -picture.height, 1, 32, 0, 0, 0, 0, 0, 0)
        pixels, at = picture.convert("RGBa").tobytes("raw", "BGRa"), wintypes.LPVOID()
        handle = api.CreateDIBSection(None, header, api.DIB_RGB_COLORS, ctypes.byref(at), None, 0)
        if not handle or at.value is None:
            raise ctypes.WinError(ctypes.get_last_error())
        ctypes.memmove(at, pixels, len(pixels))
        self.made += 1
        return int(handle)

    def delete_bitmap(self, handle: int) -> None:
        """Delete a bitmap. No menu may have it any more."""
        if api.DeleteObject(handle):
            self.destroyed += 1


def small() -> int:
    """Return the pixels of an icon on the taskbar, at the resolution of its screen."""
    return int(api.GetSystemMetricsForDpi(api.SM_CXSMICON, _taskbar_dpi()))


def large() -> int:
    """Return the pixels of the picture in a notification."""
    return int(api.GetSystemMetricsForDpi(api.SM_CXICON, _taskbar_dpi()))


def ground() -> Taskbar | Palette:
    """Return what the icon stands on. The taskbar follows the theme of the system, not of applications."""
    if _is_high_contrast():
        return high_contrast(_colour(api.COLOR_WINDOW), _colour(api.COLOR_WINDOWTEXT))
    # Before Windows 10 1903 every taskbar was dark.
    return Taskbar.LIGHT if _theme("SystemUsesLightTheme") == 1 else Taskbar.DARK


def menu_ground() -> Taskbar | Palette:
    """Return what a picture in a menu stands on. Menus follow the theme of applications."""
    if _is_high_contrast():
        return high_contrast(_colour(api.COLOR_MENU), _colour(api.COLOR_MENUTEXT))
    return Taskbar.DARK if _theme("AppsUseLightTheme") == 0 else Taskbar.LIGHT


def _theme(name: str) -> int | None:
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _PERSONALIZE) as key:
            return int(winreg.QueryValueEx(key, name)[0])
    except OSError:  # older than the setting
        return None


def contrast_colours() -> ContrastColours | None:
    """Return the colours of the user's high contrast; None without it."""
    if not _is_high_contrast():
        return None
    codes = (api.COLOR_WINDOW, api.COLOR_WINDOWTEXT, api.COLOR_HIGHLIGHT, api.COLOR_HIGHLIGHTTEXT)
    return ContrastColours(*("#" + bytes(_colour(code)[:3]).hex() for code in codes))


def _taskbar_dpi() -> int:
    taskbar = api.FindWindow("Shell_TrayWnd", None)
    return (api.GetDpiForWindow(taskbar) if taskbar else 0) or api.GetDpiForSystem()


def _is_high_contrast() -> bool:
    contrast = api.HighContrast(cbSize=ctypes.sizeof(api.HighContrast))
    known = api.SystemParametersInfo(api.SPI_GETHIGHCONTRAST, contrast.cbSize, ctypes.byref(contrast), 0)
    return bool(known and contrast.dwFlags & api.HCF_HIGHCONTRASTON)


def _colour(number: int) -> tuple[int, int, int, int]:
    code = api.GetSysColor(number)  # 0x00BBGGRR
    return code & 255, code >> 8 & 255, code >> 16 & 255, 255


def _resource(picture: Image.Image) -> bytes:
    # An icon resource is a header, the rows from the bottom up and a mask; the header counts the rows of
    # both. The mask is empty: each pixel has its own opacity.
    side = picture.width
    header = struct.pack("<IiiHHIIiiII", 40, side, 2 * side, 1, 32, 0, 0, 0, 0, 0, 0)
    rows = picture.tobytes("raw", "BGRA", 0, -1)
    mask = bytes((side + 31) // 32 * 4 * side)
    return header + rows + mask
