"""Looks at a gateway and asks it, for programs of other people."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, TypeVar

import msgspec

from tray.api.values import Model, Session, Status, Usage
from tray.core.commands import Ask
from tray.core.model import ActionError, ApprovalUse, Mode, Prompt
from tray.core.state import State
from tray.i18n.words import Message, Words, message
from tray.runtime.app import App, BadUsage, Options
from tray.runtime.background import run_in_background
from tray.runtime.client import Client, GatewayError, MisuseError, NotConnectedError
from tray.runtime.clock import now
from tray.runtime.loop_thread import LoopEndedError, LoopThread
from tray.settings.address import normalise_url
from tray.view.reports import status as reports
from tray.view.text import formatting

T = TypeVar("T")

TIMEOUT_SECONDS = 10.0


def connect(
    *,
    url: str | None = None,
    profile: str | None = None,
    config: str | os.PathLike[str] | None = None,
    demo: bool = False,
    timeout: float = TIMEOUT_SECONDS,
) -> "Gateway":
    """Begin to connect to the gateway that the console would use, and return it; its methods wait for it.

    Token, password, trust level and language are those of the console: from the gateway's own configuration,
    the environment and ClawTray's settings. Costs no tokens.

    Args:
        url: The gateway's address, such as `ws://127.0.0.1:18789`; by default it is found.
        profile: The profile of the settings; by default the one that they name.
        config: The settings file; by default the usual one.
        demo: Use a simulated gateway, which costs nothing.
        timeout: Seconds to wait for the gateway: each method for a connection and a first answer.

    Raises:
        MisuseError: The address, the profile or the time-out cannot be used.
    """
    return Gateway(_options(url, profile, config, timeout, demo=demo))


def status(
    *,
    url: str | None = None,
    profile: str | None = None,
    config: str | os.PathLike[str] | None = None,
    demo: bool = False,
    timeout: float = TIMEOUT_SECONDS,
) -> Status:
    """Look once: connect, return what `Gateway.status` does, and hang up. Costs no tokens. As `connect`."""
    options = _options(url, profile, config, timeout, demo=demo)
    with Gateway(options, Mode.ONE_SHOT, ApprovalUse.READ) as gateway:
        return gateway.status()


class Gateway:
    """A gateway, and a connection to it that lasts until the end of the `with` block, or `close()`.

    A lost connection is made again by itself. A thread of its own keeps it, so that all methods may be called
    from any thread, from several at the same time, and inside a running asyncio program; there, call them by
    `await asyncio.to_thread(gateway.status)`, since they wait. None is for a child process after a fork.

    Every method raises:
        NoReplyError: The gateway did not answer in time.
        LoginRefusedError: It does not accept the login.
        NotConnectedError: It is down or was not found, or this is closed.
        GatewayError: It, or the trust level of the settings, refused; the base of the others.
    """

    def __init__(
        self,
        options: Options,
        mode: Mode = Mode.WITH_MODELS,
        approvals: ApprovalUse = ApprovalUse.AWAIT,
    ) -> None:
        """Begin to connect; use `connect` instead."""
        with ExitStack() as closing:
            app = _understood(lambda: App(options, mode, approvals=approvals, show=lambda *_: None))
            closing.enter_context(app)
            thread = LoopThread(app.gateway)
            closing.callback(thread.close)
            looks_once = mode is Mode.ONE_SHOT
            self._client = Client(app, options.patience, thread.run, lasts=not looks_once)
            self._closing = closing.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up. Runs go on at the gateway; who waits for an answer then gets a `NotConnectedError`."""
        self._closing.close()

    def status(self) -> Status:
        """Return what the gateway says now, as `clawtray status --json`. Costs no tokens.

        Without a connection it does not raise, but says why: see `Status.connection`.
        """
        state = self._do(self._client.status)
        return msgspec.convert(reports.status(state, now(), self._words), Status)

    def sessions(self) -> tuple[Session, ...]:
        """Return the 200 newest sessions as they are now, newest first. Costs no tokens."""
        state = self._do(self._client.sessions)
        return msgspec.convert(reports.sessions(state, self._words), tuple[Session, ...])

    def models(self) -> tuple[Model, ...]:
        """Return the models that can be chosen, without those that need a login first. Costs no tokens."""
        return msgspec.convert(reports.catalogue(self._do(self._client.models)), tuple[Model, ...])

    def usage(self, days: Literal[1, 7, 30] = 30) -> Usage:
        """Return tokens, cost and quotas, by model and session for so many days. Costs no tokens.

        Raises:
            GatewayError: Nothing was counted, or not yet.
        """
        from tray.view.reports import usage  # noqa: PLC0415 - few programs need it

        state = self._do(self._client.usage)
        return msgspec.convert(usage.usage(state, days, now(), self._words), Usage)

    def use_model(self, session: str | None, model: str | None) -> str | None:
        """Switch a session's model, and return the one that the gateway confirmed. Costs no tokens.

        Needs the trust level `control`.

        Args:
            session: Its key, in short too (`main`); None for the one on the icon.
            model: `provider/model` or an alias; None for the gateway's default.

        Raises:
            GatewayError: There is no such session, or the switch was refused or not confirmed.
        """
        return self._do(lambda: self._client.use(session, model))[1].model

    def ask(self, text: str, *, session: str | None = None, model: str | None = None) -> "Answer":
        """Send a prompt, at once and at most once, and return its answer, which grows. Costs tokens.

        Needs the trust level `ask`; with a model, `control`.

        Args:
            text: The prompt, up to 400,000 bytes of UTF-8.
            session: Its key; one that does not exist is started. By default ClawTray's own, `tray`.
            model: Set this model first (`provider/model` or an alias), on a new session or one of ClawTray's
                own (`tray` and `tray-…`). Another one keeps its model: see `use_model`.
        """
        return Answer(lambda observe: self._ask(Ask(text, session, model, id=_identity()), observe))

    def _ask(self, prompt: Ask, observe: Callable[[State, Prompt], None]) -> Prompt:
        try:
            return self._do(lambda: self._client.ask(prompt, observe))
        except MisuseError as error:
            if error.error is not ActionError.NOT_OWN_SESSION:
                raise
            text = message("{reason} Call use_model() for this one first.", reason=error.message)
            raise MisuseError(self._words.render(text), error.error) from None

    @property
    def _words(self) -> Words:
        return self._client.words

    def _do(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except LoopEndedError:
            closed = message("The connection was closed.")
            raise NotConnectedError(self._words.render(closed)) from None
        except GatewayError as error:  # in the language of the settings
            error.args = (self._words.render(error.message),)
            raise


class Answer:
    """The answer to a prompt. Iterate over it for the text as it arrives, piece by piece.

    A loop that ends early leaves the run going on at the gateway. Each loop begins at the first piece. The
    text is as the model wrote it, control characters included.

    A loop, and `text`, raise:
        MisuseError: The prompt is empty or too long, or may not set the model of this session.
        UnknownOutcomeError: It was sent, and the connection broke: it may have run.
        GatewayError: It was not sent, failed or was stopped; also the errors of every method of `Gateway`.
    """

    def __init__(self, ask: Callable[[Callable[[State, Prompt], None]], Prompt]) -> None:
        """Send it; use `Gateway.ask` instead."""
        self._changed = threading.Condition()
        self._text = ""
        self._ended = False
        self._error: Exception | None = None

        def observe(_state: State, prompt: Prompt) -> None:
            if prompt.answer != self._text:
                self._note(prompt.answer)

        def work() -> None:
            try:
                self._note(ask(observe).answer, ended=True)
            except GatewayError as error:
                self._note(self._text, ended=True, error=error)

        def bug() -> None:
            self._note(self._text, ended=True, error=GatewayError(message("A bug ended the prompt.")))

        run_in_background("asking", work, on_bug=bug)

    @property
    def text(self) -> str:
        """Wait for the end, and return the whole answer."""
        with self._changed:
            self._wait(lambda: self._ended)
            if self._error is not None:
                raise self._error
            return self._text

    def __iter__(self) -> Iterator[str]:
        """Yield what is new; where the answer begins again, as after another model failed, on a new line."""
        given = ""
        while True:
            with self._changed:
                self._wait(lambda: self._ended or self._text != given)  # noqa: B023 - it is called at once
                text, ended, error = self._text, self._ended, self._error
            new = formatting.added(given, text)
            given = text
            if new:
                yield new
            if ended and error is not None:
                raise error
            if ended:
                return

    def _note(self, text: str, *, ended: bool = False, error: Exception | None = None) -> None:
        with self._changed:
            self._text, self._ended, self._error = text, ended, error
            self._changed.notify_all()

    def _wait(self, holds: Callable[[], bool]) -> None:
        while not self._changed.wait_for(holds, _SECONDS):
            pass


_SECONDS = 0.5
"""Windows lets Ctrl-C through only between two waits."""


def _options(
    url: str | None,
    profile: str | None,
    config: str | os.PathLike[str] | None,
    timeout: float,
    *,
    demo: bool,
) -> Options:
    address = None if url is None else normalise_url(url)
    if isinstance(address, Message):
        raise MisuseError(address)
    if not 0 < timeout <= 3600:  # noqa: PLR2004 - the limit is in the sentence
        raise MisuseError(message("The time-out is a number of seconds, above 0 and up to 3600."))
    return Options(address, profile, None if config is None else Path(config), demo, timeout)


def _understood(make: Callable[[], App]) -> App:
    try:
        return make()
    except BadUsage as error:
        raise MisuseError(error.message) from None


def _identity() -> str:
    return f"clawtray-{os.urandom(8).hex()}"
