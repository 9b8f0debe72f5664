"""A gateway that its user has bound to an address of the computer other than loopback."""

from __future__ import annotations

import json
import socket
from functools import partial

import pytest

from build.commands import NotAvailableError
from build.throwaway import until
from tests.peers.conftest import REQUIRED, Console
from tests.peers.own_network import own_network
from tests.peers.realgateway import Gateway

TAILNET, PRIVATE = "100.64.0.9", "192.168.77.5"


def listens(host, port):
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0


class Bound(Gateway):
    """Most releases accept nobody at a bound address without an approval: there it only has to listen.

    Clawdbot knows only the binds by name. The dashboard is off, because 2026.2 asks for its origins.
    """

    def __init__(self, spec):
        old = spec.startswith("clawdbot")
        self.host = TAILNET if old else PRIVATE
        bind = {"bind": "tailnet"} if old else {"bind": "custom", "customBindHost": PRIVATE}
        super().__init__(spec, controlUi={"enabled": False}, **bind)

    def wait_ready(self):
        until(lambda: listens(self.host, self.port), 120, f"{self.spec} listens at {self.host}")
        if listens("127.0.0.1", self.port):
            super().wait_ready()


@pytest.fixture
def bound(running_gateway):
    try:
        with own_network(f"{TAILNET}/10", f"{PRIVATE}/24"), Bound(running_gateway.spec) as gateway:
            yield gateway
    except NotAvailableError as error:
        (pytest.fail if REQUIRED else pytest.skip)(f"not run: {error}")


def test_a_bound_gateway_is_called_where_it_listens(bound, tmp_path):
    console = Console(bound, tmp_path)
    clawtray = partial(console, HOME=str(bound.home), CLAWTRAY_URL="", CLAWTRAY_TOKEN="")
    on_loopback = listens("127.0.0.1", bound.port)
    assert on_loopback == (bound.release >= (2026, 9))  # it then listens there as well

    outcome = clawtray("--timeout", "60", "status", "--json")

    connection = outcome.json()["connection"]
    host = "127.0.0.1" if on_loopback else bound.host
    assert connection["url"] == f"ws://{host}:{bound.port}"
    if on_loopback or bound.release < (2026, 2):  # for Clawdbot its own tailnet address is local
        assert (outcome.code, connection["phase"]) == (0, "connected")
        return
    assert (outcome.code, connection["phase"]) == (41, "refused")
    assert "set gateway.bind to loopback and restart the gateway" in connection["reason"]
    config = json.loads(bound.config_path.read_text())
    bound.config_path.write_text(json.dumps(config | {"gateway": config["gateway"] | {"bind": "loopback"}}))
    bound.kill()
    bound.host = "127.0.0.1"
    bound.start()
    assert clawtray("status").code == 0
