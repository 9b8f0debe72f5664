"""A notification as a value; `tray.view.notifications` makes it."""

import msgspec

from tray.core.commands import Command


class Notification(msgspec.Struct, frozen=True):
    """A notification as it is shown.

    Attributes:
        title: A short line.
        body: What happened, and what to do.
        urgent: It is shown with the warning icon.
        command: What a click does, which never spends tokens; None if the click only opens the menu.
        asked_for: It answers the user's last click, so it does not interrupt.
    """

    title: str
    body: str
    urgent: bool = False
    command: Command | None = None
    asked_for: bool = False
