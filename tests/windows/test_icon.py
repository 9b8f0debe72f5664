from tests.desktop.screen import until
from tests.steer import MAIN
from tests.windows.desk import ICON
from tray.view.icon.model import Situation
from tray.view.icon.palette import Taskbar


def test_icon_turns_from_calm_over_amber_to_red_as_usage_grows(tray, fill):
    assert 33 <= tray.shows(Situation.CALM, "green").percent <= 43
    fill(62)
    until(lambda: 57 <= tray.shows(Situation.CALM, "green").percent <= 67, "the ring has grown")
    fill(82)
    tray.shows(Situation.WARNING, "amber")
    fill(95)
    tray.shows(Situation.CRITICAL, "red")


def test_icon_has_a_slash_while_the_gateway_is_gone_and_recovers(tray, demo):
    demo.fault("refuse")
    demo.drop()
    tray.shows(Situation.DOWN, "grey")
    demo.clear("refuse")
    tray.shows(Situation.CALM, "green")


def test_icon_is_hollow_after_a_compaction(tray, demo):
    demo.compact(MAIN)
    tray.shows(Situation.UNKNOWN, "grey")


def test_icon_has_a_red_outline_where_the_gateway_refuses_the_secret(start, demo):
    demo.fault("wrong_token")
    start(demo).shows(Situation.REFUSED, "red")


def test_icon_is_drawn_for_the_theme_of_the_taskbar_and_follows_it(tray):
    desk = tray.desk
    light = desk.icons()
    desk.keep("icon-for-a-light-taskbar", ICON)
    try:
        desk.show_theme(Taskbar.DARK)
        until(lambda: desk.icons() not in ([], light), "the icon is another one")
        tray.shows(Situation.CALM, "green")
        desk.keep("icon-for-a-dark-taskbar", ICON)
    finally:
        desk.show_theme(Taskbar.LIGHT)
    until(lambda: desk.icons() == light, "the icon is as before")


def test_icon_comes_back_where_the_shell_has_lost_it_and_says_that_the_taskbar_is_new(tray):
    # What a shell sends that was started again; Wine's own is not, it is only made to forget.
    desk = tray.desk
    assert desk.ask("forget_icon") > 0  # it had it, and from here on it may also come back by itself
    desk.ask("broadcast", "TaskbarCreated")
    tray.shows(Situation.CALM, "green")


def test_the_broadcast_of_a_new_taskbar_makes_no_second_icon(tray, fill):
    tray.desk.ask("broadcast", "TaskbarCreated")
    fill(82)
    tray.shows(Situation.WARNING, "amber")
    assert len(tray.desk.icons()) == 1
