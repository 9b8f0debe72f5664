from tests.desktop.conftest import Tray
from tests.desktop.screen import Screen, until
from tests.steer import MAIN
from tray.view.icon.model import Situation


def test_icon_turns_from_calm_over_amber_to_red_as_usage_grows(tray, fill):
    assert 33 <= tray.shows(Situation.CALM, "green").percent <= 43
    fill(62)
    until(lambda: 57 <= tray.shows(Situation.CALM, "green").percent <= 67, "the ring has grown")
    fill(82)
    tray.shows(Situation.WARNING, "amber")
    fill(95)
    tray.shows(Situation.CRITICAL, "red")


def test_icon_is_hollow_with_a_question_mark_after_a_compaction_until_the_next_run(tray, demo):
    demo.compact(MAIN)
    tray.shows(Situation.UNKNOWN, "grey")
    demo.run(MAIN, "Where were we?", total=30_000)
    icon = tray.shows(Situation.CALM, "green")
    assert 10 <= icon.percent <= 20


def test_icon_has_a_dot_while_a_run_is_in_progress(tray, demo):
    demo.fault("run_holds")
    demo.run(MAIN, "Take your time", total=80_000)
    until(lambda: tray.shows(Situation.CALM, "green").running, "the dot is there")
    tray.keep("icon-running", tray.screen.icon_box())
    demo.clear("run_holds")
    until(lambda: not tray.shows(Situation.CALM, "green").running, "the dot is gone")


def test_icon_has_a_slash_while_the_gateway_is_gone_and_recovers(tray, demo):
    demo.fault("refuse")
    demo.drop()
    tray.shows(Situation.DOWN, "grey")
    demo.clear("refuse")
    tray.shows(Situation.CALM, "green")


def test_icon_is_in_three_segments_during_an_announced_restart(tray, demo):
    demo.announce_restart(expected=5, down_for=3600)
    tray.shows(Situation.CONNECTING, "grey")
    demo.clear("refuse")
    tray.shows(Situation.CALM, "green")


def test_icon_has_a_red_outline_when_the_token_is_wrong(start, demo):
    start(demo.url, "not-the-token").shows(Situation.REFUSED, "red")


def test_icon_is_dotted_where_no_gateway_was_found(start):
    start("", "").shows(Situation.NOT_SET_UP, "grey")


def test_icon_stands_in_a_tray_of_the_older_kind(ground, demo, tmp_path):
    with Screen(tmp_path / "desktop", trayer=True) as screen:
        tray = Tray(screen, tmp_path / "clawtray", demo.url, demo.token)
        try:
            icon = tray.shows(Situation.CALM, "green")
        finally:
            tray.end()
    assert 33 <= icon.percent <= 43
