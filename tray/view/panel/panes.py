"""The content of each window as a value that is compared, so that only changes are drawn."""

from typing import ClassVar, TypeAlias

import msgspec

from tray.core.gui import prompt_of
from tray.core.model import Now, Prompt, PromptStatus, Window, WindowKind
from tray.core.models import switching
from tray.core.requests import refusal
from tray.core.state import State
from tray.i18n.words import Words
from tray.protocol.runs import Agent
from tray.protocol.session_keys import OWN_SESSION, is_own
from tray.protocol.sessions import SessionsPatch
from tray.settings.settings import IconStyle, Preset, Profile
from tray.values import PrivateStruct
from tray.view import tray_view
from tray.view.icon.model import Icon
from tray.view.panel import texts
from tray.view.panel.cards import PanelPane
from tray.view.panel.panel import panel
from tray.view.panel.texts import TextPane
from tray.view.text import formatting, prompts


class Choice(msgspec.Struct, frozen=True):
    """An entry of a list: its value and its label; `own` marks ClawTray's own session."""

    key: str
    label: str
    own: bool = False


class Exchange(PrivateStruct, frozen=True):
    """A prompt and its answer.

    Attributes:
        id: The prompt's id.
        key: The session's key.
        answer: The answer so far.
        status: The progress or the result, in one line.
        running: It has not ended.
        failed: It ended without an answer.
        repeatable: It may be sent again, because it is unknown whether it ran.
    """

    private_fields: ClassVar[frozenset[str]] = frozenset({"answer"})

    id: str
    key: str
    answer: str
    status: str
    running: bool
    failed: bool
    repeatable: bool


class AskPane(msgspec.Struct, frozen=True, tag=True):
    """The window in which a prompt is typed.

    Attributes:
        sessions: The sessions that can be asked; ClawTray's own comes first and is the default.
        models: The models for ClawTray's own session.
        reason: Why nothing can be sent now; empty if it can.
        model_reason: Why no model can be chosen; empty if one can.
        cost: What a prompt costs; empty once one was sent.
        exchange: The last prompt and its answer; None before the first.
        dashboard: The dashboard can be opened.
    """

    sessions: tuple[Choice, ...]
    models: tuple[Choice, ...]
    reason: str
    model_reason: str
    cost: str
    exchange: Exchange | None
    dashboard: bool


class AnswerPane(PrivateStruct, frozen=True, tag=True):
    """The whole answer of one prompt: its name, the question, and the result."""

    private_fields: ClassVar[frozenset[str]] = frozenset({"question"})

    name: str
    question: str
    exchange: Exchange | None
    dashboard: bool


class SettingsPane(msgspec.Struct, frozen=True, tag=True):
    """The current settings and icon. Without quiet hours, their ends are empty.

    Attributes:
        problem: What is wrong with the settings file; empty if nothing is.
        saves: Counts the changes of the file that have ended.
        save_problem: Why the last one wrote nothing; empty if it did.
    """

    profile: str
    profiles: tuple[Profile, ...]
    warning: float
    critical: float
    poll_seconds: float
    notices: bool
    language: str
    quiet_from: str
    quiet_to: str
    keep_answers: bool
    presets: tuple[Preset, ...]
    autostart: bool | None
    icon: Icon
    icon_style: IconStyle = IconStyle.RING
    problem: str = ""
    saves: int = 0
    save_problem: str = ""


Pane: TypeAlias = AskPane | AnswerPane | SettingsPane | TextPane | PanelPane


def pane(window: Window, state: State, now: Now, words: Words) -> Pane:
    """Return what a window shows of the state."""
    match window.kind:
        case WindowKind.ASK:
            return _ask(state, prompt_of(state, window.subject), words)
        case WindowKind.ANSWER:
            return _answer(state, prompt_of(state, window.subject), words)
        case WindowKind.SETTINGS:
            return _settings(state, words)
        case WindowKind.PANEL:
            return panel(window, state, now, words)
        case WindowKind.APPROVAL:
            return texts.approval(state, window.subject, now, words)
        case WindowKind.DIAGNOSTICS:
            return texts.diagnostics(state, words)


def _ask(state: State, prompt: Prompt | None, words: Words) -> AskPane:
    own = state.canonical(OWN_SESSION)
    others = (s for s in state.gateway.snapshot.sessions if not s.row.background and s.key != own)
    sessions = (
        Choice(own, words("{name} (ClawTray's own)", name=formatting.name_of(own, state)), own=True),
        *(
            Choice(
                s.key, f"{formatting.session_name(s, 40)}    {formatting.percent(s.usage)}", own=is_own(s.key)
            )
            for s in others
        ),
    )
    error, unswitchable = refusal(state, Agent), refusal(state, SessionsPatch)
    choices = tuple(
        Choice(
            m.name,
            (
                f"{formatting.clean(m.name, 70)}    "
                f"{formatting.tokens(m.context_limit) if m.context_limit else ''}".rstrip()
            ),
        )
        for m in switching.selectable_models(state)
    )
    return AskPane(
        sessions=sessions,
        models=choices,
        reason="" if error is None else formatting.action_error(error, "", state.level, words),
        model_reason=""
        if unswitchable is None
        else formatting.action_error(unswitchable, "", state.level, words),
        cost=""
        if state.profile.prompts
        else words("Each prompt spends tokens: 8,000 to 14,000 even for a short one"),
        exchange=None if prompt is None else _exchange(prompt, state, words),
        dashboard=state.connection.target is not None,
    )


def _answer(state: State, prompt: Prompt | None, words: Words) -> AnswerPane:
    if prompt is None:  # it was dropped after many newer ones
        return AnswerPane(words("Answer"), "", None, dashboard=False)
    name = prompts.name(prompt, state, 60)
    exchange = _exchange(prompt, state, words)
    return AnswerPane(
        name, formatting.clean(prompt.text, 300), exchange, dashboard=state.connection.target is not None
    )


def _settings(state: State, words: Words) -> SettingsPane:
    settings, process = state.settings, state.process
    problem, fault = (
        "" if each is None else formatting.clean(words.render(each), 300)
        for each in (process.settings_problem, process.save_problem)
    )
    return SettingsPane(
        profile=settings.profile,
        profiles=settings.profiles,
        warning=settings.warning,
        critical=settings.critical,
        poll_seconds=settings.poll_seconds,
        notices=settings.notifications,
        language=settings.language,
        quiet_from="" if settings.quiet_hours is None else f"{settings.quiet_hours.start:%H:%M}",
        quiet_to="" if settings.quiet_hours is None else f"{settings.quiet_hours.end:%H:%M}",
        icon_style=settings.icon_style,
        keep_answers=settings.keep_answers,
        presets=settings.presets,
        autostart=state.process.autostart,
        icon=tray_view.icon(state),
        problem=problem,
        saves=process.saves,
        save_problem=fault,
    )


def _exchange(prompt: Prompt, state: State, words: Words) -> Exchange:
    return Exchange(
        prompt.id,
        prompt.key,
        prompt.answer,
        _status(prompt, state, words),
        running=not prompt.state.ended,
        failed=prompt.state in (PromptStatus.FAILED, PromptStatus.UNKNOWN),
        repeatable=prompt.is_repeatable,
    )


def _status(prompt: Prompt, state: State, words: Words) -> str:
    match prompt.state:
        case PromptStatus.WAITING:
            return words("Waiting for the connection…")
        case PromptStatus.SWITCHING:
            return words("Choosing the model…")
        case PromptStatus.CHECKING:
            return words("Checking with the gateway whether it ran…")
        case PromptStatus.SENT | PromptStatus.RUNNING if prompt.stopping:
            return words("Stopping…")
        case PromptStatus.SENT | PromptStatus.RUNNING:
            return words("Answering…") if prompt.answer else words("Sent. Waiting for the answer…")
        case PromptStatus.FAILED if prompt.error is not None:
            return formatting.action_error(prompt.error, prompt.detail, state.level, words)
        case PromptStatus.ANSWERED if prompt.answered_by is not None:
            return words("Answered by {model}.", model=formatting.short_model(prompt.answered_by))
        case PromptStatus.ANSWERED if not prompt.answer:
            return words("The answer is empty.")
        case _:
            return formatting.prompt_result(prompt, words)
