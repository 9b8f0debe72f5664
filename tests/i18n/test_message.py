import pytest

from tray.i18n.message import Message, MessageError, message


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
