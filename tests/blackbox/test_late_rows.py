"""A run that has ended is not shown as running until the next regular reading."""

from __future__ import annotations

from tests.blackbox.fake_gateway import FakeGateway, Several, listing


def test_a_row_that_comes_too_late_is_read_again(clawtray):
    readings = iter([False, True])

    def sessions(_):
        return listing({"hasActiveRun": next(readings, False)})

    def models(_):
        event = {"runId": "run", "sessionKey": "agent:main:main", "stream": "lifecycle"}
        phases = [("agent", {**event, "data": {"phase": phase}}) for phase in ("start", "end")]
        return Several([{"models": []}, *phases])

    with FakeGateway(sessions__list=sessions, models__list=models) as gateway:
        watch = clawtray(gateway, "watch")
        watch.until(lambda line: "a run is in progress" in line)
        watch.until(lambda line: line.startswith("main") and "a run is in progress" not in line)
