"""Runs every effect that does not touch the socket, in order, on a thread of its own."""

import logging
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from tray import system
from tray.core import persistence
from tray.core.commands import (
    CopyText,
    EditSettings,
    OpenLog,
    Reconnect,
    SaveSettings,
    SetAutostart,
    ShowIconSettings,
)
from tray.core.effects import (
    Effect,
    Exit,
    ForgetDeviceToken,
    GatherDiagnostics,
    Notify,
    OpenUrl,
    OpenWindow,
    ReadAutostart,
    ReadClipboard,
    ReadSettings,
    ResolveTarget,
    RunCli,
    SaveState,
)
from tray.core.events import (
    AutostartRead,
    ClipboardRead,
    CommandReceived,
    DiagnosticsReady,
    Event,
    GatewayCliFinished,
    GatewayTried,
    NotificationDeferred,
    SettingsRead,
    SettingsSaved,
    TargetResolved,
)
from tray.core.model import (
    ActionError,
    Alert,
    ConnectionFailure,
    CopyFailed,
    FailureKind,
    GatewayControlKind,
    LogEmpty,
    OpenFailed,
    SaveFailed,
    SettingsRejected,
    Trial,
    Window,
)
from tray.core.state import State
from tray.discovery.resolver import Environment, TargetResolver
from tray.i18n.words import MessageError, Words, message
from tray.runtime.background import run_in_background
from tray.runtime.clock import now
from tray.runtime.settings_file import SettingsFile
from tray.settings.edit import Changes
from tray.settings.settings import Settings
from tray.settings.target import Secrets, Target
from tray.storage import bugs, files, lock
from tray.values import PrivateStruct, replace
from tray.view.notification import Notification

if TYPE_CHECKING:
    from tray.view.panel.forms import TryGateway

log = logging.getLogger(__name__)


class _KeepDeviceToken(PrivateStruct, frozen=True):
    """A job that is no effect: what it holds must not pass through the core."""

    private_fields: ClassVar[frozenset[str]] = frozenset({"token"})

    token: str


class _SaveTyped(PrivateStruct, frozen=True):
    """Another such job: the user's address and secret, which were tested."""

    private_fields: ClassVar[frozenset[str]] = frozenset({"secrets"})

    trial: Trial
    secrets: Secrets


_Job: TypeAlias = Effect | _KeepDeviceToken | _SaveTyped


class Worker:
    """A thread and a queue: what is saved twice is saved in order."""

    def __init__(
        self,
        environment: Environment,
        settings: Settings,
        *,
        post: Callable[[Event], None],
        show: Callable[[Notification, Callable[[], None]], None],
        on_exit: Callable[[], None],
        words: Words,
        respect_do_not_disturb: bool = True,
        open_window: Callable[[Window, State], None] = lambda _window, _state: None,
    ) -> None:
        """Prepare it; nothing is read or started yet.

        Args:
            environment: Where to look for files and gateways.
            settings: As already read.
            post: Takes result events, from any thread.
            show: Shows a notification and returns at once; calls the function, on any thread, if that failed.
            on_exit: Ends the program, from the thread that asks for it; it must return at once.
            words: The language of notifications.
            respect_do_not_disturb: Defer notifications while the system says that the user is busy.
            open_window: Opens a window, from the worker's thread; it must return at once.
        """
        self._saved: str | None = None
        self._environment, self._persistent = environment, environment.persistent
        self._settings_file = SettingsFile(environment, settings, words)
        self._post, self._show, self._on_exit, self._words = post, show, on_exit, words
        self._respect_do_not_disturb = respect_do_not_disturb
        self._open_window = open_window
        self._jobs: queue.SimpleQueue[tuple[_Job, State] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._resolver = TargetResolver(environment)
        self._platform = system.current()

    def loaded(self, text: str | None) -> None:
        """Note what earlier processes have saved, to see later what this one has changed."""
        self._saved = text

    def run_effect(self, effect: Effect, state: State) -> None:
        """Queue an effect; the first one starts the thread. Only the end of the program does not wait."""
        if isinstance(effect, Exit):
            self._on_exit()
        else:
            self._queue(effect, state)

    def secrets(self) -> Secrets:
        """Return what logs in, as last read."""
        return self._resolver.secrets()

    def device_seed(self) -> bytes:
        """Return the 32 bytes of this computer's key; see `TargetResolver.device_seed`."""
        return self._resolver.device_seed()

    def keep_device_token(self, token: str, state: State) -> None:
        """Queue saving the token that the state's gateway gave this device; from any thread."""
        self._queue(_KeepDeviceToken(token), state)

    def try_gateway(self, typed: "TryGateway", state: State) -> None:
        """Test what the user typed, and save it if it works and was meant to be; from any thread."""
        from tray.runtime import trial  # noqa: PLC0415 - hardly any process needs it

        tried = trial.started(typed)
        sorry = message("A bug kept ClawTray from testing it. Please report it, with the log.")
        failed = replace(tried, running=False, problem=sorry)
        self._post(GatewayTried(tried))

        def attempt() -> None:
            ended, secrets = trial.run(typed, self._environment, state)
            if ended.saves and ended.is_usable:
                self._queue(_SaveTyped(ended, secrets), state)
            else:
                self._post(GatewayTried(ended))

        run_in_background("testing a connection", attempt, on_bug=lambda: self._post(GatewayTried(failed)))

    def finish(self, timeout: float) -> None:
        """Finish what is queued, for at most so many seconds."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join(timeout)

    def diagnostics(self, state: State, *, reading: float | None = None) -> str:
        """Return a report for support, from any thread; see `tray.runtime.diagnostics.gather`."""
        from tray.runtime import diagnostics  # noqa: PLC0415 - hardly any process needs it

        log_file = files.log_file() if self._persistent else None  # the demo has no log of its own
        local = diagnostics.Local(
            self._environment.home, self.secrets(), self._settings_file.problem(), log_file
        )
        return diagnostics.gather(state, local, now(), reading=reading)

    def _queue(self, job: _Job, state: State) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="worker", daemon=True)
            self._thread.start()
        self._jobs.put((job, state))

    def _work(self) -> None:
        while (queued := self._jobs.get()) is not None:
            job, state = queued
            try:
                self._run_or_notify(job, state)
            except Exception as error:  # noqa: BLE001 - the worker outlives a bug
                bugs.report(f"carrying out {type(job).__name__}", error)

    def _run_or_notify(self, job: _Job, state: State) -> None:
        try:
            self._run(job, state)
        except files.StoreError as error:
            log.warning("%s", error)
            self._notify(SaveFailed(error.message), state)

    def _run(self, job: _Job, state: State) -> None:
        match job:
            case ResolveTarget(force):
                self._post(self._resolve_target(state, force=force))
            case _KeepDeviceToken(token):
                self._change_device_token(token, state)
            case _SaveTyped():
                self._save_typed(job, state)
            case ForgetDeviceToken():
                self._change_device_token(None, state)
            case ReadSettings():
                self._read_settings(state)
            case SaveState(text):
                self._save_state(text)
            case SaveSettings(changes):
                self._save_settings(changes, state)
            case RunCli(kind, target, command):
                self._run_cli(kind, target, command)
            case OpenWindow(window):
                self._open_window(window, state)
            case ReadAutostart():
                self._post(AutostartRead(self._autostart()))
            case SetAutostart(on):
                self._save_autostart(on=on)
            case Notify(alert):
                self._notify(alert, state)
            case OpenUrl(url):
                self._open(url, lambda: self._platform.open_url(url), state)
            case ReadClipboard(command):
                self._post(ClipboardRead(command, self._platform.read_clipboard()))
            case CopyText(text):
                if not self._platform.copy_text(text):
                    self._notify(CopyFailed(text), state)
            case EditSettings():
                self._settings_file.create_if_missing()
                self._open_file(self._settings_file.path, state)
            case OpenLog():
                self._show_log(state)
            case GatherDiagnostics():
                run_in_background(
                    "gathering the diagnostics", lambda: self._post(DiagnosticsReady(self.diagnostics(state)))
                )
            case ShowIconSettings():
                words = self._words
                path = words("Settings > Personalisation > Taskbar > Other system tray icons")
                self._open(path, self._platform.open_icon_settings, state)
            case _:
                log.error("nobody carries out %s", type(job).__name__)

    def _notify(self, alert: Alert, state: State) -> None:
        """Show an alert if the settings allow it, or post it back if the user is busy and did not ask."""
        # Most console commands never need these.
        from tray.core.notifications import delivery  # noqa: PLC0415 - see above
        from tray.view.notifications import render_notification  # noqa: PLC0415 - see above

        if not delivery.is_wanted(alert, state.settings):
            return

        def defer() -> None:
            if not is_reply:  # a late one would puzzle the user
                self._post(NotificationDeferred(alert))

        is_reply = isinstance(alert, delivery.REPLIES)
        if not self._respect_do_not_disturb or is_reply or self._platform.may_interrupt():
            self._show(render_notification(alert, state, now(), self._words), defer)
        else:
            defer()

    def _change_device_token(self, token: str | None, state: State) -> None:
        if state.connection.target is not None:  # else it belongs to no gateway
            self._resolver.change_device_token(state.connection.target, token)

    def _resolve_target(self, state: State, *, force: bool) -> TargetResolved:
        """Return the one answer to `ResolveTarget`, whatever happens: the connection waits for it."""
        try:
            self._read_settings(state)
            return self._resolver.find(self._settings_file.settings.active(), force=force)
        except Exception as error:  # noqa: BLE001 - as above
            bugs.report("reading the configuration", error)
        sorry = message("A bug kept ClawTray from reading its configuration. Please report it, with the log.")
        return self._resolver.failed(ConnectionFailure(FailureKind.ADDRESS, sorry))

    def _read_settings(self, state: State) -> None:
        read = self._settings_file.read_if_changed()
        if read is None:
            return
        self._post(SettingsRead(*read))
        if read[1] is not None:
            self._notify(SettingsRejected(read[1]), state)

    def _save_state(self, text: str) -> None:
        """Save what is to be remembered, with what other processes have saved since."""
        if not self._persistent:
            return
        with lock.locked():
            theirs = None
            with suppress(files.StoreError):  # one that cannot be read is replaced
                theirs = files.load_memory()
            files.save_memory(persistence.merge(self._saved, text, theirs))
        self._saved = text

    def _save_settings(self, changes: Changes, state: State) -> None:
        try:
            self._settings_file.write(changes)
        except files.StoreError as error:
            self._post(SettingsSaved(error.message))
            raise
        self._read_settings(state)
        self._post(SettingsSaved())

    def _save_typed(self, job: _SaveTyped, state: State) -> None:
        """Save what was tested, and connect with it. An address that is found by itself is not written."""
        from tray.runtime.trial import known_urls  # noqa: PLC0415 - hardly any process needs it

        trial, target = job.trial, job.trial.target
        if target is None:
            return
        if target.url not in known_urls(trial.profile, state):
            try:
                self._settings_file.write(((("profiles", trial.profile, "url"), target.url),))
            except files.StoreError as error:
                self._post(GatewayTried(replace(trial, problem=error.message)))
                return
        if job.secrets.given:
            try:
                self._resolver.keep(trial.profile, target.url, job.secrets)
            except MessageError as error:  # it is used until the program ends all the same
                self._notify(SaveFailed(error.message), state)
        self._read_settings(state)
        self._post(GatewayTried(trial))
        self._post(CommandReceived(Reconnect()))

    def _autostart(self) -> bool | None:
        # The demo neither offers nor touches it.
        return self._platform.autostart() if self._persistent else None

    def _save_autostart(self, *, on: bool) -> None:
        if self._autostart() is None:
            return
        try:
            self._platform.set_autostart(on=on)
        except OSError as error:
            reason = error.strerror or message("no reason given")
            raise files.StoreError(
                message("Whether ClawTray starts at sign-in cannot be changed: {reason}", reason=reason)
            ) from None
        finally:
            self._post(AutostartRead(self._autostart()))

    def _run_cli(self, kind: GatewayControlKind, target: Target, command: str) -> None:
        if not self._persistent:  # the demo's gateway has no command line
            self._post(GatewayCliFinished(ActionError.NO_CLI, command))
            return
        from tray.runtime import gateway_cli  # noqa: PLC0415 - only for a click

        run_in_background(
            "running the gateway's own command",
            lambda: self._post(gateway_cli.run(kind, target, command, self._environment.environ)),
            on_bug=lambda: self._post(GatewayCliFinished(ActionError.CLI_FAILED)),
        )

    def _show_log(self, state: State) -> None:
        path = files.log_file()
        if self._persistent and path.exists():  # the demo must not show the log of another process
            self._open_file(path, state)
        else:
            self._notify(LogEmpty(), state)

    def _open_file(self, path: Path, state: State) -> None:
        self._open(str(path), lambda: self._platform.open_file(path), state)

    def _open(self, place: str, opener: Callable[[], bool], state: State) -> None:
        """Open something in the background: the program for it may not return before it is closed."""

        def failed() -> None:
            self._notify(OpenFailed(place), state)

        run_in_background("opening what was asked for", lambda: None if opener() else failed(), on_bug=failed)
