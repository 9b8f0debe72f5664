"""The large card of page Now: a session with its ring and what can be done, or why nothing is known."""

from collections.abc import Iterable, Iterator, Sequence

from tray.core import gateway_control
from tray.core.commands import (
    Compact,
    CopyText,
    EditSettings,
    KeepModel,
    NewSession,
    OpenSettings,
    Reconnect,
    SaveSettings,
    ShowDiagnostics,
    StartGateway,
    StopRun,
    UseModel,
)
from tray.core.model import Confidence, ContextUsage, FailureKind, Now, Phase, Session, SettingsPage
from tray.core.requests import refusal
from tray.core.sessions import forecast, thresholds
from tray.core.sessions.actions import may_compact, may_start_new, may_stop
from tray.core.state import State
from tray.i18n.words import Words
from tray.protocol.sessions import SessionsPatch
from tray.view import tray_view
from tray.view.menu import gateway, models
from tray.view.menu.item import Item
from tray.view.panel import setup
from tray.view.panel.cards import Action, Choice, Gauge, Hero, Picker, Tone
from tray.view.text import action_results, connection_errors, consequences, formatting

_BANDS = (Tone.CALM, Tone.WARNING, Tone.CRITICAL)


def gauge(usage: ContextUsage, state: State) -> Gauge | None:
    """Return the ring or bar of a context figure; None if it is unknown."""
    whole = formatting.whole_percent(usage)
    if whole is None or usage.percent is None:
        return None
    tone = _BANDS[thresholds.reached(usage.percent, state.settings)] if state.connected else Tone.QUIET
    return Gauge(min(whole, 100), tone, doubtful=usage.confidence is Confidence.STALE)


def hero(state: State, session: Session | None, now: Now, words: Words) -> Hero:
    """Return the card of this session, or of what is wrong if the gateway is not connected."""
    if refused := connection_errors.reading_refused(state, words):
        again = Action(words("Try again"), Reconnect(), main=True)
        return Hero("", words("No sessions"), (refused,), figure="?", actions=(again,))
    if state.phase is not Phase.CONNECTED:
        return _trouble(state, words)
    if session is None:
        return Hero("", formatting.not_shown(state, words), figure="?")
    usage = session.usage
    lines = (
        _tokens(usage, words),
        formatting.turns_left(forecast.turns_left(state, session), words),
        _age(state, session, now, words),
    )
    failed = models.failed_switch(state, session, words)
    return Hero(
        session.key,
        formatting.session_name(session, 36),
        tuple(line for line in lines if line),
        gauge=gauge(usage, state),
        figure=formatting.percent(usage),
        reason=formatting.stale(usage, words),
        result=_notes(failed) or _result(state, session, words),
        picker=_picker(state, session, words),
        actions=(*_switches(failed), *_actions(state, session, words)),
    )


def _tokens(usage: ContextUsage, words: Words) -> str:
    if not usage.context_limit:
        return ""
    limit = formatting.tokens(usage.context_limit)
    if usage.used is None or usage.confidence is Confidence.UNKNOWN:
        return words("{limit} token limit", limit=limit)
    return words("{used} of {limit} tokens", used=formatting.tokens(usage.used), limit=limit)


def _age(state: State, session: Session, now: Now, words: Words) -> str:
    if session.key in state.gateway.snapshot.busy:
        return words("A run is in progress")
    age = formatting.updated(session, now, words)
    parts = (words("updated {age}", age=age) if age else "", formatting.last_run(session, words))
    return " · ".join(part for part in parts if part)


def _result(state: State, session: Session, words: Words) -> str:
    wanted = (state.settings.profile, session.key)
    last = next((a for a in reversed(state.profile.actions) if (a.profile, a.key) == wanted), None)
    if last is not None:
        return formatting.clean(action_results.line(last, state.level, words), 300)
    error = may_start_new(state)
    return "" if error is None else formatting.action_error(error, "", state.level, words)


def _picker(state: State, session: Session, words: Words) -> Picker:
    items = list(models.models(state, session, (), words))
    for item in tuple(items):
        if item.path is not None:
            items += models.group(state, session, item.path[-1], words)
    choices: dict[tuple[object, str], Choice] = {}
    for item in items:
        if isinstance(item.command, UseModel) and item.radio:
            label, _, detail = item.text.partition("\t")
            choice = Choice(label, detail, item.command, chosen=bool(item.checked), enabled=item.enabled)
            choices.setdefault((item.command.model, label), choice)
    error = refusal(state, SessionsPatch)
    return Picker(
        formatting.short_model(session.model).removeprefix("claude-") or words("Model"),
        tuple(choices.values()),
        "" if error is None else formatting.action_error(error, "", state.level, words),
    )


def _switches(failed: list[Item]) -> tuple[Action, ...]:
    """Return Retry and Keep of a switch that failed."""
    return tuple(
        Action(item.text, item.command, enabled=item.enabled)
        for item in failed
        if isinstance(item.command, UseModel | KeepModel)
    )


def _actions(state: State, session: Session, words: Words) -> tuple[Action, ...]:
    key = session.key
    return (
        Action(
            words("Compact…"),
            Compact(key),
            enabled=may_compact(state, key) is None,
            question=tuple(consequences.of_compacting(session, words)),
            confirm=words("Compact now"),
        ),
        Action(
            words("New…"),
            NewSession(key),
            enabled=may_start_new(state) is None,
            question=tuple(consequences.of_starting_over(state, session, words)),
            confirm=words("Start a new session"),
        ),
        Action(
            words("Stop"),
            StopRun(key),
            enabled=may_stop(state) is None and key in state.gateway.snapshot.busy,
        ),
    )


def _trouble(state: State, words: Words) -> Hero:
    failure, icon = state.connection.failure, tray_view.icon(state)
    titles = {
        Phase.NOT_SET_UP: words("No gateway found"),
        Phase.DOWN: words("The gateway is down"),
        Phase.REFUSED: words("Cannot log in to the gateway"),
    }
    title = titles.get(state.phase, words("Connecting…"))
    if failure is None:
        return Hero("", title, tuple(filter(None, [connection_errors.host(state)])), icon)
    has_form = setup.form(state, words) is not None
    cure = setup.advice(failure, state, words) if has_form else connection_errors.cure(failure, state, words)
    code = ""
    if cure and not cure.endswith((".", "。")):  # a command at the end has no full stop
        cure, _, code = cure.rpartition(": ")
        cure = f"{cure}:" if cure else ""
    cause = connection_errors.cause(failure, state, words)
    if failure.kind is FailureKind.NOT_FOUND and not failure.profiles:
        cause = ""  # the title says it
    actions = _cures(state, failure.kind, words, has_form=has_form)
    return Hero("", title, tuple(filter(None, (cause, cure))), icon, code=code, actions=actions)


def _cures(state: State, kind: FailureKind, words: Words, *, has_form: bool) -> tuple[Action, ...]:
    """Return what helps, the one that helps most first."""
    again, failure = Action(words("Try again"), Reconnect()), state.connection.failure
    diagnostics = Action(words("Diagnostics…"), ShowDiagnostics())
    if state.process.settings_problem is not None:
        return Action(words("Edit the settings file"), EditSettings(), main=True), again
    if state.phase is Phase.NOT_SET_UP:
        profiles = () if failure is None else failure.profiles
        watch = (
            Action(words("Watch profile {name}", name=name), SaveSettings(((("profile",), name),)))
            for name in profiles[:3]
        )
        return *watch, Action(words("Search again"), Reconnect())
    if has_form:
        return ()
    if gateway_control.may_start(state) is None:
        command = words(
            "Runs on this computer: {command}", command=f"{state.connection.command} gateway start"
        )
        start = Action(
            words("Start gateway…"),
            StartGateway(),
            main=True,
            question=(command,),
            confirm=words("Start now"),
        )
        return start, again, diagnostics
    if failure is not None and failure.fingerprint is not None:
        return *_asked(words("Certificate…"), gateway.certificate(state, words)), again, diagnostics
    if failure is not None and failure.user is not None:
        return *_asked(words("Another user's gateway…"), gateway.other_user(state, words)), again, diagnostics
    if kind is FailureKind.UNREACHABLE:
        return Action(again.label, again.command, main=True), _address(words), diagnostics
    return Action(again.label, again.command, main=True), diagnostics


def _address(words: Words) -> Action:
    return Action(words("Set address…"), OpenSettings(SettingsPage.GATEWAYS))


def _asked(label: str, level: Sequence[Item]) -> Iterator[Action]:
    """Return what a level of the menu offers to save, as actions that first ask what it says."""
    for item in level:
        if isinstance(item.command, SaveSettings):
            yield Action(label, item.command, question=(_notes(level),), confirm=item.text)


def _notes(level: Iterable[Item]) -> str:
    """Return what a level of the menu says, as one text."""
    return " ".join(item.text for item in level if isinstance(item.command, CopyText))
