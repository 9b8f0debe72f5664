"""The worker: carries out what is slow and not the network's, in order, on a thread of its own."""

from __future__ import annotations

import logging
import os
import queue
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tray import discovery, store, system
from tray.config.settings import DEFAULT_SETTINGS_TEXT, Settings, set_value
from tray.config.target import Secrets, Target
from tray.core.events import (
    BadSettings,
    Configured,
    Effect,
    Event,
    Exit,
    Notify,
    NotSaved,
    OpenUrl,
    ReadConfig,
    ReadSettings,
    SaveMemory,
    SaveNotices,
    SettingsRead,
    ShowSettings,
)
from tray.core.state import State
from tray.core.trouble import Cause, Trouble
from tray.view.notices import Balloon, balloon
from tray.view.words import Words

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where this process looks for things.

    Attributes:
        environ: The environment; the demo has one of its own.
        home: The user's folder.
        url: The address from the command line.
        profile: The profile from the command line, in place of the settings' own.
        settings: The settings file from the command line, or the usual one.
        lasting: Whether memory and device key are kept; the demo leaves no trace.
    """

    environ: Mapping[str, str]
    home: Path
    url: str | None = None
    profile: str | None = None
    settings: Path | None = None
    lasting: bool = True


class Worker:
    """A thread and a queue, so that what is saved twice is saved in order."""

    def __init__(
        self,
        place: Place,
        settings: Settings,
        *,
        post: Callable[[Event], None],
        show: Callable[[Balloon], None],
        leave: Callable[[], None],
        words: Words,
    ) -> None:
        """Nothing is read or started yet.

        Args:
            place: Where to look.
            settings: As already read.
            post: Takes result events, from the worker's thread.
            show: Shows a notice, from the worker's thread.
            leave: Ends the program, from the worker's thread.
            words: The language of notices.
        """
        self._place = place
        self._settings = settings
        self._settings_file = place.settings or store.folders().config / "settings.toml"
        self._settings_stamp = _stamp(self._settings_file)
        self._post, self._show, self._leave, self._words = post, show, leave, words
        self._jobs: queue.SimpleQueue[tuple[Effect, State] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._found: tuple[Target | None, Secrets, Trouble | None] | None = None
        self._revision = 0
        self._seed: bytes | None = None

    def carry_out(self, effect: Effect, state: State) -> None:
        """Put it on the list; the thread starts with the first."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="worker", daemon=True)
            self._thread.start()
        self._jobs.put((effect, state))

    def secrets(self) -> Secrets:
        """What logs in, as last read."""
        return Secrets() if self._found is None else self._found[1]

    def device_seed(self) -> bytes:
        """The 32 bytes of this computer's key; they were read, or made, before any gateway was called.

        Raises:
            store.StoreError: It can be neither read nor made.
        """
        if self._seed is None:
            self._seed = store.device_seed() if self._place.lasting else os.urandom(store.SEED_SIZE)
        return self._seed

    def finish(self, timeout: float = 5.0) -> None:
        """Finish what is on the list, for at most so many seconds."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join(timeout)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            effect, state = job
            try:
                self._do(effect, state)
            except store.StoreError as error:
                log.warning("%s", error)
                self._show(balloon(NotSaved(str(error)), state, self._words))
            except Exception as error:  # noqa: BLE001 - the worker outlives a bug
                # Its place alone: the exception's own words may quote a file with a secret in it.
                place = traceback.extract_tb(error.__traceback__)[-1]
                log.error(  # noqa: TRY400 - no traceback reaches a person
                    "bug while carrying out %s: %s in %s, line %s",
                    *(type(effect).__name__, type(error).__name__, place.name, place.lineno),
                )

    def _do(self, effect: Effect, state: State) -> None:
        match effect:
            case ReadConfig():
                self._read_settings(state)
                self._post(self._configured())
            case ReadSettings():
                self._read_settings(state)
            case SaveMemory(text):
                if self._place.lasting:
                    store.save_memory(text)
            case SaveNotices(on):
                self._save_notices(on=on)
            case Notify(notice):
                if state.settings.notices:
                    self._show(balloon(notice, state, self._words))
            case OpenUrl(url):
                system.open_page(url)
            case ShowSettings():
                if not self._settings_file.exists():
                    store.write_text(self._settings_file, DEFAULT_SETTINGS_TEXT)
                system.open_file(self._settings_file)
            case Exit():
                self._leave()
            case _:
                log.error("nobody carries out %s", type(effect).__name__)

    def _configured(self) -> Configured:
        place = self._place
        found = discovery.discover(
            self._settings.active(), url=place.url, environ=place.environ, home=place.home
        )
        trouble = None if found.refusal is None else Trouble(Cause.ADDRESS, found.refusal)
        if found.target is not None:
            try:
                self.device_seed()
            except store.StoreError as error:
                trouble = Trouble(Cause.ADDRESS, str(error))
        now_found = (found.target, found.secrets, trouble)
        if now_found != self._found:
            self._found = now_found
            self._revision += 1
        return Configured(found.target, self._revision, found.looked + found.problems, trouble)

    def _read_settings(self, state: State) -> None:
        stamp = _stamp(self._settings_file)
        if stamp == self._settings_stamp:
            return
        self._settings_stamp = stamp
        settings, complaint = read_settings(self._place)
        if complaint is not None:
            self._show(balloon(BadSettings(complaint), state, self._words))
        if settings != self._settings:
            self._settings = settings
            self._post(SettingsRead(settings))

    def _save_notices(self, *, on: bool) -> None:
        if not self._place.lasting:
            return
        try:
            text = self._settings_file.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            text = DEFAULT_SETTINGS_TEXT
        except (OSError, UnicodeDecodeError):
            return  # a file that cannot be read is kept as it is
        self._settings = replace(self._settings, notices=on)
        try:
            store.write_text(self._settings_file, set_value(text, ("notices",), on))
        except ValueError as error:
            raise store.StoreError(str(error)) from None
        self._settings_stamp = _stamp(self._settings_file)


def read_settings(place: Place) -> tuple[Settings, str | None]:
    """The settings in force, and one sentence about what is wrong with the file, if anything is."""
    settings, problems, path = store.load_settings(place.settings)
    if place.profile is not None:
        settings = replace(settings, profile=place.profile)
    if not problems:
        return settings, None
    sentence, more = problems[0].message, len(problems) - 1
    if str(path) not in sentence:
        sentence = f"{path.name}: {sentence}"
    return settings, f"{sentence} (and {more} more)" if more else sentence


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
