"""What is really known about context: fresh, stale or unknown, and which session the icon speaks for.

Never a made-up figure: what the gateway does not vouch for, or what cannot be, is a `Doubt`.
"""

from __future__ import annotations

from collections.abc import Iterable

from tray.core.own import Switch, SwitchState
from tray.core.state import Confidence, Focus, Now, Seen, Session, Usage
from tray.core.trouble import Doubt
from tray.values import replace
from tray.wire.models import Model
from tray.wire.sessions import Row

ACTIVE_FOR_MS = 24 * 3600 * 1000
"""A session idle for longer does not compete for the icon."""
LEAD = 5.0
"""Percentage points by which another session must be fuller to take the icon over."""
LEAD_FOR = 60.0
"""Seconds for which it must be so."""
SETTLED = 0.5
"""Seconds after a run's end from which a reading is sure to hold its figure."""


def assess(row: Row, window: int | None, seen: Seen | None, *, outdated: bool = False) -> Usage:
    """How full this session is, and how sure that is.

    Args:
        row: As the gateway lists it.
        window: The effective context window in tokens, if known.
        seen: What this process saw happen, if anything.
        outdated: The row is from a reading too old to be trusted.
    """
    doubt = _doubt(row, window, seen, outdated=outdated)
    match doubt:
        case Doubt.NEVER_USED | Doubt.NO_FIGURE | Doubt.NO_WINDOW | Doubt.COMPACTED:
            return Usage(None, window, Confidence.UNKNOWN, doubt)
        case None:
            return Usage(row.used, window, Confidence.FRESH)
        case _:
            return Usage(row.used, window, Confidence.STALE, doubt)


def _doubt(row: Row, window: int | None, seen: Seen | None, *, outdated: bool) -> Doubt | None:
    if not row.used:
        # 2026.1 sends 0 where a compaction deleted the figure; later releases leave it out.
        return Doubt.NO_FIGURE if row.ran else Doubt.NEVER_USED
    if seen is not None and seen.compacted is not None:
        return Doubt.COMPACTED
    if window is None:
        return Doubt.NO_WINDOW
    if row.used >= window:  # no prompt fills it to the last token: so look sums that some release has cut off
        return Doubt.TOO_LARGE
    if row.fresh is False:
        return Doubt.OLD
    if outdated:
        return Doubt.NOT_READ
    if seen is not None and seen.ended_at is not None and row.used == seen.baseline:
        return Doubt.UNCHANGED
    return None


def model_and_window(
    row: Row, switch: Switch | None, models: Iterable[Model] | None, default: tuple[str | None, int | None]
) -> tuple[str | None, int | None]:
    """The model that the session's next run will use, and its context window in tokens.

    Args:
        row: As the gateway lists it.
        switch: Our own switch of this session, where it says more than the row (see `remembers`).
        models: The catalogue, None until it is known.
        default: The gateway's default model and its window.
    """
    default_model, default_window = default
    model = (switch.model if switch is not None else row.model) or default_model
    if switch is None and row.window is not None:
        return model, row.window
    # The default window belongs to the default model; for another one it would be a guess.
    return model, window_of(models, model) or (default_window if model == default_model else None)


def window_of(models: Iterable[Model] | None, name: str | None) -> int | None:
    """The context window of a model, in tokens, as far as the catalogue knows it."""
    return next((model.window for model in models or () if model.name == name), None)


def remembers(switch: Switch, row: Row, *, tells_changes: bool) -> bool:
    """Whether our own switch still says more than the row does.

    Releases with `sessions.subscribe` list an override at once. The older ones list the model of the last
    run, so the switch counts until a run has happened or the session was reset.
    """
    if tells_changes or switch.state is not SwitchState.SET:
        return False
    if switch.session_id is not None and row.session_id != switch.session_id:
        return False
    return switch.model != row.model and not ran_since(switch, row)


def ran_since(switch: Switch, row: Row) -> bool:
    """Whether the figures show a run since the switch. That 2026.1's compaction deleted them shows none."""
    before = (switch.mark[0] or None, switch.mark[1])
    return (row.used or None, row.spent) not in (before, (None, 0))


def watch_run(seen: Seen | None, row: Row | None, *, ended_at: float | None) -> Seen:
    """Note that a run started (`ended_at` None) or ended well, and which figure stood before it."""
    if seen is None or row is None or seen.session_id != row.session_id:
        seen = Seen(None if row is None else row.session_id)
    if ended_at is None:
        baseline = seen.baseline if seen.ended_at is not None or row is None else row.used
        return replace(seen, baseline=baseline)
    return replace(seen, ended_at=ended_at)


def watch_compaction(row: Row | None) -> Seen:
    """Note that a compaction ended: the figure from before it is void."""
    return Seen(None if row is None else row.session_id, compacted=(None if row is None else row.used,))


def settle(seen: Seen, row: Row, asked_at: float) -> Seen | None:
    """What is left to remember once this reading, asked for at `asked_at`, has arrived; None for nothing."""
    if seen.session_id not in (None, row.session_id):
        return None
    if seen.compacted is not None:
        return seen if seen.compacted[0] == row.used else None
    if seen.ended_at is not None and asked_at < seen.ended_at + SETTLED:
        return seen
    return seen if row.used == seen.baseline else None


def choose_focus(focus: Focus, sessions: tuple[Session, ...], now: Now) -> Focus:
    """Which session the icon speaks for; it changes seldom, and never to a doubtful one."""
    candidates = [s for s in sessions if not s.row.background]
    if focus.pinned is not None and any(s.key == focus.pinned for s in sessions):
        return Focus(focus.pinned, focus.pinned)
    active = [s for s in candidates if _is_active(s, now)]
    best = max((s for s in active if s.usage.confidence is Confidence.FRESH), key=_percent, default=None)
    current = next((s for s in active if s.key == focus.key), None)
    if current is None:
        chosen = best or _most_telling(active) or _most_telling(candidates)
        return Focus(None if chosen is None else chosen.key, focus.pinned)
    # A doubtful figure never wins over a fresh one, nor does it hold its place against one.
    held = _percent(current) if current.usage.confidence is Confidence.FRESH else 0.0
    if best is None or best.key == current.key or _percent(best) < held + LEAD:
        return Focus(current.key, focus.pinned)
    if focus.rival != best.key:
        return Focus(current.key, focus.pinned, best.key, now.mono)
    if now.mono < focus.rival_since + LEAD_FOR:
        return focus
    return Focus(best.key, focus.pinned)


def focus_deadline(focus: Focus) -> float | None:
    """When a rival will have led for long enough (mono)."""
    return None if focus.rival is None else focus.rival_since + LEAD_FOR


def _most_telling(sessions: list[Session]) -> Session | None:
    """The first that was ever used (they come newest first), else the newest."""
    return next((s for s in sessions if s.row.ran), sessions[0] if sessions else None)


def _is_active(session: Session, now: Now) -> bool:
    return session.row.updated_ms is not None and session.row.updated_ms > now.ms - ACTIVE_FOR_MS


def _percent(session: Session) -> float:
    return session.usage.percent or 0.0
