"""The icon: pystray on the main thread. It shows what it is given and posts what is clicked."""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

from tray import bugs, logfile, store, system
from tray.app import App, Options
from tray.core.events import BadSettings, Command, Tick
from tray.core.state import Interest, State
from tray.gateway import now
from tray.view.drawing import Taskbar, draw
from tray.view.icon import Icon
from tray.view.menu import Item, Path, ages, menu
from tray.view.notices import Balloon, balloon
from tray.view.view import MenuSource, View, view
from tray.view.words import Words

log = logging.getLogger(__name__)

SIZE = 22
"""Pixels. Panels on Linux do not tell the size that they want; this is what most of them have."""
BETWEEN_MENUS = 1.0
"""Seconds: where a backend bakes the whole menu, each update may close one that is open (pystray#60)."""


class TrayIcon:
    """The icon, its tooltip and its menu."""

    def __init__(self, words: Words, click: Callable[[Command], None]) -> None:
        """Take the backend that the platform has.

        Raises:
            Exception: There is no display; every backend has an error of its own for it.
        """
        import pystray  # noqa: PLC0415 - choosing its backend fails where there is no display

        self._pystray = pystray
        self._words, self._click = words, click
        self._taskbar = Taskbar.DARK if system.taskbar_is_dark() else Taskbar.LIGHT
        self._shown: View | None = None
        self._drawn: Icon | None = None
        self._baked: tuple[MenuSource, tuple[str, ...]] | None = None
        self._bake_at = 0.0
        self._retry_at: float | None = None
        self._icon = pystray.Icon("clawtray", title="ClawTray", menu=pystray.Menu(lambda: self._level(())))

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
        at = now()
        if at.mono >= self._bake_at:
            content = (shown.menu, ages(shown.menu, at, self._words))
            if content != self._baked:
                self._icon.update_menu()
                self._baked, self._bake_at = content, at.mono + BETWEEN_MENUS
        if self._drawn != shown.icon:
            self._icon.icon = self._picture(shown.icon)
            self._drawn = shown.icon

    def show_at(self) -> float | None:
        """When `try_to_show` wants to be called though nothing has happened (mono); None: not at all."""
        if self._retry_at is not None:
            return self._retry_at
        behind = self._shown is not None and (self._baked is None or self._baked[0] != self._shown.menu)
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

    def stop(self) -> None:
        """Take the icon away and let `run` return; from any thread."""
        self._icon.stop()

    def _picture(self, icon: Icon) -> Any:  # noqa: ANN401 - Pillow is loaded by the drawing alone
        return draw(icon, SIZE, self._taskbar)

    def _level(self, path: Path) -> Iterator[Any]:
        """One level of the menu, made when the backend asks for it."""
        if self._shown is not None:
            yield from map(self._item, menu(self._shown.menu, path, now(), self._words))

    def _item(self, item: Item) -> Any:  # noqa: ANN401 - pystray has no types
        if item.separator:
            return self._pystray.Menu.SEPARATOR
        command, path, checked = item.command, item.path, item.checked
        action: Any = None
        if path is not None:
            action = self._pystray.Menu(lambda: self._level(path))
        elif command is not None:
            action = lambda: self._click(command)  # noqa: E731 - one of two actions, side by side
        return self._pystray.MenuItem(
            _label(item.text),
            action,
            checked=None if checked is None else lambda _: checked,
            radio=item.radio,
            enabled=item.enabled and action is not None,
        )


def run(options: Options) -> int | None:
    """Show the tray icon until the user quits.

    Returns:
        The exit code, or None where there is no tray: nothing has been shown then.

    Raises:
        app.BadUsage: See there.
    """
    if not system.tray_is_there():
        return None
    icon: TrayIcon | None = None

    def leave() -> None:
        if icon is not None:
            icon.stop()

    with _log_file(options), App(options, Interest.LIVE, show=_show, leave=leave) as app:
        try:
            icon = TrayIcon(app.words, app.click)
        except Exception:  # noqa: BLE001 - each backend fails in its own way where there is no display
            return None
        tray, stopped = icon, threading.Event()
        tray.try_to_show(app.gateway.state)  # pystray puts no icon up that has no picture yet

        def observe(state: State) -> bool:
            if not stopped.is_set():
                tray.try_to_show(state)
            return stopped.is_set()

        network = threading.Thread(
            target=app.gateway.run, args=(observe, tray.show_at), name="gateway", daemon=True
        )

        def ready() -> None:
            network.start()
            if app.complaint is not None:
                _show(balloon(BadSettings(app.complaint), app.gateway.state, app.words))

        try:
            tray.run(ready)
        finally:
            stopped.set()
            app.gateway.post(Tick())
            if network.is_alive():
                network.join(1.0)
    return 0


def _log_file(options: Options) -> contextlib.AbstractContextManager[None]:
    if options.demo:  # which leaves no trace
        return contextlib.nullcontext()
    return logfile.kept(store.log_file())


def _label(text: str) -> str:
    """A menu line as the backend wants it: on Windows an ampersand alone would underline what follows."""
    text = text.replace("\t", "    ")
    return text.replace("&", "&&") if sys.platform == "win32" else text


def _show(shown: Balloon) -> None:
    """Show a notice on a thread of its own: what shows it may hang."""
    threading.Thread(target=_try_to_tell, args=(shown,), name="notice", daemon=True).start()


def _try_to_tell(shown: Balloon) -> None:
    if not system.show_balloon(shown):
        log.warning("A notice could not be shown. What it said is in the menu, too.")
