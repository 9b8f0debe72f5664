"""Which session the icon speaks for."""

from __future__ import annotations

from tray.core.model.clock import Now
from tray.core.model.sessions import Confidence, Focus, Session

ACTIVE_FOR_MS = 24 * 3600 * 1000
"""A session idle for longer does not compete for the icon."""

MARGIN_POINTS = 5.0
"""Percentage points by which another session must be fuller to take the icon over."""

MARGIN_SECONDS = 60.0
"""Seconds for which it must be so."""


def choose_focus(focus: Focus, sessions: tuple[Session, ...], now: Now) -> Focus:
    """Which session the icon speaks for; it changes seldom, and never to a doubtful one."""
    candidates = [s for s in sessions if not s.row.background]
    if focus.pinned is not None and any(s.key == focus.pinned for s in sessions):
        return Focus(focus.pinned, focus.pinned)
    active = [s for s in candidates if _is_active(s, now)]
    best = max((s for s in active if s.usage.confidence is Confidence.FRESH), key=_percent, default=None)
    current = next((s for s in active if s.key == focus.key), None)
    if current is None:
        chosen = best or _most_certain(active) or _most_certain(candidates)
        return Focus(None if chosen is None else chosen.key, focus.pinned)
    # A doubtful figure never wins over a fresh one, nor does it hold its place against one.
    held = _percent(current) if current.usage.confidence is Confidence.FRESH else 0.0
    if best is None or best.key == current.key or _percent(best) < held + MARGIN_POINTS:
        return Focus(current.key, focus.pinned)
    if focus.rival != best.key:
        return Focus(current.key, focus.pinned, best.key, now.mono)
    if now.mono < focus.rival_since + MARGIN_SECONDS:
        return focus
    return Focus(best.key, focus.pinned)


def focus_deadline(focus: Focus) -> float | None:
    """When a rival will have led for long enough (mono)."""
    return None if focus.rival is None else focus.rival_since + MARGIN_SECONDS


def _most_certain(sessions: list[Session]) -> Session | None:
    """The first that was ever used (they come newest first), else the newest."""
    return next((s for s in sessions if s.row.has_run), sessions[0] if sessions else None)


def _is_active(session: Session, now: Now) -> bool:
    return session.row.updated_ms is not None and session.row.updated_ms > now.ms - ACTIVE_FOR_MS


def _percent(session: Session) -> float:
    return session.usage.percent or 0.0
