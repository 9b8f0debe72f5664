"""Scheduled jobs: one that fails three times is one notification with its count, until it succeeds."""

from __future__ import annotations

import pytest

from build.throwaway import until
from tests.stage import Stage
from tray.core import cron
from tray.core.model import CronFailed

TELLS = (2026, 2)
"""The first release that reports a job that failed as one that failed; before, nothing can be notified."""
SECONDS = 150.0


@pytest.fixture
def job(gateway, client):
    """The id of a job whose runs the provider refuses, so that nothing is tried again."""
    params = {
        "name": "Nightly report",
        "schedule": {"kind": "every", "everyMs": 86_400_000},
        "sessionTarget": "isolated",
        "wakeMode": "now",
        **({"delivery": {"mode": "none"}} if gateway.release >= TELLS else {}),
        "payload": {"kind": "agentTurn", "message": "[[say:done]]"},
    }
    identity = client.request("cron.add", params)["id"]
    # The first job after the start of 2026.5 takes most of a minute, and is called interrupted meanwhile.
    run(client, identity)
    until(lambda: "ok" in last_status(client, identity), SECONDS, "a job has run")
    says(client, identity, "[[fail:400]]")
    yield identity
    client.request("cron.remove", {"id": identity})


def run(client, job):
    """Run a job to its end; 2026.5 says for a moment after that that it still runs."""
    before = state_of(client, job).get("lastRunAtMs")

    def starts():
        answer = client.request("cron.run", {"id": job, "mode": "force"})
        return bool(answer.get("enqueued") or answer.get("ran"))

    until(starts, SECONDS, "the job starts")
    until(lambda: state_of(client, job).get("lastRunAtMs") != before, SECONDS, "the job has run")


def says(client, job, message):
    """Change what a job asks the provider."""
    patch = {"payload": {"kind": "agentTurn", "message": message}}
    client.request("cron.update", {"id": job, "patch": patch})


def state_of(client, job):
    jobs = client.request("cron.list", {"includeDisabled": True})["jobs"]
    return next(each["state"] for each in jobs if each["id"] == job)


def last_status(client, job):
    """How its last run ended, under the names of all releases."""
    state = state_of(client, job)
    return {state.get("lastRunStatus"), state.get("lastStatus")}


def test_a_job_that_fails_three_times_is_notified_once_and_cleared_by_a_success(
    gateway, client, job, monkeypatch
):
    monkeypatch.setattr(cron, "FIRST_READ_AFTER_SECONDS", 0.5)
    tells = gateway.release >= TELLS
    with Stage(gateway.url, gateway.token) as stage:
        stage.until_up()
        stage.until(lambda state: state.gateway.cron.find(job))
        for count in (1, 2, 3):
            run(client, job)
            stage.until(lambda state, count=count: state.gateway.cron.find(job).failures == count * tells)
        says(client, job, "[[say:done]]")
        run(client, job)
        state = stage.until(lambda state: not state.gateway.cron.find(job).failures)
    alerts = [each.alert for each in state.process.recent if isinstance(each.alert, CronFailed)]
    notified = [alert.job for alert in alerts if alert.job.id == job]
    assert [(each.name, each.failures) for each in notified] == [("Nightly report", 1)] * tells
    assert all(each.error and each.next_ms for each in notified)
    assert job not in {latch.id for latch in state.profile.cron_latches}


def test_a_job_that_fails_while_nobody_watches_is_notified_at_the_next_start(
    gateway, client, job, monkeypatch
):
    monkeypatch.setattr(cron, "FIRST_READ_AFTER_SECONDS", 0.5)
    run(client, job)
    tells = gateway.release >= TELLS
    until(lambda: tells == ("error" in last_status(client, job)), SECONDS, "its end is known")
    with Stage(gateway.url, gateway.token) as stage:
        stage.until_up()
        state = stage.until(lambda state: state.gateway.cron.find(job))
        counted = state.gateway.cron.find(job).failures
    alerts = [each.alert for each in state.process.recent if isinstance(each.alert, CronFailed)]
    assert [alert.job.failures for alert in alerts if alert.job.id == job] == [counted] * tells
    assert bool(counted) is tells
