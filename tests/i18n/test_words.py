import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.i18n.languages import language
from tray.i18n.words import Message, MessageError, Words, message

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


def test_a_message_in_a_log_is_english():
    assert str(message("{name} is no port", name="{x}")) == "{x} is no port"
    assert str(message("{what} Try again.", what=message("No."))) == "No. Try again."


def test_messages_are_compared_by_what_they_say():
    assert message("{n} MB", n=5) == message("{n} MB", n=5)
    assert len({message("{n} MB", n=5), message("{n} MB", n=5), message("{n} MB", n=6)}) == 2


@pytest.mark.parametrize("what", [message("no {x}", x="key"), "no key"])
def test_an_error_is_english_where_it_is_logged(what):
    error = MessageError(what)
    assert str(error) == str(error.message) == "no key"


def test_braces_in_a_plain_text_are_no_placeholders():
    assert MessageError("{x}").message == Message("{text}", (("text", "{x}"),))
    assert str(MessageError("{x}").message) == "{x}"


def test_commands_are_named_as_they_are_called_here():
    here = Words(program="uv run {clawtray}")
    assert here("Run: clawtray doctor") == "Run: uv run {clawtray} doctor"
    assert here("Run: clawtray --profile {name}", name="clawtray x") == (
        "Run: uv run {clawtray} --profile clawtray x"
    )
    assert here.plural("see clawtray models", "see clawtray models", 2) == "see uv run {clawtray} models"
    plain = "clawtray: it runs. CLAWTRAY_URL, clawtray-cli"
    assert here(plain) == plain
