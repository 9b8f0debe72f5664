"""The interface to the operating system. Actions return False, or None, where they cannot be done."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Protocol

import msgspec

from tray.core.events import Event
from tray.view.notification import Notification


class ContrastColours(msgspec.Struct, frozen=True):
    """The colours of a high contrast, each as `#rrggbb`: of windows, and of what is chosen in them."""

    ground: str
    ink: str
    chosen: str
    chosen_ink: str


class Platform(Protocol):
    """One operating system.

    Attributes:
        has_own_icon: The icon of `create_icon` draws itself, asks for its menu and shows notifications.
    """

    has_own_icon: ClassVar[bool]

    def prepare_process(self) -> None:
        """Tell the system what this process is. Call it before the first window."""

    def claim_instance(self, *, demo: bool) -> bool:
        """Become the only tray of this session; if there is one already, ask it to show itself."""

    def has_tray(self) -> bool:
        """Return whether there is anything that could hold a tray icon."""

    def create_icon(
        self,
        menu: Any,  # noqa: ANN401 - pystray has no types
        *,
        post: Callable[[Event], None],
        on_session_end: Callable[[], None],
        show_fallback: Callable[[Notification], None],
    ) -> Any:  # noqa: ANN401 - as above
        """Create the icon, which is a pystray icon.

        Args:
            menu: A pystray menu.
            post: Takes the events of the icon.
            on_session_end: Saves what must be saved; called when the system ends the session.
            show_fallback: Shows a notification where the icon cannot; it must return at once.

        Raises:
            Exception: There is no display; every backend has an error of its own for it.
        """

    def open_url(self, url: str) -> bool:
        """Show a page in the browser; only http and https. May take as long as the browser runs."""

    def open_file(self, path: Path) -> bool:
        """Open a text file in the user's program for it. May take as long as that program runs."""

    def open_icon_settings(self) -> bool:
        """Show where the user chooses which tray icons are visible."""

    def copy_text(self, text: str) -> bool:
        """Put a text on the clipboard. May take seconds."""

    def read_clipboard(self) -> str | None:
        """Return the text of the clipboard. May take seconds."""

    def language(self) -> str:
        """Return the two-letter code of the user's language."""

    def prefers_dark(self) -> bool:
        """Return whether the user wants dark windows."""

    def contrast_colours(self) -> ContrastColours | None:
        """Return the colours of the user's high contrast; None without it."""

    def work_area(self, at: tuple[int, int]) -> tuple[int, int, int, int] | None:
        """Return left, top, right and bottom of what no taskbar covers on the screen at this point.

        None where the system does not tell.
        """

    def round_corners(self, window: int) -> None:
        """Round the corners of a top-level window without a frame, where the system does that."""

    def set_dark_title_bar(self, window: int, *, dark: bool) -> None:
        """Make the title bar of a top-level window dark or light, where the system allows it."""

    def allow_foreground(self, process_id: int) -> None:
        """Allow a process that was started by a click to bring its window to the front."""

    def show_notification(self, notification: Notification) -> bool:
        """Show a notification without an icon of our own. May take long."""

    def may_interrupt(self) -> bool:
        """Return whether a notification would reach the user now and not disturb."""

    def show_message(self, text: str) -> None:
        """Show a sentence to a user who has no terminal, and return when it was read."""

    def autostart(self) -> bool | None:
        """Return whether the program starts at sign-in; None if that is not offered here."""

    def set_autostart(self, *, on: bool) -> None:
        """Start the program at sign-in, or no longer.

        Raises:
            OSError: The system does not allow it, or does not offer it.
        """

    def terminal_supports_escapes(self) -> bool:
        """Return whether a terminal interprets escape sequences."""
