from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tray.view.reports.redaction import SHORTEST, Private, redact

WINDOWS = Private(("s3cret-token",), r"C:\Users\사용자 이름", "사용자 이름", "gateway.example", ("work",))

SECRETS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=SHORTEST, max_size=60)


@given(SECRETS, st.lists(st.text(max_size=40), min_size=2, max_size=4))
def test_known_secrets_are_removed(secret, around):
    assume(not any(secret in word for word in ("[secret]", "[removed]", "[session]", "[address]")))
    text = redact(secret.join(around), Private((secret,)))
    assert secret not in text or secret in redact("".join(around), Private())


def test_the_longer_of_two_secrets_goes_first():
    assert redact("the key is abcd-efgh", Private(("abcd", "abcd-efgh"))) == "the key is [secret]"


def test_short_secrets_stay():
    assert redact("a cat", Private(("a",))) == "a cat"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("token s3cret-token.", "token [secret]."),
        ("wss://someone:word@gateway.example/x", "wss://[secret]@[host]/x"),
        (r"C:\Users\사용자 이름\x.toml", r"~\x.toml"),
        (r"c:\\users\\사용자 이름\\x.toml", r"~\\x.toml"),
        ("C:/Users/사용자 이름/x.toml", "~/x.toml"),
        ("run by 사용자 이름", "run by [user]"),
        ("GATEWAY.example:443", "[host]:443"),
        ("mygateway.examples", "mygateway.examples"),
        ("Profile: work", "Profile: [name]"),
        ("a network", "a network"),
    ],
)
def test_known_private_data_is_removed(text, left):
    assert redact(text, WINDOWS) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Bearer 0123456789abcdef0123456789abcdef", "Bearer [removed]"),
        ("key sk-ant-api03-AbCdEfGhIjKlMnOpQrStUvWx==", "key [removed]"),
        ("at 192.168.1.7:18789", "at [address]:18789"),
        ("for 127.0.0.1, ::1 and 0.0.0.0", "for 127.0.0.1, ::1 and 0.0.0.0"),
        ("for fe80::1ff:fe23:4567:890a", "for [address]"),
        ("at 12:30:45, 2026-11-28T06:58:26.647Z", "at 12:30:45, 2026-11-28T06:58:26.647Z"),
        ("999.1.1.1 is none", "999.1.1.1 is none"),
        ("OpenClaw 2026.9.6 and 1.24.3", "OpenClaw 2026.9.6 and 1.24.3"),
        ("in agent:main:telegram:12345, and", "in [session], and"),
        ("test_a_name_without_any_number_in_it_stays", "test_a_name_without_any_number_in_it_stays"),
    ],
)
def test_only_what_looks_private_is_removed(text, left):
    assert redact(text, Private()) == left


def test_the_repr_keeps_the_secrets():
    assert "s3cret" not in repr(WINDOWS)
