"""The worker: carries out what is slow and not the network's, in order, on a thread of its own."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from tray import system
from tray.core.effects import (
    CopyText,
    EditSettingsFile,
    Effect,
    Exit,
    ForgetDeviceToken,
    GatherDiagnostics,
    Notify,
    OpenLogFile,
    OpenUrl,
    OpenWindow,
    ReadAutostart,
    ReadClipboard,
    ReadSettings,
    ResolveTarget,
    RunCli,
    SaveAutostart,
    SaveNotifications,
    SaveState,
    ShowSystemIconSettings,
    WriteSettings,
)
from tray.core.errors import ActionError, ConnectionFailure, FailureKind
from tray.core.events import (
    AutostartRead,
    ClipboardRead,
    DiagnosticsReady,
    Event,
    GatewayCliFinished,
    NotificationDeferred,
    SettingsRead,
    TargetResolved,
)
from tray.core.model.gateway_control import GatewayControlKind
from tray.core.model.notifications import (
    Alert,
    CopyFailed,
    LogEmpty,
    OpenFailed,
    SaveFailed,
    SettingsRejected,
)
from tray.core.model.windows import Window
from tray.core.notifications import delivery
from tray.core.state import State
from tray.discovery.resolver import Environment, TargetResolver
from tray.i18n.message import Message, message
from tray.i18n.translate import Words
from tray.runtime import diagnostics, gateway_cli
from tray.runtime.clock import now
from tray.settings.edit import DEFAULT_SETTINGS_TEXT, Changes, apply_changes
from tray.settings.parse import EditError
from tray.settings.settings import UNUSABLE, Settings, translated
from tray.settings.target import Secrets, Target
from tray.storage import bugs, files
from tray.values import PrivateStruct, replace
from tray.view.notifications import Notification, render_notification

log = logging.getLogger(__name__)


class _KeepDeviceToken(PrivateStruct, frozen=True):
    """A job that is no effect: what it holds must not pass through the core."""

    private_fields: ClassVar[frozenset[str]] = frozenset({"token"})

    token: str


class Worker:
    """A thread and a queue, so that what is saved twice is saved in order."""

    def __init__(
        self,
        place: Environment,
        settings: Settings,
        *,
        post: Callable[[Event], None],
        show: Callable[[Notification], None],
        leave: Callable[[], None],
        words: Words,
        respect_do_not_disturb: bool = True,
        open_window: Callable[[Window, State], None] = lambda _window, _state: None,
    ) -> None:
        """Nothing is read or started yet.

        Args:
            place: Where to look.
            settings: As already read.
            post: Takes result events, from the worker's thread.
            show: Shows a notice, from any thread; it must return at once.
            leave: Ends the program, from the thread that asks for it; it must return at once.
            words: The language of notices.
            respect_do_not_disturb: Hold notices back while the system says that nobody is to be interrupted.
            open_window: Opens a window, from the worker's thread; it must return at once.
        """
        self._place = place
        self._settings = settings
        self._settings_file = place.settings or files.folders().config / "settings.toml"
        self._settings_stamp = _stamp(self._settings_file)
        self._post, self._show, self._leave, self._words = post, show, leave, words
        self._polite = respect_do_not_disturb
        self._open_window = open_window
        self._jobs: queue.SimpleQueue[tuple[Effect | _KeepDeviceToken, State] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._finder = TargetResolver(place)

    def carry_out(self, effect: Effect, state: State) -> None:
        """Put it on the list; the thread starts with the first. Only the end waits for nothing."""
        if isinstance(effect, Exit):
            self._leave()
            return
        self._put(effect, state)

    def _put(self, effect: Effect | _KeepDeviceToken, state: State) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="worker", daemon=True)
            self._thread.start()
        self._jobs.put((effect, state))

    def secrets(self) -> Secrets:
        """What logs in, as last read."""
        return self._finder.secrets()

    def device_seed(self) -> bytes:
        """See `Finder.device_seed`."""
        return self._finder.device_seed()

    def keep_device_token(self, token: str, state: State) -> None:
        """Keep what the state's gateway gave this device; from any thread."""
        self._put(_KeepDeviceToken(token), state)

    def finish(self, timeout: float) -> None:
        """Finish what is on the list, for at most so many seconds."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join(timeout)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            effect, state = job
            try:
                self._do(effect, state)
            except files.StoreError as error:
                log.warning("%s", error)
                self._tell(SaveFailed(error.message), state)
            except Exception as error:  # noqa: BLE001 - the worker outlives a bug
                bugs.report(f"carrying out {type(effect).__name__}", error)

    def _do(self, effect: Effect | _KeepDeviceToken, state: State) -> None:
        match effect:
            case ResolveTarget(force):
                self._post(self._configuration(state, force=force))
            case _KeepDeviceToken(token) if state.connection.target is not None:
                self._finder.change_device_token(state.connection.target, token)
            case ForgetDeviceToken() if state.connection.target is not None:
                self._finder.change_device_token(state.connection.target, None)
            case _KeepDeviceToken() | ForgetDeviceToken():
                pass  # nobody knows whose
            case ReadSettings():
                self._read_settings(state)
            case SaveState(text):
                if self._place.persistent:
                    files.save_memory(text)
            case SaveNotifications(on):
                self._save_notices(state, on=on)
            case WriteSettings(changes):
                self._write_settings(changes, state)
            case RunCli(kind, target, command):
                self._run_cli(kind, target, command)
            case OpenWindow(window):
                self._open_window(window, state)
            case ReadAutostart():
                self._post(AutostartRead(self._autostart()))
            case SaveAutostart(on):
                self._save_autostart(on=on)
            case Notify(notice):
                if delivery.is_wanted(notice, state.settings):
                    self._tell(notice, state)
            case OpenUrl(url):
                self._open(url, lambda: system.current().open_url(url), state)
            case ReadClipboard(command):
                self._post(ClipboardRead(command, system.current().read_clipboard()))
            case CopyText(text):
                if not system.current().copy_text(text):
                    self._tell(CopyFailed(text), state)
            case EditSettingsFile():
                self._show_settings(state)
            case OpenLogFile():
                self._show_log(state)
            case GatherDiagnostics():
                self._gather_diagnostics(state)
            case ShowSystemIconSettings():
                words = self._words
                way = words("Settings > Personalisation > Taskbar > Other system tray icons")
                self._open(way, system.current().open_icon_settings, state)
            case _:
                log.error("nobody carries out %s", type(effect).__name__)

    def _tell(self, notice: Alert, state: State) -> None:
        """Show a notice; one that nobody asked for goes back while nobody is to be interrupted."""
        if not self._polite or isinstance(notice, delivery.REPLIES) or system.current().may_interrupt():
            self._show(render_notification(notice, state, self._words))
        else:
            self._post(NotificationDeferred(notice))

    def _configuration(self, state: State, *, force: bool) -> TargetResolved:
        """The one answer to `ReadConfig`, whatever happens: the connection waits for it."""
        try:
            self._read_settings(state)
            return self._finder.find(self._settings.active(), force=force)
        except Exception as error:  # noqa: BLE001 - as above
            bugs.report("reading the configuration", error)
        sorry = message("A bug kept ClawTray from reading its configuration. Please report it, with the log.")
        return self._finder.failed(ConnectionFailure(FailureKind.ADDRESS, sorry))

    def _read_settings(self, state: State) -> None:
        stamp = _stamp(self._settings_file)
        if stamp == self._settings_stamp:
            return
        self._settings_stamp = stamp
        settings, complaint = read_settings(self._place)
        if complaint is not None:
            self._tell(SettingsRejected(complaint), state)
        # Half an edit must not change gateway or level: where the file is unusable, the last reading holds.
        if settings is not None and (known := translated(settings, self._words)) != self._settings:
            self._settings = known
            self._post(SettingsRead(known))

    def _save_notices(self, state: State, *, on: bool) -> None:
        if not self._place.persistent:
            return
        known = self._settings
        self._read_settings(state)  # what was changed there in the meantime counts, and must not be lost
        edited = self._settings is not known
        self._change(((("notices",), on),))
        self._settings_stamp = _stamp(self._settings_file)
        self._settings = replace(self._settings, notifications=on)
        if edited:
            self._post(SettingsRead(self._settings))  # the file said otherwise a moment ago

    def _write_settings(self, changes: Changes, state: State) -> None:
        """Write what the settings window changed; it counts at once."""
        if not self._place.persistent:
            raise files.StoreError(message("The demo changes no settings"))
        self._change(changes)
        if any(key == ("profile",) for key, _ in changes):
            self._place = replace(self._place, profile=None)  # what was chosen later counts
        self._read_settings(state)

    def _change(self, changes: Changes) -> None:
        try:
            text = self._settings_file.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            text = DEFAULT_SETTINGS_TEXT
        except (OSError, UnicodeDecodeError):
            raise files.StoreError(
                message("{file} cannot be read, so it is left as it is", file=self._settings_file)
            ) from None
        try:
            files.write_text(self._settings_file, apply_changes(text, changes))
        except EditError as error:
            raise files.StoreError(error.message) from None

    def _autostart(self) -> bool | None:
        """Whether the program starts at sign-in; the demo neither offers nor touches it."""
        return system.current().autostart() if self._place.persistent else None

    def _save_autostart(self, *, on: bool) -> None:
        if self._autostart() is None:
            return
        try:
            system.current().set_autostart(on=on)
        except OSError as error:
            reason = error.strerror or message("no reason given")
            raise files.StoreError(
                message("Whether ClawTray starts at sign-in cannot be changed: {reason}", reason=reason)
            ) from None
        finally:
            self._post(AutostartRead(self._autostart()))

    def _run_cli(self, kind: GatewayControlKind, target: Target, command: str) -> None:
        """Let the gateway's own command line do it, on a thread of its own: it takes many seconds."""
        if not self._place.persistent:
            self._post(GatewayCliFinished(ActionError.NO_CLI, command))  # the demo is nobody's gateway
            return

        def attempt() -> None:
            try:
                ended = gateway_cli.run(kind, target, command, self._place.environ)
            except Exception as error:  # noqa: BLE001 - the click is owed an end
                bugs.report("running the gateway's own command", error)
                ended = GatewayCliFinished(ActionError.CLI_FAILED)
            self._post(ended)

        threading.Thread(target=attempt, name="gateway-cli", daemon=True).start()

    def _show_settings(self, state: State) -> None:
        path = self._settings_file
        if not path.exists():
            if not self._place.persistent:
                raise files.StoreError(message("There is no settings file yet, and the demo makes none"))
            files.write_text(path, DEFAULT_SETTINGS_TEXT)
        self._open(str(path), lambda: system.current().open_file(path), state)

    def _show_log(self, state: State) -> None:
        path = files.log_file()
        if self._place.persistent and path.exists():
            self._open(str(path), lambda: system.current().open_file(path), state)
        else:  # the demo keeps none, and has no business with another one's
            self._tell(LogEmpty(), state)

    def local(self) -> diagnostics.Local:
        """What this computer knows besides the state; the log of another process is none of the demo's."""
        complaint = read_settings(self._place)[1]
        log_file = files.log_file() if self._place.persistent else None
        return diagnostics.Local(self._place.home, self.secrets(), complaint, log_file)

    def _gather_diagnostics(self, state: State) -> None:
        """On a thread of its own: the network is tried, too."""
        local = self.local()

        def attempt() -> None:
            try:
                self._post(DiagnosticsReady(diagnostics.gather(state, local, now())))
            except Exception as error:  # noqa: BLE001 - the program outlives a bug
                bugs.report("gathering the diagnostics", error)

        threading.Thread(target=attempt, name="diagnostics", daemon=True).start()

    def _open(self, place: str, opening: Callable[[], bool], state: State) -> None:
        """Open something on a thread of its own: the program for it may not return before it is closed."""

        def attempt() -> None:
            try:
                opened = opening()
            except Exception as error:  # noqa: BLE001 - what opens it has failures of its own
                bugs.report("opening what was asked for", error)
                opened = False
            if not opened:
                self._tell(OpenFailed(place), state)

        threading.Thread(target=attempt, name="opening", daemon=True).start()


def read_settings(place: Environment) -> tuple[Settings | None, Message | None]:
    """What the file says, None if it cannot be used; and one sentence about what is wrong with it."""
    read, problems, path = files.load_settings(place.settings)
    settings = None if read is UNUSABLE else replace(read, profile=place.profile or read.profile)
    if not problems:
        return settings, None
    sentence, more = problems[0].message, len(problems) - 1
    if str(path) not in str(sentence):
        sentence = message("{name}: {what}", name=path.name, what=sentence)
    if more:
        sentence = message("{sentence} (and {n} more)", sentence=sentence, n=more)
    return settings, sentence


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
