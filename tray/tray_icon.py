"""The icon: pystray on the main thread. It shows what it is given and posts what is clicked."""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tray import system
from tray.cli.exit_codes import ExitCode
from tray.core.events import CommandReceived, Event, Tick
from tray.core.model.connection import Mode
from tray.core.model.notifications import SettingsRejected
from tray.core.model.windows import Window
from tray.core.state import State
from tray.gui.host import Windows
from tray.i18n.translate import Words
from tray.runtime.app import App, BadUsage, Options
from tray.runtime.clock import now
from tray.storage import bugs, files, log_file
from tray.storage.translations import words_in
from tray.view.icon.model import Icon
from tray.view.icon.render import Taskbar, draw
from tray.view.menu.item import Item, Path
from tray.view.menu.menu import ages, menu
from tray.view.notifications import Notification, render_notification
from tray.view.tray_view import MenuSource, View, view

log = logging.getLogger(__name__)

SIZE = 22
"""Pixels. Panels on Linux do not tell the size that they want; this is what most of them have."""
BETWEEN_MENUS = 1.0
"""Seconds: where a backend bakes the whole menu, each update may close one that is open (pystray#60)."""
_NETWORK_PATIENCE = 0.5
"""Seconds that the connection has to close in order when the program ends."""


class TrayIcon:
    """The icon, its tooltip and its menu."""

    def __init__(
        self, words: Words, post: Callable[[Event], None], ending: Callable[[], None] = lambda: None
    ) -> None:
        """Take the backend that the platform has.

        Args:
            words: The language.
            post: Takes what is clicked, and what else happens to an icon; called on any thread.
            ending: Saves what must be saved; called when the system is about to end the program.

        Raises:
            Exception: There is no display; every backend has an error of its own for it.
        """
        import pystray  # noqa: PLC0415 - choosing its backend fails where there is no display

        self._pystray = pystray
        self._words, self._post = words, post
        self._shown: View | None = None
        self._drawn: Icon | None = None
        self._baked: tuple[MenuSource, tuple[str, ...]] | None = None
        self._bake_at = 0.0
        self._retry_at: float | None = None
        self._icon = system.current().create_icon(
            pystray.Menu(self._top), post=post, on_session_end=ending, show_fallback=_show_by_the_system
        )

    def run(self, ready: Callable[[], None]) -> None:
        """Show the icon until `stop`; the calling thread is the main one. `ready` runs on another."""

        def setup(icon: Any) -> None:  # noqa: ANN401 - pystray has no types
            icon.visible = True
            ready()

        self._icon.run(setup)

    def show(self, shown: View) -> None:
        """Show this from now on: only what differs is drawn again. From any one thread.

        A part that fails counts as not shown, and so does what comes after it: the next call tries again.
        """
        self._shown = shown
        self._icon.title = shown.tooltip  # pystray itself leaves one alone that is the same
        if not system.current().has_own_icon:
            self._bake(shown)
        if self._drawn != shown.icon:
            self._icon.icon = self._picture(shown.icon)
            self._drawn = shown.icon

    def show_at(self) -> float | None:
        """When `try_to_show` wants to be called though nothing has happened (mono); None: not at all."""
        if self._retry_at is not None:
            return self._retry_at
        behind = (
            not system.current().has_own_icon
            and self._shown is not None
            and (self._baked is None or self._baked[0] != self._shown.menu)
        )
        return self._bake_at if behind else None

    def try_to_show(self, state: State) -> None:
        """Show what this state looks like; the connection must outlive a picture that fails."""
        try:
            self.show(view(state, now(), self._words))
        except Exception as error:  # noqa: BLE001 - each backend fails in its own way
            if self._retry_at is None:  # told once, however often it is tried
                bugs.report("showing the state", error)
            self._retry_at = now().mono + BETWEEN_MENUS
        else:
            self._retry_at = None

    def tell(self, balloon: Notification) -> None:
        """Show a notice; from any thread, and without waiting for it."""
        if system.current().has_own_icon:
            self._icon.notify(balloon)
        else:
            _show_by_the_system(balloon)

    def stop(self) -> None:
        """Take the icon away and let `run` return; from any thread."""
        self._icon.stop()

    def _picture(self, icon: Icon) -> Any:  # noqa: ANN401 - Pillow is loaded by the drawing alone
        # Panels on Linux tell neither their size nor their colour; nearly all of them are dark.
        return partial(draw, icon) if system.current().has_own_icon else draw(icon, SIZE, Taskbar.DARK)

    def _bake(self, shown: View) -> None:
        at = now()
        if at.mono >= self._bake_at:
            content = (shown.menu, ages(shown.menu, at, self._words))
            if content != self._baked:
                self._icon.update_menu()
                self._baked, self._bake_at = content, at.mono + BETWEEN_MENUS

    def _top(self) -> Iterator[Any]:
        """The menu. All its levels are about the moment at which it was asked for."""
        if self._shown is not None:
            yield from self._level(self._shown.menu, ())

    def _level(self, source: MenuSource, path: Path) -> Iterator[Any]:
        """One level of the menu, made when the backend asks for it."""
        for item in menu(source, path, now(), self._words):
            yield self._item(source, item)

    def _item(self, source: MenuSource, item: Item) -> Any:  # noqa: ANN401 - pystray has no types
        if item.separator:
            return self._pystray.Menu.SEPARATOR
        command, path, checked = item.command, item.path, item.checked
        action: Any = None
        if path is not None:
            action = self._pystray.Menu(lambda: self._level(source, path))
        elif command is not None:
            action = lambda: self._post(CommandReceived(command))  # noqa: E731 - one of two actions, side by side
        return self._pystray.MenuItem(
            _label(item.text),
            action,
            checked=None if checked is None else lambda _: checked,
            radio=item.radio,
            default=item.default,
            enabled=item.enabled and action is not None,
        )


def run(options: Options) -> int | None:
    """Show the tray icon until the user quits.

    Returns:
        The exit code, or None where there is no tray: nothing has been shown then.

    Raises:
        app.BadUsage: See there.
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
    except BadUsage:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, nobody would see why there is no icon
        bugs.report("showing the icon", error)
        words = words_in(system.current().language())
        sentence = words("The icon could not be shown. Start ClawTray again; the log says more.")
        sys.stderr.write(f"clawtray: {sentence}\n")
        system.current().show_message(sentence)
        return ExitCode.FAILED


def _run(options: Options) -> int | None:
    icon: TrayIcon | None = None

    def tell(balloon: Notification) -> None:
        if icon is not None:
            icon.tell(balloon)

    def leave() -> None:
        if icon is not None:
            icon.stop()

    def open_window(window: Window, state: State) -> None:
        windows.open(window, state)

    with (
        _log_file(options),
        App(options, Mode.LIVE, show=tell, leave=leave, open_window=open_window) as app,
        contextlib.closing(Windows(app.words, app.gateway.post)) as windows,
    ):
        try:
            icon = TrayIcon(app.words, app.gateway.post, app.finish)
        except Exception:  # each backend fails in its own way where there is no display
            if system.current().has_own_icon:  # there is always one
                raise
            return None
        tray = icon
        tray.try_to_show(app.gateway.state)  # pystray puts no icon up that has no picture yet
        with _network(app, tray, windows) as network:

            def ready() -> None:
                network.start()
                if app.complaint is not None:
                    tell(render_notification(SettingsRejected(app.complaint), app.gateway.state, app.words))

            tray.run(ready)
    return 0


@contextlib.contextmanager
def _network(app: App, tray: TrayIcon, windows: Windows) -> Iterator[threading.Thread]:
    """The gateway's loop on a thread that is still to be started; leaving the context ends it."""
    stopped = threading.Event()

    def observe(state: State) -> bool:
        if not stopped.is_set():
            tray.try_to_show(state)
            windows.show(state)
        return stopped.is_set()

    network = threading.Thread(
        target=app.gateway.run, args=(observe, tray.show_at), name="gateway", daemon=True
    )
    try:
        yield network
    finally:
        stopped.set()
        app.gateway.post(Tick())
        if network.is_alive():
            network.join(_NETWORK_PATIENCE)


def _log_file(options: Options) -> contextlib.AbstractContextManager[None]:
    if options.demo:  # which leaves no trace
        return contextlib.nullcontext()
    return log_file.kept(files.log_file())


def _label(text: str) -> str:
    """A menu line as the backend wants it.

    Windows has a column for what follows a tab, and would underline what follows an ampersand.
    """
    return text.replace("&", "&&") if system.current().has_own_icon else text.replace("\t", "    ")


def _show_by_the_system(shown: Notification) -> None:
    """Show a notice on a thread of its own: what shows it may hang."""
    threading.Thread(target=_try_to_tell, args=(shown,), name="notice", daemon=True).start()


def _try_to_tell(shown: Notification) -> None:
    if not system.current().show_notification(shown):
        log.warning("A notice could not be shown. What it said is in the menu, too.")
