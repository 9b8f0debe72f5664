"""The program under drill: all of it but the icon's window, on a thread, and what a person would see."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tray.core.commands import Ask
from tray.core.events import Tick
from tray.core.model import Mode
from tray.core.state import State
from tray.runtime.app import App, Options
from tray.view import tray_view as seen
from tray.view.icon.model import Icon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tray.core.commands import Command
    from tray.core.model import Alert, Prompt
    from tray.view.notification import Notification

PATIENCE = 90.0
"""Seconds for which anything is waited for: what took longer is lost."""


@contextlib.contextmanager
def user(home: Path, folder: str, **variables: str) -> Iterator[None]:
    """Be a user with this home, this folder of ClawTray's own, these variables, and none of another one's."""
    before = dict(os.environ)
    for name in before:
        if (
            name.startswith(("CLAWTRAY_", "OPENCLAW_", "CLAWDBOT_", "MOLTBOT_"))
            or name.lower() == "http_proxy"
        ):
            del os.environ[name]
    os.environ.update(HOME=str(home), USERPROFILE=str(home), CLAWTRAY_HOME=folder, **variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class Subject:
    """A context manager: entering runs it as the user that the environment describes.

    Attributes:
        icons: Each icon that was shown, with the time at which it appeared (mono).
        notifications: Each one that was shown on the screen.
    """

    def __init__(self) -> None:
        self.icons: list[tuple[float, Icon]] = []
        self.notifications: list[Notification] = []
        self._news = threading.Condition()
        self._ending = False
        self._app = App(
            Options(),
            Mode.LIVE,
            show=lambda notification, _: self.notifications.append(notification),
            respect_do_not_disturb=False,
        )
        self._thread = threading.Thread(target=self._run, name="gateway")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending = True
        self._app.gateway.post(Tick())
        self._thread.join(PATIENCE)
        self._app.__exit__(None, None, None)

    @property
    def state(self) -> State:
        """As it is now."""
        return self._app.gateway.state

    def click(self, command: Command) -> None:
        """The user wants something."""
        self._app.click(command)

    def ask(self, text: str) -> str:
        """Send a prompt; gives the id of it once the program has taken it."""
        known = {prompt.id for prompt in self.state.profile.prompts}
        self.click(Ask(text))
        self.until(lambda state: any(prompt.id not in known for prompt in state.profile.prompts))
        return next(prompt.id for prompt in self.state.profile.prompts if prompt.id not in known)

    def prompt(self, identity: str) -> Prompt:
        """A prompt as it stands."""
        return next(prompt for prompt in self.state.profile.prompts if prompt.id == identity)

    def until(self, holds: Callable[[State], bool], seconds: float = PATIENCE) -> float:
        """Wait until something holds of a state.

        Returns:
            When it was seen to hold (mono).

        Raises:
            TimeoutError: It never did.
        """
        give_up_at = time.monotonic() + seconds
        with self._news:
            while not holds(self.state):
                if not self._news.wait(max(0.0, give_up_at - time.monotonic())):
                    now = self.state.connection
                    raise TimeoutError(f"it never held; now it is {now.step}, {now.failure}")
            return time.monotonic()

    def until_shown(self, percent: int, seconds: float = PATIENCE) -> float:
        """Wait until the icon shows this figure, sure of it; gives when (mono). Raises TimeoutError."""
        self.until(lambda state: _shows(state, percent), seconds)
        return self.icons[-1][0]

    def notified_since(self, at: datetime) -> tuple[Alert, ...]:
        """The notices of this time (wall) and after."""
        return tuple(notified.alert for notified in self.state.process.recent if notified.at >= at)

    def _run(self) -> None:
        self._app.gateway.run(self._observe)

    def _observe(self, state: State) -> bool:
        icon = seen.icon(state)
        if not self.icons or self.icons[-1][1] != icon:
            self.icons.append((time.monotonic(), icon))
        with self._news:
            self._news.notify_all()
        return self._ending


def _shows(state: State, percent: int) -> bool:
    icon = seen.icon(state)
    return state.connected and icon.percent == percent and not icon.stale
