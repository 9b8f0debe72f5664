"""The catalogues of all translations, which are installed with the code."""

from gettext import GNUTranslations
from pathlib import Path

from tray import i18n
from tray.i18n.words import Words
from tray.storage import processes

_FOLDER = Path(i18n.__file__).parent / "locale"
_FILE = Path("LC_MESSAGES", "clawtray.mo")


def languages() -> tuple[str, ...]:
    """Return the languages by their two letters: English, and each that has a catalogue."""
    return ("en", *sorted(path.name for path in _FOLDER.glob("*") if (path / _FILE).is_file()))


def words_in(language: str) -> Words:
    """Return the words of a language; English where there is no catalogue for it."""
    if language not in languages()[1:]:
        return Words(program=processes.own_name())
    with (_FOLDER / language / _FILE).open("rb") as file:
        return Words(language, GNUTranslations(file), processes.own_name())
