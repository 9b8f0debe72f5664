"""A gateway that says our own token back: it is shown nowhere, however it is written in JSON."""

from __future__ import annotations

import pytest

from tests.blackbox.fake_gateway import TOKEN, FakeGateway, RefusedError, listing

SPELLINGS = [
    f"\\u{ord(TOKEN[0]):04x}{TOKEN[1:]}",
    "".join(f"\\u{ord(letter):04X}" for letter in TOKEN),
    "".join(f"\\\\u{ord(letter):04x}" for letter in TOKEN),
]


def looks_like_it(text):
    """Whether the token, or a text that any reader of JSON turns into it, is there."""
    return TOKEN[1:] in text or TOKEN[1:] in text.encode().decode("unicode_escape", "replace")


@pytest.mark.parametrize("spelled", SPELLINGS)
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_our_token_in_an_answer_is_masked(clawtray, spelled, options):
    with FakeGateway(sessions__list=listing({"label": f"<{TOKEN}>"})) as gateway:
        gateway.spell = lambda text: text.replace(TOKEN, spelled)
        running = clawtray(gateway, "status", *options)
        running.until(lambda line: "secret" in line or looks_like_it(line))
    assert "<[secret]>" in running.lines[-1]
    assert not looks_like_it(running.lines[-1])


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_our_token_in_a_refusal_is_masked(clawtray, spelled):
    def refuse(_):
        raise RefusedError("X", f"bad <{TOKEN}>", details={"requestId": TOKEN})

    with FakeGateway(connect=refuse) as gateway:
        gateway.spell = lambda text: text.replace(TOKEN, spelled)
        running = clawtray(gateway, "doctor")
        running.until(lambda line: "bad" in line)
    assert "secret" in running.lines[-1]
    assert not looks_like_it(" ".join(running.lines))
