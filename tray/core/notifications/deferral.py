"""Notices held back while the person is away, presents or is in full screen; later they come as one.

The shell says when one had to be held back (`Withheld`), and when somebody is there again (`Attended`). In
between it is tried now and then, since nothing tells that a presentation is over.
"""

from __future__ import annotations

from tray.core.effects import Notify
from tray.core.model.clock import Now
from tray.core.model.notifications import (
    Alert,
    AlreadyRunning,
    CopyFailed,
    Digest,
    GatewayControlFinished,
    LogEmpty,
    OpenFailed,
    SaveFailed,
    SettingsRejected,
    ThresholdCrossed,
    WindowFailed,
)
from tray.core.model.sessions import ThresholdLatch
from tray.core.outcome import Outcome
from tray.core.state import State
from tray.settings.settings import Settings
from tray.values import replace

RETRY_SECONDS = 30.0
"""Seconds after which it is tried again."""
MAX_DEFERRED = 20
"""Notices held at the most; the oldest go first."""

REPLIES = (AlreadyRunning, GatewayControlFinished, OpenFailed, WindowFailed, CopyFailed, LogEmpty)
"""Answers to what the person did a moment ago: never held back, switched off, or made to wait for
the end of a quiet time."""
_MISTAKES = (SettingsRejected, SaveFailed)
"""What the person must mend, and so is told even where notices are off."""


def crossings(state: State) -> tuple[ThresholdLatch, ...]:
    """The thresholds that are passed and not told yet: by this process, or by one before it."""
    held = (notice for notice in state.deferred if isinstance(notice, ThresholdCrossed))
    profile = state.settings.profile
    passed = (
        ThresholdLatch(profile, each.session.key, each.session.row.session_id, each.level) for each in held
    )
    return (*state.undelivered, *passed)[-MAX_DEFERRED:]


def defer(state: State, notice: Alert, now: Now) -> Outcome:
    """Keep a notice that could not be shown."""
    return keep(state, notice, now.mono + RETRY_SECONDS), ()


def keep(state: State, notice: Alert, until: float) -> State:
    """Hold a notice back until then (mono); of a digest, all that was in it."""
    return replace(state, deferred=(*state.deferred, *_parts(notice))[-MAX_DEFERRED:], deferred_until=until)


def user_returned(state: State) -> Outcome:
    """Somebody is there: tell what is held, oldest first. What still cannot be shown comes back."""
    notified = tuple(notice for notice in state.deferred if is_wanted(notice, state.settings))
    state = replace(state, deferred=(), deferred_until=None)
    if len(notified) > 1:
        return state, (Notify(Digest(notified)),)
    return state, tuple(map(Notify, notified))


def tick(state: State, now: Now) -> Outcome:
    """Try it again when it is time."""
    due = state.deferred_until is not None and now.mono >= state.deferred_until
    return user_returned(state) if due else (state, ())


def deadline(state: State) -> float | None:
    """When `tick` will next have something to do (mono)."""
    return state.deferred_until


def is_wanted(notice: Alert, settings: Settings) -> bool:
    """Whether the user's settings let this be told."""
    return settings.notifications or any(isinstance(part, (*REPLIES, *_MISTAKES)) for part in _parts(notice))


def _parts(notice: Alert) -> tuple[Alert, ...]:
    return notice.alerts if isinstance(notice, Digest) else (notice,)
