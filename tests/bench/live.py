"""The live loop as the tray runs it, only without an icon: it leaves no trace and shows no notice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tray.core.model import Mode
from tray.core.state import Process, State
from tray.discovery.resolver import Environment
from tray.i18n.words import Words
from tray.runtime.loop import EventLoop
from tray.runtime.mailbox import Mailbox
from tray.runtime.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tray.settings.settings import Settings


def live_loop(environ: Mapping[str, str], settings: Settings, seed: str = "0") -> EventLoop:
    """A loop for the gateway that the environment names."""
    mailbox = Mailbox()
    worker = Worker(
        Environment(environ, Path.home(), persistent=False),
        settings,
        post=mailbox.post,
        show=lambda *_: None,
        on_exit=lambda: None,
        words=Words(),
    )
    return EventLoop(State(settings, Mode.LIVE, Process(seed)), mailbox, worker)
