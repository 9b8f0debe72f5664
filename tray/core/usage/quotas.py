"""What else is worth a notification about a quota: that it will not last, and that it is available again."""

import re

from tray.core.model import Alert, Now, QuotaAvailable, QuotaMark, QuotaPace
from tray.protocol.usage import Quota

MAX_MARKS = 200
"""Marks to keep; the oldest are dropped first."""
EXHAUSTED, AVAILABLE = 100.0, 95.0
"""Percent from which a quota is exhausted, and below which it is available again."""
MIN_ELAPSED, MAX_ELAPSED = 0.1, 0.5
"""Parts of a window between which its pace is judged: before, a few minutes would decide."""
PACE_PERCENT = 75.0
"""Percent from which the thresholds say it already."""
_HOUR, _DAY = 3600.0, 86_400.0
_WINDOW = re.compile(r"(\d{1,3})([hd])")
_NAMED = {"day": _DAY, "week": 7 * _DAY}


def exhausted_in(quota: Quota, now: Now) -> float | None:
    """Return in how many seconds the quota is exhausted at this pace; None if it lasts, or if unknown."""
    length = _length(quota.label)
    if length is None or quota.resets_ms is None or not 0 < quota.percent < PACE_PERCENT:
        return None
    left = (quota.resets_ms - now.ms) / 1000
    elapsed = length - left
    if not MIN_ELAPSED * length <= elapsed < MAX_ELAPSED * length:
        return None
    seconds = (100.0 - quota.percent) * elapsed / quota.percent
    return seconds if seconds < left else None


def marked(
    marks: tuple[QuotaMark, ...], profile: str, quotas: tuple[Quota, ...], now: Now
) -> tuple[tuple[QuotaMark, ...], tuple[Alert, ...]]:
    """Return the marks after a reading, and what is worth a notification: once for each window."""
    kept = {(m.profile, m.provider, m.label, m.pace): m for m in marks}
    alerts: list[Alert] = []
    for quota in quotas:
        place = (profile, quota.provider, quota.label)
        if quota.percent >= EXHAUSTED:
            kept[(*place, False)] = QuotaMark(*place, pace=False, resets_ms=quota.resets_ms)
        elif quota.percent < AVAILABLE and kept.pop((*place, False), None) is not None:
            alerts.append(QuotaAvailable(quota))
        mark = kept.get((*place, True))
        if mark is not None and mark.resets_ms is not None and now.ms >= mark.resets_ms:
            del kept[(*place, True)]
            mark = None
        seconds = exhausted_in(quota, now)
        if seconds is not None and mark is None:
            kept[(*place, True)] = QuotaMark(*place, pace=True, resets_ms=quota.resets_ms)
            alerts.append(QuotaPace(quota, int(seconds)))
    return tuple(kept.values())[-MAX_MARKS:], tuple(alerts)


def next_reset(quotas: tuple[Quota, ...], now: Now) -> float | None:
    """Return in how many seconds the first exhausted quota resets; None if none is, or if unknown."""
    resets = (q.resets_ms for q in quotas if q.percent >= EXHAUSTED and q.resets_ms is not None)
    return min(((at - now.ms) / 1000 for at in resets if at > now.ms), default=None)


def _length(label: str) -> float | None:
    """Return how long a window is, by its label; None if that does not say."""
    found = _WINDOW.fullmatch(label.lower())
    if found is None:
        return _NAMED.get(label.lower())
    return int(found[1]) * (_HOUR if found[2] == "h" else _DAY) or None
