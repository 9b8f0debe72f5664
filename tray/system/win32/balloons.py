"""Notifications beside the icon, one at a time: the shell does not say which one it reports about."""

from __future__ import annotations

import logging
import sys
from collections import deque
from collections.abc import Callable
from typing import Final

from PIL import Image

from tray.storage import bugs
from tray.system.win32 import api, picture
from tray.view.notification import Notification

assert sys.platform == "win32"

log = logging.getLogger(__name__)

MAX_SECONDS: Final = 15.0
"""Seconds after which a notification counts as gone, should the shell not say so."""
_MAX_WAITING: Final = 8
"""Notifications that wait for their turn; the oldest give way."""


class Balloons:
    """The notification that is shown, and those that wait. Owned by the icon's loop."""

    def __init__(
        self,
        show: Callable[..., bool],
        draw: Callable[[int], Image.Image],
        pictures: picture.Pictures,
        show_fallback: Callable[[Notification], None],
    ) -> None:
        """Create an empty queue.

        Args:
            show: Makes the shell show one, in the fields of NOTIFYICONDATAW; returns whether it took it.
            draw: Draws what the icon shows in so many pixels.
            pictures: Makes handles of it.
            show_fallback: Shows one where the icon cannot.
        """
        self._show, self._draw, self._pictures = show, draw, pictures
        self._show_fallback = show_fallback
        self._waiting: deque[Notification] = deque()
        self._shown: Notification | None = None
        self._handle: int | None = None

    def add(self, notification: Notification) -> None:
        """Let it wait for its turn."""
        self._waiting.append(notification)
        if len(self._waiting) > _MAX_WAITING:
            self._waiting.popleft()
            log.warning(
                "Too many notices at once: the oldest was not shown. What it said is in the menu, too."
            )

    def show_next(self) -> None:
        """Show the next one if none is shown."""
        while self._shown is None and self._waiting:
            notification = self._waiting.popleft()
            if self._is_accepted(notification):
                self._shown = notification
            else:
                self._show_fallback(notification)

    def show_all_otherwise(self) -> None:
        """Show what waits without the icon: there is none, and none to be expected."""
        while self._waiting:
            self._show_fallback(self._waiting.popleft())

    def remove_shown(self) -> Notification | None:
        """Forget the one that was shown, and return it if there was one."""
        self._release_picture()
        shown, self._shown = self._shown, None
        return shown

    def requeue_shown(self) -> None:
        """Let the one that was shown wait again: the taskbar went, and it with it."""
        if (shown := self.remove_shown()) is not None:
            self._waiting.appendleft(shown)

    def _is_accepted(self, notification: Notification) -> bool:
        """Make the shell show it; how it looks matters less than that it is seen."""
        quiet = 0 if notification.asked_for else api.NIIF_RESPECT_QUIET_TIME
        for kind, size in _styles(notification):
            # The shell may look at the picture as long as the notification is there.
            self._handle = None if size is None else self._picture(size)
            if self._show(
                szInfoTitle=notification.title,
                szInfo=notification.body,
                dwInfoFlags=kind | quiet,
                hBalloonIcon=self._handle,
            ):
                return True
            self._release_picture()
        return False

    def _picture(self, size: int) -> int | None:
        try:
            return self._pictures.make(self._draw(size))
        except Exception as error:  # noqa: BLE001 - the words matter more
            bugs.report("drawing the picture of a notice", error)
            return None

    def _release_picture(self) -> None:
        handle, self._handle = self._handle, None
        if handle:
            self._pictures.destroy(handle)


def _styles(notification: Notification) -> list[tuple[int, int | None]]:
    """Flags and the size of a picture, the best first: some shells take one size alone."""
    if notification.urgent:
        return [(api.NIIF_WARNING, None)]
    drawn = api.NIIF_USER | api.NIIF_LARGE_ICON  # without one, Windows 11 takes the first picture of the icon
    sizes = dict.fromkeys((picture.large(), api.GetSystemMetrics(api.SM_CXICON)))
    return [*((drawn, size) for size in sizes), (api.NIIF_INFO, None)]
