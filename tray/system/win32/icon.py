"""The icon on Windows: pystray's, with what its own loop leaves out.

Only the thread of the loop talks to the shell. `_reconcile` is the one place where the icon is put up and
changed: it compares what should be there with what is there, so that a new taskbar, another resolution or
another theme need no code of their own. Leans on private names of pystray; tests/test_pystray_canary.py holds
them to what they were.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from PIL import Image
from pystray._util import win32

from tray.core.commands import OpenMenu
from tray.core.events import CommandReceived, Event, IconShown
from tray.system.win32 import api, balloons, instance, picture, popup, shell, window
from tray.view.notification import Notification

assert sys.platform == "win32"

_RETRY, _NUDGE, _NEXT, _REFRESH = 1, 2, 3, 4
"""Timers."""
_RETRY_DELAYS: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds between attempts to put the icon up, the last one for ever: at sign-in the taskbar may be late.

After that many failures notifications are shown in another way.
"""
_NUDGE_DELAY: Final = 2.0
"""Seconds after which it is shown once more: Windows 11 may not paint a new icon before it changes."""
_REFRESH_DELAY: Final = 1.5
"""Seconds after the last message about display or theme: it may come before the taskbar itself follows."""


class Win32Icon(window.MessageWindow):
    """A tray icon whose `icon` is a function that draws: (pixels, taskbar) to a picture.

    Attributes:
        pictures: Every handle that was made.
    """

    def __init__(
        self,
        menu: Any,  # noqa: ANN401 - pystray has no types
        *,
        post: Callable[[Event], None],
        on_session_end: Callable[[], None],
        show_fallback: Callable[[Notification], None],
    ) -> None:
        """Create it; nothing is seen before `run`.

        Args:
            menu: A pystray menu; asked for its items when it opens, level by level.
            post: Takes events, on the loop's thread.
            on_session_end: Saves what must be saved; when Windows ends the session it has about a second.
            show_fallback: Shows a notification where this icon cannot; it must return at once.
        """
        super().__init__(menu, post)
        self.pictures = picture.Pictures()
        self._on_session_end = on_session_end
        self._icon_handle: int | None = None
        self._menu_handle = None  # pystray looks for it at its end; ours is made when it opens
        self._popup: popup.Popup | None = None
        self._wanted = self._added = self._announced = self._closing = False
        self._failures = 0
        self._drawing: object = None
        self._pixels = b""
        self._tip: str | None = None
        self._balloons = balloons.Balloons(self._show_balloon, self._draw, self.pictures, show_fallback)
        self._handlers |= {
            win32.WM_STOP: self._on_close,
            win32.WM_NOTIFY: self._on_notify,
            win32.WM_TASKBARCREATED: self._on_taskbar_created,
            api.WM_CLOSE: self._on_close,
            api.WM_ENDSESSION: self._on_end_session,
            api.WM_TIMER: self._on_timer,
            api.WM_INITMENUPOPUP: self._on_menu_level,
            **dict.fromkeys(
                (
                    api.WM_DISPLAYCHANGE,
                    api.WM_DPICHANGED,
                    api.WM_SETTINGCHANGE,
                    api.WM_SYSCOLORCHANGE,
                    api.WM_THEMECHANGED,
                ),
                self._on_appearance_change,
            ),
            api.RegisterWindowMessage(instance.QUIT): self._on_close,
        }

    def box(self) -> tuple[int, int, int, int] | None:
        """Return left, top, right and bottom of the icon, if the shell tells; from any thread."""
        return shell.icon_box(self.window)

    def notify(self, notification: Notification) -> None:
        """Show a notification beside the icon, after those that are waiting; from any thread."""
        self._call(partial(self._notify, notification))

    # ---- what pystray asks for, from any thread ----

    def _show(self) -> None:
        self._wanted = True
        self._call(self._reconcile)

    def _hide(self) -> None:
        # Also one that was not added as far as is known: a shell that answered too late may have it.
        was_wanted, self._wanted, self._added = self._wanted, False, False
        if was_wanted:
            self._shell(win32.NIM_DELETE)

    def _update_icon(self) -> None:
        self._icon_valid = True
        self._call(self._reconcile)

    def _update_title(self) -> None:
        self._call(self._reconcile)

    def _update_menu(self) -> None:
        """Nothing: the menu is asked for when it opens."""

    def _mainloop(self) -> None:
        try:
            super()._mainloop()
        finally:
            self._running = False  # a late `stop` must find nothing to do
            self._release_icon()
            self._balloons.remove_shown()

    def _release_icon(self) -> None:
        handle, self._icon_handle = self._icon_handle, None
        if handle:
            self.pictures.destroy(handle)

    # ---- what the shell shows ----

    def _reconcile(self) -> None:
        if not self._wanted:
            return
        old_handle = self._redraw()
        try:
            self._update_shell()
        finally:
            if old_handle:
                self.pictures.destroy(old_handle)  # now that the new one is seen

    def _redraw(self) -> int | None:
        """Make the picture if it differs; return the handle of the old one, to be destroyed."""
        draw, size, ground = self.icon, picture.small(), picture.ground()  # other threads set `icon`
        drawing = (draw, size, ground)
        if drawing == self._drawing:
            return None
        drawn: Image.Image = draw(size, ground)
        pixels, old_handle = drawn.tobytes(), None
        if pixels != self._pixels:
            made = self.pictures.make(drawn)
            old_handle, self._icon_handle = self._icon_handle, made
            self._pixels, self._tip = pixels, None
        self._drawing = drawing
        return old_handle

    def _draw(self, size: int) -> Image.Image:
        drawn: Image.Image = self.icon(size, picture.ground())
        return drawn

    def _update_shell(self) -> None:
        title = self.title  # other threads set it
        if self._added and self._tip == title:
            return
        # One that the shell would not change may be gone; one that it would not add may be there already.
        codes = (win32.NIM_MODIFY, win32.NIM_ADD) if self._added else (win32.NIM_ADD, win32.NIM_MODIFY)
        accepted = self._first_accepted(codes, title)
        is_new = accepted == win32.NIM_ADD or (accepted is not None and not self._added)
        self._added = accepted is not None
        self._tip = title if self._added else None
        if accepted == win32.NIM_ADD:
            self._balloons.requeue_shown()
        if not self._added:
            self._retry_later()
        elif is_new:
            self._failures = 0
            self._shell(win32.NIM_SETVERSION, uVersion=api.NOTIFYICON_VERSION_4)
            self._set_timer(_NUDGE, _NUDGE_DELAY)
            if not self._announced:
                self._announced = True
                self._post(IconShown())
            self._balloons.show_next()

    def _first_accepted(self, codes: tuple[int, int], title: str) -> int | None:
        flags = win32.NIF_MESSAGE | win32.NIF_ICON | win32.NIF_TIP | win32.NIF_SHOWTIP
        for code in codes:
            if self._shell(
                code, flags, uCallbackMessage=win32.WM_NOTIFY, hIcon=self._icon_handle, szTip=title
            ):
                return code
            if shell.timed_out():  # it would for the other one as well, some seconds each
                return None
        return None

    def _retry_later(self) -> None:
        self._set_timer(_RETRY, _RETRY_DELAYS[min(self._failures, len(_RETRY_DELAYS) - 1)])
        self._failures += 1
        if self._has_given_up:
            self._balloons.show_all_otherwise()

    @property
    def _has_given_up(self) -> bool:
        return self._failures > len(_RETRY_DELAYS)

    def _shell(self, code: int, flags: int = 0, **fields: object) -> bool:
        return shell.notify(self.window, code, flags, **fields)

    def _on_timer(self, number: int, _lparam: int) -> None:
        api.KillTimer(self._hwnd, number)
        if number == _NEXT:
            self._balloon_gone()
            self._balloons.show_next()
        elif number == _REFRESH:
            self._refresh()
        else:
            if number == _NUDGE:
                self._tip = None
            self._reconcile()

    def _on_taskbar_created(self, _wparam: int, _lparam: int) -> None:
        """The taskbar is new, and does not have the icon; or its resolution is, and it does."""
        self._added, self._failures = False, 0
        self._reconcile()

    def _on_appearance_change(self, _wparam: int, _lparam: int) -> None:
        """Screen, resolution, theme or colours may have changed, or will in a moment."""
        self._refresh()
        self._set_timer(_REFRESH, _REFRESH_DELAY)

    def _refresh(self) -> None:
        popup.flush_themes()
        self._reconcile()

    # ---- notifications ----

    def _notify(self, notification: Notification) -> None:
        self._balloons.add(notification)
        if self._added:
            self._balloons.show_next()
        elif self._has_given_up:
            self._balloons.show_all_otherwise()

    def _balloon_gone(self) -> Notification | None:
        """Forget the notification that was seen, and return it."""
        api.KillTimer(self._hwnd, _NEXT)
        return self._balloons.remove_shown()

    def _show_balloon(self, **fields: object) -> bool:
        # The tooltip as well: some shells take what is not mentioned as if it was to be empty.
        flags = win32.NIF_INFO | win32.NIF_TIP | win32.NIF_SHOWTIP
        shown = self._shell(win32.NIM_MODIFY, flags, szTip=self._tip or self.title, **fields)
        if shown:
            self._set_timer(_NEXT, balloons.MAX_SECONDS)
        return shown

    # ---- the mouse, the keyboard and the menu ----

    def _on_notify(self, wparam: int, lparam: int) -> None:
        match lparam & 0xFFFF:
            case api.NIN_SELECT | api.NIN_KEYSELECT if (default := self._default_item()) is not None:
                default(self)
            case api.NIN_SELECT | api.NIN_KEYSELECT | api.WM_CONTEXTMENU:
                x, y = ctypes.c_short(wparam & 0xFFFF), ctypes.c_short(wparam >> 16 & 0xFFFF)
                self._open_menu(x.value, y.value)
            case api.NIN_BALLOONUSERCLICK:
                notification = self._balloon_gone()
                if notification is not None and notification.command is not None:
                    self._post(CommandReceived(notification.command))
                else:  # what can be done about it is in the menu
                    self._open_menu(*shell.icon_position(self.window))  # of this, Windows does not say where
                self._balloons.show_next()
            case api.NIN_BALLOONHIDE | api.NIN_BALLOONTIMEOUT:
                self._balloon_gone()
                self._balloons.show_next()
            case _:
                pass

    def _default_item(self) -> Any:  # noqa: ANN401 - pystray has no types
        return next((item for item in self.menu.items if item.default and item.enabled), None)

    def _open_menu(self, x: int, y: int) -> None:
        if self._popup is not None:
            return
        self._post(CommandReceived(OpenMenu()))
        with popup.Popup(self.menu, self.pictures) as opened:
            self._popup = opened
            try:
                # Without the first, a click elsewhere does not close the menu; without the last, the next
                # opening may close at once.
                win32.SetForegroundWindow(self._hwnd)
                chosen = opened.track(self._hwnd, x, y)
                api.PostMessage(self._hwnd, 0, 0, 0)
            finally:
                self._popup = None
        if chosen is not None:
            chosen(self)
        elif not self._closing and api.GetForegroundWindow() == self._hwnd:
            self._shell(win32.NIM_SETFOCUS)  # back to the taskbar, unless the click was on another window

    def _on_menu_level(self, wparam: int, _lparam: int) -> None:
        if self._popup is not None:
            self._popup.fill_level(wparam)

    # ---- the end ----

    def _on_close(self, _wparam: int, _lparam: int) -> None:
        self._closing = True
        if self._popup is not None:
            api.EndMenu()
        api.WTSUnRegisterSessionNotification(self._hwnd)
        win32.PostQuitMessage(0)

    def _on_end_session(self, wparam: int, lparam: int) -> None:
        """The session ends, or an installer ends this program: it may be gone any moment after this."""
        if wparam:
            self._on_session_end()  # first: a shell that is on its way out may be slow to answer
            self._hide()
            self._on_close(wparam, lparam)
