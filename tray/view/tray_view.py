"""What the tray icon shows, as values that are compared, so that only changes are drawn."""

from datetime import datetime, timedelta

import msgspec

from tray.core import approvals, gateway_control
from tray.core.commands import Command
from tray.core.errors import ActionError, Phase
from tray.core.model import (
    Approval,
    Confidence,
    GatewayControl,
    ModelSwitch,
    Now,
    Prompt,
    Session,
    SessionAction,
    SwitchStatus,
    TurnsLeft,
    UsageTotals,
)
from tray.core.models import switching
from tray.core.requests import refusal
from tray.core.sessions import actions, forecast, thresholds
from tray.core.state import State
from tray.i18n.message import Message
from tray.i18n.translate import Words
from tray.protocol.models import Model
from tray.protocol.runs import Agent
from tray.protocol.sessions import SessionsPatch
from tray.protocol.usage import UsageCost
from tray.settings.settings import Level, Settings
from tray.settings.target import Target
from tray.view.icon.model import Icon, Situation
from tray.view.notifications import render_notification
from tray.view.text import connection_errors, formatting
from tray.view.text.summary import glance

SHOWN = 15
"""Notifications in the menu's list."""
RECENT = 5
"""Finished prompts that stay in the menu."""


class RecentNotification(msgspec.Struct, frozen=True):
    """A past notification: when it came (wall), its text, and what a click on it does."""

    at: datetime
    text: str
    command: Command | None


class MenuSource(msgspec.Struct, frozen=True):
    """The part of the state that the menu shows.

    Attributes:
        failure: Why it is not connected, in a sentence; empty while it is.
        certificate: SHA-256 of a certificate that is not trusted, 64 lower-case hex digits; None if none is.
        gateway: Name, version and address, in words.
        target: The gateway's address, for the dashboard.
        searched: The places where a gateway was searched.
        sessions: Newest first.
        focus: The session on the icon.
        turns: How many turns sessions have left, by key, where known.
        pinned: The key of the session that the user chose for the icon; it may not be listed.
        choices: The models that can be chosen.
        default_model: The model of a session without an override.
        ask_error: Why no prompt can be sent; None if one can. The same holds for the other `…_error` fields.
        failed_switches: Model switches by ClawTray that failed.
        running: ClawTray's prompts that have not ended, oldest first.
        recent: ClawTray's last prompts that have ended, newest first.
        snoozed_until: When the snooze ends (wall); it may be past.
        notifications: The last notifications, newest first.
        autostart: Whether the program starts when the user signs in; None where that is not offered.
        agent_id: The gateway's default agent.
        main_key: The key of the main session, if the gateway reported it.
        busy: The keys of sessions with a run in progress.
        actions: Actions on sessions of this gateway, latest last.
        approvals: Waiting approvals of this gateway and the last decided ones, oldest first.
        lists_commands: The gateway can list the commands that wait for approval.
        gateway_control: The last start or restart of the gateway.
        command: The name of the gateway's own command line.
        can_request_restart: The gateway restarts on request, after runs in progress have finished.
    """

    settings: Settings
    level: Level
    phase: Phase
    failure: str
    certificate: str | None
    gateway: str
    target: Target | None
    searched: tuple[Message, ...]
    sessions: tuple[Session, ...]
    focus: Session | None
    turns: dict[str, TurnsLeft]
    pinned: str | None
    choices: tuple[Model, ...]
    default_model: str | None
    ask_error: ActionError | None
    switch_error: ActionError | None
    failed_switches: tuple[ModelSwitch, ...]
    running: tuple[Prompt, ...]
    recent: tuple[Prompt, ...]
    usage_totals: UsageTotals
    usage_error: ActionError | None
    snoozed_until: datetime | None
    notifications: tuple[RecentNotification, ...]
    autostart: bool | None
    agent_id: str
    main_key: str | None
    busy: frozenset[str]
    actions: tuple[SessionAction, ...]
    approvals: tuple[Approval, ...]
    approve_error: ActionError | None
    lists_commands: bool
    compact_error: ActionError | None
    new_error: ActionError | None
    stop_error: ActionError | None
    gateway_control: GatewayControl | None
    command: str
    can_request_restart: bool
    restart_error: ActionError | None
    start_error: ActionError | None


class View(msgspec.Struct, frozen=True):
    """Icon, tooltip and menu."""

    icon: Icon
    tooltip: str
    menu: MenuSource


def view(state: State, now: Now, words: Words) -> View:
    """Return what to show for a state."""
    return View(icon(state), tooltip(state, now, words), menu_source(state, words))


def icon(state: State) -> Icon:
    """Return the icon: the connection if it is not up, else the context of the focus session."""
    threshold = int(state.settings.warning)
    match state.phase:
        case Phase.NOT_SET_UP:
            return Icon(Situation.NOT_SET_UP)
        case Phase.CONNECTING:
            return Icon(Situation.CONNECTING)
        case Phase.DOWN:
            return Icon(Situation.DOWN)
        case Phase.REFUSED:
            return Icon(Situation.REFUSED)
        case Phase.CONNECTED:
            running, waiting = state.running, bool(approvals.waiting(state))
    session = state.focused
    usage = None if session is None else session.usage
    percent = None if usage is None else formatting.whole_percent(usage)
    if usage is None or usage.percent is None or percent is None:
        return Icon(Situation.UNKNOWN, running=running, waiting=waiting)
    bands = (Situation.CALM, Situation.WARNING, Situation.CRITICAL)
    situation = bands[thresholds.reached(usage.percent, state.settings)]
    stale = usage.confidence is Confidence.STALE
    return Icon(situation, min(percent, 100), stale, threshold, running=running, waiting=waiting)


def tooltip(state: State, now: Now, words: Words) -> str:
    """Return the connection unless it is up, the session, its usage, model and age, in 127 UTF-16 units.

    The most important comes first, since the end may be cut off.
    """
    lines, session = glance(state, words), state.focused
    if session is not None:
        details = (formatting.short_model(session.model), updated(session, now, words))
        lines.append(" · ".join(part for part in details if part))
    return formatting.clip("\n".join(line for line in lines if line), formatting.TOOLTIP_UNITS)


def updated(session: Session, now: Now, words: Words) -> str:
    """Return how long ago the gateway changed this session; empty if it does not report it."""
    at_ms = session.row.updated_ms
    return "" if at_ms is None else formatting.age(timedelta(milliseconds=now.ms - at_ms), words)


def menu_source(state: State, words: Words) -> MenuSource:
    """Return the part of the state that the menu shows."""
    connection = state.connection
    failure = (
        ""
        if connection.failure is None or state.connected
        else connection_errors.why(connection.failure, state, words)
    )
    return MenuSource(
        settings=state.settings,
        level=state.level,
        phase=state.phase,
        failure=failure,
        certificate=None if connection.failure is None or state.connected else connection.failure.fingerprint,
        gateway=gateway_line(state),
        target=connection.target,
        searched=connection.searched,
        sessions=state.snapshot.sessions,
        focus=state.focused,
        turns={
            s.key: left
            for s in state.snapshot.sessions
            if (left := forecast.turns_left(state, s)) is not None
        },
        pinned=state.focus.pinned,
        choices=switching.selectable_models(state),
        default_model=state.snapshot.default_model,
        ask_error=refusal(state, Agent),
        switch_error=refusal(state, SessionsPatch),
        failed_switches=tuple(
            switch
            for switch in state.switches
            if switch.state is SwitchStatus.FAILED and switch.profile == state.settings.profile
        ),
        running=tuple(prompt for prompt in state.prompts if not prompt.state.ended),
        recent=tuple(prompt for prompt in reversed(state.prompts) if prompt.state.ended)[:RECENT],
        usage_totals=state.usage_totals,
        usage_error=refusal(state, UsageCost),
        snoozed_until=state.snoozed_until,
        notifications=_recent_notifications(state, words),
        autostart=state.autostart,
        agent_id=state.agent_id,
        main_key=None if connection.hello is None else connection.hello.main_key,
        busy=state.snapshot.busy,
        actions=tuple(action for action in state.actions if action.profile == state.settings.profile),
        approvals=tuple(a for a in state.approvals if a.profile == state.settings.profile),
        approve_error=approvals.may_decide(state),
        lists_commands=approvals.lists_commands(state),
        compact_error=actions.may_compact(state, None),
        new_error=actions.may_start_new(state),
        stop_error=actions.may_stop(state),
        gateway_control=state.gateway_control,
        command=connection.command,
        can_request_restart=gateway_control.takes_requests(state),
        restart_error=gateway_control.may_restart(state),
        start_error=gateway_control.may_start(state),
    )


def _recent_notifications(state: State, words: Words) -> tuple[RecentNotification, ...]:
    recent = []
    for past in state.recent[: -SHOWN - 1 : -1]:
        shown = render_notification(past.alert, state, words)
        recent.append(
            RecentNotification(past.at, formatting.clean(f"{shown.title}. {shown.body}", 100), shown.command)
        )
    return tuple(recent)


def gateway_line(state: State) -> str:
    """Return name, version and address: `OpenClaw 2026.9.6 · 127.0.0.1:18789`."""
    hello = state.connection.hello
    name = ""
    if hello is not None:
        name = " ".join(
            (formatting.generation(hello.generation), formatting.clean(hello.version or "", 30))
        ).strip()
    return " · ".join(part for part in (name, connection_errors.host(state)) if part)
