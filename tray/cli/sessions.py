"""`use`, `new`, `compact`, `think` and `stop`: change one session."""

from collections.abc import Callable

from tray.cli.console import (
    CommandFailed,
    as_json,
    check_terminal,
    complain,
    confirm,
    connect,
    failed,
    say,
)
from tray.cli.parser import Commands, Given, filled
from tray.core.commands import Command, Compact, NewSession, SetThinking, StopRun
from tray.core.model import ActionStatus, Confidence, Mode, SwitchStatus
from tray.core.models.switching import models_to_log_in, resolve_name, selectable_models
from tray.core.sessions.context_limits import context_limit_of
from tray.core.state import State
from tray.i18n.words import message
from tray.protocol.model_names import is_same_model
from tray.runtime.client import GatewayError, is_read, session_key
from tray.view.reports import actions, status
from tray.view.text import action_results, formatting


def register(commands: Commands) -> None:
    words = commands.words
    session = words("the session (default: the one on the icon)")
    use = commands.add(
        "use",
        _use,
        words("switch the model of a session"),
        about=words(
            "Switch the model of a session, and read back which one the gateway has set. clawtray models "
            "lists the models; default is the gateway's own choice."
        ),
        examples=(
            "clawtray use anthropic/claude-opus-4-5",
            "clawtray use default --session agent:main:notes",
        ),
        session=session,
        json=True,
    )
    text = words("provider/model, an alias, or default")
    use.add_argument("model", metavar="MODEL", type=filled(words), help=text)
    for name, run, text, about in (
        (
            "compact",
            _compact,
            words("have a session's history summarised; costs tokens"),
            words(
                "Have a model summarise the history of a session, which makes room in its context and costs "
                "tokens. Asks first."
            ),
        ),
        (
            "new",
            _new,
            words("start a new session without the history of this one"),
            words(
                "Start a new session in place of this one, with its model and without its history. "
                "Asks first."
            ),
        ),
    ):
        command = commands.add(
            name,
            run,
            text,
            about=about,
            examples=(f"clawtray {name}", f"clawtray {name} --session agent:main:notes --yes"),
            session=session,
            json=True,
        )
        command.add_argument("--yes", action="store_true", help=words("do not ask for confirmation"))
    commands.add(
        "stop",
        _stop,
        words("stop the current run of a session"),
        about=words("Stop the run in progress in a session, also one that another program started."),
        examples=("clawtray stop", "clawtray stop --session agent:main:notes"),
        session=session,
        json=True,
    )
    text = words("set how much the model of a session thinks")
    think = commands.add(
        "think",
        _think,
        text,
        about=words(
            "Set how much the model of a session thinks, to a level that the gateway offers for it; default "
            "is the gateway's own choice."
        ),
        examples=("clawtray think high", "clawtray think default --session agent:main:notes"),
        session=session,
        json=True,
    )
    text = words("a level that the session offers, or default")
    think.add_argument("level", metavar="LEVEL", type=filled(words), help=text)


def _use(given: Given) -> None:
    used, sent = 0, False

    def before(state: State) -> None:
        nonlocal used, sent
        sent = True
        session = state.gateway.snapshot.find(state.target_key(given.session))
        if session is not None and session.usage.confidence is Confidence.FRESH:
            used = session.usage.used or 0

    with connect(given, Mode.WITH_MODELS) as client:
        try:
            state, switch = client.use(given.session, _unless_default(given.model), before)
        except GatewayError as error:
            report = actions.switch(client.state.profile.switches[-1]) if sent else None
            raise failed(error, given.words, report) from None
    name = formatting.name_of(switch.key, state, 40)
    model = formatting.clean(switch.model or "", 80) or given.words("the default model")
    done_text = given.words("{name} now uses {model}.", name=name, model=model)
    say(as_json(actions.switch(switch)) if given.json else done_text)
    offered = selectable_models(state)
    known = [*offered, *models_to_log_in(state)]
    if switch.model and known and not any(is_same_model(each.name, switch.model) for each in known):
        read = state.gateway.snapshot.find(switch.key)
        shown = formatting.clean((read and read.model) or "?", 80)
        complain(
            message(
                "The gateway does not list this model, and reports {model} for the session. The next run may "
                "fail; see clawtray models",
                model=shown,
            ),
            given.words,
        )
    limit = context_limit_of(offered, resolve_name(switch.model, state))
    if limit is not None and used > limit:
        warning = message(
            "{name} has used {used} tokens, but this model takes only {limit}: the next run may fail.",
            name=name,
            used=formatting.tokens(used),
            limit=formatting.tokens(limit),
        )
        complain(warning, given.words)
    if any(is_same_model(each.name, switch.model) for each in models_to_log_in(state)):
        complain(message("The gateway says that this model needs a login first."), given.words)


def _compact(given: Given) -> None:
    def question(name: str) -> str:
        return given.words(
            "A model summarises the history of {name}, which costs tokens. Compact it?", name=name
        )

    _confirm(given, question)
    _act(given, Compact)


def _new(given: Given) -> None:
    def question(name: str) -> str:
        return given.words("This leaves the history of {name} behind. Start a new session?", name=name)

    _confirm(given, question)
    _act(given, NewSession)


def _stop(given: Given) -> None:
    _act(given, StopRun)


def _think(given: Given) -> None:
    level = _unless_default(given.level)
    _act(given, lambda key: SetThinking(key, level))


def _act(given: Given, command: Callable[[str], Command]) -> None:
    def done(state: State) -> bool:
        action = state.profile.actions[-1]
        under_way = any(
            s.key == action.key and s.state is SwitchStatus.REQUESTED for s in state.profile.switches
        )
        return action.state is not ActionStatus.REQUESTED and not under_way

    with connect(given, Mode.WITH_MODELS) as client:
        state = client.act(lambda state: command(session_key(given.session, state)), done)
        action = state.profile.actions[-1]
        sentence = action_results.line(action, state.level, given.words)
        report = actions.action(action, state, given.words)
        if action.state is not ActionStatus.DONE:
            raise CommandFailed(formatting.clean(sentence, 400), report=report)
        lost: CommandFailed | None = None
        for switch in state.profile.switches if action.model is not None else ():
            if switch.key == action.key and switch.error is not None:  # the model was not kept
                lost = failed(client.error(switch.error, switch.detail), given.words, report)
        if not given.json:
            say(f"{formatting.name_of(action.key, state, 40)}: {sentence}")
        elif lost is None:
            say(as_json(report))
        if lost is not None:
            raise lost


def _confirm(given: Given, question: Callable[[str], str]) -> None:
    """Ask on the terminal, unless there is `--yes`, and take nothing but a yes for one.

    The session that the question names is then the session of the command. Its connection is not kept, since
    the answer may take a while.

    Raises:
        CommandFailed: There is no connection or no such session, or the answer is not a yes.
    """
    if given.yes:
        return
    check_terminal()
    with connect(given, warn=False) as client:
        state = client.run(is_read)
        if not state.connected:
            raise client.failure(state)
        given.session = session_key(given.session, state)
    name = status.session_identity(given.session, state, given.words)
    confirm(question(name))


def _unless_default(name: str) -> str | None:
    return None if name == "default" else name
