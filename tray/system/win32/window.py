"""The window of the icon: its message loop, calls from other threads, and what Windows reports of the system.

Leans on private names of pystray; tests/test_pystray_canary.py holds them to what they were.
"""

from __future__ import annotations

import queue
import sys
from collections.abc import Callable
from typing import Any, Final

from pystray import _win32
from pystray._util import win32

from tray.core.events import Event, Resumed, SecondStart, UserReturned
from tray.storage import bugs
from tray.system.win32 import api, instance

assert sys.platform == "win32"

WM_CALL: Final = api.WM_USER + 12
"""A call is in the queue; pystray itself uses the two numbers before."""

Handler = Callable[[int, int], int | None]
"""Handles one kind of message: takes wparam and lparam, returns what Windows gets (None: 0)."""


class MessageWindow(_win32.Icon):  # type: ignore[misc]  # pystray has no types
    """A pystray icon with a window procedure of our own, which knows every message by a handler."""

    def __init__(self, menu: Any, post: Callable[[Event], None]) -> None:  # noqa: ANN401 - as above
        super().__init__("ClawTray", title="ClawTray", menu=menu)
        self._post = post
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._procedure = api.WindowProcedure(self._handle_message)
        self._handlers: dict[int, Handler] = {
            WM_CALL: self._on_call,
            api.WM_QUERYENDSESSION: lambda _wparam, _lparam: 1,
            api.WM_POWERBROADCAST: self._on_power,
            api.WM_WTSSESSION_CHANGE: self._on_session_change,
            **{api.RegisterWindowMessage(name): self._on_second_start for name in instance.show_messages()},
        }

    @property
    def window(self) -> int:
        """The handle of the window; 0 before `run`."""
        return self._hwnd or 0

    def _mark_ready(self) -> None:
        # pystray's own procedure answers what it does not know with 0, which means "no" to the end of the
        # session and "done" to a request to close; and of each answer it gives Windows but the lower half.
        api.SetWindowLongPtr(self._hwnd, api.GWLP_WNDPROC, self._procedure)
        # Its second window has no use and no procedure of ours. A program that closes all windows of another
        # closes it as well, and pystray then fails at its end. As a message-only window it is not found.
        api.SetParent(self._menu_hwnd, api.HWND_MESSAGE)
        for name in (instance.QUIT, *instance.show_messages()):  # from a program with fewer rights, too
            number = api.RegisterWindowMessage(name)
            api.ChangeWindowMessageFilterEx(self._hwnd, number, win32.MSGFLT_ALLOW, None)
        api.WTSRegisterSessionNotification(self._hwnd, 0)
        api.PostMessage(self._hwnd, WM_CALL, 0, 0)  # for calls that were queued before there was a window
        super()._mark_ready()

    def _call(self, call: Callable[[], None]) -> None:
        """Run a function on the loop's thread, soon; from any thread."""
        self._calls.put(call)
        if self._hwnd:
            api.PostMessage(self._hwnd, WM_CALL, 0, 0)

    def _set_timer(self, number: int, seconds: float) -> None:
        api.SetTimer(self._hwnd, number, int(seconds * 1000), None)

    def _handle_message(self, window: int, message: int, wparam: int, lparam: int) -> int:
        handler = self._handlers.get(message)
        if handler is None:
            return int(api.DefWindowProc(window, message, wparam, lparam))
        try:
            return handler(wparam, lparam) or 0
        except Exception as error:  # noqa: BLE001 - the icon outlives a bug
            bugs.report(f"handling a message of Windows in {handler.__name__}", error)
            return 0

    def _on_call(self, _wparam: int, _lparam: int) -> None:
        while True:
            try:
                call = self._calls.get_nowait()
            except queue.Empty:
                return
            try:
                call()
            except Exception as error:  # noqa: BLE001 - one call that fails must not cost the others
                bugs.report("carrying out what another thread asked of the icon", error)

    def _on_second_start(self, _wparam: int, _lparam: int) -> None:
        self._post(SecondStart())

    def _on_power(self, wparam: int, _lparam: int) -> int:
        if wparam == api.PBT_APMRESUMEAUTOMATIC:
            self._post(Resumed())
        return 1

    def _on_session_change(self, wparam: int, _lparam: int) -> None:
        if wparam == api.WTS_SESSION_UNLOCK:
            self._post(UserReturned())
