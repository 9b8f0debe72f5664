"""The catalogues of an installation from source; wheel and built program have tests of their own."""

from __future__ import annotations

import pytest

from tray.i18n.words import Words
from tray.storage.translations import languages, words_in


def test_an_installation_from_source_speaks_korean():
    words = words_in("ko")
    assert words.language == "ko"
    assert words("Quit") == "종료"
    assert [words.plural("{n} day", "{n} days", n) for n in (1, 2)] == ["1일", "2일"]


@pytest.mark.parametrize("language", ["en", "xx", "", "..", "ko/../ko"])
def test_any_other_language_is_english(language):
    assert words_in(language) == Words()


def test_english_comes_first():
    assert languages()[0] == "en"
    assert "ko" in languages()
