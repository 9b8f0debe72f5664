"""Sessions as they are shown, and what is known about them."""

from datetime import datetime
from enum import Enum
from typing import Annotated

import msgspec

from tray.core.model.errors import StaleReason
from tray.protocol.runs import Receipt
from tray.protocol.sessions import SessionRow


class Confidence(Enum):
    """How far a context figure can be trusted."""

    FRESH = "fresh"
    STALE = "stale"
    UNKNOWN = "unknown"


class ContextUsage(msgspec.Struct, frozen=True, gc=False):
    """How full the context of a session is.

    Attributes:
        used: Tokens; None if unknown.
        context_limit: Tokens; None if unknown.
        confidence: Fresh and stale figures have a percentage.
        stale_reason: Why it is not fresh.
        figures: The two figures that contradict each other if that is why, in tokens: what is used and its
            limit, or the session's limit and its model's.
    """

    used: int | None
    context_limit: int | None
    confidence: Confidence
    stale_reason: StaleReason | None = None
    figures: tuple[int, int] | None = None

    @property
    def percent(self) -> float | None:
        """Return the usage in percent, not rounded; None if unknown."""
        if self.used is None or not self.context_limit:
            return None
        return self.used * 100 / self.context_limit  # in this order 58k of 200k is 29.0, not 28.999…


class Session(msgspec.Struct, frozen=True, gc=False):
    """A session as it is shown: the gateway's row, and what was concluded from it."""

    row: SessionRow
    name: str
    model: str | None
    usage: ContextUsage

    @property
    def key(self) -> str:
        """Return the canonical key."""
        return self.row.key


class RunObservation(msgspec.Struct, frozen=True):
    """What events said about a session, which its row does not show.

    Attributes:
        session_id: The session that was observed.
        baseline: `used` before the runs that ended since it last changed.
        ended_at: When the last of those runs ended without an error (mono); None if none did.
        compacted: `used` when a compaction ended; valid until `used` changes.
    """

    session_id: str | None
    baseline: int | None = None
    ended_at: float | None = None
    compacted: tuple[int | None] | None = None


class RunningRun(msgspec.Struct, frozen=True):
    """A run that an event announced.

    Attributes:
        key: Its session's key, if known.
        started_at: When that event came (mono).
        fallback: The model that it began with, and the one that it tries instead of it, if any.
    """

    key: str | None
    started_at: float
    fallback: Receipt | None = None


class SessionsSnapshot(msgspec.Struct, frozen=True):
    """The sessions as last read.

    Attributes:
        sessions: Newest first, as the gateway orders them.
        default_model: The model of sessions without an override.
        default_context_limit: The gateway's default context limit in tokens.
        read_at: When the last reading arrived (wall); None before the first.
        read_seconds: How long the last reading took; 0 before the first.
        read_error: Why the gateway refused the last reading, in its own words; None if it did not.
        next_read_at: When the next reading is due (mono); None while not connected.
        rested_at: When the gateway has had its pause, so that an event may cause the next reading (mono).
        outdated_at: When it becomes too old (mono); None before the first reading, and once it is too old.
        url: The gateway that it was read from; None before the first connection.
        observations: By session key.
        runs: Runs in progress that events announced, by run id.
        run_ends: When an event last announced the end of a run (mono), by session key; only for a moment.
        cut: The last list left sessions out, or may have.
        unread: Keys of sessions that a cut list left out and that were not read by themselves, or not yet.
        behind_ms: What to add to a time of the gateway's clock for one of ours, in milliseconds.
        titles: Of sessions without a name, by key: the session id, and the title that belongs to it, if any.
    """

    sessions: tuple[Session, ...] = ()
    default_model: str | None = None
    default_context_limit: int | None = None
    read_at: datetime | None = None
    read_seconds: float = 0.0
    read_error: str | None = None
    next_read_at: float | None = None
    rested_at: float = 0.0
    outdated_at: float | None = None
    url: str | None = None
    observations: dict[str, RunObservation] = msgspec.field(default_factory=dict)
    runs: dict[str, RunningRun] = msgspec.field(default_factory=dict)
    run_ends: dict[str, float] = msgspec.field(default_factory=dict)
    cut: bool = False
    unread: frozenset[str] = frozenset()
    behind_ms: int = 0
    titles: dict[str, tuple[str | None, str | None]] = msgspec.field(default_factory=dict)

    @property
    def outdated(self) -> bool:
        """Return whether the last reading is too old to be trusted."""
        return self.read_at is not None and self.outdated_at is None

    def find(self, key: str | None) -> Session | None:
        """Return the session with this key, or None."""
        return next((session for session in self.sessions if session.key == key), None)

    @property
    def busy(self) -> frozenset[str]:
        """Return the keys of the sessions in which a run is in progress, by events or rows."""
        listed = {session.key for session in self.sessions if session.row.active}
        return frozenset(listed | {run.key for run in self.runs.values() if run.key is not None})


class Focus(msgspec.Struct, frozen=True):
    """The session that the icon shows.

    Attributes:
        key: Its key; None before the first reading.
        pinned: The key that the user pinned, if any.
        rival: Key of a session that has been sufficiently fuller since `rival_since` (mono).
    """

    key: str | None = None
    pinned: str | None = None
    rival: str | None = None
    rival_since: float = 0.0


class ThresholdLatch(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The highest threshold that was reported for a session: 1 is warning, 2 is critical."""

    profile: str
    key: str
    session_id: str | None
    level: Annotated[int, msgspec.Meta(ge=1, le=2)]


class UsageHistory(msgspec.Struct, frozen=True, gc=False):
    """Tokens that the last turns added to a session's context.

    Attributes:
        session_id: The session that was measured.
        model: Its model; each model counts tokens differently.
        context_limit: In tokens.
        used: The last fresh figure, in tokens.
        samples: Tokens added per turn, the latest last.
    """

    session_id: str | None
    model: str | None
    context_limit: int | None
    used: int
    samples: tuple[int, ...] = ()


class TurnsLeft(msgspec.Struct, frozen=True):
    """Turns that still fit: at the median growth per turn, at the largest, and at the smallest."""

    about: int
    low: int
    high: int
