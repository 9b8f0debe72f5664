"""Scheduled jobs: one that fails three times is one notification with its count, until it succeeds."""

from __future__ import annotations

import pytest

from build.throwaway import until
from tests.stage import Stage
from tray.core import cron
from tray.core.model import CronFailed

TELLS = (2026, 2)
"""The first release that reports a job that failed as one that failed."""
SECONDS = 150.0


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
        "payload": {"kind": "agentTurn", "message": "[[say:done]]"},
    }
    identity = client.request("cron.add", params)["id"]
    # The first job after the start of 2026.5 takes most of a minute, and is called interrupted meanwhile.
    run(client, identity)
    until(lambda: state_of(client, identity).get("lastRunStatus") == "ok", SECONDS, "a job has run")
    says(client, identity, "[[fail:400]]")
    yield identity
    client.request("cron.remove", {"id": identity})


def run(client, job):
    """Run a job now; 2026.5 says for a moment after its end that it still runs."""

    def starts():
        answer = client.request("cron.run", {"id": job, "mode": "force"})
        return bool(answer.get("enqueued") or answer.get("ran"))

    until(starts, SECONDS, "the job starts")


def says(client, job, message):
    """Change what a job asks the provider."""
    patch = {"payload": {"kind": "agentTurn", "message": message}}
    client.request("cron.update", {"id": job, "patch": patch})


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
        says(client, job, "[[say:done]]")
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
    until(lambda: state_of(client, job).get("lastRunStatus") == "error", SECONDS, "it has failed")
    with Stage(gateway.url, gateway.token) as stage:
        stage.until_up()
        state = stage.until(lambda state: state.gateway.cron.find(job))
        counted = state.gateway.cron.find(job).failures
    alerts = [each.alert for each in state.process.recent if isinstance(each.alert, CronFailed)]
    assert [alert.job.failures for alert in alerts if alert.job.id == job] == [counted]
    assert counted
