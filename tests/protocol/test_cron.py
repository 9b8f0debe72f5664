from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.protocol.cron import (
    MAX_ERROR,
    MAX_FAILURES,
    MAX_JOBS,
    MAX_NAME,
    CronChanged,
    CronFinished,
    CronJob,
    CronList,
    CronPage,
    read_event,
    read_job,
)

COUNTS = {"2026.5.7", "2026.7.1", "2026.9.6"}
"""The releases whose events hold the whole job."""
FAILS = {"id": "a", "name": "Backup", "state": {"lastRunStatus": "error", "lastError": "no space"}}


def ended(recorded):
    events = [f["payload"] for way, f in recorded.frames if way == "<" and f.get("event") == "cron"]
    return [e for e in map(read_event, events) if isinstance(e, CronFinished)]


def test_three_failures_and_a_success_are_read_on_every_release(release):
    found = ended(release.recording("cron"))
    if release.name == "2026.1.24-3":  # it reports a job that failed as one that succeeded
        assert [e.job.failures for e in found] == [0, 0, 0, 0]
        return
    given = release.name in COUNTS
    assert [e.known for e in found] == [given] * 4
    assert [e.job.failures for e in found] == ([1, 2, 3, 0] if given else [1, 1, 1, 0])
    assert all(e.job.error for e in found[:3])
    assert found[3].job.error == ""
    assert all(e.job.next_ms for e in found)
    assert {e.job.name for e in found} == {"Nightly report" if given else ""}


def test_pages_are_read_to_their_end(release):
    recorded, names, offsets = release.recording("cron"), set(), []
    for sent in recorded.requests("cron.list"):
        answer = next(f for way, f in recorded.frames if way == "<" and f.get("id") == sent["id"])
        if sent["params"].get("limit") == 2 and answer["ok"]:
            page = CronList(sent["params"].get("offset", 0)).read(answer["payload"])
            offsets.append(page.next_offset)
            names |= {job.name for job in page.jobs}
    if release.name == "2026.1.24-3":
        assert offsets == []
        return
    assert offsets == [2, None, None]
    assert names == {"Nightly report", "Backup", "Tidy up", "Weather"}


def test_a_list_counts_the_failures(release):
    recorded = release.recording("cron")
    answers = [
        f["payload"] for way, f in recorded.frames if way == "<" and "jobs" in (f.get("payload") or {})
    ]
    counts = [
        job.failures
        for answer in answers
        for job in CronList().read(answer).jobs
        if job.name == "Nightly report" and job.counted
    ]
    assert [n for n in dict.fromkeys(counts) if n] == ([] if release.name == "2026.1.24-3" else [1, 2, 3])


def test_a_heartbeat_is_a_job_of_the_newest_release(load):
    found = ended(load("2026.9.6", "cron-heartbeat"))
    assert [e.job.failures for e in found] == [1, 2, 3, 0]
    assert {e.job.name for e in found} == {"Heartbeat (main)"}


def test_what_is_sent():
    assert CronList().params() == {}
    assert CronList(50).params() == {"offset": 50}


@pytest.mark.parametrize(
    ("payload", "following"),
    [
        ({"hasMore": True, "nextOffset": 51}, 51),
        ({"hasMore": True, "nextOffset": 50}, None),
        ({"hasMore": True, "nextOffset": MAX_JOBS}, None),
        ({"hasMore": True}, None),
        ({"hasMore": False, "nextOffset": 51}, None),
        ({}, None),
    ],
)
def test_only_a_page_further_on_is_asked_for(payload, following):
    assert CronList(50).read(payload) == CronPage((), following)


def test_jobs_without_an_id_and_those_switched_off_are_skipped():
    jobs = [FAILS, {"name": "x"}, {**FAILS, "id": "b", "enabled": False}, 7]
    assert [job.id for job in CronList().read({"jobs": jobs}).jobs] == ["a"]


def test_what_is_too_long_is_cut_off():
    state = {"lastStatus": "error", "consecutiveErrors": 2**50, "lastError": "x" * 4000}
    assert read_job({"id": "a", "name": "n" * 4000, "state": state}) == CronJob(
        "a", "n" * MAX_NAME, MAX_FAILURES, counted=True, error="x" * MAX_ERROR
    )


@pytest.mark.parametrize("action", ["added", "updated", "removed"])
def test_other_changes_only_ask_for_a_look(action):
    assert read_event({"action": action, "jobId": "a"}) == CronChanged()


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"action": "started", "jobId": "a"},
        {"action": "finished", "status": "error"},
        {"action": "finished", "jobId": "a", "status": "skipped"},
    ],
)
def test_what_changes_nothing_is_not_needed(payload):
    assert read_event(payload) is None


def test_the_job_of_another_id_is_not_believed():
    event = {"action": "finished", "jobId": "a", "status": "error", "error": "e", "job": {"id": "b"}}
    assert read_event(event) == CronFinished(CronJob("a", "", 1, error="e"), known=False)


@given(payload=st.data())
def test_anything_can_be_read(payload, any_json):
    value = payload.draw(
        st.dictionaries(st.sampled_from(["jobs", "jobId", "action", "job", "state"]), any_json)
    )
    assert isinstance(CronList().read(value), CronPage)
    read_event({"action": "finished", "status": "error", **value})
