"""Whether a run is in progress: the gateway's boolean decides, its text only where there is none."""

from __future__ import annotations

import time

import pytest

from tests.blackbox.fake_gateway import FakeGateway, hello, listing

NO_BOOLEAN = object()


@pytest.mark.parametrize(
    ("boolean", "text", "running"),
    [
        (False, "running", False),  # a run that crashed leaves the text behind
        (True, "done", True),
        (NO_BOOLEAN, "running", True),
        (NO_BOOLEAN, "done", False),
    ],
)
def test_the_boolean_decides_whether_a_run_is_in_progress(clawtray, boolean, text, running):
    row = {"hasActiveRun": boolean, "status": text, "updatedAt": int(time.time() * 1000)}
    rows = listing(row)
    if boolean is NO_BOOLEAN:
        del rows["sessions"][0]["hasActiveRun"]
    with FakeGateway(sessions__list=rows) as gateway:
        line = clawtray(gateway, "watch").until(lambda line: line.startswith("main"))
    assert ("a run is in progress" in line) is running


@pytest.mark.parametrize("key", ["main", "agent:main:main"])
def test_a_run_belongs_to_its_session_however_the_release_writes_its_key(clawtray, key):
    def old_hello(params):
        return hello(params, "2026.1.24-3")

    rows = listing({"updatedAt": int(time.time() * 1000)})
    for name in ("isMain", "isBackground", "hasActiveRun", "status", "totalTokensFresh"):
        del rows["sessions"][0][name]
    with FakeGateway(connect=old_hello, sessions__list=rows) as gateway:
        watch = clawtray(gateway, "watch")
        watch.until(lambda line: line.startswith("main"))
        for phase in ("start", "end"):
            gateway.push("agent", runId="a run", sessionKey=key, stream="lifecycle", data={"phase": phase})
        # The run has ended, and the list has the figure from before it.
        watch.until(lambda line: line.startswith("main  ~31"))


@pytest.mark.parametrize(
    ("text", "active", "failed"),
    [("failed", False, True), ("timeout", False, True), ("done", False, False), ("failed", True, False)],
)
def test_a_session_whose_last_run_failed_says_so(clawtray, text, active, failed):
    row = {"status": text, "hasActiveRun": active, "updatedAt": int(time.time() * 1000)}
    with FakeGateway(sessions__list=listing(row)) as gateway:
        sessions = clawtray(gateway, "sessions")
        assert sessions.ended() == 0
    assert ("the last run failed" in " ".join(sessions.lines)) is failed
