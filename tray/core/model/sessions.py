"""Sessions as they are shown, and what is known about them."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import msgspec

from tray.core.errors import StaleReason
from tray.protocol.sessions import SessionRow


class Confidence(Enum):
    """How far a context figure can be trusted."""

    FRESH = "fresh"
    STALE = "stale"
    UNKNOWN = "unknown"


class ContextUsage(msgspec.Struct, frozen=True):
    """How full a context window is.

    Attributes:
        used: Tokens; None when unknown.
        context_limit: Size of the window in tokens, None when it is not known.
        confidence: Fresh and stale have a percent, unknown has none.
        doubt: Why it is not fresh.
    """

    used: int | None
    context_limit: int | None
    confidence: Confidence
    stale_reason: StaleReason | None = None

    @property
    def percent(self) -> float | None:
        """Not rounded; above 100 where the gateway says more than fits (which is stale, then)."""
        if self.used is None or not self.context_limit:
            return None
        return self.used * 100 / self.context_limit  # in this order 58k of 200k is 29.0, not 28.999…


class Session(msgspec.Struct, frozen=True):
    """A session as it is shown: the gateway's row, and what is made of it."""

    row: SessionRow
    name: str
    model: str | None
    usage: ContextUsage

    @property
    def key(self) -> str:
        """Its canonical key."""
        return self.row.key


class RunObservation(msgspec.Struct, frozen=True):
    """What this process saw happen in a session, which its row does not tell.

    Attributes:
        baseline: The figure before the runs that ended since it last changed.
        ended_at: When the last of them ended well (mono); None if none did.
        compacted: The figure when a compaction ended; void once the figure changes.
        session_id: The session that all this is about.
    """

    session_id: str | None
    baseline: int | None = None
    ended_at: float | None = None
    compacted: tuple[int | None] | None = None


class RunningRun(msgspec.Struct, frozen=True):
    """A run that an event told of: the session's key, if it was told, and when that was heard (mono)."""

    key: str | None
    started_at: float


class SessionsSnapshot(msgspec.Struct, frozen=True):
    """The sessions as last read.

    Attributes:
        sessions: Newest first, as the gateway orders them.
        default_model: What a session without an override uses.
        default_context_limit: The gateway's default context window in tokens.
        read_at: When the reading arrived (wall); None before the first.
        next_read_at: When the next one is due (mono); None while there is no connection.
        outdated_at: When it will be too old to be trusted (mono); None before the first, and once it is.
        url: The gateway that it was read from; None before the first connection.
        seen: Per session key.
        runs: Runs in progress that events told of, by run id.
    """

    sessions: tuple[Session, ...] = ()
    default_model: str | None = None
    default_context_limit: int | None = None
    read_at: datetime | None = None
    next_read_at: float | None = None
    outdated_at: float | None = None
    url: str | None = None
    observations: dict[str, RunObservation] = msgspec.field(default_factory=dict)
    runs: dict[str, RunningRun] = msgspec.field(default_factory=dict)

    @property
    def outdated(self) -> bool:
        """The last reading is too old to be trusted."""
        return self.read_at is not None and self.outdated_at is None

    def find(self, key: str | None) -> Session | None:
        """The session with this key."""
        return next((session for session in self.sessions if session.key == key), None)

    @property
    def busy(self) -> frozenset[str]:
        """The keys of sessions in which a run is in progress, as far as events or the last reading tell."""
        listed = {session.key for session in self.sessions if session.row.active}
        return frozenset(listed | {run.key for run in self.runs.values() if run.key is not None})


class Focus(msgspec.Struct, frozen=True):
    """The session that the icon speaks for.

    Attributes:
        key: Its key; None before the first reading.
        pinned: The user chose it.
        rival: A session that is fuller by enough, and since when (mono).
        rival_since: See `rival`.
    """

    key: str | None = None
    pinned: str | None = None
    rival: str | None = None
    rival_since: float = 0.0


class ThresholdLatch(msgspec.Struct, frozen=True):
    """The highest threshold that was told of a session: 0 none, 1 warning, 2 critical."""

    profile: str
    key: str
    session_id: str | None
    level: int


class UsageHistory(msgspec.Struct, frozen=True):
    """What the last turns of a session added.

    Attributes:
        session_id: The session that this is about.
        model: Its model; another one counts tokens in another way.
        context_limit: Its context window, in tokens.
        used: The last fresh figure, in tokens.
        samples: What turns added to it, in tokens, the latest last.
    """

    session_id: str | None
    model: str | None
    context_limit: int | None
    used: int
    samples: tuple[int, ...] = ()


class TurnsLeft(msgspec.Struct, frozen=True):
    """How many more turns the window holds: at the usual growth, at the largest, and at the smallest."""

    about: int
    low: int
    high: int
