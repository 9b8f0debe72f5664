from __future__ import annotations

from tray.i18n.translate import words_in


def test_english_is_the_source_language_and_stands_in_for_unknown_ones():
    for language in ("en", "de"):
        assert words_in(language)("updated {age}", age="just now") == "updated just now"


def test_a_message_is_translated_into_korean_with_its_values():
    words = words_in("ko")
    assert words("Quit") != "Quit"
    assert "{0} & {x}" in words("Session: {name}", name="{0} & {x}")


def test_a_message_that_is_not_in_the_catalogue_stays_english():
    assert words_in("ko")("no such message") == "no such message"
