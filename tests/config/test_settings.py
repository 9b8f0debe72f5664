from __future__ import annotations

import pytest

from tray.config.settings import Level, Profile, Settings


def test_the_active_profile_is_the_chosen_one() -> None:
    home, work = Profile("home"), Profile("work", url="wss://gateway.example")
    assert Settings(profile="work", profiles=(home, work)).active() is work


def test_an_unknown_profile_name_means_a_plain_profile() -> None:
    assert Settings(profile="gone").active() == Profile()


@pytest.mark.parametrize(
    ("chosen", "loopback", "expected"),
    [
        (None, True, Level.CONTROL),
        (None, False, Level.WATCH),
        (Level.WATCH, True, Level.WATCH),
        (Level.CONTROL, False, Level.CONTROL),
    ],
)
def test_a_level_left_open_depends_on_where_the_gateway_is(
    chosen: Level | None, *, loopback: bool, expected: Level
) -> None:
    assert Profile(level=chosen).level_at(loopback=loopback) is expected
