from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.protocol.requests import Done
from tray.protocol.session_actions import (
    ChatAbort,
    Compacted,
    SessionsAbort,
    SessionsCompact,
    SessionsReset,
    StopCommand,
    Stopped,
    ThinkingPatch,
    ThinkingSet,
)

KEY = "agent:main:main"
TRIM = ("2026.1.24-3", "2026.2.26")
"""The releases whose compaction only trims lines, and which cannot stop the runs of `agent` by a method."""


def test_a_compaction_that_only_trims_is_no_compaction(release):
    for answer in release.recording("sessions.compact").answers("sessions.compact"):
        if answer["ok"]:
            read = SessionsCompact(KEY).read(answer["payload"])
            assert read.done is (answer["payload"].get("ok") and answer["payload"]["compacted"])
    if release.name in TRIM:
        assert not SessionsCompact(KEY).read(answer["payload"]).done


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (
            {"ok": True, "compacted": True, "result": {"tokensBefore": 39_000, "tokensAfter": 9_000}},
            Compacted(done=True, before=39_000, after=9_000),
        ),
        (
            {"ok": False, "compacted": False, "reason": "failed quality checks"},
            Compacted(done=False, reason="failed quality checks"),
        ),
        (
            {"ok": True, "compacted": False, "reason": "no sessionId"},
            Compacted(done=False, reason="no sessionId"),
        ),
        ({"ok": True, "compacted": False, "kept": 21}, Compacted(done=False)),
        ({"ok": False, "compacted": True}, Compacted(done=False)),
    ],
)
def test_how_a_compaction_ended(payload, expected):
    assert SessionsCompact(KEY).read(payload) == expected


def test_a_run_that_was_stopped_is_named(release):
    for answer in release.recording("chat.abort").answers("chat.abort"):
        payload = answer["payload"]
        read = ChatAbort(KEY).read(payload)
        assert (read.any_stopped, read.run_ids) == (payload["aborted"], tuple(payload["runIds"]))
    for answer in release.recording("sessions.abort").answers("sessions.abort"):
        if answer["ok"]:
            assert SessionsAbort(KEY).read(answer["payload"]) == Stopped(any_stopped=True, run_ids=("ss1",))
        else:
            assert release.name in TRIM


@pytest.mark.parametrize(
    ("request_", "params"),
    [
        (SessionsCompact(KEY), {"key": KEY}),
        (SessionsReset(KEY), {"key": KEY}),
        (SessionsAbort(KEY), {"key": KEY}),
        (SessionsAbort(KEY, "r"), {"key": KEY, "runId": "r"}),
        (ChatAbort(KEY), {"sessionKey": KEY}),
        (ChatAbort(KEY, "r"), {"sessionKey": KEY, "runId": "r"}),
        (
            StopCommand(KEY, "id"),
            {"sessionKey": KEY, "message": "[ClawTray] /stop", "idempotencyKey": "id"},
        ),
        (ThinkingPatch(KEY, "low"), {"key": KEY, "thinkingLevel": "low"}),
        (ThinkingPatch(KEY, None), {"key": KEY, "thinkingLevel": None}),
    ],
)
def test_what_is_sent(request_, params):
    assert request_.params() == params
    assert request_.spends is (type(request_) is SessionsCompact)


def test_what_needs_no_reading():
    assert SessionsReset(KEY).read({}) == Done()
    assert StopCommand(KEY, "id").read({"status": "started"}) == Done()
    assert SessionsAbort(KEY).read({"abortedRunId": None, "status": "no-active-run"}) == Stopped(
        any_stopped=False
    )
    assert ThinkingPatch(KEY, "low").read({"entry": {"thinkingLevel": "low"}}) == ThinkingSet("low")
    assert ThinkingPatch(KEY, None).read({"entry": {}}) == ThinkingSet(None)


@given(data=st.data())
def test_any_object_is_an_answer(any_json, data):
    names = ("ok", "compacted", "reason", "result", "status", "abortedRunId", "aborted", "runIds", "entry")
    payload = data.draw(st.dictionaries(st.sampled_from(names), any_json, max_size=5))
    compacted = SessionsCompact(KEY).read(payload)
    assert compacted.done in (True, False)
    assert compacted.reason.encode("utf-8") is not None
    for request in (SessionsAbort(KEY), ChatAbort(KEY)):
        assert all(run_id.encode("utf-8") for run_id in request.read(payload).run_ids)
    assert isinstance(ThinkingPatch(KEY, None).read(payload), ThinkingSet)
