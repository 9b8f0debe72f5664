"""Puts the program together: settings, worker, event loop, and the demo if it is asked for."""

import os
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import msgspec

from tray import system
from tray.core import persistence
from tray.core.commands import Command
from tray.core.events import CommandReceived
from tray.core.model import ApprovalUse, Mode, Setup, Window
from tray.core.state import Process, State
from tray.discovery.resolver import Environment
from tray.i18n.words import Message, MessageError, Words, message
from tray.runtime.loop import EventLoop
from tray.runtime.mailbox import Mailbox
from tray.runtime.settings_file import read_settings
from tray.runtime.worker import Worker
from tray.settings.settings import UNUSABLE, Settings, translated
from tray.storage import files
from tray.storage.translations import words_in
from tray.view.notification import Notification

if TYPE_CHECKING:
    from tray.view.panel.forms import TryGateway

DEMO_SPEED = "CLAWTRAY_DEMO_SPEED"


class BadUsage(MessageError):  # noqa: N818 - it says what happened
    """A mistake in the command line; the message says what to write instead."""


class Options(msgspec.Struct, frozen=True):
    """The options of every command.

    Attributes:
        url: The gateway's address.
        profile: The profile to use.
        config: The settings file to use.
        demo: Run the simulated gateway, and use that.
        patience: Seconds to wait for a gateway, where this is longer than usual.
    """

    url: str | None = None
    profile: str | None = None
    config: Path | None = None
    demo: bool = False
    patience: float = 0.0


class App:
    """One running ClawTray, with or without an icon. A context manager: leaving it saves what must be saved.

    Attributes:
        gateway: The event loop; the thread that runs it owns the connection.
        words: The language.
        complaint: What is wrong with the settings file, in a sentence; None if nothing is.
    """

    def __init__(
        self,
        options: Options,
        mode: Mode,
        *,
        approvals: ApprovalUse = ApprovalUse.NONE,
        show: Callable[[Notification, Callable[[], None]], None],
        on_exit: Callable[[], None] = lambda: None,
        respect_do_not_disturb: bool = True,
        open_window: Callable[[Window, State], None] | None = None,
    ) -> None:
        """Read the settings and the state of earlier runs.

        Args:
            options: The command line.
            mode: How much to ask of the gateway.
            approvals: What a command of the console does about approvals.
            show: Shows a notification and returns at once; calls the function, on any thread, if that failed.
            on_exit: Ends the program; called on the loop's thread, it must return at once.
            respect_do_not_disturb: Defer notifications while the system says that the user is busy.
            open_window: Opens a window; called on the worker's thread, it must return at once. None: none.

        Raises:
            BadUsage: The profile does not exist, the demo's speed is not a number, or it is given an address.
        """
        with ExitStack() as closing:
            environment = _environment(options, closing)
            settings, self.complaint = load_settings(environment)
            self.words = words_for(settings)
            settings = translated(settings, self.words)
            self._closing = closing.pop_all()
        # The demo does not say hello: it would do so at each start.
        process = Process(
            seed=os.urandom(8).hex(),
            patience=options.patience,
            setup=Setup(
                welcomed=not environment.persistent,
                store="" if open_window is None else _store(),
                has_windows=open_window is not None,
            ),
            settings_problem=self.complaint,
            approval_use=approvals,
        )
        state, saved = State(settings, mode, process), None
        if environment.persistent:
            with suppress(files.StoreError):
                saved = files.load_memory()
                state = persistence.load(state, saved)
        self._mailbox = Mailbox()
        self._worker = Worker(
            environment,
            settings,
            post=self._mailbox.post,
            show=show,
            on_exit=on_exit,
            words=self.words,
            respect_do_not_disturb=respect_do_not_disturb,
            open_window=open_window or (lambda _window, _state: None),
        )
        self._worker.loaded(saved)
        self.gateway = EventLoop(state, self._mailbox, self._worker)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finish()
        self._mailbox.close()
        self._closing.close()

    def finish(self) -> None:
        """Save what must be saved before the process ends, within three seconds; from any thread."""
        self._worker.finish(3.0)

    def diagnostics(self, state: State, reading: float | None) -> str:
        """Return a report for support; see `tray.runtime.diagnostics.gather`."""
        return self._worker.diagnostics(state, reading=reading)

    def click(self, command: Command) -> None:
        """Run a command of the user; from any thread."""
        self.gateway.post(CommandReceived(command))

    def try_gateway(self, typed: "TryGateway") -> None:
        """Test an address and a secret that the user typed; from any thread."""
        self._worker.try_gateway(typed, self.gateway.state)


def user_environment(options: Options) -> Environment:
    """Return the user's own environment as it is now, not the demo's."""
    return Environment(dict(os.environ), Path.home(), options.url, options.profile, options.config)


def load_settings(environment: Environment) -> tuple[Settings, Message | None]:
    """Return the settings in force, and what is wrong with their file, in a sentence; None if nothing is.

    Raises:
        BadUsage: The profile of the command line does not exist.
    """
    read, complaint = read_settings(environment)
    settings = read or UNUSABLE
    names = [profile.name for profile in settings.profiles]
    if environment.profile not in (None, *names):
        unknown = message(
            "There is no profile {name} in the settings, only {names}.",
            name=repr(environment.profile),
            names=", ".join(names),
        )
        raise BadUsage(
            unknown if complaint is None else message("{first} {second}", first=complaint, second=unknown)
        )
    return settings, complaint


def words_for(settings: Settings) -> Words:
    """Return the words of the language of the settings, or else of the system."""
    language = settings.language
    return words_in(system.current().language() if language == "auto" else language)


def _environment(options: Options, closing: ExitStack) -> Environment:
    """Return where to look; for the demo, in a simulated gateway that runs until `closing` is closed."""
    if not options.demo:
        return user_environment(options)
    if options.url is not None:
        raise BadUsage(message("The demo has a gateway of its own: leave out --url or --demo."))
    from tray.demo import DemoGateway  # noqa: PLC0415 - websockets is the demo's alone

    demo = closing.enter_context(DemoGateway(speed=_speed()))
    environ = {"CLAWTRAY_URL": demo.url, "CLAWTRAY_TOKEN": demo.token}
    return Environment(environ, Path.home(), None, options.profile, options.config, persistent=False)


def _store() -> str:
    from tray.storage import credentials  # noqa: PLC0415 - few console commands need it

    return credentials.STORE if credentials.is_available() else ""


def _speed() -> float:
    text = os.environ.get(DEMO_SPEED, "1")
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0.01 <= speed <= 1000:  # noqa: PLR2004 - the limits are in the sentence
        raise BadUsage(
            message("{name} is a number from 0.01 to 1000; 1 is the usual speed.", name=DEMO_SPEED)
        )
    return speed
