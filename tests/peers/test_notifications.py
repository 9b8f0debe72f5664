"""Notifications that nobody asked for: a compaction by another client, and the end of a long run."""

from __future__ import annotations

from tests.stage import Stage
from tray.core.model import ContextCompacted, LongRunFinished
from tray.core.sessions import activity

SUMMARISES = (2026, 5)
"""The first release that tells of the end of a compaction that a client asked for."""


def notified(state, kind):
    """The notices of this kind so far."""
    return [each.alert for each in state.process.recent if isinstance(each.alert, kind)]


def test_the_end_of_a_long_run_is_notified_once(gateway, client, key, monkeypatch):
    monkeypatch.setattr(activity, "LONG_RUN_SECONDS", 1.0)
    client.run(key, "[[usage:30000,200]]")
    with Stage(gateway.url, gateway.token) as stage:
        stage.until_up()
        client.run(key, "[[words:8]] [[slow:3]] [[usage:31000,200]]")
        state = stage.until(lambda state: notified(state, LongRunFinished))
        monkeypatch.setattr(activity, "LONG_RUN_SECONDS", 1000.0)  # a short run may be slow on a busy machine
        client.run(key, "[[usage:32000,200]]")
        state = stage.until(lambda state: state.gateway.snapshot.find(key).usage.used == 32_000)
    (notice,) = notified(state, LongRunFinished)
    assert (notice.key, notice.error) == (key, None)
    assert notice.seconds >= 1


def test_a_compaction_by_another_is_notified_with_before_and_after(gateway, client, key):
    for number in range(4):
        client.run(key, f"message {number} {'lorem ipsum ' * 2000} [[usage:{30_000 + number},200]]")
    with Stage(gateway.url, gateway.token) as stage:
        stage.until_up()
        gateway.compact(key)
        client.run(key, "[[usage:9000,200]]")
        state = stage.until(
            lambda state: state.gateway.snapshot.find(key).usage.used == 9_000 and not state.pending
        )
    if gateway.release < SUMMARISES:  # it only trims lines, and says nothing of it
        assert notified(state, ContextCompacted) == []
        return
    (notice,) = notified(state, ContextCompacted)
    assert (notice.session.key, notice.before) == (key, 30_003)
    assert notice.session.usage.used < 30_003
