"""All that the program knows, in one frozen value, and what a decision returns: the next one, and effects."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import ClassVar, TypeAlias, TypeVar

import msgspec

from tray.core.effects import Effect
from tray.core.model import (
    ActionError,
    Alert,
    Approval,
    ApprovalUse,
    Connected,
    Connection,
    CronJobs,
    CronLatch,
    Focus,
    GatewayControl,
    Mode,
    ModelSwitch,
    PastNotification,
    Pending,
    Phase,
    Prompt,
    QuotaLatch,
    QuotaMark,
    Session,
    SessionAction,
    SessionsSnapshot,
    Setup,
    ThresholdLatch,
    UsageHistory,
    UsageTotals,
    Window,
)
from tray.i18n.words import Message
from tray.protocol.channels import ChannelTrouble
from tray.protocol.models import Model
from tray.protocol.session_keys import canonical
from tray.settings.settings import Level, Settings
from tray.values import PrivateStruct, replace

T = TypeVar("T")


class Process(PrivateStruct, frozen=True):
    """What holds until the program ends.

    Attributes:
        seed: Random hexadecimal text for ids and jitter, so that a transcript can be replayed.
        patience: Seconds that the user allows each step to take, where this is longer than usual.
        serial: Counts ids given out.
        clock_drift: Wall minus mono in seconds at the last event; it jumps when the computer slept.
        beyond_reading: Something happened that does not belong to connecting and reading, such as a command.
        resumed_at: When the computer last resumed from sleep (wall).
        setup: How far the user has come on the way to a connection.
        windows: Open windows, oldest first.
        deferred: Alerts that wait until the user can be interrupted, oldest first.
        dropped: How many more there were than are kept.
        deferred_until: When they are tried again (mono); None if there are none.
        shown_at: When the last alerts were shown (mono), as many as may be shown within a minute.
        snoozed_until: End of the snooze (wall); None, or past, if there is none.
        recent: The last alerts, oldest first.
        diagnostics: What the diagnostics window shows; empty without that window.
        autostart: The program starts when the user signs in; None if unsupported or unknown.
        settings_problem: What is wrong with the settings file, in a sentence; None if nothing is.
        saves: Counts changes of the settings file that have ended.
        save_problem: Why the last one wrote nothing; None if it did.
        approval_use: What a command of the console does about approvals by itself.
    """

    private_fields: ClassVar[frozenset[str]] = frozenset({"diagnostics"})

    seed: str
    patience: float = 0.0
    serial: int = 0
    clock_drift: float | None = None
    beyond_reading: bool = False
    resumed_at: datetime | None = None
    setup: Setup = Setup()
    windows: tuple[Window, ...] = ()
    deferred: tuple[Alert, ...] = ()
    dropped: int = 0
    deferred_until: float | None = None
    shown_at: tuple[float, ...] = ()
    snoozed_until: datetime | None = None
    recent: tuple[PastNotification, ...] = ()
    diagnostics: str = ""
    autostart: bool | None = None
    settings_problem: Message | None = None
    saves: int = 0
    save_problem: Message | None = None
    approval_use: ApprovalUse = ApprovalUse.NONE


class ProfileData(PrivateStruct, frozen=True):
    """What the user did in a profile or was notified of: it outlasts connections, and some of it the program.

    Attributes:
        pins: The session that the user pinned to the icon, by profile; saved.
        latches: Thresholds that were reported; saved.
        switches: Own model switches, the latest last. A session has at most one in force, and one that is
            requested or failed. Those in force are saved.
        prompts: Own prompts, oldest first.
        actions: Session actions, the latest of each kind per session, the latest of all at the end.
        undelivered: Thresholds crossed in an earlier process that ended before it could report them.
        quota_latches: Thresholds of quotas that were reported; saved.
        quota_marks: Quotas that were exhausted, or will not last; saved.
        cron_latches: Scheduled jobs whose failures were reported; saved.
        fallbacks: Fallbacks that were reported: profile, session key, the requested model, the one that
            answered.
        gateway_control: The last start or restart of the gateway; None if there was none.
        draft: What was typed in the panel and not sent.
    """

    private_fields: ClassVar[frozenset[str]] = frozenset({"draft"})

    pins: dict[str, str] = msgspec.field(default_factory=dict)
    latches: tuple[ThresholdLatch, ...] = ()
    switches: tuple[ModelSwitch, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    actions: tuple[SessionAction, ...] = ()
    undelivered: tuple[ThresholdLatch, ...] = ()
    quota_latches: tuple[QuotaLatch, ...] = ()
    quota_marks: tuple[QuotaMark, ...] = ()
    cron_latches: tuple[CronLatch, ...] = ()
    fallbacks: tuple[tuple[str, str, str, str], ...] = ()
    gateway_control: GatewayControl | None = None
    draft: str = ""


class GatewayData(msgspec.Struct, frozen=True):
    """What was read of one gateway: void when another one is watched.

    Attributes:
        named: Key of the session that a command is about, if the list may leave it out.
        models: Models that may be chosen, and those that need a login first.
        models_error: Why they were not listed, and the gateway's own words; None if they were.
        allowed: Names in the gateway's allow-list, on releases whose model list ignores it.
        compactions: What sessions used before they were compacted, by key, until that is reported.
        usage_history: What the last turns of each session added, by its key.
        approvals: Requests for approval and the decisions on them, oldest first.
        run_approvals: The approval that a run waits for, by the run's id.
        approvals_read: Methods whose lists of approvals this connection has read.
        approvals_error: Why a list of what waits was not read, and the gateway's own words; None if all were.
        channels: The channels that are not healthy; None if they were not read.
        cron: Scheduled jobs.
    """

    snapshot: SessionsSnapshot = msgspec.field(default_factory=SessionsSnapshot)
    named: str | None = None
    models: tuple[Model, ...] | None = None
    models_error: tuple[ActionError, str] | None = None
    allowed: frozenset[str] | None = None
    focus: Focus = msgspec.field(default_factory=Focus)
    usage_totals: UsageTotals = msgspec.field(default_factory=UsageTotals)
    compactions: dict[str, int | None] = msgspec.field(default_factory=dict)
    usage_history: dict[str, UsageHistory] = msgspec.field(default_factory=dict)
    approvals: tuple[Approval, ...] = ()
    run_approvals: dict[str, str] = msgspec.field(default_factory=dict)
    approvals_read: frozenset[str] = frozenset()
    approvals_error: tuple[ActionError, str] | None = None
    channels: tuple[ChannelTrouble, ...] | None = None
    cron: CronJobs = msgspec.field(default_factory=CronJobs)


class State(msgspec.Struct, frozen=True):
    """The state of the program, by how long each part holds.

    Attributes:
        mode: How much this process reads of the gateway.
        pending: Requests without a response.
    """

    settings: Settings
    mode: Mode
    process: Process
    profile: ProfileData = msgspec.field(default_factory=ProfileData)
    gateway: GatewayData = msgspec.field(default_factory=GatewayData)
    connection: Connection = msgspec.field(default_factory=Connection)
    pending: tuple[Pending, ...] = ()

    @property
    def level(self) -> Level:
        """Return the trust level for the current gateway."""
        target = self.connection.target
        return self.settings.active().level_at(loopback=target is not None and target.is_loopback)

    @property
    def connected(self) -> bool:
        """Return whether requests can be sent."""
        return isinstance(self.connection.step, Connected)

    @property
    def phase(self) -> Phase:
        """Return the phase that the user sees: CONNECTING until the sessions were read."""
        return (
            Phase.CONNECTING
            if self.connected and self.gateway.snapshot.read_at is None
            else self.connection.phase
        )

    @property
    def announces_changes(self) -> bool:
        """Return whether this gateway announces changes, and lists a model override and a run at once."""
        return self.connection.hello is not None and self.connection.hello.announces_changes

    @property
    def agent_id(self) -> str:
        """Return the gateway's default agent; `main`, the usual one, until it is known."""
        return self.connection.hello.agent_id if self.connection.hello is not None else "main"

    def canonical(self, key: str) -> str:
        """Return a session's key as the gateway lists it, for one as users write it or older releases do."""
        if key == "main" and self.connection.hello is not None:
            return self.connection.hello.main_key
        return canonical(key, self.agent_id)

    @property
    def running(self) -> bool:
        """Return whether a run is in progress, by an event or the last reading."""
        return bool(self.gateway.snapshot.runs) or any(
            session.row.active for session in self.gateway.snapshot.sessions
        )

    @property
    def watched(self) -> tuple[str, ...]:
        """Return the keys of the sessions that no reading may miss: pinned, main, shown and named."""
        focus, hello = self.gateway.focus, self.connection.hello
        keys = (focus.pinned, None if hello is None else hello.main_key, focus.key, self.gateway.named)
        return tuple(dict.fromkeys(key for key in keys if key is not None))

    def is_absent(self, key: str) -> bool:
        """Return whether the gateway has no such session, so that an action would begin one under this key.

        It was neither listed nor, where the list was cut, found by itself. The main one is there before its
        first run.
        """
        hello, snapshot = self.connection.hello, self.gateway.snapshot
        is_main = hello is not None and key == hello.main_key
        by_itself = key in self.watched and key not in snapshot.unread
        is_known = snapshot.read_at is not None and (by_itself or not snapshot.cut)
        return is_known and not is_main and snapshot.find(key) is None

    @property
    def focused(self) -> Session | None:
        """Return the session that the icon shows."""
        return self.gateway.snapshot.find(self.gateway.focus.key)

    def target_key(self, key: str | None) -> str:
        """Return the canonical key of this session, by default of the one on the icon; empty if unknown."""
        main_key = "" if self.connection.hello is None else self.connection.hello.main_key
        target = key or self.gateway.focus.key or main_key
        return self.canonical(target) if target else ""

    def with_setup(self, setup: Setup) -> State:
        """Return a state in which the user has come so far."""
        return replace(self, process=replace(self.process, setup=setup))

    def with_snapshot(self, snapshot: SessionsSnapshot) -> State:
        """Return a state with these sessions."""
        return replace(self, gateway=replace(self.gateway, snapshot=snapshot))

    def patient(self, seconds: float) -> float:
        """Return these seconds, or more where the user allows more."""
        return max(seconds, self.process.patience)

    def next_id(self, kind: str) -> tuple[State, str]:
        """Return a state that has given out one more id, and the id, which is unique by the seed."""
        serial = self.process.serial + 1
        return replace(
            self, process=replace(self.process, serial=serial)
        ), f"{kind}-{self.process.seed}-{serial}"

    def chance(self) -> float:
        """Return a number from 0 up to 1 that looks random, fixed by the seed and the dial attempt."""
        digest = hashlib.sha256(f"{self.process.seed}/{self.connection.attempt}".encode()).digest()
        return int.from_bytes(digest[:4], "big") / 2**32


Outcome: TypeAlias = tuple[State, tuple[Effect, ...]]


def for_each(state: State, items: Iterable[T], decide: Callable[[State, T], Outcome]) -> Outcome:
    """Decide for one item after the other; return the last state, and the effects of all in that order."""
    effects: tuple[Effect, ...] = ()
    for item in items:
        state, more = decide(state, item)
        effects += more
    return state, effects
