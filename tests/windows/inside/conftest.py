"""A real icon on a loop of its own, and the means of a person: the menu's lines, a mouse and a keyboard."""

from __future__ import annotations

import sys

import pytest

if sys.platform != "win32":
    collect_ignore_glob = ["test_*.py"]
else:
    import ctypes
    import threading
    from ctypes import wintypes
    from functools import partial

    import pystray
    from pystray._util import win32

    from tests.stage import SECONDS, until
    from tests.windows.inside.person import Person
    from tray import system
    from tray.core.events import IconShown
    from tray.view.icon.model import Icon, Situation
    from tray.view.icon.render import draw

    class Running:
        """An icon that runs on a thread, and what became of it.

        Attributes:
            icon: The Win32Icon.
            events: What it posted.
            ended: How often it heard that the session ends.
            otherwise: Notices that it could not show.
        """

        def __init__(self, items=()):
            self.events, self.otherwise, self.ended = [], [], 0
            self.icon = system.current().create_icon(
                pystray.Menu(lambda: items),
                post=self.events.append,
                on_session_end=self._end,
                show_fallback=self.otherwise.append,
            )
            self.icon.icon = partial(draw, Icon(Situation.CALM, 38))
            self._thread = threading.Thread(
                target=self.icon.run, args=(self._show,), name="icon", daemon=True
            )

        def start(self):
            self._thread.start()
            until(lambda: self.icon.window and self.icon.visible)
            return self

        def start_seen(self):
            self.start()
            until(lambda: IconShown() in self.events)
            return self

        @property
        def is_over(self):
            return not self._thread.is_alive()

        def until_over(self):
            until(lambda: self.is_over)

        def send(self, message, wparam=0, lparam=0):
            """Send a message as Windows would, and give what the icon's window answers."""
            send = ctypes.WinDLL("user32").SendMessageW
            send.argtypes = (wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
            send.restype = wintypes.LPARAM
            return send(self.icon.window, message, wparam, lparam)

        def post(self, message, wparam=0, lparam=0):
            assert win32.PostMessage(self.icon.window, message, wparam, lparam)

        def settled(self):
            """Wait until the loop has done all that was asked of it so far."""
            done = threading.Event()
            self.icon._call(done.set)
            assert done.wait(SECONDS)

        def _show(self, icon):
            icon.visible = True

        def _end(self):
            self.ended += 1

    @pytest.fixture
    def make():
        """Makes icons, and proves that each of their loops has ended at the end of the test."""
        made = []

        def one(*items):
            made.append(Running(items))
            return made[-1]

        yield one
        for running in made:
            running.icon.stop()
            running.until_over()
            assert running.icon.pictures.made == running.icon.pictures.destroyed

    @pytest.fixture
    def running(make):
        return make().start_seen()

    @pytest.fixture
    def person():
        return Person()
