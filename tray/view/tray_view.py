"""`view`: the steady part of what is seen. It is compared, and drawn again only where it differs."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from tray.core import approvals, gateway_control
from tray.core.commands import Command
from tray.core.errors import ActionError, Phase
from tray.core.model.actions import SessionAction
from tray.core.model.approvals import Approval
from tray.core.model.clock import Now
from tray.core.model.gateway_control import GatewayControl
from tray.core.model.models import ModelSwitch, SwitchStatus
from tray.core.model.prompts import Prompt
from tray.core.model.sessions import Confidence, Session, TurnsLeft
from tray.core.model.usage import UsageTotals
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
"""Notices in the list."""
RECENT = 5
"""Prompts whose results stay in the menu."""


class Recent(msgspec.Struct, frozen=True):
    """A notice of the list: when it came up (wall), what it said, and what a click on it asks for."""

    at: datetime
    text: str
    command: Command | None


class MenuSource(msgspec.Struct, frozen=True):
    """The slice of the state that the menu is made of, level by level, when it opens.

    Attributes:
        settings: For presets, notices and thresholds.
        level: The trust level.
        phase: The connection.
        failure: Why it is not connected, in a sentence; empty while it is.
        certificate: SHA-256 of the one shown that is not trusted, 64 lower-case hex digits; None if none is.
        gateway: Name, version and address, in words.
        target: For the dashboard.
        looked: Where a gateway was looked for.
        sessions: Newest first.
        focus: The session that the icon speaks for.
        turns: How many turns sessions have left, by key; those alone of which that is known.
        pinned: The key of the session that the user chose for the icon; it may not be listed.
        choices: The models that may be chosen.
        default_model: What a session without an override uses.
        ask_fault: Why no prompt may be sent; None if it may.
        use_fault: Why no model may be switched; None if it may.
        unswitched: Model switches of our own that came to nothing.
        running: Prompts of our own under way, the oldest first.
        recent: Those that ended last, newest first.
        usage_totals: What was spent, and the providers' quotas.
        usage_fault: Why nothing can be asked about it; None if it can.
        snoozed_until: Notices are held back until then (wall); it may be past.
        notices: The last notices, newest first.
        autostart: The program starts when the user signs in; None where that is not offered.
        agent_id: The gateway's default agent.
        main_key: The key of the main session, as far as the gateway told it.
        busy: The keys of sessions in which a run is in progress.
        actions: What was done to sessions of this gateway, the latest last.
        approvals: What waits for a word on this gateway, and what became of the last ones; the oldest first.
        approve_fault: Why no word can be given; None if one can.
        lists_commands: The gateway can say which commands wait.
        compact_fault: Why no session can be compacted; None if one can.
        renew_fault: Why none can begin anew.
        stop_fault: Why no run can be stopped.
        lifecycle: The last start or restart of the gateway that was asked for.
        command: What the gateway's own command line is called.
        asks_to_restart: The gateway can be asked to restart, and lets runs end first.
        restart_fault: Why it cannot be restarted from here; None if that can be tried.
        start_fault: Why it cannot be started from here.
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
    ask_fault: ActionError | None
    use_fault: ActionError | None
    unswitched: tuple[ModelSwitch, ...]
    running: tuple[Prompt, ...]
    recent: tuple[Prompt, ...]
    usage_totals: UsageTotals
    usage_fault: ActionError | None
    snoozed_until: datetime | None
    notices: tuple[Recent, ...]
    autostart: bool | None
    agent_id: str
    main_key: str | None
    busy: frozenset[str]
    actions: tuple[SessionAction, ...]
    approvals: tuple[Approval, ...]
    approve_fault: ActionError | None
    lists_commands: bool
    compact_fault: ActionError | None
    renew_fault: ActionError | None
    stop_fault: ActionError | None
    gateway_control: GatewayControl | None
    command: str
    asks_to_restart: bool
    restart_fault: ActionError | None
    start_fault: ActionError | None


class View(msgspec.Struct, frozen=True):
    """All that is steadily seen."""

    icon: Icon
    tooltip: str
    menu: MenuSource


def view(state: State, now: Now, words: Words) -> View:
    """What the state looks like at this moment."""
    return View(icon(state), tooltip(state, now, words), menu_source(state, words))


def icon(state: State) -> Icon:
    """The picture: the connection first, then the context of the focus session."""
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
    """Connection if it is not well, focus session, usage, model, age: at most 127 UTF-16 units.

    What matters most comes first, since the end may be cut off.
    """
    lines, session = glance(state, words), state.focused
    if session is not None:
        details = (formatting.short_model(session.model), updated(session, now, words))
        lines.append(" · ".join(part for part in details if part))
    return formatting.clip("\n".join(line for line in lines if line), formatting.TOOLTIP_UNITS)


def updated(session: Session, now: Now, words: Words) -> str:
    """How long ago the gateway changed this session; empty if it does not say."""
    at_ms = session.row.updated_ms
    return "" if at_ms is None else formatting.age(timedelta(milliseconds=now.ms - at_ms), words)


def menu_source(state: State, words: Words) -> MenuSource:
    """The slice that the menu is made of."""
    link = state.connection
    failure = (
        "" if link.failure is None or state.connected else connection_errors.why(link.failure, state, words)
    )
    return MenuSource(
        settings=state.settings,
        level=state.level,
        phase=state.phase,
        failure=failure,
        certificate=None if link.failure is None or state.connected else link.failure.fingerprint,
        gateway=gateway_line(state),
        target=link.target,
        searched=link.searched,
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
        ask_fault=refusal(state, Agent),
        use_fault=refusal(state, SessionsPatch),
        unswitched=tuple(
            switch
            for switch in state.switches
            if switch.state is SwitchStatus.FAILED and switch.profile == state.settings.profile
        ),
        running=tuple(prompt for prompt in state.prompts if not prompt.state.ended),
        recent=tuple(prompt for prompt in reversed(state.prompts) if prompt.state.ended)[:RECENT],
        usage_totals=state.usage_totals,
        usage_fault=refusal(state, UsageCost),
        snoozed_until=state.snoozed_until,
        notices=_notices(state, words),
        autostart=state.autostart,
        agent_id=state.agent_id,
        main_key=None if link.hello is None else link.hello.main_key,
        busy=state.snapshot.busy,
        actions=tuple(action for action in state.actions if action.profile == state.settings.profile),
        approvals=tuple(a for a in state.approvals if a.profile == state.settings.profile),
        approve_fault=approvals.may_decide(state),
        lists_commands=approvals.lists_commands(state),
        compact_fault=actions.may_compact(state, None),
        renew_fault=actions.may_start_new(state),
        stop_fault=actions.may_stop(state),
        gateway_control=state.gateway_control,
        command=link.command,
        asks_to_restart=gateway_control.takes_requests(state),
        restart_fault=gateway_control.may_restart(state),
        start_fault=gateway_control.may_start(state),
    )


def _notices(state: State, words: Words) -> tuple[Recent, ...]:
    """The last notices, in the words that they had or would have had."""
    listed = []
    for notified in state.recent[: -SHOWN - 1 : -1]:
        shown = render_notification(notified.alert, state, words)
        listed.append(
            Recent(notified.at, formatting.clean(f"{shown.title}. {shown.body}", 100), shown.command)
        )
    return tuple(listed)


def gateway_line(state: State) -> str:
    """`OpenClaw 2026.9.6 · 127.0.0.1:18789`."""
    hello = state.connection.hello
    name = ""
    if hello is not None:
        name = " ".join(
            (formatting.generation(hello.generation), formatting.clean(hello.version or "", 30))
        ).strip()
    return " · ".join(part for part in (name, connection_errors.host(state)) if part)
