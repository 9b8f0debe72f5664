"""A gateway cannot choose a secret, or a message, in which ours are looked for without end."""

from __future__ import annotations

import pytest

from tests.blackbox.fake_gateway import FakeGateway, hello, listing

MEGABYTES = 3


@pytest.mark.parametrize("letters", ["ab", "a"])
def test_a_token_that_repeats_itself_holds_nothing_up(clawtray, letters):
    issued = (letters * 4_000)[:3_990]

    def login(params):
        welcome = hello(params)
        return {**welcome, "auth": {**welcome["auth"], "deviceToken": issued}}

    nearly = f"{issued[:-1]}\\"
    noise = nearly * (MEGABYTES * 1_000_000 // len(nearly))
    with FakeGateway(connect=login, sessions__list={**listing({}), "noise": noise}) as gateway:
        status = clawtray(gateway, "status")
        assert status.ended() == 0, status.lines
    assert status.lines[0].startswith("main  31% of 200k")
