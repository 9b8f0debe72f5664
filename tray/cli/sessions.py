"""`use`, `new`, `compact`, `think` and `stop`: change one session."""

import sys

from tray.cli.console import CommandFailed, as_json, connect, say
from tray.cli.parser import Commands, Given
from tray.core.commands import Command, Compact, NewSession, SetThinking, StopRun, UseModel
from tray.core.model import ActionStatus, Mode, SwitchStatus
from tray.core.sessions import polling
from tray.core.state import State
from tray.i18n.words import message
from tray.protocol.session_keys import short_name
from tray.runtime.app import BadUsage
from tray.view.reports import actions
from tray.view.text import action_results, formatting


def register(commands: Commands) -> None:
    words = commands.words
    session = words("the session (default: the one on the icon)")
    use = commands.add("use", _use, words("switch the model of a session"), session=session)
    use.add_argument("model", metavar="MODEL", help=words("provider/model, an alias, or default"))
    for name, run, text in (
        ("compact", _compact, words("have a session's history summarised; costs tokens")),
        ("new", _new, words("start a new session without the history of this one")),
    ):
        command = commands.add(name, run, text, session=session, json=True)
        command.add_argument("--yes", action="store_true", help=words("do not ask for confirmation"))
    commands.add("stop", _stop, words("stop the current run of a session"), session=session, json=True)
    text = words("set how much the model of a session thinks")
    think = commands.add("think", _think, text, session=session, json=True)
    think.add_argument("level", metavar="LEVEL", help=words("a level that the session offers, or default"))


def _use(given: Given) -> None:
    def done(state: State) -> bool:
        stage = state.profile.switches[-1].state  # the latest stands last
        return stage is not SwitchStatus.REQUESTED and (
            stage is not SwitchStatus.CONFIRMED or polling.is_complete(state)
        )

    with connect(given, Mode.WITH_MODELS) as shot:
        state = shot.act(UseModel(_unless_default(given.model), given.session), done)
        switch = state.profile.switches[-1]
        if switch.error is not None:
            raise shot.error(switch.error, switch.detail)
    name = formatting.clean(short_name(switch.key, state.agent_id))
    model = formatting.clean(switch.model or "", 80) or given.words("the default model")
    say(given.words("{name} now uses {model}.", name=name, model=model))


def _compact(given: Given) -> None:
    question = given.words(
        "A model summarises the history of {name}, which costs tokens. Compact it?", name=_name(given)
    )
    _confirm(given, question)
    _act(given, Compact(given.session))


def _new(given: Given) -> None:
    question = given.words(
        "This leaves the history of {name} behind. Start a new session?", name=_name(given)
    )
    _confirm(given, question)
    _act(given, NewSession(given.session))


def _stop(given: Given) -> None:
    _act(given, StopRun(given.session))


def _think(given: Given) -> None:
    _act(given, SetThinking(given.session, _unless_default(given.level)))


def _act(given: Given, command: Command) -> None:
    def done(state: State) -> bool:
        action = state.profile.actions[-1]
        under_way = any(
            s.key == action.key and s.state is SwitchStatus.REQUESTED for s in state.profile.switches
        )
        return action.state is not ActionStatus.REQUESTED and not under_way

    with connect(given, Mode.WITH_MODELS) as shot:
        state = shot.act(command, done)
        action = state.profile.actions[-1]
        sentence = action_results.line(action, state.level, given.words)
        if given.json:
            say(as_json(actions.action(action, state, given.words)))
        if action.state is not ActionStatus.DONE:
            raise CommandFailed(formatting.clean(sentence, 400))
        if not given.json:
            say(f"{formatting.clean(short_name(action.key, state.agent_id))}: {sentence}")
        for switch in state.profile.switches if action.model is not None else ():
            if switch.key == action.key and switch.error is not None:  # the model was not kept
                raise shot.error(switch.error, switch.detail)


def _confirm(given: Given, question: str) -> None:
    """Ask on the terminal, unless there is `--yes`, and take nothing but a yes for one."""
    if given.yes:
        return
    if not sys.stdin.isatty():
        raise BadUsage(message("Not a terminal: add --yes to confirm."))
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise CommandFailed(message("Nothing was done."))


def _name(given: Given) -> str:
    return (
        given.words("the session on the icon") if given.session is None else formatting.clean(given.session)
    )


def _unless_default(name: str) -> str | None:
    return None if name == "default" else name
