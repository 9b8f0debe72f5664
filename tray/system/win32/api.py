"""The part of the Windows API that pystray does not declare: functions, structures and constants."""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes
from typing import Any, Final

assert sys.platform == "win32"  # the type checker leaves this module out elsewhere

# ---- messages ----

WM_SYSCOLORCHANGE: Final = 0x0015
WM_CLOSE: Final = 0x0010
WM_QUERYENDSESSION: Final = 0x0011
WM_ENDSESSION: Final = 0x0016
WM_SETTINGCHANGE: Final = 0x001A
WM_CONTEXTMENU: Final = 0x007B
WM_DISPLAYCHANGE: Final = 0x007E
WM_TIMER: Final = 0x0113
WM_INITMENUPOPUP: Final = 0x0117
WM_POWERBROADCAST: Final = 0x0218
WM_WTSSESSION_CHANGE: Final = 0x02B1
WM_DPICHANGED: Final = 0x02E0
WM_THEMECHANGED: Final = 0x031A
WM_USER: Final = 0x0400

PBT_APMRESUMEAUTOMATIC: Final = 0x12
WTS_SESSION_UNLOCK: Final = 0x8

# What the shell reports of the icon, since version 4 of its protocol: the low word of lParam.
NIN_SELECT: Final = WM_USER
NIN_KEYSELECT: Final = WM_USER + 1
NIN_BALLOONHIDE: Final = WM_USER + 3
NIN_BALLOONTIMEOUT: Final = WM_USER + 4
NIN_BALLOONUSERCLICK: Final = WM_USER + 5
NOTIFYICON_VERSION_4: Final = 4

NIIF_INFO: Final = 0x01
NIIF_WARNING: Final = 0x02
NIIF_USER: Final = 0x04
NIIF_LARGE_ICON: Final = 0x20
NIIF_RESPECT_QUIET_TIME: Final = 0x80

# ---- other constants ----

ERROR_INSUFFICIENT_BUFFER: Final = 122
ERROR_ALREADY_EXISTS: Final = 183
ERROR_TIMEOUT: Final = 1460
HWND_BROADCAST: Final = 0xFFFF
HWND_MESSAGE: Final = -3
MF_BYPOSITION: Final = 0x400
TPM_RIGHTBUTTON: Final = 0x2
SM_CXICON: Final = 11
SM_CXSMICON: Final = 49
COLOR_MENU: Final = 4
COLOR_MENUTEXT: Final = 7
COLOR_WINDOW: Final = 5
COLOR_WINDOWTEXT: Final = 8
COLOR_HIGHLIGHT: Final = 13
COLOR_HIGHLIGHTTEXT: Final = 14
DIB_RGB_COLORS: Final = 0
SPI_GETHIGHCONTRAST: Final = 0x42
HCF_HIGHCONTRASTON: Final = 1
ICON_RESOURCE_VERSION: Final = 0x0003_0000
PER_MONITOR_AWARE_V2: Final = -4
DWMWA_USE_IMMERSIVE_DARK_MODE: Final = 20
DWMWA_WINDOW_CORNER_PREFERENCE: Final = 33
DWMWCP_ROUND: Final = 2
MONITOR_DEFAULTTONEAREST: Final = 2
QUNS_NOT_PRESENT, QUNS_BUSY, QUNS_FULL_SCREEN, QUNS_PRESENTATION_MODE = 1, 2, 3, 4
QUNS_QUIET_TIME: Final = 6
CF_UNICODETEXT: Final = 13
GMEM_MOVEABLE: Final = 0x2
MB_ICONWARNING: Final = 0x30
MB_SETFOREGROUND: Final = 0x1_0000
AF_INET, AF_INET6 = 2, 23
TCP_TABLE_OWNER_PID_ALL: Final = 5
PROCESS_QUERY_LIMITED_INFORMATION: Final = 0x1000
TOKEN_QUERY: Final = 0x8
TOKEN_USER: Final = 1
SYSTEM_PROCESS_INFORMATION: Final = 5

GWLP_WNDPROC: Final = -4

WindowProcedure = ctypes.WINFUNCTYPE(
    wintypes.LPARAM, wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM
)
"""A window procedure; its result is as wide as a pointer."""


class HighContrast(ctypes.Structure):
    """HIGHCONTRASTW."""

    _fields_ = (
        ("cbSize", wintypes.UINT),
        ("dwFlags", wintypes.DWORD),
        ("lpszDefaultScheme", wintypes.LPWSTR),
    )


class MonitorInfo(ctypes.Structure):
    """MONITORINFO."""

    _fields_ = (
        ("cbSize", wintypes.DWORD),
        ("rcMonitor", wintypes.RECT),
        ("rcWork", wintypes.RECT),
        ("dwFlags", wintypes.DWORD),
    )


def _declare(library: ctypes.WinDLL, name: str, result: Any, *parameters: Any) -> Any:  # noqa: ANN401 - ctypes' own
    function = getattr(library, name)
    function.restype, function.argtypes = result, parameters
    return function


# Libraries of our own: pystray's have other types on the same functions.
_user = ctypes.WinDLL("user32", use_last_error=True)
_kernel = ctypes.WinDLL("kernel32", use_last_error=True)
_shell = ctypes.WinDLL("shell32", use_last_error=True)
_sessions = ctypes.WinDLL("wtsapi32", use_last_error=True)
_network = ctypes.WinDLL("iphlpapi")
_security = ctypes.WinDLL("advapi32", use_last_error=True)
_core = ctypes.WinDLL("ntdll")
_compositor = ctypes.WinDLL("dwmapi", use_last_error=True)
_drawing = ctypes.WinDLL("gdi32", use_last_error=True)

AllowSetForegroundWindow = _declare(_user, "AllowSetForegroundWindow", wintypes.BOOL, wintypes.DWORD)
ChangeWindowMessageFilterEx = _declare(
    _user,
    "ChangeWindowMessageFilterEx",
    wintypes.BOOL,
    wintypes.HWND,
    wintypes.UINT,
    wintypes.DWORD,
    wintypes.LPVOID,
)
CreateIconFromResourceEx = _declare(
    _user,
    "CreateIconFromResourceEx",
    wintypes.HICON,
    ctypes.c_char_p,
    wintypes.DWORD,
    wintypes.BOOL,
    wintypes.DWORD,
    ctypes.c_int,
    ctypes.c_int,
    wintypes.UINT,
)
CreateDIBSection = _declare(
    _drawing,
    "CreateDIBSection",
    wintypes.HBITMAP,
    wintypes.HDC,
    ctypes.c_char_p,
    wintypes.UINT,
    ctypes.POINTER(wintypes.LPVOID),
    wintypes.HANDLE,
    wintypes.DWORD,
)
DeleteObject = _declare(_drawing, "DeleteObject", wintypes.BOOL, wintypes.HANDLE)
DestroyIcon = _declare(_user, "DestroyIcon", wintypes.BOOL, wintypes.HICON)
DefWindowProc = _declare(
    _user,
    "DefWindowProcW",
    wintypes.LPARAM,
    wintypes.HWND,
    wintypes.UINT,
    wintypes.WPARAM,
    wintypes.LPARAM,
)
EndMenu = _declare(_user, "EndMenu", wintypes.BOOL)
FindWindow = _declare(_user, "FindWindowW", wintypes.HWND, wintypes.LPCWSTR, wintypes.LPCWSTR)
GetMonitorInfo = _declare(_user, "GetMonitorInfoW", wintypes.BOOL, wintypes.HANDLE, wintypes.LPVOID)
MonitorFromPoint = _declare(_user, "MonitorFromPoint", wintypes.HANDLE, wintypes.POINT, wintypes.DWORD)
GetForegroundWindow = _declare(_user, "GetForegroundWindow", wintypes.HWND)
GetDpiForSystem = _declare(_user, "GetDpiForSystem", wintypes.UINT)
GetDpiForWindow = _declare(_user, "GetDpiForWindow", wintypes.UINT, wintypes.HWND)
GetSysColor = _declare(_user, "GetSysColor", wintypes.DWORD, ctypes.c_int)
GetSystemMetrics = _declare(_user, "GetSystemMetrics", ctypes.c_int, ctypes.c_int)
GetSystemMetricsForDpi = _declare(_user, "GetSystemMetricsForDpi", ctypes.c_int, ctypes.c_int, wintypes.UINT)
KillTimer = _declare(_user, "KillTimer", wintypes.BOOL, wintypes.HWND, wintypes.WPARAM)
MessageBox = _declare(
    _user,
    "MessageBoxW",
    ctypes.c_int,
    wintypes.HWND,
    wintypes.LPCWSTR,
    wintypes.LPCWSTR,
    wintypes.UINT,
)
PostMessage = _declare(
    _user, "PostMessageW", wintypes.BOOL, wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM
)
RegisterWindowMessage = _declare(_user, "RegisterWindowMessageW", wintypes.UINT, wintypes.LPCWSTR)
RemoveMenu = _declare(_user, "RemoveMenu", wintypes.BOOL, wintypes.HMENU, wintypes.UINT, wintypes.UINT)
SetParent = _declare(_user, "SetParent", wintypes.HWND, wintypes.HWND, wintypes.HWND)
SetProcessDpiAwarenessContext = _declare(
    _user, "SetProcessDpiAwarenessContext", wintypes.BOOL, wintypes.HANDLE
)
SetTimer = _declare(
    _user, "SetTimer", wintypes.WPARAM, wintypes.HWND, wintypes.WPARAM, wintypes.UINT, wintypes.LPVOID
)
SetWindowLongPtr = _declare(
    _user, "SetWindowLongPtrW", wintypes.LPARAM, wintypes.HWND, ctypes.c_int, WindowProcedure
)
SystemParametersInfo = _declare(
    _user,
    "SystemParametersInfoW",
    wintypes.BOOL,
    wintypes.UINT,
    wintypes.UINT,
    wintypes.LPVOID,
    wintypes.UINT,
)
CreateWindow = _declare(
    _user,
    "CreateWindowExW",
    wintypes.HWND,
    wintypes.DWORD,
    wintypes.LPCWSTR,
    wintypes.LPCWSTR,
    wintypes.DWORD,
    ctypes.c_int,
    ctypes.c_int,
    ctypes.c_int,
    ctypes.c_int,
    wintypes.HWND,
    wintypes.HMENU,
    wintypes.HINSTANCE,
    wintypes.LPVOID,
)
DestroyWindow = _declare(_user, "DestroyWindow", wintypes.BOOL, wintypes.HWND)
OpenClipboard = _declare(_user, "OpenClipboard", wintypes.BOOL, wintypes.HWND)
EmptyClipboard = _declare(_user, "EmptyClipboard", wintypes.BOOL)
GetClipboardData = _declare(_user, "GetClipboardData", wintypes.HANDLE, wintypes.UINT)
SetClipboardData = _declare(_user, "SetClipboardData", wintypes.HANDLE, wintypes.UINT, wintypes.HANDLE)
CloseClipboard = _declare(_user, "CloseClipboard", wintypes.BOOL)
GlobalAlloc = _declare(_kernel, "GlobalAlloc", wintypes.HGLOBAL, wintypes.UINT, ctypes.c_size_t)
GetUserDefaultUILanguage = _declare(_kernel, "GetUserDefaultUILanguage", wintypes.WORD)
GlobalLock = _declare(_kernel, "GlobalLock", wintypes.LPVOID, wintypes.HGLOBAL)
GlobalUnlock = _declare(_kernel, "GlobalUnlock", wintypes.BOOL, wintypes.HGLOBAL)
GlobalFree = _declare(_kernel, "GlobalFree", wintypes.HGLOBAL, wintypes.HGLOBAL)
CreateMutex = _declare(
    _kernel, "CreateMutexW", wintypes.HANDLE, wintypes.LPVOID, wintypes.BOOL, wintypes.LPCWSTR
)
SetCurrentProcessExplicitAppUserModelID = _declare(
    _shell, "SetCurrentProcessExplicitAppUserModelID", wintypes.LONG, wintypes.LPCWSTR
)
SHQueryUserNotificationState = _declare(
    _shell, "SHQueryUserNotificationState", wintypes.LONG, ctypes.POINTER(ctypes.c_int)
)
DwmSetWindowAttribute = _declare(
    _compositor,
    "DwmSetWindowAttribute",
    wintypes.LONG,
    wintypes.HWND,
    wintypes.DWORD,
    wintypes.LPVOID,
    wintypes.DWORD,
)
WTSRegisterSessionNotification = _declare(
    _sessions, "WTSRegisterSessionNotification", wintypes.BOOL, wintypes.HWND, wintypes.DWORD
)
WTSUnRegisterSessionNotification = _declare(
    _sessions, "WTSUnRegisterSessionNotification", wintypes.BOOL, wintypes.HWND
)

GetExtendedTcpTable = _declare(
    _network,
    "GetExtendedTcpTable",
    wintypes.DWORD,
    wintypes.LPVOID,
    ctypes.POINTER(wintypes.DWORD),
    wintypes.BOOL,
    wintypes.ULONG,
    ctypes.c_int,
    wintypes.ULONG,
)
CloseHandle = _declare(_kernel, "CloseHandle", wintypes.BOOL, wintypes.HANDLE)
LocalFree = _declare(_kernel, "LocalFree", wintypes.HLOCAL, wintypes.HLOCAL)
OpenProcess = _declare(_kernel, "OpenProcess", wintypes.HANDLE, wintypes.DWORD, wintypes.BOOL, wintypes.DWORD)
OpenProcessToken = _declare(
    _security,
    "OpenProcessToken",
    wintypes.BOOL,
    wintypes.HANDLE,
    wintypes.DWORD,
    ctypes.POINTER(wintypes.HANDLE),
)
GetTokenInformation = _declare(
    _security,
    "GetTokenInformation",
    wintypes.BOOL,
    wintypes.HANDLE,
    ctypes.c_int,
    wintypes.LPVOID,
    wintypes.DWORD,
    ctypes.POINTER(wintypes.DWORD),
)
ConvertSidToStringSid = _declare(
    _security,
    "ConvertSidToStringSidW",
    wintypes.BOOL,
    wintypes.LPVOID,
    ctypes.POINTER(wintypes.LPWSTR),
)
LookupAccountSid = _declare(
    _security,
    "LookupAccountSidW",
    wintypes.BOOL,
    wintypes.LPCWSTR,
    wintypes.LPVOID,
    wintypes.LPWSTR,
    ctypes.POINTER(wintypes.DWORD),
    wintypes.LPWSTR,
    ctypes.POINTER(wintypes.DWORD),
    ctypes.POINTER(wintypes.DWORD),
)
NtQuerySystemInformation = _declare(
    _core,
    "NtQuerySystemInformation",
    wintypes.LONG,
    ctypes.c_int,
    wintypes.LPVOID,
    wintypes.ULONG,
    ctypes.POINTER(wintypes.ULONG),
)
