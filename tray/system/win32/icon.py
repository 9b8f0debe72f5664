"""The icon on Windows: pystray's, with all that its own loop leaves out. What it hears becomes events.

The shell is spoken to by the thread of the loop alone. `_settle` is where the icon is put up and changed: it
compares what should be there with what is there, so that a new taskbar, another resolution or another theme
need no code of their own. Leans on private names of pystray; tests/test_pystray_canary.py holds them to what
they were.
"""

from __future__ import annotations

import ctypes
import queue
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from pystray import _win32
from pystray._util import win32

from tray.core.commands import OpenMenu
from tray.core.events import CommandReceived, Event, IconShown, Resumed, SecondStart, UserReturned
from tray.storage import bugs
from tray.system.win32 import api, balloons, instance, picture, popup, shell
from tray.view.notifications import Notification

if TYPE_CHECKING:
    from PIL import Image

assert sys.platform == "win32"

_WM_CALL: Final = api.WM_USER + 12
"""Somebody put a call on the list; pystray itself uses the two numbers before."""
_RETRY, _NUDGE, _NEXT, _LOOK = 1, 2, 3, 4
"""Timers."""
_DELAYS: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds between attempts to put the icon up, the last one for ever: at sign-in the taskbar may be late.

When all of them were in vain, what is to be told is shown otherwise.
"""
_NUDGE_AFTER: Final = 2.0
"""Seconds after which it is shown once more: Windows 11 may not paint a new icon before it changes."""
_LOOK_AFTER: Final = 1.5
"""Seconds after the last word on other surroundings: they may be told before the taskbar itself follows."""


class Win32Icon(_win32.Icon):  # type: ignore[misc]  # pystray has no types
    """A tray icon whose `icon` is a function that draws: (pixels, taskbar) to a picture.

    Attributes:
        pictures: Every handle that was made.
    """

    def __init__(
        self,
        menu: Any,  # noqa: ANN401 - as above
        *,
        post: Callable[[Event], None],
        ending: Callable[[], None],
        show_otherwise: Callable[[Notification], None],
    ) -> None:
        """Nothing is seen before `run`.

        Args:
            menu: A pystray menu; asked for its items when it opens, level by level.
            post: Takes events, on the loop's thread.
            ending: Saves what must be saved; called when Windows ends the session, it has about a second.
            show_otherwise: Shows a notice where this icon cannot; it must return at once.
        """
        super().__init__("ClawTray", title="ClawTray", menu=menu)
        self.pictures = picture.Pictures()
        self._icon_handle: int | None = None
        self._post, self._ending = post, ending
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._menu_handle = None  # pystray looks for it at its end; ours is made when it opens
        self._open: popup.Popup | None = None
        self._wanted = self._added = self._greeted = self._leaving = False
        self._failures = 0
        self._drawing: object = None
        self._pixels = b""
        self._tip: str | None = None
        self._balloons = balloons.Balloons(self._show_balloon, self._draw, self.pictures, show_otherwise)
        self._procedure = api.WindowProcedure(self._heard)
        self._handlers: dict[int, Callable[[int, int], int | None]] = {
            win32.WM_STOP: self._on_close,
            win32.WM_NOTIFY: self._on_notify,
            win32.WM_TASKBARCREATED: self._on_taskbarcreated,
            _WM_CALL: self._on_call,
            api.WM_CLOSE: self._on_close,
            api.WM_QUERYENDSESSION: self._on_query_end,
            api.WM_ENDSESSION: self._on_end,
            api.WM_TIMER: self._on_timer,
            api.WM_INITMENUPOPUP: self._on_level,
            api.WM_POWERBROADCAST: self._on_power,
            api.WM_WTSSESSION_CHANGE: self._on_session,
            **dict.fromkeys(
                (
                    api.WM_DISPLAYCHANGE,
                    api.WM_DPICHANGED,
                    api.WM_SETTINGCHANGE,
                    api.WM_SYSCOLORCHANGE,
                    api.WM_THEMECHANGED,
                ),
                self._on_surroundings,
            ),
            **{api.RegisterWindowMessage(name): self._on_second_start for name in instance.shown_by()},
            api.RegisterWindowMessage(instance.QUIT): self._on_close,
        }

    @property
    def window(self) -> int:
        """The window that hears all this; 0 before `run`."""
        return self._hwnd or 0

    def tell(self, balloon: Notification) -> None:
        """Show a notice beside the icon, after those that are waiting; from any thread."""
        self._call(partial(self._tell, balloon))

    # ---- what pystray asks for, from whatever thread ----

    def _show(self) -> None:
        self._wanted = True
        self._call(self._settle)

    def _hide(self) -> None:
        # Also one that was not added as far as is known: a shell that answered too late may have it.
        was_wanted, self._wanted, self._added = self._wanted, False, False
        if was_wanted:
            self._shell(win32.NIM_DELETE)

    def _update_icon(self) -> None:
        self._icon_valid = True
        self._call(self._settle)

    def _update_title(self) -> None:
        self._call(self._settle)

    def _update_menu(self) -> None:
        """Nothing: the menu is asked for when it opens."""

    def _mark_ready(self) -> None:
        # pystray's own procedure answers what it does not know with 0, which means "no" to the end of the
        # session and "done" to a request to close; and of each answer it gives Windows but the lower half.
        api.SetWindowLongPtr(self._hwnd, api.GWLP_WNDPROC, self._procedure)
        # Its second window has no use and no procedure of ours. Who closes all windows of a program closes
        # it as well, and pystray fails at its end without it. Nobody finds one that only takes messages.
        api.SetParent(self._menu_hwnd, api.HWND_MESSAGE)
        for name in (instance.QUIT, *instance.shown_by()):  # from a program with fewer rights, too
            number = api.RegisterWindowMessage(name)
            api.ChangeWindowMessageFilterEx(self._hwnd, number, win32.MSGFLT_ALLOW, None)
        api.WTSRegisterSessionNotification(self._hwnd, 0)
        self._call(self._settle)  # wakes the loop for what was put on the list before there was a window
        super()._mark_ready()

    def _mainloop(self) -> None:
        try:
            super()._mainloop()
        finally:
            self._running = False  # a late `stop` must find nothing to do
            self._release_icon()
            self._balloons.over()

    def _release_icon(self) -> None:
        handle, self._icon_handle = self._icon_handle, None
        if handle:
            self.pictures.destroy(handle)

    def _heard(self, window: int, message: int, wparam: int, lparam: int) -> int:
        """What Windows calls with every message to the window."""
        handler = self._handlers.get(message)
        if handler is None:
            return int(api.DefWindowProc(window, message, wparam, lparam))
        try:
            return handler(wparam, lparam) or 0
        except Exception as error:  # noqa: BLE001 - the icon outlives a bug
            bugs.report(f"handling a message of Windows in {handler.__name__}", error)
            return 0

    # ---- what the shell shows ----

    def _call(self, call: Callable[[], None]) -> None:
        """Have something done on the loop's thread, soon."""
        self._calls.put(call)
        if self._hwnd:
            api.PostMessage(self._hwnd, _WM_CALL, 0, 0)

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

    def _settle(self) -> None:
        """Let the shell show what it should: the one place where the icon is put up, or changed."""
        if not self._wanted:
            return
        stale = self._redraw()
        try:
            self._put()
        finally:
            if stale:
                self.pictures.destroy(stale)  # now that the new one is seen

    def _redraw(self) -> int | None:
        """Make the picture if it is to be another one: the handle of the one before, to be given back."""
        draw, size, ground = self.icon, picture.small(), picture.ground()  # other threads set `icon`
        drawing = (draw, size, ground)
        if drawing == self._drawing:
            return None
        drawn: Image.Image = draw(size, ground)
        pixels, stale = drawn.tobytes(), None
        if pixels != self._pixels:
            made = self.pictures.make(drawn)
            stale, self._icon_handle = self._icon_handle, made
            self._pixels, self._tip = pixels, None
        self._drawing = drawing
        return stale

    def _draw(self, size: int) -> Image.Image:
        drawn: Image.Image = self.icon(size, picture.ground())
        return drawn

    def _put(self) -> None:
        title = self.title  # other threads set it
        if self._added and self._tip == title:
            return
        # One that the shell would not change may be gone; one that it would not add may be there already.
        codes = (win32.NIM_MODIFY, win32.NIM_ADD) if self._added else (win32.NIM_ADD, win32.NIM_MODIFY)
        done = self._first_taken(codes, title)
        is_new = done == win32.NIM_ADD or (done is not None and not self._added)
        self._added = done is not None
        self._tip = title if self._added else None
        if done == win32.NIM_ADD:
            self._balloons.lost()
        if not self._added:
            self._try_again()
        elif is_new:
            self._failures = 0
            self._shell(win32.NIM_SETVERSION, uVersion=api.NOTIFYICON_VERSION_4)
            self._set_timer(_NUDGE, _NUDGE_AFTER)
            if not self._greeted:
                self._greeted = True
                self._post(IconShown())
            self._balloons.go_on()

    def _first_taken(self, codes: tuple[int, int], title: str) -> int | None:
        """Which of the two ways the shell took; None if neither."""
        flags = win32.NIF_MESSAGE | win32.NIF_ICON | win32.NIF_TIP | win32.NIF_SHOWTIP
        for code in codes:
            if self._shell(
                code, flags, uCallbackMessage=win32.WM_NOTIFY, hIcon=self._icon_handle, szTip=title
            ):
                return code
            if shell.is_late():  # it would be late for the other one as well, some seconds each
                return None
        return None

    def _try_again(self) -> None:
        self._set_timer(_RETRY, _DELAYS[min(self._failures, len(_DELAYS) - 1)])
        self._failures += 1
        if self._has_given_up:
            self._balloons.give_up()

    @property
    def _has_given_up(self) -> bool:
        return self._failures > len(_DELAYS)

    def _shell(self, code: int, flags: int = 0, **fields: object) -> bool:
        return shell.notify(self.window, code, flags, **fields)

    def _set_timer(self, number: int, seconds: float) -> None:
        api.SetTimer(self._hwnd, number, int(seconds * 1000), None)

    def _on_timer(self, number: int, _lparam: int) -> None:
        api.KillTimer(self._hwnd, number)
        if number == _NEXT:
            self._over()
            self._balloons.go_on()
        elif number == _LOOK:
            self._look()
        else:
            if number == _NUDGE:
                self._tip = None
            self._settle()

    def _on_taskbarcreated(self, _wparam: int, _lparam: int) -> None:
        """The taskbar is new, and knows nothing of us; or its resolution is, and it does."""
        self._added, self._failures = False, 0
        self._settle()

    def _on_surroundings(self, _wparam: int, _lparam: int) -> None:
        """Screen, resolution, theme or colours may be others, now or in a moment."""
        self._look()
        self._set_timer(_LOOK, _LOOK_AFTER)

    def _look(self) -> None:
        popup.flush_themes()
        self._settle()

    # ---- notices ----

    def _tell(self, balloon: Notification) -> None:
        self._balloons.put(balloon)
        if self._added:
            self._balloons.go_on()
        elif self._has_given_up:
            self._balloons.give_up()

    def _over(self) -> Notification | None:
        """The notice that was seen is gone: give it, if there was one."""
        api.KillTimer(self._hwnd, _NEXT)
        return self._balloons.over()

    def _show_balloon(self, **fields: object) -> bool:
        # The tooltip as well: some shells take what is not mentioned as if it was to be empty.
        flags = win32.NIF_INFO | win32.NIF_TIP | win32.NIF_SHOWTIP
        shown = self._shell(win32.NIM_MODIFY, flags, szTip=self._tip or self.title, **fields)
        if shown:
            self._set_timer(_NEXT, balloons.PATIENCE)
        return shown

    # ---- the mouse, the keyboard and the menu ----

    def _on_notify(self, wparam: int, lparam: int) -> None:
        match lparam & 0xFFFF:
            case api.NIN_SELECT | api.NIN_KEYSELECT if (default := self._default()) is not None:
                default(self)
            case api.NIN_SELECT | api.NIN_KEYSELECT | api.WM_CONTEXTMENU:
                x, y = ctypes.c_short(wparam & 0xFFFF), ctypes.c_short(wparam >> 16 & 0xFFFF)
                self._open_menu(x.value, y.value)
            case api.NIN_BALLOONUSERCLICK:
                balloon = self._over()
                if balloon is not None and balloon.command is not None:
                    self._post(CommandReceived(balloon.command))
                else:  # what can be done about it is in the menu
                    self._open_menu(*shell.place(self.window))  # of this, Windows does not say where
                self._balloons.go_on()
            case api.NIN_BALLOONHIDE | api.NIN_BALLOONTIMEOUT:
                self._over()
                self._balloons.go_on()
            case _:
                pass

    def _default(self) -> Any:  # noqa: ANN401 - pystray has no types
        """The item that a click on the icon itself stands for; None if the menu has none now."""
        return next((item for item in self.menu.items if item.default and item.enabled), None)

    def _open_menu(self, x: int, y: int) -> None:
        if self._open is not None:
            return
        self._post(CommandReceived(OpenMenu()))
        with popup.Popup(self.menu) as opened:
            self._open = opened
            try:
                # Without the first, a click elsewhere does not close the menu; without the last, the next
                # opening may close at once.
                win32.SetForegroundWindow(self._hwnd)
                chosen = opened.track(self._hwnd, x, y)
                api.PostMessage(self._hwnd, 0, 0, 0)
            finally:
                self._open = None
        if chosen is not None:
            chosen(self)
        elif not self._leaving and api.GetForegroundWindow() == self._hwnd:
            self._shell(win32.NIM_SETFOCUS)  # back to the taskbar, unless the click was on another window

    def _on_level(self, wparam: int, _lparam: int) -> None:
        if self._open is not None:
            self._open.opening(wparam)

    # ---- the system ----

    def _on_second_start(self, _wparam: int, _lparam: int) -> None:
        self._post(SecondStart())

    def _on_close(self, _wparam: int, _lparam: int) -> None:
        self._leaving = True
        if self._open is not None:
            api.EndMenu()
        api.WTSUnRegisterSessionNotification(self._hwnd)
        win32.PostQuitMessage(0)

    def _on_query_end(self, _wparam: int, _lparam: int) -> int:
        return 1

    def _on_end(self, wparam: int, lparam: int) -> None:
        """The session ends, or an installer ends this program: it may be gone any moment after this."""
        if wparam:
            self._ending()  # first: a shell that is on its way out may be slow to answer
            self._hide()
            self._on_close(wparam, lparam)

    def _on_power(self, wparam: int, _lparam: int) -> int:
        if wparam == api.PBT_APMRESUMEAUTOMATIC:
            self._post(Resumed())
        return 1

    def _on_session(self, wparam: int, _lparam: int) -> None:
        if wparam == api.WTS_SESSION_UNLOCK:
            self._post(UserReturned())
