from __future__ import annotations

from datetime import time

import pytest

from tray.gui.settings.form import Draft, Gateway, Saving, changes, draft_of, problems, sample
from tray.settings.edit import DEFAULT_SETTINGS_TEXT, apply_changes
from tray.settings.parse import parse_settings
from tray.settings.quiet_hours import QuietHours
from tray.settings.settings import BUILT_IN_PRESETS, IconStyle, Level, Preset, Profile
from tray.values import replace
from tray.view.icon.model import Icon, Situation
from tray.view.panel.panes import SettingsPane

PANE = SettingsPane(
    "default",
    (Profile(), Profile("home", "wss://h.example:443", Level.WATCH)),
    *(75.0, 90.0, 60.0, True),
    *("auto", "22:00", "07:00", False),
    BUILT_IN_PRESETS,
    None,
    Icon(Situation.CALM, 38),
)
DRAFT = draft_of(PANE)


def edited(**fields) -> Draft:
    return replace(DRAFT, **fields)


def test_the_fields_show_the_settings():
    assert (DRAFT.warning, DRAFT.critical, DRAFT.poll_seconds) == ("75", "90", "60")
    assert DRAFT.gateways == (Gateway("default"), Gateway("home", "wss://h.example:443", "watch"))


def test_half_a_character_is_named_before_anything_is_saved():
    for fields in (
        {"presets": (Preset("half \ud83d", "text"),)},
        {"gateways": (Gateway("default", "\udc00"),)},
    ):
        assert [str(each) for each in problems(edited(**fields))] == [
            "There is half a character, such as half an emoji. Remove it."
        ]
    assert problems(edited(presets=(Preset("whole 😀", "text"),))) == ()


def test_a_save_ends_with_the_first_pane_that_reports_it():
    saving = Saving()
    assert not saving.ends(replace(PANE, saves=3))  # of the menu, before
    saving.begin()
    assert saving.running
    assert not saving.ends(replace(PANE, saves=3, warning=70.0))
    assert saving.running
    assert saving.ends(replace(PANE, saves=4))
    assert not saving.running
    assert not saving.ends(replace(PANE, saves=5))


def test_one_of_the_gateway_s_own_profiles_can_be_chosen():
    found = edited(gateways=(*DRAFT.gateways, Gateway("work")))
    after = replace(found, profile="work")
    assert problems(after) == ()
    assert changes(found, after) == ((("profile",), "work"),)


def test_nothing_is_written_where_nothing_differs():
    assert changes(DRAFT, DRAFT) == ()
    assert problems(DRAFT) == ()


@pytest.mark.parametrize(
    ("fields", "written"),
    [
        ({"notices": False}, ((("notices",), False),)),
        ({"keep_answers": True}, ((("keep_answers",), True),)),
        ({"warning": "70,5"}, ((("thresholds", "warning"), 70.5),)),
        ({"profile": "home"}, ((("profile",), "home"),)),
        (
            {"gateways": (Gateway("default"), Gateway("home", "", "watch"))},
            ((("profiles", "home", "url"), None),),
        ),
        (
            {"gateways": (Gateway("default", allow_plain=True), DRAFT.gateways[1])},
            ((("profiles", "default", "allow_plain"), True),),
        ),
        ({"presets": ()}, ((("presets",), None),)),
    ],
)
def test_only_what_differs_is_written(fields, written):
    assert changes(DRAFT, edited(**fields)) == written


def test_what_is_written_is_read_back_as_it_was_typed():
    presets = (Preset("One", "first\nsecond", None, "a/b"), Preset("Two", "{date}", "main"))
    after = edited(critical="95", poll_seconds="30", presets=presets)
    written = changes(DRAFT, after)
    settings, found = parse_settings(apply_changes(DEFAULT_SETTINGS_TEXT, written))
    assert not found
    assert (settings.critical, settings.poll_seconds, settings.presets) == (95, 30, presets)


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"warning": "95"}, "warning must be below critical"),
        ({"warning": "many"}, "warning must be a number from 1 to 100"),
        ({"poll_seconds": "1"}, "poll_seconds must be a number from 5 to 3600"),
        ({"poll_seconds": ""}, "poll_seconds must be a number"),
        ({"profile": "nobody"}, "names none of the [profiles]"),
        ({"gateways": (Gateway("default", "ftp://x"),)}, "profiles.default.url cannot be used"),
        ({"gateways": (Gateway("default", fingerprint="12"),)}, "fingerprint must be"),
        ({"presets": (Preset("", "text"),)}, "name and text are both needed"),
        ({"presets": (Preset("Name", " "),)}, "name and text are both needed"),
    ],
)
def test_errors_are_sentences(fields, part):
    assert any(part in str(problem) for problem in problems(edited(**fields)))


@pytest.mark.parametrize(
    ("percent", "situation"), [(74, Situation.CALM), (75, Situation.WARNING), (90, Situation.CRITICAL)]
)
def test_the_icon_as_it_would_look(percent, situation):
    assert sample(DRAFT, percent) == Icon(situation, percent, threshold=75)


def test_the_icon_in_another_style_as_it_would_look():
    draft = edited(icon_style="bar", critical="80")
    assert sample(draft, 70) == Icon(Situation.CALM, 70, critical=80, style=IconStyle.BAR)


def test_the_style_is_written_as_it_is_chosen_and_nothing_else_with_it():
    written = changes(DRAFT, edited(icon_style="digits"))
    assert written == ((("icon", "style"), "digits"),)
    for text in ("", DEFAULT_SETTINGS_TEXT, "# mine\n[[presets]]\nname = 'a'\ntext = 'b'\n"):
        settings, found = parse_settings(apply_changes(text, written))
        assert (settings.icon_style, found) == (IconStyle.DIGITS, ())


def test_no_icon_without_numbers():
    assert sample(edited(warning="many"), 50) is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"quiet_from": "", "quiet_to": " "}, (None, "auto")),
        ({"quiet_from": "23:30"}, (QuietHours(time(23, 30), time(7)), "auto")),
        ({"language": "ko"}, (QuietHours(time(22), time(7)), "ko")),
    ],
)
def test_quiet_hours_and_language_are_written_as_they_are_chosen(fields, expected):
    before = apply_changes("", ((("quiet", "from"), "22:00"), (("quiet", "to"), "07:00")))
    settings, found = parse_settings(apply_changes(before, changes(DRAFT, edited(**fields))), ("en", "ko"))
    assert (settings.quiet_hours, settings.language) == expected
    assert found == ()


def test_quiet_hours_need_both_ends():
    (problem,) = problems(edited(quiet_to=""))
    assert "must both be times" in str(problem)
