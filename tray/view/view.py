"""`view`: the steady part of what is seen. It is compared, and drawn again only where it differs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from tray.config.settings import Level, Settings
from tray.config.target import Target
from tray.core import alerts, models
from tray.core.state import Confidence, Now, PromptState, Session, State
from tray.core.trouble import Phase
from tray.view import words as say
from tray.view.icon import Icon, Situation
from tray.view.words import Words
from tray.wire.models import Model
from tray.wire.runs import Agent
from tray.wire.sessions import SessionsPatch


@dataclass(frozen=True, slots=True)
class MenuSource:
    """The slice of the state that the menu is made of, level by level, when it opens.

    Attributes:
        settings: For presets, notices and thresholds.
        level: The trust level.
        phase: The connection.
        trouble: Why it is not connected, in a sentence; empty while it is.
        gateway: Name, version and address, in words.
        target: For the dashboard.
        looked: Where a gateway was looked for.
        sessions: Newest first.
        focus: The session that the icon speaks for.
        pinned: It was chosen by the user.
        choices: The models that may be chosen.
        default_model: What a session without an override uses.
        can_ask: Prompts may be sent.
        can_use: Models may be switched.
        running: Prompts of our own under way.
    """

    settings: Settings
    level: Level
    phase: Phase
    trouble: str
    gateway: str
    target: Target | None
    looked: tuple[str, ...]
    sessions: tuple[Session, ...]
    focus: Session | None
    pinned: bool
    choices: tuple[Model, ...]
    default_model: str | None
    can_ask: bool
    can_use: bool
    running: int


@dataclass(frozen=True, slots=True)
class View:
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
    match state.link.phase:
        case Phase.NOT_SET_UP:
            return Icon(Situation.NOT_SET_UP)
        case Phase.CONNECTING:
            return Icon(Situation.CONNECTING)
        case Phase.DOWN:
            return Icon(Situation.DOWN)
        case Phase.REFUSED:
            return Icon(Situation.REFUSED)
        case Phase.CONNECTED:
            running = bool(state.book.runs) or any(s.row.active for s in state.book.sessions)
    if state.book.read_at is None:
        return Icon(Situation.CONNECTING)
    session = state.focused
    usage = None if session is None else session.usage
    if usage is None or usage.percent is None or usage.confidence is Confidence.UNKNOWN:
        return Icon(Situation.UNKNOWN, running=running)
    bands = (Situation.CALM, Situation.WARNING, Situation.CRITICAL)
    situation = bands[alerts.reached(usage.percent, state.settings)]
    stale = usage.confidence is Confidence.STALE
    return Icon(situation, min(int(usage.percent), 100), stale, threshold, running=running)


def tooltip(state: State, now: Now, words: Words) -> str:
    """Focus session, usage, model, age of the figure, connection: at most 127 UTF-16 units."""
    lines = []
    session = state.focused
    if session is not None:
        lines.append(f"{say.clean(session.name, 30)}  {say.usage_line(session.usage, words)}")
        model = say.short_model(session.model)
        updated = "" if session.row.updated_ms is None else say.age(since(session, now), words)
        lines.append(" · ".join(part for part in (model, updated) if part))
    if state.link.phase is not Phase.CONNECTED or session is None:
        lines.append(say.phase(state.link.phase, words))
    return say.clip("\n".join(line for line in lines if line), say.TOOLTIP_UNITS)


def since(session: Session, now: Now) -> timedelta:
    """How long ago the gateway changed this session; never negative, whatever its clock says."""
    return timedelta(milliseconds=max(0, now.ms - (session.row.updated_ms or now.ms)))


def menu_source(state: State, words: Words) -> MenuSource:
    """The slice that the menu is made of."""
    link = state.link
    trouble = (
        "" if link.trouble is None or link.phase is Phase.CONNECTED else say.why(link.trouble, state, words)
    )
    asked = set(link.scopes)
    under_way = (PromptState.SENT, PromptState.RUNNING, PromptState.CHECKING, PromptState.SWITCHING)
    return MenuSource(
        settings=state.settings,
        level=state.level,
        phase=link.phase,
        trouble=trouble,
        gateway=gateway_line(state),
        target=link.target,
        looked=link.looked,
        sessions=state.book.sessions,
        focus=state.focused,
        pinned=state.focus.pinned is not None,
        choices=models.choices(state),
        default_model=state.book.default_model,
        can_ask=Agent.scope in asked,
        can_use=SessionsPatch.scope in asked,
        running=sum(prompt.state in under_way for prompt in state.prompts),
    )


def gateway_line(state: State) -> str:
    """`OpenClaw 2026.9.6 · 127.0.0.1:18789`."""
    hello = state.link.hello
    name = ""
    if hello is not None:
        name = " ".join((say.generation(hello.generation), say.clean(hello.version or "", 30))).strip()
    return " · ".join(part for part in (name, say.host(state)) if part)
