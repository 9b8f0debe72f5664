from PIL import ImageChops

from tests.desktop.screen import HEIGHT, PANEL, WIDTH, until
from tests.steer import MAIN
from tray.view.icon.model import Situation

OPUS, SONNET = "claude-opus-4-5", "claude-sonnet-4-5"
DEFAULT = f"Default ({OPUS})    200k → 38%"


def marked(bus):
    """The lines of models whose radio mark is set."""
    return [line.label for line in bus.line("Model").below if line.mark == "radio" and line.marked]


def test_menu_says_at_the_top_how_full_the_context_is_and_follows_it(tray, bus, fill):
    header = bus.menu()[0]
    assert header.label == f"main · {OPUS}    38% of 200k"
    assert header.enabled
    fill(62)
    until(lambda: "62%" in bus.menu()[0].label, "the header has followed")


def test_menu_has_every_part(tray, bus):
    lines = {line.label: line for line in bus.menu()}
    for label in ("Prompts", "Model", "Sessions", "Approvals", "Notifications", "Gateway"):
        assert lines[label].enabled
        assert lines[label].below, label
    shown = bus.line("Notifications", "Show notifications")
    assert shown.mark == "check"
    assert shown.marked
    assert lines["Settings…"].enabled
    assert lines["Quit"].enabled
    assert bus.line("Sessions", "main").below
    assert bus.line("Gateway", "OpenClaw").enabled


def test_tooltip_says_how_full_the_context_is(tray, bus):
    assert bus.title().splitlines()[0].split() == ["main", "38%", "of", "200k"]


def test_choosing_a_model_switches_the_session_and_moves_the_mark(tray, bus, demo):
    assert marked(bus) == [DEFAULT]
    bus.choose("Model", SONNET)
    until(lambda: [label.split()[0] for label in marked(bus)] == [SONNET], "the mark has moved")
    asked = [params for method, params in demo.requests if method == "sessions.patch"]
    assert asked == [{"key": MAIN, "model": f"anthropic/{SONNET}"}]
    assert demo.sessions[MAIN]["model"] == SONNET
    assert SONNET in bus.menu()[0].label
    bus.choose("Model", "Default")
    until(lambda: marked(bus) == [DEFAULT], "the mark is back")
    assert demo.runs == 0


def test_a_model_that_is_too_small_cannot_be_chosen(tray, bus):
    small = bus.line("Model", "qwen3-8b")
    assert not small.enabled
    assert "too small" in small.label


def test_a_refused_model_leaves_the_mark_and_says_why(tray, bus, demo):
    demo.fault("reject", method="sessions.patch", code="INVALID_REQUEST", message="model not allowed: x/y")
    bus.choose("Model", SONNET)
    (notice,) = until(bus.notices, "the refusal is shown")
    assert "model not allowed" in f"{notice.title} {notice.body}"
    until(lambda: marked(bus) == [DEFAULT], "the mark stands where it stood")


def test_session_can_be_pinned_to_the_icon(tray, bus, demo):
    demo.set_session(
        "agent:main:notes", totalTokens=186_000, inputTokens=186_000, totalTokensFresh=True, status="done"
    )
    until(lambda: len([line for line in bus.line("Sessions").below if line.below]) == 2, "both are listed")
    bus.choose("Sessions", "notes", "Show on icon")
    tray.shows(Situation.CRITICAL, "red")
    until(lambda: bus.line("Sessions", "notes", "Show on icon").marked, "the pin is marked")


def test_menu_opens_above_the_panel_on_a_click(tray):
    above = (0, 0, WIDTH, HEIGHT - PANEL)
    bare = tray.screen.picture().crop(above)
    tray.screen.click(until(tray.screen.icon_box, "the icon is there"))

    def is_open():  # a tooltip, which also shows there, has but a few lines
        changed = ImageChops.difference(tray.screen.picture().crop(above), bare).getbbox()
        return changed is not None and changed[3] - changed[1] > HEIGHT // 4

    until(is_open, "the menu is open")
    tray.keep("menu")
    tray.screen.press("Escape")
    until(lambda: tray.screen.picture().crop(above) == bare, "the menu is closed")


def test_quit_ends_the_program(tray, bus):
    bus.choose("Quit")
    assert tray.process.wait(30) == 0
    until(lambda: not bus.has_icon(), "the icon is gone")
