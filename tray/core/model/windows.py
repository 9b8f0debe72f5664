"""Open windows. `core.gui` opens and closes them."""

from enum import StrEnum

import msgspec


class WindowKind(StrEnum):
    """What a window is for."""

    ASK = "ask"
    ANSWER = "answer"
    SETTINGS = "settings"
    USAGE = "usage"
    NOTIFICATIONS = "notices"
    APPROVAL = "approval"
    DIAGNOSTICS = "diagnostics"


class Window(msgspec.Struct, frozen=True):
    """An open window.

    Attributes:
        id: Unique in this process.
        subject: The id of the prompt or the approval that it shows; None for none, or none yet.
    """

    id: str
    kind: WindowKind
    subject: str | None = None
