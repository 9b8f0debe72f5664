import os
import uuid

import pytest

from build.commands import NotAvailableError
from tests.desktop.screen import until
from tests.peers.realgateway import Gateway
from tray.view.icon.model import Situation

RELEASE = "openclaw@2026.9.6"
MAIN = "agent:main:main"


@pytest.fixture(scope="module")
def gateway():
    required = "peers" in os.environ.get("CLAWTRAY_REQUIRE", "").replace(",", " ").split()
    try:
        started = Gateway(RELEASE)
    except NotAvailableError as error:
        (pytest.fail if required else pytest.skip)(f"not run: {error}")
    with started:
        yield started


def test_icon_follows_a_real_gateway_until_it_is_killed_and_after_it_is_back(ground, gateway, start, bus):
    marker = uuid.uuid4().hex
    with gateway.connect() as client:
        client.run(MAIN, f"{marker} [[usage:30000,10]]")
        tray = start(gateway.url, gateway.token)
        tray.shows(Situation.CALM, "green")
        client.run(MAIN, f"{marker} [[usage:160000,10]]")
        tray.shows(Situation.WARNING, "amber")
        client.run(MAIN, f"{marker} [[usage:185000,10]]")
        tray.shows(Situation.CRITICAL, "red")
    until(lambda: bus.menu()[0].label.endswith("    92% of 200k"), "the menu follows")
    gateway.kill()
    tray.shows(Situation.DOWN, "grey")
    tray.keep("real-gateway-killed")
    gateway.start()
    tray.shows(Situation.CRITICAL, "red")
    # Watching cost nothing: the provider has seen the three prompts, and no more.
    assert len(gateway.provider.completions(marker)) == 3
