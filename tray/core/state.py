"""All that is known, in one frozen value. `update` makes the next one; nothing else does."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import ClassVar

import msgspec

from tray.core.errors import Phase
from tray.core.model.actions import SessionAction
from tray.core.model.approvals import Approval
from tray.core.model.connection import Connection, Mode, Pending, Step
from tray.core.model.gateway_control import GatewayControl
from tray.core.model.models import ModelSwitch
from tray.core.model.notifications import Alert, PastNotification
from tray.core.model.prompts import Prompt
from tray.core.model.sessions import Focus, Session, SessionsSnapshot, ThresholdLatch, UsageHistory
from tray.core.model.usage import QuotaLatch, UsageTotals
from tray.core.model.windows import Window
from tray.protocol.frames import Request
from tray.protocol.models import Model
from tray.settings.settings import Level, Settings
from tray.values import PrivateStruct, replace


class State(PrivateStruct, frozen=True):
    """Everything.

    Attributes:
        settings: The user's.
        interest: How much to ask of the gateway.
        seed: Random hexadecimal text; ids and jitter come from it, so a transcript can be replayed.
        serial: Counts ids given out.
        clock_drift: Wall minus mono, in seconds, when last looked at; it jumps when the computer slept.
        resumed_at: When the computer last woke up (wall).
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
        actions: What was done to sessions: of each kind the last, the latest of all at the end.
        compactions: What sessions used before they were compacted, by key, until that was told.
        usage_history: What the last turns of each session added, by its key.
        approvals: What waits for the person's word, and what became of it; the oldest first.
        usage_totals: What was spent, and the providers' quotas.
        untold: Thresholds that an earlier process passed and could not tell before it ended.
        quota_latches: Thresholds told of quotas.
        welcomed: The user was told, once and for all, where the icon hides.
        deferred: Notices held back while nobody could be interrupted, oldest first.
        deferred_until: When they are tried again (mono); None while none is held.
        snoozed_until: Notices are held back until then (wall); None, or past, if they are not.
        fallbacks: What was told of them: profile, session key, the model asked for, the one that answered.
        gateway_control: The last start or restart of the gateway that was asked for; None if none was.
        recent: The last notices, the oldest first.
        diagnostics: What the window of that name shows; empty while there is none.
        autostart: The program starts when the user signs in; None where that is not offered, or not known.
    """

    private_fields: ClassVar[frozenset[str]] = frozenset({"diagnostics"})

    settings: Settings
    mode: Mode
    seed: str
    serial: int = 0
    clock_drift: float | None = None
    resumed_at: datetime | None = None
    connection: Connection = msgspec.field(default_factory=Connection)
    pending: tuple[Pending, ...] = ()
    snapshot: SessionsSnapshot = msgspec.field(default_factory=SessionsSnapshot)
    models: tuple[Model, ...] | None = None
    allowed: frozenset[str] | None = None
    focus: Focus = msgspec.field(default_factory=Focus)
    pins: dict[str, str] = msgspec.field(default_factory=dict)
    latches: tuple[ThresholdLatch, ...] = ()
    switches: tuple[ModelSwitch, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    windows: tuple[Window, ...] = ()
    actions: tuple[SessionAction, ...] = ()
    compactions: dict[str, int | None] = msgspec.field(default_factory=dict)
    usage_history: dict[str, UsageHistory] = msgspec.field(default_factory=dict)
    approvals: tuple[Approval, ...] = ()
    usage_totals: UsageTotals = msgspec.field(default_factory=UsageTotals)
    undelivered: tuple[ThresholdLatch, ...] = ()
    quota_latches: tuple[QuotaLatch, ...] = ()
    welcomed: bool = False
    deferred: tuple[Alert, ...] = ()
    deferred_until: float | None = None
    snoozed_until: datetime | None = None
    fallbacks: tuple[tuple[str, str, str, str], ...] = ()
    gateway_control: GatewayControl | None = None
    recent: tuple[PastNotification, ...] = ()
    diagnostics: str = ""
    autostart: bool | None = None

    @property
    def level(self) -> Level:
        """The trust level on the gateway at hand."""
        target = self.connection.target
        return self.settings.active().level_at(loopback=target is not None and target.is_loopback)

    @property
    def connected(self) -> bool:
        """Requests can be sent."""
        return self.connection.step is Step.CONNECTED

    @property
    def phase(self) -> Phase:
        """The connection as a person sees it: until the sessions were read, it is still being made."""
        return Phase.CONNECTING if self.connected and self.snapshot.read_at is None else self.connection.phase

    @property
    def tells_changes(self) -> bool:
        """This gateway tells of changes, and lists a model override and a run in progress at once."""
        return self.connection.hello is not None and self.connection.hello.tells_changes

    @property
    def agent_id(self) -> str:
        """The gateway's default agent; `main`, as it nearly always is, until the gateway told it."""
        return self.connection.hello.agent_id if self.connection.hello is not None else "main"

    @property
    def running(self) -> bool:
        """A run is in progress, as an event told or the last reading shows."""
        return bool(self.snapshot.runs) or any(session.row.active for session in self.snapshot.sessions)

    @property
    def focused(self) -> Session | None:
        """The session that the icon speaks for."""
        return self.snapshot.find(self.focus.key)

    def next_id(self, kind: str) -> tuple[State, str]:
        """A state that has given out one more id, and the id: unique to this process by its seed."""
        serial = self.serial + 1
        return replace(self, serial=serial), f"{kind}-{self.seed}-{serial}"

    def chance(self) -> float:
        """A number from 0 up to 1 that looks random, fixed by the seed and the dial attempt."""
        digest = hashlib.sha256(f"{self.seed}/{self.connection.attempt}".encode()).digest()
        return int.from_bytes(digest[:4], "big") / 2**32

    def may(self, request: Request | type[Request]) -> bool:
        """Whether this connection was granted what the request needs."""
        return request.scope in self.connection.scopes
