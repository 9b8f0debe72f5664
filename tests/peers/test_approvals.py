"""Commands that wait for approval: listed, allowed, denied, answered elsewhere, and as the gateway dies."""

from __future__ import annotations

import json
import threading
import uuid

import pytest

from build.throwaway import until
from tests.stage import Stage
from tray.core import approvals
from tray.core.commands import Decide
from tray.core.model import ApprovalStatus
from tray.protocol.approvals import Decision

LISTS = (2026, 5)
"""The first release that can say which commands wait; before, only the event tells."""


@pytest.fixture
def tray(gateway):
    """ClawTray's loop as the tray runs it, connected."""
    with Stage(gateway.url, gateway.token) as stage:
        stage.until_up()
        yield stage


@pytest.fixture
def wish(gateway, key, marker):
    """Has an agent want to run a command that leaves a file; gives the file."""
    proof = gateway.home / f"proof-{marker}"
    sessions = []

    def ask(command=f"touch {proof}"):
        message = f"{marker} [[run:{command}]] [[usage:30000,200]]"
        params = {"sessionKey": key, "message": message, "idempotencyKey": str(uuid.uuid4())}
        call = {"type": "req", "id": str(uuid.uuid4()), "method": "agent", "params": params}
        session = gateway.connect()
        sessions.append(session)
        session.__enter__()._connection.send(json.dumps(call))
        return proof

    yield ask
    for session in sessions:
        session.__exit__(None, None, None)


def known(state, identity):
    """What is known of the request with this id."""
    return next(approval for approval in state.gateway.approvals if approval.id == identity)


def waiting(stage):
    """The command that waits, once it does."""
    return approvals.waiting(stage.until(approvals.waiting))[0]


def test_a_command_that_waits_is_seen_and_allowed(gateway, tray, wish, clawtray):
    proof = wish()
    approval = waiting(tray)
    assert approval.request.command == f"touch {proof}"
    assert not proof.exists()

    listed = clawtray("approvals", "--json")
    assert listed.code == 0, listed.stderr
    ids = [each["id"] for each in listed.json()["approvals"]]
    assert ids == ([approval.id] if gateway.release >= LISTS else [])

    outcome = clawtray("approve", approval.id, "--json")

    assert outcome.code == 0, outcome.stderr
    assert outcome.json()["outcome"] == "done"
    until(proof.exists, 90, "the command has run")
    # To the tray, somebody else was faster: it waits no longer.
    tray.until(lambda state: known(state, approval.id).state is ApprovalStatus.GONE)
    assert clawtray("approve", approval.id).code == 1


def test_a_command_is_denied_by_a_click(tray, wish, client):
    proof = wish()
    approval = waiting(tray)

    tray.click(Decide(approval.id, Decision.DENY))

    state = tray.until(lambda state: known(state, approval.id).state is ApprovalStatus.DECIDED)
    assert known(state, approval.id).decision is Decision.DENY
    client.request("sessions.list", {})
    assert not proof.exists()


def test_a_word_given_elsewhere_ends_the_waiting(tray, wish, client):
    wish()
    approval = waiting(tray)

    client.request("exec.approval.resolve", {"id": approval.id, "decision": "deny"})

    tray.until(lambda state: known(state, approval.id).state is ApprovalStatus.GONE)


def test_a_gateway_killed_in_the_middle_of_a_word_leaves_a_named_end(gateway, tray, wish, marker):
    runs = gateway.home / f"runs-{marker}"
    runs.mkdir()
    wish(f"mktemp -p {runs} run.XXXXXX")  # another file each time, so that runs can be counted
    approval = waiting(tray)
    killing = threading.Thread(target=gateway.kill)

    tray.click(Decide(approval.id, Decision.ALLOW_ONCE))
    killing.start()
    killing.join()

    ended = tray.until(lambda state: not state.connected)
    assert known(ended, approval.id).state in (ApprovalStatus.DECIDED, ApprovalStatus.UNKNOWN)
    gateway.start()
    back = tray.until(lambda state: state.connected and not state.pending)
    assert [a for a in approvals.waiting(back) if a.id == approval.id] == []
    assert len(list(runs.iterdir())) <= 1


def test_a_device_that_wants_in_is_listed(tray, clawtray):
    listed = clawtray("approvals", "--json")
    assert [each for each in listed.json()["approvals"] if each["kind"] == "pairing"] == []
    assert clawtray("approve", str(uuid.uuid4())).code == 1
