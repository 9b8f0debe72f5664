"""Windows that are open, as values. What opens and closes them is in `windows`."""

from __future__ import annotations

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
    """A window.

    Attributes:
        id: Its own; no two windows of this process ever share one.
        kind: What it is for.
        subject: The id of the prompt or the approval that it shows; None for none, or none yet.
    """

    id: str
    kind: WindowKind
    subject: str | None = None
