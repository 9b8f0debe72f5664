"""The settings file: as last read, and the changes that this program writes into it."""

from pathlib import Path

from tray.discovery.config_files import changed, profile_names, stamp
from tray.discovery.resolver import Environment
from tray.i18n.words import Message, Words, message
from tray.settings.edit import DEFAULT_SETTINGS_TEXT, Changes, apply_changes
from tray.settings.parse import EditError
from tray.settings.settings import UNUSABLE, Settings, translated
from tray.storage import files, lock
from tray.values import replace


class SettingsFile:
    """The settings file of this process.

    Attributes:
        path: Where it is; it need not exist.
        settings: The last settings that could be used.
    """

    def __init__(self, environment: Environment, settings: Settings, words: Words) -> None:
        self.path = environment.settings or files.folders().config / "settings.toml"
        self.settings = settings
        self._environment, self._words = environment, words
        self._stamp = stamp([self.path])
        self._problem: Message | None = None

    def read_if_changed(self) -> tuple[Settings, Message | None] | None:
        """Return the settings in force, and what is wrong with the file; None if there is nothing new."""
        if not changed(self._stamp):
            return None
        self._stamp = stamp([self.path])
        known = self.settings, self._problem
        settings, self._problem = self._read()
        # Half an edit must not change gateway or level: where the file is unusable, the last settings stay.
        if settings is not None:
            self.settings = translated(settings, self._words)
        return None if (self.settings, self._problem) == known else (self.settings, self._problem)

    def write(self, changes: Changes) -> None:
        """Write changes into the file, which is made if there is none. They are read like any other edit.

        Raises:
            StoreError: The file is not changed; the message says why.
        """
        if not self._environment.persistent:
            raise files.StoreError(message("The demo changes no settings"))
        with lock.locked():
            text = files.read_text(self.path)
            try:
                files.write_text(
                    self.path, apply_changes(DEFAULT_SETTINGS_TEXT if text is None else text, changes)
                )
            except EditError as error:
                raise files.StoreError(error.message) from None
        if any(key == ("profile",) for key, _ in changes):  # it was chosen later than the command line's
            self._environment = replace(self._environment, profile=None)

    def create_if_missing(self) -> None:
        """Write the default settings where there is no file.

        Raises:
            StoreError: It cannot be written.
        """
        if self.path.exists():
            return
        if not self._environment.persistent:
            raise files.StoreError(message("There is no settings file yet, and the demo makes none"))
        files.write_text(self.path, DEFAULT_SETTINGS_TEXT)

    def problem(self) -> Message | None:
        """Return what is wrong with the file, in a sentence."""
        return self._read()[1]

    def _read(self) -> tuple[Settings | None, Message | None]:
        return read_settings(self._environment, keeps=self.settings != translated(UNUSABLE, self._words))


def read_settings(environment: Environment, *, keeps: bool = False) -> tuple[Settings | None, Message | None]:
    """Return what the file says, None if it cannot be used; and a sentence about what is wrong with it.

    Args:
        environment: Where the file is.
        keeps: This program has read usable settings before, and keeps them where the file is unusable now.
    """
    read, problems, path = _load(environment)
    settings = None if read is UNUSABLE else replace(read, profile=environment.profile or read.profile)
    if not problems:
        return settings, None
    sentence, more = problems[0], len(problems) - 1
    if str(path) not in str(sentence):
        sentence = message("{name}: {what}", name=path.name, what=sentence)
    if settings is None and keeps:
        sentence = message(
            "{mistake} Until it is corrected, the settings from before it apply.", mistake=sentence
        )
    elif settings is None:
        sentence = message(
            "{mistake} Until it is corrected, defaults apply, and ClawTray only watches.", mistake=sentence
        )
    if more:
        sentence = message("{sentence} (and {n} more)", sentence=sentence, n=more)
    return settings, sentence


def mistakes(environment: Environment) -> tuple[Message, ...]:
    """Return everything that is wrong with the settings file, a sentence each."""
    return _load(environment)[1]


def _load(environment: Environment) -> tuple[Settings, tuple[Message, ...], Path]:
    found = profile_names(environment.home) if environment.persistent else ()
    return files.load_settings(environment.settings, found)
