"""Notices beside the icon, one at a time: what the shell reports of one does not say which it is about."""

from __future__ import annotations

import logging
import sys
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from tray.storage import bugs
from tray.system.win32 import api, picture
from tray.view.notifications import Notification

if TYPE_CHECKING:
    from PIL import Image

assert sys.platform == "win32"

log = logging.getLogger(__name__)

PATIENCE: Final = 15.0
"""Seconds after which a notice counts as over, should the shell not say so."""
_LONGEST: Final = 8
"""Notices that wait for their turn; the oldest give way."""


class Balloons:
    """The one that is seen, and those that wait. Owned by the icon's loop."""

    def __init__(
        self,
        show: Callable[..., bool],
        draw: Callable[[int], Image.Image],
        pictures: picture.Pictures,
        show_otherwise: Callable[[Notification], None],
    ) -> None:
        """Nothing is shown yet.

        Args:
            show: Has the shell show one, in the fields of NOTIFYICONDATAW; returns whether it took it.
            draw: Draws what the icon shows in so many pixels.
            pictures: Makes handles of it.
            show_otherwise: Shows one where the icon cannot.
        """
        self._show, self._draw, self._pictures = show, draw, pictures
        self._show_otherwise = show_otherwise
        self._waiting: deque[Notification] = deque()
        self._seen: Notification | None = None
        self._handle: int | None = None

    def put(self, balloon: Notification) -> None:
        """Let it wait for its turn."""
        self._waiting.append(balloon)
        if len(self._waiting) > _LONGEST:
            self._waiting.popleft()
            log.warning(
                "Too many notices at once: the oldest was not shown. What it said is in the menu, too."
            )

    def go_on(self) -> None:
        """Show the next one if none is seen."""
        while self._seen is None and self._waiting:
            balloon = self._waiting.popleft()
            if self._is_taken(balloon):
                self._seen = balloon
            else:
                self._show_otherwise(balloon)

    def give_up(self) -> None:
        """There is no icon, and none to be expected: show otherwise what waits."""
        while self._waiting:
            self._show_otherwise(self._waiting.popleft())

    def over(self) -> Notification | None:
        """The one that was seen is gone: give it, if there was one."""
        self._release()
        seen, self._seen = self._seen, None
        return seen

    def lost(self) -> None:
        """The taskbar went, and the one that was seen with it: it is shown once more."""
        if (seen := self.over()) is not None:
            self._waiting.appendleft(seen)

    def _is_taken(self, balloon: Notification) -> bool:
        """Have the shell show it; how it looks matters less than that it is seen."""
        quiet = 0 if balloon.asked_for else api.NIIF_RESPECT_QUIET_TIME
        for kind, size in _looks(balloon):
            # The shell may look at the picture as long as the notice is there.
            self._handle = None if size is None else self._picture(size)
            if self._show(
                szInfoTitle=balloon.title,
                szInfo=balloon.body,
                dwInfoFlags=kind | quiet,
                hBalloonIcon=self._handle,
            ):
                return True
            self._release()
        return False

    def _picture(self, size: int) -> int | None:
        try:
            return self._pictures.make(self._draw(size))
        except Exception as error:  # noqa: BLE001 - the words matter more
            bugs.report("drawing the picture of a notice", error)
            return None

    def _release(self) -> None:
        handle, self._handle = self._handle, None
        if handle:
            self._pictures.destroy(handle)


def _looks(balloon: Notification) -> list[tuple[int, int | None]]:
    """Flags and the size of a picture, the best first: some shells take one size alone."""
    if balloon.urgent:
        return [(api.NIIF_WARNING, None)]
    drawn = api.NIIF_USER | api.NIIF_LARGE_ICON  # without one, Windows 11 takes the first picture of the icon
    sizes = dict.fromkeys((picture.large(), api.GetSystemMetrics(api.SM_CXICON)))
    return [*((drawn, size) for size in sizes), (api.NIIF_INFO, None)]
