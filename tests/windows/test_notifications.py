from tests.desktop.screen import until
from tray.view.icon.model import Situation

CRITICAL = "The gateway will soon compact this session automatically."
PANEL = "main  95% of 200k - ClawTray"
RUNNING = "main  38% of 200k"
WELCOME = "Windows hides new icons"
NOTIFIED_AFTER = 60.0
"""Seconds; what is over within 30 is not notified."""


def titles(desk):
    return [window["text"] for window in desk.ask("windows") if window["visible"]]


def test_a_crossed_threshold_is_notified_and_a_click_on_it_opens_the_panel_at_its_session(tray, fill):
    fill(95)
    notice = tray.desk.until_notice(CRITICAL)
    tray.shows(Situation.CRITICAL, "red")
    tray.desk.keep("notice")
    tray.desk.click_notice(notice)
    until(lambda: PANEL in titles(tray.desk), "the panel shows the session", 30.0)
    tray.desk.keep("notice-clicked")


def test_a_click_on_the_notice_of_a_refused_login_opens_the_panel_with_its_cure(tray, demo):
    demo.fault("wrong_token")
    demo.drop()
    tray.shows(Situation.REFUSED, "red")
    notice = tray.desk.until_notice("", NOTIFIED_AFTER)
    tray.desk.keep("notice-refused")
    tray.desk.click_notice(notice)
    until(
        lambda: any(title.endswith(" - ClawTray") for title in titles(tray.desk)), "the panel is open", 30.0
    )
    tray.desk.keep("notice-refused-clicked")


def test_the_first_start_says_where_the_icon_hides_and_later_ones_do_not(start, demo):
    tray = start(demo, greeted=False).calm()
    tray.desk.until_notice(WELCOME)
    tray.desk.keep("notice-welcome")
    until(lambda: '"greeted": true' in tray.memory, "it is remembered")


def test_a_second_start_ends_at_once_and_makes_the_first_show_itself(tray, built):
    desk = tray.desk
    second = desk.windows.run(built.tray, env=tray.environment, timeout=30)
    assert second.returncode == 0
    desk.until_notice(RUNNING)
    desk.keep("notice-second-start")
    assert len(desk.icons()) == 1
    assert not tray.ended
