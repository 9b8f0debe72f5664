"""The session that the icon shows."""

from tray.core.model import Confidence, Focus, Now, Session

ACTIVE_FOR_MS = 24 * 3600 * 1000
"""A session idle for longer is not shown on the icon, unless all are."""

MARGIN_POINTS = 5.0
"""Percentage points by which another session must be fuller to replace the current one."""

MARGIN_SECONDS = 60.0
"""Seconds for which it must be fuller."""


def choose_focus(focus: Focus, sessions: tuple[Session, ...], now: Now) -> Focus:
    """Return the session to show. It changes rarely, and never to one without a fresh figure."""
    candidates = [s for s in sessions if not s.row.background]
    if focus.pinned is not None and any(s.key == focus.pinned for s in sessions):
        return Focus(focus.pinned, focus.pinned)
    since = now.ms - ACTIVE_FOR_MS
    active = [s for s in candidates if s.row.updated_ms is not None and s.row.updated_ms > since]
    best = max((s for s in active if s.usage.confidence is Confidence.FRESH), key=_percent, default=None)
    current = next((s for s in active if s.key == focus.key), None)
    if current is None:
        chosen = best or _most_certain(active) or _most_certain(candidates)
        return Focus(None if chosen is None else chosen.key, focus.pinned)
    # A figure that is not fresh neither wins over a fresh one nor defends its place against one.
    held = _percent(current) if current.usage.confidence is Confidence.FRESH else 0.0
    if best is None or best.key == current.key or _percent(best) < held + MARGIN_POINTS:
        return Focus(current.key, focus.pinned)
    if focus.rival != best.key:
        return Focus(current.key, focus.pinned, best.key, now.mono)
    if now.mono < focus.rival_since + MARGIN_SECONDS:
        return focus
    return Focus(best.key, focus.pinned)


def focus_deadline(focus: Focus) -> float | None:
    """Return when a rival has led for long enough (mono)."""
    return None if focus.rival is None else focus.rival_since + MARGIN_SECONDS


def _most_certain(sessions: list[Session]) -> Session | None:
    return next((s for s in sessions if s.row.has_run), sessions[0] if sessions else None)


def _percent(session: Session) -> float:
    return session.usage.percent or 0.0
