"""Languages for tests."""

from __future__ import annotations

from collections.abc import Mapping
from gettext import NullTranslations

from tray.i18n.words import Words
from tray.storage.translations import words_in


class Table(NullTranslations):
    """Translations out of a table; those of plurals under the second form."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__()
        self._texts = texts

    def gettext(self, message: str) -> str:
        return self._texts.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._texts.get(msgid2, msgid1 if n == 1 else msgid2)


def korean() -> Words:
    return words_in("ko")


def language(letters: str, texts: Mapping[str, str]) -> Words:
    return Words(letters, Table(texts))
