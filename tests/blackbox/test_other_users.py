"""A program of another user at the gateway's address gets no secret before the person has agreed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.blackbox.conftest import SECONDS
from tests.blackbox.fake_gateway import TOKEN

_REQUIRED = "blackbox" in os.environ.get("CLAWTRAY_REQUIRE", "").replace(",", " ").split()
PERSON, SERVICE = 4711, 211
REFUSED = 41
"""The exit code of a connection that is refused."""
GATEWAY = """
import os, sys
sys.path.insert(0, sys.argv[1])
from websockets.sync.client import connect
from tests.blackbox.fake_gateway import FakeGateway, hello, listing
with FakeGateway() as first, connect(first.url) as client:  # all is loaded that the user may not read
    client.recv()
accepted = hello({"scopes": []})
def login(params):
    return {**accepted, "auth": {**accepted["auth"], "scopes": params["scopes"]}}
os.setgroups([])
os.setgid(int(sys.argv[2]))
os.setuid(int(sys.argv[2]))
with FakeGateway(connect=login, sessions__list=listing({})) as gateway:
    print(gateway.url, flush=True)
    for _ in sys.stdin:
        print(gateway.requests, flush=True)
    os._exit(0)  # an orderly end would load more
"""


class GatewayOf:
    """A gateway that runs as the user of this number."""

    def __init__(self, number):
        self._process = subprocess.Popen(
            [sys.executable, "-c", GATEWAY, str(Path(__file__).parents[2]), str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.url = self._process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait(SECONDS)
        self._process.stdout.close()

    @property
    def received(self):
        """All requests that were sent to it, as text."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()


@pytest.fixture(autouse=True)
def _root():
    if sys.platform != "linux" or os.getuid() != 0:
        why = "only root on Linux can start a program as another user"
        (pytest.fail if _REQUIRED else pytest.skip)(f"not run: {why}")


def test_another_user_gets_nothing(clawtray):
    with GatewayOf(PERSON) as gateway:
        status = clawtray(gateway, "status")
        assert status.ended() == REFUSED
        assert gateway.received == "[]"
    said = " ".join(status.lines)
    assert f"another user of this computer, {PERSON}," in said
    assert said.endswith("run: clawtray trust")


def test_the_person_who_agreed_is_not_asked_again(clawtray):
    with GatewayOf(PERSON) as gateway, GatewayOf(PERSON) as elsewhere:
        trust = clawtray(gateway, "trust", typed="y\n")
        assert trust.ended() == 0
        assert f"{PERSON}" in " ".join(trust.lines)
        assert gateway.received == "[]"
        assert clawtray(gateway, "status").ended() == 0
        assert TOKEN in gateway.received
        assert clawtray(elsewhere, "status").ended() == REFUSED
        assert elsewhere.received == "[]"


@pytest.mark.parametrize("typed", ["n\n", "\n"])
def test_another_answer_than_yes_changes_nothing(clawtray, typed):
    with GatewayOf(PERSON) as gateway:
        trust = clawtray(gateway, "trust", typed=typed)
        assert trust.ended() == 1
        assert "Nothing was done." in " ".join(trust.lines)
        assert clawtray(gateway, "status").ended() == REFUSED
        assert gateway.received == "[]"


@pytest.mark.parametrize("number", [0, SERVICE])
def test_root_and_services_are_no_other_person(clawtray, number):
    with GatewayOf(number) as gateway:
        assert clawtray(gateway, "status").ended() == 0
        assert TOKEN in gateway.received
        trust = clawtray(gateway, "trust")
        assert trust.ended() == 2
        assert clawtray(gateway, "trust", "--yes").ended() == 0
