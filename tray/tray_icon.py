"""The tray icon: pystray on the main thread. It shows the view and posts the user's clicks."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from types import FrameType
from typing import Any

from tray import system
from tray.cli.exit_codes import ExitCode
from tray.core.commands import Command
from tray.core.events import CommandReceived, Event, Tick
from tray.core.model import Mode, SettingsRejected, Window
from tray.core.state import State
from tray.gui.host import Windows
from tray.i18n.words import Message, Words, message
from tray.runtime.app import App, BadUsage, Options
from tray.runtime.clock import now
from tray.runtime.notifier import Notifier
from tray.storage import bugs, files, log_file, processes
from tray.storage.translations import words_in
from tray.system.menu_watch import MenuWatch
from tray.view.icon.model import Icon, QuotaBar
from tray.view.icon.palette import Palette, Taskbar
from tray.view.icon.quota_bar import draw_quota_bar
from tray.view.icon.render import draw, draw_on_tile
from tray.view.menu.item import Item, Path
from tray.view.menu.menu import fingerprint, menu
from tray.view.notification import Notification
from tray.view.notifications import render_notification
from tray.view.tray_view import View, view

SIZE = 22
"""Pixels. Panels on Linux do not tell the size that they want; most of them use this one."""
MENU_INTERVAL = 1.0
"""Seconds: where a backend takes the whole menu at once, an update may close an open one (pystray#60)."""
_NETWORK_TIMEOUT = 0.5
"""Seconds for the connection to close when the program ends."""


class NoMenuError(Exception):
    """The icon would have no menu here; `message` is a sentence for the user, with the command that helps."""

    def __init__(self, message: Message) -> None:
        super().__init__()
        self.message = message


class TrayIcon:
    """The icon, its tooltip and its menu."""

    def __init__(
        self, words: Words, post: Callable[[Event], None], on_session_end: Callable[[], None] = lambda: None
    ) -> None:
        """Create the icon with the backend of the platform.

        Args:
            words: The language.
            post: Takes clicks and other events of the icon; called on any thread.
            on_session_end: Saves what must be saved; called when the system is about to end the program.

        Raises:
            Exception: There is no display; every backend has an error of its own for it.
        """
        import pystray  # noqa: PLC0415 - choosing its backend fails where there is no display

        self._pystray = pystray
        self._words, self._post = words, post
        self._state: State | None = None
        self._drawn: Icon | None = None
        self._compared: State | None = None
        self._sent: int | None = None
        self._sent_at = now()
        self._next_menu_at = 0.0
        self._retry_at: float | None = None
        self._notifier = Notifier()
        self._icon = system.current().create_icon(
            pystray.Menu(self._items),
            post=post,
            on_session_end=on_session_end,
            show_fallback=self._notifier.show,
        )
        self._watch = MenuWatch(self._icon)
        self.has_menu: bool = self._icon.HAS_MENU
        # Our own icon asks for each level when it opens, and X11's has no menu.
        self._sends_menu = self.has_menu and not system.current().has_own_icon

    def run(self, ready: Callable[[], None]) -> None:
        """Show the icon until `stop`; to be called on the main thread. `ready` runs on another one.

        Raises:
            KeyboardInterrupt: Ctrl+C was pressed.
        """

        def setup(icon: Any) -> None:  # noqa: ANN401 - pystray has no types
            try:
                icon.visible = True
                self._watch.follow()
                ready()
            except Exception as error:  # noqa: BLE001 - an icon without a connection must not stay
                failed.append(error)
                self.stop()
            if interrupted.is_set():  # before there was anything to stop
                self.stop()

        def interrupt(*_: object) -> None:
            # It may have come in the middle of a call of X11.
            interrupted.set()
            threading.Thread(target=self.stop, name="interrupt", daemon=True).start()

        failed: list[Exception] = []
        interrupted = threading.Event()
        self._notifier.start()
        try:
            with _on_ctrl_c(interrupt):
                self._icon.run(setup)
        finally:
            self._notifier.close()
        if failed:
            raise failed[0]
        if interrupted.is_set():
            raise KeyboardInterrupt

    def show(self, state: State, shown: View) -> None:
        """Show a state by its view: only what differs is drawn again. Always call it on the same thread.

        A part that fails counts as not shown, and so do the following ones: the next call tries again.
        """
        self._state = state
        self._icon.title = shown.tooltip  # pystray ignores one that is the same
        if self._sends_menu:
            self._send_menu(state)
        if self._drawn != shown.icon:
            self._icon.icon = self._picture(shown.icon)
            self._drawn = shown.icon

    def show_at(self) -> float | None:
        """Return when `try_to_show` must be called even if nothing happens (mono), or None."""
        if self._retry_at is not None:
            return self._retry_at
        return self._next_menu_at if self._sends_menu and self._state is not self._compared else None

    def try_to_show(self, state: State) -> None:
        """Show a state; the connection must survive a picture that fails."""
        try:
            self.show(state, view(state, now(), self._words))
        except Exception as error:  # noqa: BLE001 - each backend fails in its own way
            if self._retry_at is None:  # reported once, however often it is tried
                bugs.report("showing the state", error)
            self._retry_at = now().mono + MENU_INTERVAL
        else:
            self._retry_at = None

    def notify(self, notification: Notification, on_failure: Callable[[], None] = lambda: None) -> None:
        """Show a notification and return at once; `on_failure` is called later if that failed."""
        if system.current().has_own_icon:
            self._icon.notify(notification)
        else:
            self._notifier.show(notification, on_failure)

    def box(self) -> tuple[int, int, int, int] | None:
        """Return left, top, right and bottom of the icon on the screen; None if nobody tells."""
        box: tuple[int, int, int, int] | None = self._icon.box() if system.current().has_own_icon else None
        return box

    def stop(self) -> None:
        """Remove the icon and let `run` return; from any thread."""
        self._icon.stop()

    def _picture(self, icon: Icon) -> Any:  # noqa: ANN401 - Pillow is loaded by the drawing alone
        # Panels on Linux tell neither their size nor their colour.
        return partial(draw, icon) if system.current().has_own_icon else draw_on_tile(icon, SIZE)

    def _send_menu(self, state: State) -> None:
        """Send the menu if it shows more than other ages now. All backends but our own close an open one."""
        at = now()
        if state is self._compared or at.mono < self._next_menu_at:
            return
        if fingerprint(state, at, self._sent_at, self._words) != self._sent:
            if self._watch.is_open():
                self._next_menu_at = at.mono + MENU_INTERVAL
                return
            self._icon.update_menu()
            self._watch.follow()
            self._sent, self._sent_at = fingerprint(state, at, at, self._words), at
        self._compared, self._next_menu_at = state, at.mono + MENU_INTERVAL

    def _choose(self, command: Command) -> None:
        self._watch.close()
        self._post(CommandReceived(command))

    def _items(self) -> Iterator[Any]:
        # All levels show the same moment.
        if self._state is not None:
            yield from self._level(self._state, ())

    def _level(self, state: State, path: Path) -> Iterator[Any]:
        for item in menu(state, path, now(), self._words):
            yield self._item(state, item)

    def _item(self, state: State, item: Item) -> Any:  # noqa: ANN401 - pystray has no types
        if item.separator:
            return self._pystray.Menu.SEPARATOR
        command, path, checked = item.command, item.path, item.checked
        action: Any = None
        if path is not None:
            action = self._pystray.Menu(lambda: self._level(state, path))
        elif command is not None:
            action = lambda: self._choose(command)  # noqa: E731 - one of two actions, side by side
        text = _label(item.text)
        if path is not None and checked and not system.current().has_own_icon:
            # GTK takes a check mark away when the mouse opens the level below it.
            text, checked = f"{text}    ✓", None
        made = self._pystray.MenuItem(
            text,
            action,
            checked=None if checked is None else lambda _: checked,
            radio=item.radio,
            default=item.default,
            enabled=item.enabled and action is not None,
        )
        if item.picture is not None:  # a function that draws, as of the icon; only our own menu asks for it
            made.picture = partial(_draw, item.picture)
        return made


@contextlib.contextmanager
def _on_ctrl_c(call: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Have Ctrl+C call this: pystray catches KeyboardInterrupt, and may wait for good after it."""
    before = signal.getsignal(signal.SIGINT)
    if before in {None, signal.SIG_IGN} or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, call)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def run(options: Options) -> int | None:
    """Show the tray icon until the user quits.

    Returns:
        The exit code, or None where there is no tray: nothing has been shown then.

    Raises:
        BadUsage: There is a mistake in the command line.
        NoMenuError: There is a tray, but a part of the system that its menu needs is missing.
    """
    if not system.current().has_tray():
        return None
    if not system.current().claim_instance(demo=options.demo):
        words = words_in(system.current().language())
        sys.stderr.write(f"clawtray: {words('it is running already, and now shows where.')}\n")
        return 0
    system.current().prepare_process()
    try:
        return _run(options)
    except (BadUsage, NoMenuError):
        raise
    except Exception as error:  # noqa: BLE001 - otherwise the user would not see why there is no icon any more
        bugs.report("running the tray icon", error)
        words = words_in(system.current().language())
        sentence = words("ClawTray has ended because of an error. Start it again; the log says more.")
        sys.stderr.write(f"clawtray: {sentence}\n")
        system.current().show_message(sentence)
        return ExitCode.FAILED


def _run(options: Options) -> int | None:
    icon: TrayIcon | None = None

    def notify(notification: Notification, on_failure: Callable[[], None] = lambda: None) -> None:
        if icon is not None:
            icon.notify(notification, on_failure)

    def on_exit() -> None:
        if icon is not None:
            icon.stop()

    def open_window(window: Window, state: State) -> None:
        windows.open(window, state)

    with (
        _log_file(options),
        App(options, Mode.LIVE, show=notify, on_exit=on_exit, open_window=open_window) as app,
        contextlib.closing(
            Windows(
                app.words,
                app.gateway.post,
                anchor=lambda: None if icon is None else icon.box(),
                try_gateway=app.try_gateway,
            )
        ) as windows,
    ):
        try:
            icon = TrayIcon(app.words, app.gateway.post, app.finish)
        except Exception:  # each backend fails in its own way where there is no display
            if system.current().has_own_icon:  # there is always one
                raise
            return None
        _require_menu(icon)
        # The app has read it, and what is started from now on needs no secret; to watch in the terminal does.
        processes.protect_environment()
        tray = icon
        tray.try_to_show(app.gateway.state)  # pystray puts no icon up that has no picture yet
        with _network(app, tray, windows) as network:

            def ready() -> None:
                network.start()
                if app.complaint is not None:
                    alert = SettingsRejected(app.complaint)
                    notify(render_notification(alert, app.gateway.state, now(), app.words))

            tray.run(ready)
    return 0


@contextlib.contextmanager
def _network(app: App, tray: TrayIcon, windows: Windows) -> Iterator[threading.Thread]:
    """Yield the thread of the event loop, not yet started; leaving the context ends it."""
    stopped = threading.Event()

    def observe(state: State) -> bool:
        if not stopped.is_set():
            tray.try_to_show(state)
            windows.show(state)
        return stopped.is_set()

    def run() -> None:
        try:
            app.gateway.run(observe, tray.show_at)
        except Exception as error:  # noqa: BLE001 - an icon that nobody updates any more must not stay
            failed.append(error)
            tray.stop()

    failed: list[Exception] = []
    network = threading.Thread(target=run, name="gateway", daemon=True)
    try:
        yield network
    finally:
        stopped.set()
        app.gateway.post(Tick())
        if network.is_alive():
            network.join(_NETWORK_TIMEOUT)
    if failed:
        raise failed[0]


def _require_menu(icon: TrayIcon) -> None:
    """Raise NoMenuError if the backend for X11 alone was loaded, unless the user chose it."""
    if icon.has_menu or os.environ.get("PYSTRAY_BACKEND"):
        return
    try:
        import gi  # noqa: F401, PLC0415 - only for this sentence
    except ImportError:
        command = f'{processes.install_command()} "PyGObject<3.51"'
        missing = message("The icon needs PyGObject for its menu. Install it: {command}", command=command)
        raise NoMenuError(missing) from None
    command = "sudo apt install gir1.2-gtk-3.0 gir1.2-ayatanaappindicator3-0.1"
    raise NoMenuError(
        message("The icon needs GTK and AppIndicator for its menu. Install them: {command}", command=command)
    )


def _log_file(options: Options) -> contextlib.AbstractContextManager[None]:
    if options.demo:  # it leaves no trace
        return contextlib.nullcontext()
    return log_file.log_to_file(files.log_file())


def _draw(picture: Icon | QuotaBar, size: int, ground: Taskbar | Palette) -> Any:  # noqa: ANN401 - see `_picture`
    return (
        draw_quota_bar(picture, size, ground)
        if isinstance(picture, QuotaBar)
        else draw(picture, size, ground)
    )


def _label(text: str) -> str:
    """Return a menu line for the backend.

    Windows has a column for text after a tab, and would underline the letter after an ampersand.
    """
    return text.replace("&", "&&") if system.current().has_own_icon else text.replace("\t", "    ")
