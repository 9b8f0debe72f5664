"""What console commands and the Python API do at a gateway, and the errors in which that ends."""

import time
from collections.abc import Callable

from tray.core import approvals
from tray.core.commands import Ask, Command, ReadApprovals, ReadUsage, Refresh, UseModel
from tray.core.model import ActionError, ModelSwitch, Phase, Prompt, PromptStatus, SwitchStatus, Waiting
from tray.core.models.switching import resolve_name, selectable_models
from tray.core.sessions import polling
from tray.core.state import State
from tray.i18n.words import Message, MessageError, Words, message
from tray.runtime.app import App
from tray.runtime.clock import now
from tray.view.reports import status
from tray.view.text import formatting

_MISUSE = (ActionError.EMPTY, ActionError.TOO_LONG, ActionError.NOT_OWN_SESSION)


class GatewayError(MessageError):
    """There is no result. `str()` is one sentence for a person, mostly in the language of the settings.

    The gateway or the trust level refused, or the action failed, if it is none of the derived errors.

    Attributes:
        error: Why an action failed; None if that is not all.
    """

    def __init__(self, what: Message | str, error: ActionError | None = None) -> None:
        super().__init__(what)
        self.error = error


class NotConnectedError(GatewayError):
    """The gateway is down, was not found, or did not answer in time."""


class NoReplyError(NotConnectedError):
    """The gateway did not answer in time; a longer time-out may help."""


class LoginRefusedError(NotConnectedError):
    """The gateway is there, and does not accept the login."""


class MisuseError(GatewayError, ValueError):
    """What was asked for can never be done: the sentence says what to ask for instead."""


class UnknownOutcomeError(GatewayError):
    """A prompt was sent and may have run: check the session before you send it again."""


class Client:
    """Connects, reads, gives one command, and waits until that is done.

    Where a `LoopThread` runs the event loop, the connection may last: whatever is done then reads everything
    again first, and several threads may do something at the same time. By default, the caller's thread runs
    the loop, and the connection ends with it.

    Attributes:
        app: The running ClawTray.
    """

    def __init__(
        self, app: App, timeout: float, run: Callable[..., State] | None = None, *, lasts: bool = False
    ) -> None:
        self.app = app
        self._timeout = timeout
        self._lasts = lasts
        self._run = run or app.gateway.run

    @property
    def words(self) -> Words:
        """The language of the settings."""
        return self.app.words

    @property
    def state(self) -> State:
        """The state that the loop has reached."""
        return self.app.gateway.state

    def run(
        self, done: Callable[[State], bool], complete: Callable[[State], bool] = polling.is_complete
    ) -> State:
        """Wait until this holds, or until the time-out ends without a first complete reading."""
        ends_at = time.monotonic() + self._timeout
        refreshes, was_read = self._lasts, False

        def observe(state: State) -> bool:
            nonlocal refreshes, was_read
            if refreshes:
                refreshes = False
                if polling.is_complete(state) or isinstance(state.connection.step, Waiting):
                    self.app.click(Refresh())
                    return False
            was_read = was_read or complete(state)
            return done(state) or (not was_read and time.monotonic() >= ends_at)

        return self._run(observe, lambda: None if was_read else ends_at)

    def act(
        self,
        choose: Command | Callable[[State], Command],
        done: Callable[[State], bool],
        session: str | None = None,
    ) -> State:
        """Read, give the command, or the one chosen by what was read, and wait until it is done.

        Args:
            choose: The command, or what chooses it.
            done: Whether it is done.
            session: The session that it is about, if one is named: where there are too many to list, it is
                looked for by itself.

        Raises:
            NotConnectedError: There was no connection to give it on.
        """
        given = looked = False

        def observe(state: State) -> bool:
            nonlocal given, looked
            if given or not is_read(state):
                return given and done(state)
            if session is not None and not looked and _may_be_unlisted(session, state):
                looked = True
                self.app.click(Refresh(state.canonical(session)))
                return False
            given = state.connected
            if given:
                self.app.click(choose(state) if callable(choose) else choose)
            return not given

        state = self.run(observe)
        if not given:
            raise self.failure(state)
        return state

    def status(self) -> State:
        """Read the sessions and what waits for approval; without a connection, the state says why."""
        if self._lasts:
            asked = False

            def observe(state: State) -> bool:
                nonlocal asked
                if is_read(state) and state.connected and not asked:
                    asked = True
                    self.app.click(ReadApprovals())
                    return False
                return all_read(state)

            return self.run(observe)

        return self.run(all_read, all_read)

    def sessions(self) -> State:
        """Read the sessions.

        Raises:
            GatewayError: They were not read.
        """
        state = self.run(is_read)
        if state.phase is not Phase.CONNECTED:
            raise self.failure(state)
        return state

    def models(self) -> State:
        """Read the models, for which the mode must be that with models.

        Raises:
            GatewayError: They were not read.
        """
        state = self.run(is_read)
        if state.phase is Phase.CONNECTED and state.gateway.models_error is not None:
            raise self.error(*state.gateway.models_error)
        if state.phase is not Phase.CONNECTED or state.gateway.models is None:
            raise self.failure(state)
        return state

    def usage(self) -> State:
        """Read tokens, cost and quotas.

        Raises:
            GatewayError: Nothing was counted, or not yet.
        """
        from tray.core.usage.usage import is_under_way  # noqa: PLC0415 - few commands need it
        from tray.view.reports import usage  # noqa: PLC0415 - as above

        def is_done(state: State) -> bool:
            asked = state.gateway.usage_totals.today is not None
            return not state.connected or (asked and not is_under_way(state))

        state = self.act(ReadUsage(), is_done)
        if not state.connected:
            raise self.failure(state)
        if not usage.has_totals(state, now()):
            raise GatewayError(usage.no_totals_reason(state, now(), self.words))
        return state

    def use(
        self, session: str | None, model: str | None, before: Callable[[State], None] = lambda _: None
    ) -> tuple[State, ModelSwitch]:
        """Switch a session's model (None: the gateway's default), and return the switch that was confirmed.

        Args:
            session: Its key; None for the one on the icon.
            model: `provider/model`, or an alias.
            before: Called with the state in which the command is given.

        Raises:
            GatewayError: There is no such session, or the gateway did not confirm the switch.
        """
        key = ""

        def switch_of(state: State) -> ModelSwitch:  # the latest stands last
            return next(switch for switch in reversed(state.profile.switches) if switch.key == key)

        def done(state: State) -> bool:
            stage = switch_of(state).state
            return stage is not SwitchStatus.REQUESTED and (
                stage is not SwitchStatus.CONFIRMED or polling.is_complete(state)
            )

        def choose(state: State) -> UseModel:
            nonlocal key
            key = session_key(session, state)
            before(state)
            return UseModel(model, key)

        state = self.act(choose, done, session)
        switch = switch_of(state)
        if switch.error is None:
            return state, switch
        failure = self.error(switch.error, switch.detail)
        listed = {each.name for each in selectable_models(state)}
        wanted = resolve_name(switch.requested, state)
        if switch.error is ActionError.GATEWAY and listed and wanted not in listed:
            hint = message("{problem}; see clawtray models", problem=failure.message)
            raise GatewayError(hint, switch.error)
        raise failure

    def ask(
        self,
        prompt: Ask,
        observe: Callable[[State, Prompt], None],
        before: Callable[[State], None] = lambda _: None,
    ) -> Prompt:
        """Send a prompt once, and return it when it is answered.

        Args:
            prompt: What to send; on a connection that lasts, with an id.
            observe: Called whenever something may have changed, the last time with its end.
            before: Called with the state in which it is sent.

        Raises:
            GatewayError: It was not answered.
        """

        def current(state: State) -> Prompt:
            prompts = reversed(state.profile.prompts)
            return next(each for each in prompts if prompt.id in (None, each.id))

        def choose(state: State) -> Ask:
            before(state)
            return prompt

        def done(state: State) -> bool:
            observe(state, current(state))
            return current(state).state.ended

        state = self.act(choose, done, prompt.key)
        asked = current(state)
        if asked.state is PromptStatus.ANSWERED:
            return asked
        if asked.error is not None:
            raise self.error(asked.error, asked.detail)
        result = formatting.prompt_result(asked, self.words)
        raise (UnknownOutcomeError if asked.state is PromptStatus.UNKNOWN else GatewayError)(result)

    def failure(self, state: State | None = None) -> GatewayError:
        """Return why there is no result: there is no connection, or the gateway did not reply."""
        state = self.state if state is None else state
        if state.phase is Phase.CONNECTED:
            return self.error(ActionError.NO_REPLY)
        reason = status.connection_text(state, self.words)
        if state.connected and state.gateway.snapshot.read_error is not None:
            return GatewayError(reason)
        if state.phase is Phase.REFUSED:
            return LoginRefusedError(reason)
        return (NoReplyError if state.connection.failure is None else NotConnectedError)(reason)

    def error(self, error: ActionError, detail: str = "") -> GatewayError:
        """Return an error of the core as one of this module."""
        sentence = formatting.action_error(error, detail, self.state.level, self.words)
        return (MisuseError if error in _MISUSE else GatewayError)(sentence, error)


def session_key(session: str | None, state: State) -> str:
    """Return the canonical key of a session, by default of the one on the icon.

    Raises:
        GatewayError: There is no such session.
    """
    key = state.target_key(session)
    if state.is_absent(key):
        name = formatting.clean(session or key, 200)
        raise GatewayError(message("There is no session {name}; see clawtray sessions.", name=name))
    return key


def _may_be_unlisted(session: str, state: State) -> bool:
    key, snapshot = state.canonical(session), state.gateway.snapshot
    return state.connected and snapshot.cut and snapshot.find(key) is None and key not in state.watched


def is_read(state: State) -> bool:
    """Return whether everything was read, or it is clear that nothing will be."""
    hopeless = state.connection.phase in (Phase.DOWN, Phase.REFUSED, Phase.NOT_SET_UP)
    return polling.is_complete(state) or (hopeless and isinstance(state.connection.step, Waiting))


def all_read(state: State) -> bool:
    """Return whether everything was read, also what waits for approval."""
    return is_read(state) and approvals.is_read(state)
