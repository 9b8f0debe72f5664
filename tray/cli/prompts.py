"""`ask`: send a prompt, and print the answer while it grows."""

import io
import sys

from tray.cli.console import as_json, complain, connect, failed, say
from tray.cli.parser import Commands, Given, filled
from tray.cli.terminal import Stream
from tray.core import approvals
from tray.core.commands import Ask
from tray.core.model import (
    MAX_PROMPT_BYTES,
    ActionError,
    ApprovalUse,
    ConnectionFailure,
    FailureKind,
    Prompt,
    PromptStatus,
)
from tray.core.prompts.prompts import RECONNECT_TIMEOUT_SECONDS
from tray.core.state import State
from tray.i18n.words import Message, Words, message
from tray.runtime.app import BadUsage
from tray.runtime.client import GatewayError
from tray.view.reports import actions
from tray.view.text import connection_errors, formatting

_ACCEPTED = (PromptStatus.RUNNING, PromptStatus.ANSWERED)
_UNDER_WAY = (PromptStatus.SENT, PromptStatus.RUNNING, PromptStatus.CHECKING)


def register(commands: Commands) -> None:
    session = commands.words("the session (default: ClawTray's own)")
    ask = commands.add(
        "ask",
        _ask,
        commands.words("send a prompt; costs tokens"),
        about=commands.words(
            "Send a prompt, and print the answer while it grows. This costs tokens. A session that does not "
            "exist yet is started, and that is said."
        ),
        examples=('clawtray ask "What is planned for today?"', "git diff | clawtray ask - --session review"),
        session=session,
        json=True,
    )
    ask.add_argument("text", metavar="TEXT", help=commands.words("the prompt, or - to read standard input"))
    model = commands.words("first set this model, on ClawTray's own session or on a new one")
    ask.add_argument("--model", metavar="MODEL", type=filled(commands.words), help=model)


def _ask(given: Given) -> None:
    text = _read_prompt(given)
    stream = Stream(io.StringIO() if given.json else sys.stdout)
    asked: Prompt | None = None
    notices = _Notices(given, stream)

    def observe(state: State, prompt: Prompt) -> None:
        nonlocal asked
        asked = prompt
        notices.show(state, prompt)
        stream.write(prompt.answer)

    with connect(given, approvals=ApprovalUse.AWAIT) as client:
        try:
            prompt = client.ask(Ask(text, given.session, given.model), observe, notices.begin)
        except KeyboardInterrupt:
            stream.finish("")
            if any(prompt.state in _UNDER_WAY for prompt in client.state.profile.prompts):
                complain(message("Interrupted. The run continues at the gateway."), given.words)
            raise
        except GatewayError as error:
            stream.finish("")
            if error.error is ActionError.NOT_OWN_SESSION:
                raise BadUsage(_other_way(given)) from None
            report = None if asked is None else actions.prompt(asked)
            raise failed(error, given.words, report) from None
        stream.finish(prompt.answer)
    if given.json:
        say(as_json(actions.prompt(prompt)))
    elif not prompt.answer.strip():
        complain(message("The answer is empty."), given.words)


def _other_way(given: Given) -> Message:
    """Return what to do about a model for a session that the prompt may not change."""
    return message(
        "--model is only for ClawTray's own sessions and new ones. "
        "Switch this one first: clawtray use {model} --session {key}",
        model=given.model,
        key=given.session,
    )


class _Notices:
    """Says on standard error that the prompt began a session, and what it waits for."""

    def __init__(self, given: Given, stream: Stream) -> None:
        self._given, self._stream = given, stream
        self._begins = self._lost = False
        self._awaited: set[str] = set()

    def begin(self, state: State) -> None:
        """Note before the prompt is sent whether its session exists."""
        session = self._given.session
        self._begins = session is not None and state.is_absent(state.target_key(session))

    def show(self, state: State, prompt: Prompt) -> None:
        """Say what is new."""
        if self._begins and prompt.state in _ACCEPTED:
            self._begins = False
            name = formatting.clean(self._given.session, 200)
            complain(message("Started the new session {name}.", name=name), self._given.words)
        if not (state.connected or prompt.state.ended or self._lost):
            self._stream.pause()
            complain(_waits_for(state, self._given.words), self._given.words)
        self._lost = not state.connected
        for identity in approvals.awaited(state, prompt):
            if identity not in self._awaited:
                self._awaited.add(identity)
                shown = formatting.clean(identity, 80)
                notice = message("Waits for your approval: clawtray approve {id}", id=shown)
                self._stream.pause()
                complain(notice, self._given.words)


def _waits_for(state: State, words: Words) -> str:
    """Return why there is no connection any more, and what is done about it."""
    failure = state.connection.failure or ConnectionFailure(FailureKind.CONNECTION_LOST)
    reason = connection_errors.cause(failure, state, words)
    seconds = f"{RECONNECT_TIMEOUT_SECONDS:.0f}"
    return words("{reason} Waiting up to {n} s to ask the gateway for the answer.", reason=reason, n=seconds)


def _read_prompt(given: Given) -> str:
    """Return the prompt; from standard input at most one character more than any gateway takes."""
    try:
        text: str = sys.stdin.read(MAX_PROMPT_BYTES + 1) if given.text == "-" else given.text
        text.encode()  # bytes that are no text come from a command line, or in some locales, as surrogates
    except UnicodeError:
        problem = message("The prompt is not valid text: check the encoding of this terminal.")
        raise BadUsage(problem) from None
    return text
