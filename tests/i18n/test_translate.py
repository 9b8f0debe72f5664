from hypothesis import given
from hypothesis import strategies as st

from tests.i18n.languages import language
from tray.i18n.message import message
from tray.i18n.translate import Words

GERMAN = language(
    "de",
    {"{n} min ago": "vor {n} min", "{n} days": "{n} Tage", "no {what}": "kein {what}", "key": "Schlüssel"},
)


def test_a_message_without_a_translation_stays_english():
    assert Words()("{n} min ago", n=3) == "3 min ago"
    assert GERMAN("{n} min ago", n=3) == "vor 3 min"
    assert GERMAN("just now") == "just now"


@given(st.text())
def test_a_value_from_outside_is_never_taken_for_a_placeholder(value):
    assert Words()("<{name}>", name=value) == f"<{value}>"
    assert Words().render(message("<{name}>", name=value)) == f"<{value}>"


def test_the_number_chooses_the_form():
    assert [Words().plural("{n} day", "{n} days", n) for n in (0, 1, 2)] == ["0 days", "1 day", "2 days"]
    assert Words().plural("{n} token", "{n} tokens", 1_500, n="1k") == "1k tokens"
    assert GERMAN.plural("{n} day", "{n} days", 2) == "2 Tage"


def test_what_lower_layers_hand_up_is_translated_where_it_is_shown():
    problem = message("no {what}", what=message("key"))
    assert (str(problem), GERMAN.render(problem)) == ("no key", "kein Schlüssel")
    assert GERMAN.render("said by a {gateway}") == "said by a {gateway}"


def test_languages_are_equal_by_what_they_say():
    assert Words() == Words()
    assert Words() != GERMAN
