"""The icon as a value, without Pillow; `render` turns it into pixels."""

from enum import Enum

import msgspec

from tray.settings.settings import IconStyle


class Situation(Enum):
    """What a glance must distinguish: each situation has its own shape and colour."""

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
        situation: Which picture.
        percent: Context usage, 0 to 100, rounded down; only with CALM, WARNING and CRITICAL.
        stale: The figure is doubtful: the same ring, dashed and paler.
        threshold: The percentage of the warning threshold, where its tick mark is drawn.
        critical: The percentage of the second threshold, for the style `bar`.
        running: A run is in progress: a dot in the lower left corner.
        waiting: An approval is waiting: a badge in the upper right corner.
    """

    situation: Situation
    percent: int | None = None
    stale: bool = False
    threshold: int = 75
    running: bool = False
    waiting: bool = False
    critical: int = 90
    style: IconStyle = IconStyle.RING


class QuotaBar(msgspec.Struct, frozen=True):
    """A level as a bar, for a line of the menu: `percent` from 0 to 100, `threshold` as in `reached`."""

    percent: int
    threshold: int
