"""What goes wrong for people who run such gateways, produced on real ones: what is shown is still so."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from tests.peers.realgateway import Gateway
from tests.peers.relay import Relay

WARNING = 10
MORE_THAN_A_LIST = 201


@pytest.fixture(scope="module")
def peculiar(running_gateway):
    """A gateway as its user may set it up: one session for all, and its dashboard below a path."""
    one_for_all = {"session": {"scope": "global"}}
    with Gateway(running_gateway.spec, also=one_for_all, controlUi={"basePath": "/claw"}) as gateway:
        with gateway.connect() as client:
            # The oldest release takes the key as it is.
            key = "global" if gateway.release < (2026, 2) else "agent:main:main"
            client.run(key, "[[usage:150000,200]]")
        yield gateway


def test_one_session_for_all_is_the_main_one(peculiar, clawtray):
    outcome = clawtray("status", "--json", CLAWTRAY_URL=peculiar.url, CLAWTRAY_TOKEN=peculiar.token)

    assert outcome.code == WARNING, outcome
    assert outcome.json()["context"]["used"] == 150_000


def test_a_gateway_with_a_base_path_is_found_by_its_files(peculiar, clawtray):
    found = partial(clawtray, HOME=str(peculiar.home), CLAWTRAY_URL="", CLAWTRAY_TOKEN="")

    assert found("status").code == WARNING
    assert f"http://127.0.0.1:{peculiar.port}/claw" in found("doctor").stdout


def test_a_session_that_a_cut_list_leaves_out_is_still_shown(peculiar, clawtray):
    with peculiar.connect() as client:
        for number in range(MORE_THAN_A_LIST):
            client.request(
                "sessions.patch", {"key": f"agent:main:newer-{number}", "label": f"newer {number}"}
            )

    outcome = clawtray("status", "--json", CLAWTRAY_URL=peculiar.url, CLAWTRAY_TOKEN=peculiar.token)

    assert outcome.code == WARNING, outcome
    assert outcome.json()["context"]["used"] == 150_000


def test_a_login_that_takes_twelve_seconds_is_waited_for(gateway, clawtray):
    def hold_back(frame):
        if "protocol" in (frame.get("payload") or {}):
            threading.Event().wait(12.0)
        return frame

    with Relay(gateway.url, answer=hold_back) as relay:
        outcome = clawtray("--timeout", "40", "status", "--json", CLAWTRAY_URL=relay.url)

    assert outcome.code == 0, outcome
    assert outcome.json()["connection"]["phase"] == "connected"


def test_a_fallback_that_answers_is_an_answer(gateway, clawtray, marker):
    outcome = clawtray("ask", "--session", f"agent:spare:{marker}", f"{marker} [[fail-on:delta,401]]")

    asked = [completion.model for completion in gateway.provider.completions(marker)]
    if gateway.release < (2026, 2):  # an agent of its own falls back to nothing
        assert (outcome.code, asked) == (1, ["delta"])
        return
    assert outcome.code == 0, outcome
    assert "heard: " in outcome.stdout
    assert "failed" not in outcome.stderr
    assert asked[-1] == "alpha"
