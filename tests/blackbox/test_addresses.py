"""The address that is written, and the one that is called."""

from __future__ import annotations

import json

import pytest

from tests.blackbox.fake_gateway import TOKEN, FakeGateway, listing
from tests.blackbox.user import User


@pytest.mark.parametrize(
    ("written", "called"),
    [
        ("ws://127.0.0.1", "ws://127.0.0.1:18789"),
        ("http://localhost/", "ws://localhost:18789"),
        ("[::ffff:127.0.0.1]:9", "ws://127.0.0.1:9"),
    ],
)
def test_an_address_has_one_spelling_and_the_port_of_a_gateway(tmp_path, written, called):
    _, said = User(tmp_path).run("--timeout", "5", "doctor", "--json", CLAWTRAY_URL=written)
    assert json.loads(said)["url"] == called


def test_an_address_that_is_mapped_into_ipv6_reaches_the_gateway(tmp_path):
    with FakeGateway(sessions__list=listing({})) as gateway:
        written = gateway.url.replace("127.0.0.1", "[::ffff:127.0.0.1]")
        code, said = User(tmp_path).run("status", CLAWTRAY_URL=written, CLAWTRAY_TOKEN=TOKEN)
        assert code == 0
        assert gateway.url.removeprefix("ws://") in said
