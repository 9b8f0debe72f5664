"""Notices held back while the person is away, presents or is in full screen; later they come as one.

The shell says when one had to be held back (`Withheld`), and when somebody is there again (`Attended`). In
between it is tried now and then, since nothing tells that a presentation is over.
"""

from __future__ import annotations

from tray.core.effects import Notify
from tray.core.model.clock import Now
from tray.core.model.notifications import (
    AlreadyRunning,
    BadSettings,
    Digest,
    LifecycleEnded,
    LogIsEmpty,
    NotCopied,
    Notice,
    NotOpened,
    NotSaved,
    NoWindow,
    ThresholdCrossed,
)
from tray.core.model.sessions import Latch
from tray.core.outcome import Outcome
from tray.core.state import State
from tray.settings.settings import Settings
from tray.values import replace

AGAIN = 30.0
"""Seconds after which it is tried again."""
KEPT = 20
"""Notices held at the most; the oldest go first."""

REPLIES = (AlreadyRunning, LifecycleEnded, NotOpened, NoWindow, NotCopied, LogIsEmpty)
"""Answers to what the person did a moment ago: never held back, switched off, or made to wait for
the end of a quiet time."""
_MISTAKES = (BadSettings, NotSaved)
"""What the person must mend, and so is told even where notices are off."""


def crossings(state: State) -> tuple[Latch, ...]:
    """The thresholds that are passed and not told yet: by this process, or by one before it."""
    held = (notice for notice in state.held if isinstance(notice, ThresholdCrossed))
    profile = state.settings.profile
    passed = (Latch(profile, each.session.key, each.session.row.session_id, each.level) for each in held)
    return (*state.untold, *passed)[-KEPT:]


def withheld(state: State, notice: Notice, now: Now) -> Outcome:
    """Keep a notice that could not be shown."""
    return keep(state, notice, now.mono + AGAIN), ()


def keep(state: State, notice: Notice, until: float) -> State:
    """Hold a notice back until then (mono); of a digest, all that was in it."""
    return replace(state, held=(*state.held, *_parts(notice))[-KEPT:], held_until=until)


def attended(state: State) -> Outcome:
    """Somebody is there: tell what is held, oldest first. What still cannot be shown comes back."""
    told = tuple(notice for notice in state.held if is_wanted(notice, state.settings))
    state = replace(state, held=(), held_until=None)
    if len(told) > 1:
        return state, (Notify(Digest(told)),)
    return state, tuple(map(Notify, told))


def tick(state: State, now: Now) -> Outcome:
    """Try it again when it is time."""
    due = state.held_until is not None and now.mono >= state.held_until
    return attended(state) if due else (state, ())


def deadline(state: State) -> float | None:
    """When `tick` will next have something to do (mono)."""
    return state.held_until


def is_wanted(notice: Notice, settings: Settings) -> bool:
    """Whether the user's settings let this be told."""
    return settings.notices or any(isinstance(part, (*REPLIES, *_MISTAKES)) for part in _parts(notice))


def _parts(notice: Notice) -> tuple[Notice, ...]:
    return notice.notices if isinstance(notice, Digest) else (notice,)
