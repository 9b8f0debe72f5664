"""Open windows. `core.gui` opens and closes them."""

from enum import StrEnum

import msgspec


class WindowKind(StrEnum):
    """What a window is for."""

    ASK = "ask"
    ANSWER = "answer"
    SETTINGS = "settings"
    PANEL = "panel"
    APPROVAL = "approval"
    DIAGNOSTICS = "diagnostics"


class Page(StrEnum):
    """A page of the panel."""

    NOW = "now"
    USAGE = "usage"
    NOTIFICATIONS = "notifications"


class Window(msgspec.Struct, frozen=True):
    """An open window.

    Attributes:
        id: Unique in this process.
        subject: The id of the prompt or the approval that it shows, or the key of the session on the panel's
            page Now; None for none, or none yet.
        page: The page that the panel shows.
    """

    id: str
    kind: WindowKind
    subject: str | None = None
    page: Page = Page.NOW
