"""How many turns are left, from runs of a real gateway."""

from __future__ import annotations

from tests.stage import Stage
from tray.core.model import TurnsLeft
from tray.core.sessions import forecast


def test_after_some_turns_it_is_known_how_many_are_left(gateway, client, key):
    with Stage(gateway.url, gateway.token) as stage:
        stage.until_up()
        for used in (30_000, 40_000, 60_000, 75_000):
            client.run(key, f"[[usage:{used},200]]")
            state = stage.until(lambda state, used=used: _used(state, key) == used)
    assert forecast.turns_left(state, state.gateway.snapshot.find(key)) == TurnsLeft(
        about=125 // 15, low=125 // 20, high=125 // 10
    )


def _used(state, key):
    session = state.gateway.snapshot.find(key)
    return None if session is None else session.usage.used
