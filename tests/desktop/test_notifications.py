import pytest

from tests.desktop.screen import until
from tests.steer import MAIN
from tray.view.icon.model import Situation

PRESET = """\
# kept
notices = true

[[presets]]
name = "Tell a story"
text = "Tell a story about herons"
"""


@pytest.fixture
def storyteller(start, demo):
    """ClawTray with a preset."""
    tray = start(demo.url, demo.token, settings=PRESET)
    tray.shows(Situation.CALM, "green")
    return tray


def test_a_preset_runs_once_and_its_answer_is_shown(storyteller, bus, demo):
    bus.choose("Prompts", "Tell a story")
    until(lambda: demo.runs, "the run has started")
    (answer,) = until(bus.notices, "the answer is shown")
    assert answer.title == "Tell a story"
    assert "herons" in answer.body
    sent = [params for method, params in demo.requests if method == "agent"]
    assert [params["message"] for params in sent] == ["Tell a story about herons"]
    assert sent[0]["sessionKey"] != MAIN
    assert demo.runs == 1


def test_a_threshold_is_notified_once(tray, bus, fill):
    assert bus.notices() == ()
    fill(78)
    tray.shows(Situation.WARNING, "amber")
    until(bus.notices, "the first threshold is shown")
    fill(83)
    until(lambda: "83%" in bus.menu()[0].label, "the figure has moved")
    fill(92)
    tray.shows(Situation.CRITICAL, "red")
    until(lambda: len(bus.notices()) > 1, "the second threshold is shown")
    first, second = bus.notices()
    assert "78%" in first.title
    assert "92%" in second.title


def test_the_first_reading_is_no_news(start, demo, bus, fill):
    fill(95)
    tray = start(demo.url, demo.token)
    tray.shows(Situation.CRITICAL, "red")
    # The prompt's answer comes after whatever the first reading gave.
    bus.choose("Prompts", "Summarise")
    until(bus.notices, "the answer is shown")
    assert [notice.title for notice in bus.notices()] == ["Summarise this session"]


def test_no_threshold_is_notified_while_notifications_are_off(storyteller, bus, demo, fill):
    bus.choose("Notifications", "Show notifications")
    until(lambda: not bus.line("Notifications", "Show notifications").marked, "the mark is gone")
    until(lambda: "notices = false" in storyteller.settings.read_text(), "it is saved")
    assert storyteller.settings.read_text().startswith("# kept\n")
    fill(78)
    storyteller.shows(Situation.WARNING, "amber")
    fill(20)
    storyteller.shows(Situation.CALM, "green")
    bus.choose("Notifications", "Show notifications")
    until(lambda: bus.line("Notifications", "Show notifications").marked, "the mark is back")
    fill(92)
    storyteller.shows(Situation.CRITICAL, "red")
    until(bus.notices, "the threshold is shown")
    (only,) = bus.notices()
    assert "92%" in only.title
