"""Looks and acts inside Windows for tests outside it: each line asks for a function, each answer is a line.

Windows' Python runs it, with the loopback port that it is to call. It needs nothing but that Python.
"""

from __future__ import annotations

import ctypes
import json
import socket
import sys
import winreg
from ctypes import wintypes

assert sys.platform == "win32"

GET_TEXT, SETTING_CHANGED = 0x000D, 0x001A
ICON_SAYS, NOTICE_CLICKED = 0x0400 + 11, 0x0400 + 5
REMOVE_ICON = 2
REDRAW = 0x0001 | 0x0004 | 0x0080 | 0x0100 | 0x0200  # invalid, erased, with all children, now, erased now
BROADCAST = 0xFFFF
SEND_PATIENCE_MS = 20_000
COMMITTED, PRIVATE, IMAGE = 0x1000, 0x2_0000, 0x100_0000
WRITABLE = 0x04 | 0x08 | 0x40 | 0x80
MAY_LOOK = 0x0410
NOTHING_FOUND = 1168

_user = ctypes.WinDLL("user32")
_kernel = ctypes.WinDLL("kernel32")
_shell = ctypes.WinDLL("shell32")
_version = ctypes.WinDLL("version")
_advapi = ctypes.WinDLL("advapi32", use_last_error=True)
_Visit = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.HWND, wintypes.LPARAM)


class IconData(ctypes.Structure):
    """NOTIFYICONDATAW, as far as its first version went."""

    _fields_ = (
        ("size", wintypes.DWORD),
        ("window", wintypes.HWND),
        ("identity", wintypes.UINT),
        ("flags", wintypes.UINT),
        ("message", wintypes.UINT),
        ("icon", wintypes.HICON),
        ("tip", wintypes.WCHAR * 64),
    )


class Region(ctypes.Structure):
    """MEMORY_BASIC_INFORMATION."""

    _fields_ = (
        ("base", ctypes.c_size_t),
        ("allocation", ctypes.c_size_t),
        ("at_first", wintypes.DWORD),
        ("partition", wintypes.WORD),
        ("size", ctypes.c_size_t),
        ("state", wintypes.DWORD),
        ("protection", wintypes.DWORD),
        ("kind", wintypes.DWORD),
    )


class Credential(ctypes.Structure):
    """CREDENTIALW."""

    _fields_ = (
        ("flags", wintypes.DWORD),
        ("kind", wintypes.DWORD),
        ("target", wintypes.LPWSTR),
        ("comment", wintypes.LPWSTR),
        ("written", wintypes.FILETIME),
        ("size", wintypes.DWORD),
        ("secret", ctypes.c_void_p),
        ("persist", wintypes.DWORD),
        ("attribute_count", wintypes.DWORD),
        ("attributes", ctypes.c_void_p),
        ("alias", wintypes.LPWSTR),
        ("user", wintypes.LPWSTR),
    )


_Credentials = ctypes.POINTER(ctypes.POINTER(Credential))


def _types(function, result, *parameters):
    function.restype, function.argtypes = result, parameters


_types(_user.EnumWindows, wintypes.BOOL, _Visit, wintypes.LPARAM)
_types(_user.InternalGetWindowText, ctypes.c_int, wintypes.HWND, wintypes.LPWSTR, ctypes.c_int)
_types(_user.GetClassNameW, ctypes.c_int, wintypes.HWND, wintypes.LPWSTR, ctypes.c_int)
_types(_user.GetWindowRect, wintypes.BOOL, wintypes.HWND, ctypes.POINTER(wintypes.RECT))
_types(_user.IsWindowVisible, wintypes.BOOL, wintypes.HWND)
_types(_user.GetWindowThreadProcessId, wintypes.DWORD, wintypes.HWND, ctypes.POINTER(wintypes.DWORD))
_types(
    _user.SendMessageTimeoutW,
    *(wintypes.LPARAM, wintypes.HWND, wintypes.UINT, wintypes.WPARAM, ctypes.c_void_p),
    *(wintypes.UINT, wintypes.UINT, ctypes.POINTER(ctypes.c_size_t)),
)
_types(_user.PostMessageW, wintypes.BOOL, wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
_types(_user.FindWindowW, wintypes.HWND, wintypes.LPCWSTR, wintypes.LPCWSTR)
_types(_user.RedrawWindow, wintypes.BOOL, wintypes.HWND, ctypes.c_void_p, ctypes.c_void_p, wintypes.UINT)
_types(_user.RegisterWindowMessageW, wintypes.UINT, wintypes.LPCWSTR)
_types(_kernel.OpenProcess, wintypes.HANDLE, wintypes.DWORD, wintypes.BOOL, wintypes.DWORD)
_types(_kernel.CloseHandle, wintypes.BOOL, wintypes.HANDLE)
_types(
    _kernel.VirtualQueryEx,
    *(ctypes.c_size_t, wintypes.HANDLE, ctypes.c_void_p, ctypes.POINTER(Region), ctypes.c_size_t),
)
_types(
    _kernel.K32GetMappedFileNameW,
    *(wintypes.DWORD, wintypes.HANDLE, ctypes.c_void_p, wintypes.LPWSTR, wintypes.DWORD),
)
_types(
    _version.VerQueryValueW,
    *(wintypes.BOOL, ctypes.c_void_p, wintypes.LPCWSTR, ctypes.POINTER(ctypes.c_void_p)),
    ctypes.POINTER(wintypes.UINT),
)
_types(
    _advapi.CredEnumerateW,
    *(wintypes.BOOL, wintypes.LPCWSTR, wintypes.DWORD),
    *(ctypes.POINTER(wintypes.DWORD), ctypes.POINTER(_Credentials)),
)
_types(_advapi.CredFree, None, ctypes.c_void_p)


def windows():
    """Every top-level window: class, text, process, box, and whether it is visible."""
    found = []

    def visit(window, _):
        text, kind = ctypes.create_unicode_buffer(512), ctypes.create_unicode_buffer(256)
        box, process = wintypes.RECT(), wintypes.DWORD()
        _user.InternalGetWindowText(window, text, len(text))
        _user.GetClassNameW(window, kind, len(kind))
        _user.GetWindowRect(window, ctypes.byref(box))
        _user.GetWindowThreadProcessId(window, ctypes.byref(process))
        found.append(
            {
                "window": window,
                "class": kind.value,
                "text": text.value,
                "process": process.value,
                "box": [box.left, box.top, box.right, box.bottom],
                "visible": bool(_user.IsWindowVisible(window)),
            }
        )
        return True

    _user.EnumWindows(_Visit(visit), 0)
    return found


def notices():
    """The notices that are seen: the body, as the shell's window says it, and the box."""
    return [
        {"text": _spoken(window["window"]), "box": window["box"]}
        for window in windows()
        if window["class"] == "tooltips_class32" and window["visible"]
    ]


def repaint():
    """Have the taskbar paint all that it shows on bare ground: Wine paints a new icon over the one before."""
    taskbar = _user.FindWindowW("Shell_TrayWnd", None)
    return bool(taskbar and _user.RedrawWindow(taskbar, None, None, REDRAW))


def send(message, wparam=0, lparam=0):
    """Send a message to each of ClawTray's windows, as Windows sends it to all, and give the answers."""
    answers = []
    for window in _ours():
        answer = ctypes.c_size_t()
        sent = _user.SendMessageTimeoutW(
            window["window"], message, wparam, lparam, 0, SEND_PATIENCE_MS, ctypes.byref(answer)
        )
        answers.append(answer.value if sent else None)
    return answers


def click_notice(x, y):
    """Report a click on a notice as the shell of Windows does; Wine's never reports one."""
    for window in _ours():
        assert _user.PostMessageW(window["window"], ICON_SAYS, y << 16 | x, NOTICE_CLICKED)


def broadcast(name):
    """Post a registered message to all windows."""
    assert _user.PostMessageW(BROADCAST, _user.RegisterWindowMessageW(name), 0, 0)


def setting_changed(name):
    """Tell all windows that a setting of Windows is another one now."""
    text = ctypes.create_unicode_buffer(name)
    _user.SendMessageTimeoutW(
        BROADCAST,
        SETTING_CHANGED,
        0,
        ctypes.addressof(text),
        0,
        SEND_PATIENCE_MS,
        ctypes.byref(ctypes.c_size_t()),
    )


def forget_icon():
    """Have the shell forget ClawTray's icon, as one does that crashed; tell how many it knew."""
    gone = 0
    for window in _ours():
        data = IconData(size=ctypes.sizeof(IconData), window=window["window"])
        gone += bool(_shell.Shell_NotifyIconW(REMOVE_ICON, ctypes.byref(data)))
    return gone


def value(key, name):
    """A value of the user's registry; None if there is none."""
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
            return winreg.QueryValueEx(opened, name)[0]
    except OSError:
        return None


def set_value(key, name, content):
    """Write a number, or a text, into the user's registry."""
    kind = winreg.REG_DWORD if isinstance(content, int) else winreg.REG_SZ
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, key) as opened:
        winreg.SetValueEx(opened, name, 0, kind, content)


def keys(key):
    """The names of the keys under one of the user's registry; none if it is not there."""
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
            return [winreg.EnumKey(opened, number) for number in range(winreg.QueryInfoKey(opened)[0])]
    except OSError:
        return []


def credentials():
    """List what Windows' Credential Manager holds: the name, the user and the secret of each entry."""
    count, found = wintypes.DWORD(), _Credentials()
    if not _advapi.CredEnumerateW(None, 0, ctypes.byref(count), ctypes.byref(found)):
        assert ctypes.get_last_error() == NOTHING_FOUND
        return []
    listed = [found[number].contents for number in range(count.value)]
    entries = [
        [each.target, each.user, ctypes.string_at(each.secret, each.size).decode("utf-16-le")]
        for each in listed
    ]
    _advapi.CredFree(found)
    return entries


def version(path, *names):
    """These texts of a program's version resource, in order; None for one that it has not."""
    size = _version.GetFileVersionInfoSizeW(path, None)
    assert size, f"{path} has no version resource"
    content = ctypes.create_string_buffer(size)
    assert _version.GetFileVersionInfoW(path, 0, size, content)
    return [_text(content, rf"\StringFileInfo\040904B0\{name}") for name in names]


def memory(process, folder):
    """A process's own regions: [address, bytes]; of images, only the data of those in `folder`."""
    handle = _kernel.OpenProcess(MAY_LOOK, 0, process)
    assert handle
    found, region, at = [], Region(), 0
    while _kernel.VirtualQueryEx(handle, at, ctypes.byref(region), ctypes.sizeof(region)):
        at = region.base + region.size
        if region.state != COMMITTED:
            continue
        if region.kind == PRIVATE or (
            region.kind == IMAGE and region.protection & WRITABLE and folder in _file(handle, region.base)
        ):
            found.append([region.base, region.size])
    _kernel.CloseHandle(handle)
    return found


def _ours():
    return [
        window
        for window in windows()
        if window["class"].startswith("ClawTray") and window["class"].endswith("SystemTrayIcon")
    ]


def _spoken(window):
    text = ctypes.create_unicode_buffer(512)
    _user.SendMessageTimeoutW(
        window,
        GET_TEXT,
        len(text),
        ctypes.addressof(text),
        0,
        SEND_PATIENCE_MS,
        ctypes.byref(ctypes.c_size_t()),
    )
    return text.value


def _text(content, place):
    found, length = ctypes.c_void_p(), wintypes.UINT()
    if not _version.VerQueryValueW(content, place, ctypes.byref(found), ctypes.byref(length)):
        return None
    return ctypes.wstring_at(found.value)


def _file(handle, address):
    name = ctypes.create_unicode_buffer(1024)
    _kernel.K32GetMappedFileNameW(handle, address, name, len(name))
    return name.value


def main():
    asked = {
        function.__name__: function
        for function in (
            *(windows, notices, repaint, send, click_notice, broadcast, setting_changed, forget_icon),
            *(value, set_value, keys, credentials, version, memory),
        )
    }
    with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as line, line.makefile("rw") as file:
        for question in file:
            name, arguments = json.loads(question)
            try:
                answer = {"answer": asked[name](*arguments)}
            except Exception as error:  # noqa: BLE001 - the test gets it
                answer = {"error": repr(error)}
            file.write(json.dumps(answer) + "\n")
            file.flush()


main()
