"""What the icon says, as a value. `drawing` turns it into pixels; nothing here knows Pillow."""

from __future__ import annotations

from enum import Enum

import msgspec


class Situation(Enum):
    """What a glance must tell apart: each has a shape of its own, and a colour."""

    CALM = "calm"
    WARNING = "warning"
    CRITICAL = "critical"
    UNKNOWN = "unknown"
    CONNECTING = "connecting"
    DOWN = "down"
    REFUSED = "refused"
    NOT_SET_UP = "not set up"


class Icon(msgspec.Struct, frozen=True):
    """One picture of the tray icon.

    Attributes:
        situation: Which glyph.
        percent: Context usage, 0 to 100, rounded down; only with CALM, WARNING and CRITICAL.
        stale: The figure is doubtful: the same ring, hatched and paler.
        threshold: Percent at which WARNING begins, where its tick mark stands.
        running: A run is in progress: a dot in the lower left corner.
        waiting: An approval is waiting: a badge in the upper right corner.
    """

    situation: Situation
    percent: int | None = None
    stale: bool = False
    threshold: int = 75
    running: bool = False
    waiting: bool = False
