"""The values of the settings."""

from __future__ import annotations

import pytest

from tests.i18n.languages import korean
from tray.settings.settings import (
    BUILT_IN_PRESETS,
    Level,
    Preset,
    Profile,
    Settings,
    translated,
    with_found_profiles,
)


def test_the_active_profile_is_the_chosen_one() -> None:
    home, work = Profile("home"), Profile("work", url="wss://gateway.example")
    assert Settings(profile="work", profiles=(home, work)).active() is work


def test_an_unknown_profile_name_means_a_plain_profile() -> None:
    assert Settings(profile="gone").active() == Profile()


def test_the_gateway_s_own_profiles_are_among_the_user_s() -> None:
    mine = (Profile(), Profile("work", level=Level.ASK), Profile("home", url="wss://h.example"))
    settings = with_found_profiles(Settings(profiles=mine), ("dev", "home", "work"))
    assert settings.active() == Profile()
    assert {profile.name: (profile.url, profile.in_folder) for profile in settings.profiles} == {
        "default": (None, False),
        "work": (None, True),
        "home": ("wss://h.example", False),
        "dev": (None, True),
    }
    assert settings.profiles[1].level is Level.ASK


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


def test_the_built_in_presets_are_in_the_users_language_and_the_users_own_stay():
    own, words = Preset("Mine", "What is on today?"), korean()
    summary, today = translated(Settings(presets=(*BUILT_IN_PRESETS, own)), words).presets[:2]
    assert translated(Settings(presets=(own,)), words).presets == (own,)
    assert (summary.name, today.name) == ("이 세션 요약하기", "오늘 할 일")
    assert today.text.startswith("지금은 {date} {time}")
