"""The session that is shown, by one rule for icon, tooltip, console and windows."""

from tray.core.model import Confidence, Focus, Mode, Now, Session
from tray.core.sessions import thresholds
from tray.core.state import State
from tray.protocol.session_keys import is_own
from tray.settings.settings import Settings
from tray.values import replace

ACTIVE_FOR_MS = 24 * 3600 * 1000
"""A session idle for longer is not shown on the icon, unless all are."""

MARGIN_POINTS = 5.0
"""Percentage points by which another session of the same band must be fuller to replace the current one."""

MARGIN_SECONDS = 60.0
"""Seconds for which it must be fuller."""


def refocus(state: State, now: Now) -> State:
    """Choose the session to show. A command that reads once has no past, and so shows the fullest."""
    focus = state.gateway.focus if state.mode is Mode.LIVE else Focus(pinned=state.gateway.focus.pinned)
    chosen = choose_focus(focus, state.gateway.snapshot.sessions, state.settings, now)
    return replace(state, gateway=replace(state.gateway, focus=chosen))


def pin(state: State, key: str | None) -> State:
    """Show this session on the icon; None lets ClawTray choose."""
    profile = state.settings.profile
    pins = {name: pinned for name, pinned in state.profile.pins.items() if name != profile}
    if key is not None:
        pins[profile] = key
    return replace(
        state,
        profile=replace(state.profile, pins=pins),
        gateway=replace(state.gateway, focus=Focus(key or state.gateway.focus.key, key)),
    )


def choose_focus(focus: Focus, sessions: tuple[Session, ...], settings: Settings, now: Now) -> Focus:
    """Return the session to show: the pinned one, whether it was read or not, else the fullest.

    A higher band (critical over warning over calm) wins at once. Inside a band the current session stays
    until another one has been fuller by a margin for a while. Figures that are not fresh never win. Sessions
    of programs and ClawTray's own do not compete.
    """
    if focus.pinned is not None:
        return Focus(focus.pinned, focus.pinned)
    candidates = [s for s in sessions if not s.row.background and not is_own(s.key)]
    since = now.ms - ACTIVE_FOR_MS
    active = [s for s in candidates if s.row.updated_ms is not None and s.row.updated_ms > since]
    best = max((s for s in active if s.usage.confidence is Confidence.FRESH), key=_percent, default=None)
    current = next((s for s in active if s.key == focus.key), None)
    if current is None:
        chosen = best or _most_certain(active) or _most_certain(candidates)
        return Focus(None if chosen is None else chosen.key)
    # A figure that is not fresh neither wins over a fresh one nor defends its place against one.
    held = _percent(current) if current.usage.confidence is Confidence.FRESH else 0.0
    if best is None or best.key == current.key:
        return Focus(current.key)
    if thresholds.reached(_percent(best), settings) > thresholds.reached(held, settings):
        return Focus(best.key)
    if _percent(best) < held + MARGIN_POINTS:
        return Focus(current.key)
    if focus.rival != best.key:
        return Focus(current.key, None, best.key, now.mono)
    if now.mono < focus.rival_since + MARGIN_SECONDS:
        return focus
    return Focus(best.key)


def focus_deadline(focus: Focus) -> float | None:
    """Return when a rival has led for long enough (mono)."""
    return None if focus.rival is None else focus.rival_since + MARGIN_SECONDS


def _most_certain(sessions: list[Session]) -> Session | None:
    return next((s for s in sessions if s.row.has_run), sessions[0] if sessions else None)


def _percent(session: Session) -> float:
    return session.usage.percent or 0.0
