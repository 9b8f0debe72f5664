from __future__ import annotations

import pytest

from tests.core.playbook import ALPHA, BETA, MAIN, NOON_MS, OTHER, SIDE, Playbook, row
from tray.core.commands import Pin
from tray.core.events import CommandReceived, EventReceived
from tray.core.model import Focus, Mode
from tray.core.sessions.focus import choose_focus, focus_deadline
from tray.protocol.models import Catalogue, ModelsList
from tray.protocol.runs import RunEnded
from tray.protocol.sessions import SessionsList
from tray.settings.settings import Settings

DAY_MS = 24 * 3600 * 1000


def test_the_fullest_fresh_session_is_chosen_at_first(play):
    play.up(row(used=20_000), row(OTHER, used=60_000), row("agent:main:third", used=150_000, fresh=False))
    assert play.state.gateway.focus.key == OTHER


def test_five_points_for_a_minute_take_the_icon_over(play):
    play.up(row(used=20_000), row(OTHER, used=10_000))
    rivals = row(used=20_000), row(OTHER, used=30_000)
    play.read(*rivals)
    assert play.state.gateway.focus == Focus(MAIN, None, OTHER, play.mono)
    play.wait(59.0).skip()
    play.read(*rivals).skip()
    assert play.state.gateway.focus.key == MAIN
    play.wait(0.2)
    assert play.state.gateway.focus == Focus(OTHER)


def test_less_than_five_points_never_do(play):
    play.up(row(used=20_000), row(OTHER, used=10_000))
    play.read(row(used=20_000), row(OTHER, used=29_999))
    assert play.state.gateway.focus == Focus(MAIN)
    assert focus_deadline(play.state.gateway.focus) is None


def test_a_rival_that_falls_back_starts_again(play):
    play.up(row(used=20_000), row(OTHER, used=10_000))
    play.read(row(used=20_000), row(OTHER, used=30_000))
    play.wait(30.0).skip()
    play.read(row(used=28_000), row(OTHER, used=30_000))
    assert play.state.gateway.focus == Focus(MAIN)
    play.read(row(used=28_000), row(OTHER, used=40_000))
    since = play.state.gateway.focus.rival_since
    assert since == play.mono
    play.read(row(used=28_000), row("agent:main:third", used=60_000), row(OTHER, used=40_000))
    assert play.state.gateway.focus.rival == "agent:main:third"


def test_a_stale_figure_never_takes_over(play):
    play.up(row(used=20_000), row(OTHER, used=10_000))
    for _ in range(3):
        play.read(row(used=20_000), row(OTHER, used=150_000, fresh=False))
        play.wait(40.0).skip()
    assert play.state.gateway.focus.key == MAIN


@pytest.mark.parametrize(
    "doubtful", [{"fresh": False}, {"used": 300_000}, {"used": 0}, {"context_limit": 64_000}]
)
def test_nor_does_it_keep_its_place_against_a_fresh_one(play, doubtful):
    play.up(row(used=100_000), row(OTHER, used=12_000))
    rivals = row(**{"used": 100_000, **doubtful}), row(OTHER, used=12_000)
    play.read(*rivals)
    play.wait(59.0).skip()
    play.read(*rivals).skip()
    assert play.state.gateway.focus.key == MAIN
    play.wait(1.0).skip()
    assert play.state.gateway.focus.key == OTHER


def test_where_all_are_doubtful_none_takes_over(play):
    play.up(row(used=100_000), row(OTHER, used=12_000))
    for _ in range(3):
        play.read(row(used=100_000, fresh=False), row(OTHER, used=120_000, fresh=False))
        play.wait(40.0).skip()
    assert play.state.gateway.focus == Focus(MAIN)


def test_a_session_idle_for_a_day_loses_the_icon(play):
    play.up(row(used=90_000), row(OTHER, used=10_000))
    play.read(row(used=90_000, updated_ms=NOON_MS - DAY_MS), row(OTHER, used=10_000))
    assert play.state.gateway.focus.key == OTHER


def test_background_sessions_are_folded_away(play):
    play.up(row("agent:main:cron:1", used=150_000, background=True), row(used=10_000))
    assert play.state.gateway.focus.key == MAIN


def test_our_own_sessions_do_not_compete_unless_pinned(play):
    rows = row(SIDE, used=100_000), row(f"{SIDE}-summaries", used=120_000), row(used=10_000)
    play.up(*rows)
    assert play.state.gateway.focus.key == MAIN
    play >> CommandReceived(Pin(SIDE))
    play.read(*rows)
    assert play.state.focused.key == SIDE
    assert Playbook().up(*rows[:2]).state.focused is None


def test_without_a_fresh_figure_the_session_that_ran_last_is_shown(play):
    play.up(row(OTHER), row(used=10_000, fresh=False))
    assert play.state.gateway.focus.key == MAIN


def test_where_nothing_is_active_the_newest_is_shown(play):
    long_ago = {"updated_ms": NOON_MS - 2 * DAY_MS}
    play.up(row(OTHER, **long_ago), row(**long_ago), row("agent:main:third", updated_ms=None))
    assert play.state.gateway.focus.key == OTHER


def test_where_nothing_is_there_nothing_is_shown(play):
    play.up()
    assert play.state.focused is None


def test_a_pin_holds_against_everything(play):
    play.up(row(used=20_000), row(OTHER, used=10_000))
    play >> CommandReceived(Pin(OTHER))
    play.read(row(used=140_000), row(OTHER, used=10_000, updated_ms=0))
    play.wait(45.0).silent()
    play.read(row(used=140_000), row(OTHER, used=10_000, updated_ms=0))
    play.wait(45.0).silent()
    assert play.state.focused.key == OTHER
    play >> CommandReceived(Pin(None))
    play.read(row(used=140_000), row(OTHER, used=10_000, updated_ms=0))
    assert play.state.gateway.focus == Focus(MAIN)


def test_no_other_session_is_shown_for_a_pinned_one_that_is_gone(play):
    play.up(row(used=20_000), row(OTHER, used=10_000))
    play >> CommandReceived(Pin(OTHER))
    play.read(row(used=20_000))
    assert play.state.gateway.focus == Focus(OTHER, OTHER)
    assert play.state.focused is None
    play >> CommandReceived(Pin(None))
    play.read(row(used=20_000))
    assert play.state.gateway.focus == Focus(MAIN)


@pytest.mark.parametrize(
    ("shown", "rival"),
    [
        (148_000, 150_000),  # calm and a warning
        (178_000, 180_000),  # a warning, and critical
        (0, 180_000),
    ],
)
def test_a_higher_band_takes_the_icon_at_once(play, shown, rival):
    play.up(row(used=100_000), row(OTHER, used=10_000))
    play.read(row(used=shown), row(OTHER, used=rival)).skip()
    assert play.state.gateway.focus == Focus(OTHER)


def test_a_higher_band_does_not_wait_for_the_margin_of_a_rival_in_the_same_band(play):
    play.up(row(used=20_000), row(OTHER, used=10_000), row("agent:main:third", used=10_000))
    play.read(row(used=20_000), row(OTHER, used=60_000), row("agent:main:third", used=10_000))
    assert play.state.gateway.focus.rival == OTHER
    play.read(row(used=20_000), row(OTHER, used=60_000), row("agent:main:third", used=150_000)).skip()
    assert play.state.gateway.focus == Focus("agent:main:third")


def test_inside_a_band_the_current_one_stays(play):
    play.up(row(used=152_000), row(OTHER, used=10_000))
    play.read(row(used=152_000), row(OTHER, used=161_000)).skip()
    play.wait(59.0).skip()
    play.read(row(used=152_000), row(OTHER, used=161_000)).skip()
    play.wait(59.0).skip()
    assert play.state.gateway.focus == Focus(MAIN)


def test_the_bands_are_those_of_the_settings():
    play = Playbook(warning=30.0).up(row(used=58_000), row(OTHER, used=10_000))
    play.read(row(used=58_000), row(OTHER, used=60_000)).skip()
    assert play.state.gateway.focus == Focus(OTHER)


def test_a_figure_that_needs_the_models_counts_once_they_are_known():
    play = Playbook(mode=Mode.ONE_SHOT)
    play.connect().skip()
    play.read(row(used=20_000), row(OTHER, used=60_000, model="fake/beta", context_limit=None)).skip()
    assert play.state.gateway.focus == Focus(MAIN)
    play.answer(ModelsList, Catalogue((ALPHA, BETA)))
    assert play.state.gateway.focus == Focus(OTHER)


def test_a_one_shot_shows_the_fullest_of_its_last_reading():
    play = Playbook(mode=Mode.WITH_MODELS).up(row(used=20_000), row(OTHER, used=10_000))
    play >> EventReceived(RunEnded("run", OTHER))
    play.wait(0.8) << SessionsList(200)
    play.read(row(used=20_000), row(OTHER, used=21_000))
    assert play.state.gateway.focus == Focus(OTHER)


def test_a_rival_is_looked_at_again_while_the_gateway_is_away():
    play = Playbook().up(row(used=20_000), row(OTHER, used=10_000))
    focus = Focus(MAIN, None, OTHER, play.mono)
    assert choose_focus(focus, (), Settings(), play.now) == Focus(None)
