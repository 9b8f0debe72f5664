from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tray.i18n.words import Message
from tray.settings.address import (
    certificate_fingerprint,
    is_ipv4,
    is_loopback,
    normalise_fingerprint,
    normalise_url,
    parse_port,
    split_token,
    user_at,
)

_HEX = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("ws://127.0.0.1:18789", "ws://127.0.0.1:18789"),
        ("  ws://127.0.0.1:18789/\n", "ws://127.0.0.1:18789"),
        ("localhost:18789", "ws://localhost:18789"),
        ("localhost", "ws://localhost:18789"),
        ("[::1]", "ws://[::1]:18789"),
        ("ws://127.0.0.1", "ws://127.0.0.1:18789"),
        ("http://localhost/claw", "ws://localhost:18789/claw"),
        ("ws://127.0.0.1:80", "ws://127.0.0.1:80"),
        ("ws://gateway.example", "ws://gateway.example"),
        ("wss://localhost", "wss://localhost"),
        ("[::ffff:127.0.0.1]:19001", "ws://127.0.0.1:19001"),
        ("wss://[::FFFF:c0a8:102]/claw", "wss://192.168.1.2/claw"),
        ("WSS://Gateway.Example/claw/", "wss://gateway.example/claw"),
        ("http://127.0.0.1:19001/", "ws://127.0.0.1:19001"),
        ("https://gateway.example", "wss://gateway.example"),
    ],
)
def test_what_people_type_gets_one_spelling(written: str, url: str) -> None:
    assert normalise_url(written) == url


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "empty"),
        (" \t", "empty"),
        ("ws://my host", "blanks"),
        ("ws://gäteway", "unusual"),
        ("ftp://host", "starts with ws://"),
        ("ws://", "no valid host"),
        ("ws://:18789", "no valid host"),
        ("ws://ho,st", "no valid host"),
        ("ws://[::1", "no valid host or port"),
        ("ws://host:http", "no valid host or port"),
        ("ws://host:65536", "no valid host or port"),
        ("ws://host:0", "Port 0"),
        ("ws://user:s3cret@host", "must not carry"),
        ("http://127.0.0.1:18789/?token=s3cret", "must not carry"),
        ("http://127.0.0.1:18789/#token=s3cret", "must not carry"),
    ],
)
def test_an_invalid_address_is_refused_with_a_reason(written: str, said: str) -> None:
    problem = normalise_url(written)
    assert isinstance(problem, Message)
    assert said in str(problem)
    assert "s3cret" not in str(problem)


@given(st.text() | st.from_regex(r"(ws|http)s?://[!-~]{0,20}", fullmatch=True))
@example("//[")
@example("ws://[v1.x]")
def test_any_text_gives_an_address_or_a_problem_and_an_address_stays_as_it_is(text: str) -> None:
    url = normalise_url(text)
    if isinstance(url, str):
        assert url.startswith(("ws://", "wss://"))
        assert not set("@?# ") & set(url.split("/")[2])
        assert normalise_url(url) == url
        assert is_loopback(url) in {True, False}


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("ws://127.0.0.1:18789", True),
        ("ws://127.8.8.8", True),
        ("wss://[::1]:1", True),
        ("ws://localhost:18789", True),
        ("ws://192.168.1.2:18789", False),
        ("ws://0.0.0.0:18789", False),
        ("ws://localhost.example", False),
        ("ws://127.0.0.1.example", False),
    ],
)
def test_only_this_computer_is_loopback(url: str, *, here: bool) -> None:
    assert is_loopback(url) is here


@pytest.mark.parametrize(
    ("host", "is_address"),
    [
        *[("127.0.0.7", True), ("100.64.0.1", True), ("0.0.0.0", False)],
        *[("::1", False), ("localhost", False), ("127.1", False), ("", False)],
    ],
)
def test_which_hosts_are_ipv4_addresses(host: str, *, is_address: bool) -> None:
    assert is_ipv4(host) is is_address


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (_HEX, _HEX),
        (f"sha256 Fingerprint={':'.join(_HEX[i : i + 2] for i in range(0, 64, 2)).upper()}", _HEX),
        (f" SHA-256: {_HEX}\n", _HEX),
        (_HEX[1:], None),
        ("", None),
    ],
)
def test_fingerprints_as_tools_print_them(written: str, found: str | None) -> None:
    assert normalise_fingerprint(written) == found


@pytest.mark.parametrize(
    ("value", "port"),
    [
        (18789, 18789),
        ("18789", 18789),
        (1, 1),
        (65535, 65535),
        (0, None),
        (65536, None),
        ("65536", None),
        ("-1", None),
        ("1" * 5000, None),
        ("port", None),
        (True, None),
        (1.0, None),
        (None, None),
    ],
)
def test_ports_are_numbers_or_their_digits(value: object, port: int | None) -> None:
    assert parse_port(value) == port


def test_the_fingerprint_of_a_certificate() -> None:
    assert certificate_fingerprint(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("url", "place"),
    [("ws://127.0.0.1:18789", "127.0.0.1:18789"), ("wss://[::1]:1/x", "[::1]:1"), ("wss://host", "host")],
)
def test_a_user_at_an_address(url: str, place: str) -> None:
    assert user_at("1002", url) == f"1002@{place}"


@pytest.mark.parametrize(
    ("typed", "address", "token"),
    [
        ("ws://h:1", "ws://h:1", ""),
        ("http://127.0.0.1:18789/#token=a%2Bb", "http://127.0.0.1:18789/", "a+b"),
        (" http://h:1/?session=x&token=t ", "http://h:1/", "t"),
        ("http://h:1/#view", "http://h:1/#view", ""),
        ("http://h:1/?token=", "http://h:1/?token=", ""),
        ("", "", ""),
    ],
)
def test_the_link_to_a_dashboard_is_an_address_and_a_token(typed, address, token):
    assert split_token(typed) == (address, token)
