"""All that is known, in one frozen value. `update` makes the next one; nothing else does."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, ClassVar

import msgspec

from tray.config.settings import Level, Settings
from tray.config.target import Origin, Target
from tray.core.opened import Window
from tray.core.own import Approval, Deed, Lifecycle, Prompt, Switch
from tray.core.spending import QuotaLatch, Spending
from tray.core.trouble import Cause, Doubt, Phase, Trouble
from tray.values import PrivateStruct, replace
from tray.wire.frames import Request
from tray.wire.handshake import Generation, Hello
from tray.wire.models import Model
from tray.wire.sessions import Row

if TYPE_CHECKING:
    from tray.core.growth import Growth  # which is about sessions, and so imports this
    from tray.core.hush import Told
    from tray.core.notices import Notice  # which tells of sessions, and so imports this


class Now(msgspec.Struct, frozen=True):
    """Two clocks: `mono` in seconds for delays and silence; `wall`, aware, for people and the gateway."""

    mono: float
    wall: datetime

    @property
    def ms(self) -> int:
        """The wall clock as the gateway counts: milliseconds since 1970."""
        return int(self.wall.timestamp() * 1000)


class Interest(Enum):
    """How much of the gateway this process cares for."""

    GLANCE = "one reading of the sessions"
    CHOICE = "also the models"
    LIVE = "everything, and its changes"


class Step(Enum):
    """Where the connection stands. The protocol as a line: each step waits for exactly one thing."""

    LOOKING = "for the settings and secrets to be read"
    DIALING = "for the socket and the upgrade"
    OPENED = "for the challenge"
    LOGGING_IN = "for the answer to connect"
    UP = "for nothing: it is connected"
    WAITING = "for the time of the next attempt"


class Link(msgspec.Struct, frozen=True):
    """The connection.

    Attributes:
        step: Where it stands.
        trouble: Why it last failed; None before the first attempt and while connected.
        target: The gateway to call; None until one is found.
        looked: Where a gateway was looked for, in words.
        origin: Where the secret that logs in was found; None if there is none.
        device_token: The gateway gave this device a token of its own, which is kept.
        by_device: That is what logs in, in place of the shared secret.
        revision: Counts changes of settings and secrets; a lasting trouble waits for the next one.
        attempt: Number of the last dial; an answer to an older one is void.
        failures: Failed attempts in a row.
        flaps: Connections in a row that stood but did not last.
        up_at: When it was last welcomed (mono).
        wake_at: When this step gives up, or WAITING ends (mono); None while UP.
        heard_at: When the gateway last said anything (mono).
        hello: What it said of itself; kept while it is down.
        asked: The scopes asked for.
        scopes: What this connection may do: asked and granted.
        lost_at: When a connection that was up broke (wall); None while up.
        notice_at: When that becomes worth telling (mono); None when told, or not worth it.
        told: The user was told that it is down.
        restart_until: An announced restart is believed until then (mono).
        quiet_until: After a wake-up, a loss is not told before then (mono).
    """

    step: Step = Step.WAITING
    trouble: Trouble | None = None
    target: Target | None = None
    looked: tuple[str, ...] = ()
    origin: Origin | None = None
    device_token: bool = False
    by_device: bool = False
    revision: int = 0
    attempt: int = 0
    failures: int = 0
    flaps: int = 0
    up_at: float = 0.0
    wake_at: float | None = 0.0
    heard_at: float = 0.0
    hello: Hello | None = None
    asked: tuple[str, ...] = ()
    scopes: frozenset[str] = frozenset()
    lost_at: datetime | None = None
    notice_at: float | None = None
    told: bool = False
    restart_until: float | None = None
    quiet_until: float | None = None

    @property
    def command(self) -> str:
        """What the gateway's own command line is called: as the gateway shows, else as its files are called.

        One of which nothing is known is most likely a recent one.
        """
        told = self.hello or self.trouble
        if told is not None and told.generation is not Generation.UNKNOWN:
            return "clawdbot" if told.generation is Generation.CLAWDBOT else "openclaw"
        return (None if self.target is None else self.target.generation) or "openclaw"

    @property
    def phase(self) -> Phase:
        """The connection as a person sees it."""
        if self.step is Step.UP:
            return Phase.CONNECTED
        if self.trouble is None:
            return Phase.CONNECTING
        if self.trouble.cause is Cause.LOST and self.failures == 0:
            return Phase.CONNECTING
        return self.trouble.phase


class Pending(msgspec.Struct, frozen=True):
    """A request that has not been answered. `due_at` is when that becomes a failure (mono)."""

    id: str
    request: Request
    sent_at: float
    due_at: float


class Confidence(Enum):
    """How far a context figure can be trusted."""

    FRESH = "fresh"
    STALE = "stale"
    UNKNOWN = "unknown"


class Usage(msgspec.Struct, frozen=True):
    """How full a context window is.

    Attributes:
        used: Tokens; None when unknown.
        window: Size of the window in tokens, None when it is not known.
        confidence: Fresh and stale have a percent, unknown has none.
        doubt: Why it is not fresh.
    """

    used: int | None
    window: int | None
    confidence: Confidence
    doubt: Doubt | None = None

    @property
    def percent(self) -> float | None:
        """Not rounded; above 100 where the gateway says more than fits (which is stale, then)."""
        if self.used is None or not self.window:
            return None
        return self.used * 100 / self.window  # in this order 58k of 200k is 29.0, not 28.999…


class Session(msgspec.Struct, frozen=True):
    """A session as it is shown: the gateway's row, and what is made of it."""

    row: Row
    name: str
    model: str | None
    usage: Usage

    @property
    def key(self) -> str:
        """Its canonical key."""
        return self.row.key


class Seen(msgspec.Struct, frozen=True):
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


class Run(msgspec.Struct, frozen=True):
    """A run that an event told of: the session's key, if it was told, and when that was heard (mono)."""

    key: str | None
    heard_at: float


class Book(msgspec.Struct, frozen=True):
    """The sessions as last read.

    Attributes:
        sessions: Newest first, as the gateway orders them.
        default_model: What a session without an override uses.
        default_window: The gateway's default context window in tokens.
        read_at: When the reading arrived (wall); None before the first.
        next_read_at: When the next one is due (mono); None while there is no connection.
        outdated_at: When it will be too old to be trusted (mono); None before the first, and once it is.
        url: The gateway that it was read from; None before the first connection.
        seen: Per session key.
        runs: Runs in progress that events told of, by run id.
    """

    sessions: tuple[Session, ...] = ()
    default_model: str | None = None
    default_window: int | None = None
    read_at: datetime | None = None
    next_read_at: float | None = None
    outdated_at: float | None = None
    url: str | None = None
    seen: dict[str, Seen] = msgspec.field(default_factory=dict)
    runs: dict[str, Run] = msgspec.field(default_factory=dict)

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


class Latch(msgspec.Struct, frozen=True):
    """The highest threshold that was told of a session: 0 none, 1 warning, 2 critical."""

    profile: str
    key: str
    session_id: str | None
    level: int


class State(PrivateStruct, frozen=True):
    """Everything.

    Attributes:
        settings: The user's.
        interest: How much to ask of the gateway.
        seed: Random hexadecimal text; ids and jitter come from it, so a transcript can be replayed.
        serial: Counts ids given out.
        drift: Wall minus mono, in seconds, when last looked at; it jumps when the computer slept.
        woke_at: When the computer last woke up (wall).
        link: The connection.
        pending: Requests without an answer.
        book: The sessions.
        models: What may be chosen.
        allowed: Names that the gateway's allow-list holds, on releases whose list ignores it.
        focus: The session that the icon speaks for.
        pins: The session that the user chose for the icon, by profile.
        latches: Thresholds told.
        switches: Own model switches, the latest last. A session has at most one that is in force, and one
            that is asked for or failed.
        prompts: Own prompts, oldest first.
        windows: Those that are open, oldest first.
        deeds: What was done to sessions: of each kind the last, the latest of all at the end.
        compactions: What sessions used before they were compacted, by key, until that was told.
        growth: What the last turns of each session added, by its key.
        approvals: What waits for the person's word, and what became of it; the oldest first.
        spending: What was spent, and the providers' quotas.
        untold: Thresholds that an earlier process passed and could not tell before it ended.
        quota_latches: Thresholds told of quotas.
        greeted: The user was told, once and for all, where the icon hides.
        held: Notices held back while nobody could be interrupted, oldest first.
        held_until: When they are tried again (mono); None while none is held.
        snoozed_until: Notices are held back until then (wall); None, or past, if they are not.
        fallbacks: What was told of them: profile, session key, the model asked for, the one that answered.
        lifecycle: The last start or restart of the gateway that was asked for; None if none was.
        recent: The last notices, the oldest first.
        diagnostics: What the window of that name shows; empty while there is none.
        autostart: The program starts when the user signs in; None where that is not offered, or not known.
    """

    private_fields: ClassVar[frozenset[str]] = frozenset({"diagnostics"})

    settings: Settings
    interest: Interest
    seed: str
    serial: int = 0
    drift: float | None = None
    woke_at: datetime | None = None
    link: Link = msgspec.field(default_factory=Link)
    pending: tuple[Pending, ...] = ()
    book: Book = msgspec.field(default_factory=Book)
    models: tuple[Model, ...] | None = None
    allowed: frozenset[str] | None = None
    focus: Focus = msgspec.field(default_factory=Focus)
    pins: dict[str, str] = msgspec.field(default_factory=dict)
    latches: tuple[Latch, ...] = ()
    switches: tuple[Switch, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    windows: tuple[Window, ...] = ()
    deeds: tuple[Deed, ...] = ()
    compactions: dict[str, int | None] = msgspec.field(default_factory=dict)
    growth: dict[str, Growth] = msgspec.field(default_factory=dict)
    approvals: tuple[Approval, ...] = ()
    spending: Spending = msgspec.field(default_factory=Spending)
    untold: tuple[Latch, ...] = ()
    quota_latches: tuple[QuotaLatch, ...] = ()
    greeted: bool = False
    held: tuple[Notice, ...] = ()
    held_until: float | None = None
    snoozed_until: datetime | None = None
    fallbacks: tuple[tuple[str, str, str, str], ...] = ()
    lifecycle: Lifecycle | None = None
    recent: tuple[Told, ...] = ()
    diagnostics: str = ""
    autostart: bool | None = None

    @property
    def level(self) -> Level:
        """The trust level on the gateway at hand."""
        target = self.link.target
        return self.settings.active().level_at(loopback=target is not None and target.is_loopback)

    @property
    def connected(self) -> bool:
        """Requests can be sent."""
        return self.link.step is Step.UP

    @property
    def phase(self) -> Phase:
        """The connection as a person sees it: until the sessions were read, it is still being made."""
        return Phase.CONNECTING if self.connected and self.book.read_at is None else self.link.phase

    @property
    def tells_changes(self) -> bool:
        """This gateway tells of changes, and lists a model override and a run in progress at once."""
        return self.link.hello is not None and self.link.hello.tells_changes

    @property
    def agent_id(self) -> str:
        """The gateway's default agent; `main`, as it nearly always is, until the gateway told it."""
        return self.link.hello.agent_id if self.link.hello is not None else "main"

    @property
    def running(self) -> bool:
        """A run is in progress, as an event told or the last reading shows."""
        return bool(self.book.runs) or any(session.row.active for session in self.book.sessions)

    @property
    def focused(self) -> Session | None:
        """The session that the icon speaks for."""
        return self.book.find(self.focus.key)

    def next_id(self, kind: str) -> tuple[State, str]:
        """A state that has given out one more id, and the id: unique to this process by its seed."""
        serial = self.serial + 1
        return replace(self, serial=serial), f"{kind}-{self.seed}-{serial}"

    def chance(self) -> float:
        """A number from 0 up to 1 that looks random, fixed by the seed and the dial attempt."""
        digest = hashlib.sha256(f"{self.seed}/{self.link.attempt}".encode()).digest()
        return int.from_bytes(digest[:4], "big") / 2**32

    def may(self, request: Request | type[Request]) -> bool:
        """Whether this connection was granted what the request needs."""
        return request.scope in self.link.scopes
