"""Scheduled jobs: one that fails three times is one notification with its count, until it succeeds."""

from __future__ import annotations

import time

import pytest

from tests.stage import Stage
from tray.core import cron
from tray.core.model import CronFailed

TELLS = (2026, 2)
"""The first release that reports a job that failed as one that failed."""
SECONDS = 150.0
"""The first job after the start of 2026.5 takes most of a minute."""


@pytest.fixture
def job(gateway, client):
    """The id of a job whose runs the provider refuses, so that nothing is tried again."""
    if gateway.release < TELLS:
        pytest.skip(f"{gateway.spec} reports a job that failed as one that succeeded")
    params = {
        "name": "Nightly report",
        "schedule": {"kind": "every", "everyMs": 86_400_000},
        "sessionTarget": "isolated",
        "wakeMode": "now",
        "delivery": {"mode": "none"},
        "payload": {"kind": "agentTurn", "message": "[[fail:400]]"},
    }
    identity = client.request("cron.add", params)["id"]
    yield identity
    client.request("cron.remove", {"id": identity})


def run(client, job):
    """Run a job and wait until its end is listed."""
    before = state_of(client, job).get("lastRunAtMs")
    deadline = time.monotonic() + SECONDS
    # 2026.5 says of a job for a moment after its end that it still runs.
    while not (answer := client.request("cron.run", {"id": job, "mode": "force"})).get("enqueued"):
        if answer.get("ran"):
            break
        assert time.monotonic() < deadline, answer
    while "runningAtMs" in (state := state_of(client, job)) or state.get("lastRunAtMs") == before:
        assert time.monotonic() < deadline, state


def state_of(client, job):
    jobs = client.request("cron.list", {"includeDisabled": True})["jobs"]
    return next(each["state"] for each in jobs if each["id"] == job)


def test_a_job_that_fails_three_times_is_notified_once_and_cleared_by_a_success(
    gateway, client, job, monkeypatch
):
    monkeypatch.setattr(cron, "FIRST_READ_AFTER_SECONDS", 0.5)
    with Stage(gateway.url, gateway.token) as stage:
        stage.until_up()
        stage.until(lambda state: state.gateway.cron.find(job))
        for count in (1, 2, 3):
            run(client, job)
            stage.until(lambda state, count=count: state.gateway.cron.find(job).failures == count)
        message = {"payload": {"kind": "agentTurn", "message": "[[say:done]]"}}
        client.request("cron.update", {"id": job, "patch": message})
        run(client, job)
        state = stage.until(lambda state: not state.gateway.cron.find(job).failures)
    alerts = [each.alert for each in state.process.recent if isinstance(each.alert, CronFailed)]
    (notified,) = [alert.job for alert in alerts if alert.job.id == job]
    assert (notified.name, notified.failures) == ("Nightly report", 1)
    assert notified.error
    assert notified.next_ms
    assert job not in {latch.id for latch in state.profile.cron_latches}


def test_a_job_that_fails_while_nobody_watches_is_notified_at_the_next_start(
    gateway, client, job, monkeypatch
):
    monkeypatch.setattr(cron, "FIRST_READ_AFTER_SECONDS", 0.5)
    run(client, job)
    with Stage(gateway.url, gateway.token) as stage:
        stage.until_up()
        state = stage.until(lambda state: state.gateway.cron.find(job))
    alerts = [each.alert for each in state.process.recent if isinstance(each.alert, CronFailed)]
    assert [alert.job.failures for alert in alerts if alert.job.id == job] == [1]
