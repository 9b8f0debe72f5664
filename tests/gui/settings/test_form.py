from __future__ import annotations

from datetime import time

import pytest

from tray.gui.settings.form import Draft, Gateway, Saving, changes, draft_of, mistakes, sample
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


HERE = Gateway("default", was="default", fixed=True)
HOME = Gateway("home", "wss://h.example:443", "watch", was="home")


def edited(**fields) -> Draft:
    return replace(DRAFT, **fields)


def test_the_fields_show_the_settings():
    assert (DRAFT.warning, DRAFT.critical, DRAFT.poll_seconds) == ("75", "90", "60")
    assert DRAFT.gateways == (HERE, HOME)


def test_half_a_character_is_named_before_anything_is_saved():
    for fields in (
        {"presets": (Preset("half \ud83d", "text"),)},
        {"gateways": (Gateway("default", "\udc00"),)},
    ):
        assert {field: str(each) for field, each in mistakes(edited(**fields)).items()} == {
            "": "There is half a character, such as half an emoji. Remove it."
        }
    assert mistakes(edited(presets=(Preset("whole 😀", "text"),))) == {}


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
    found = edited(gateways=(*DRAFT.gateways, Gateway("work", was="work", fixed=True)))
    after = replace(found, profile="work")
    assert mistakes(after) == {}
    assert changes(found, after) == ((("profile",), "work"),)


def test_nothing_is_written_where_nothing_differs():
    assert changes(DRAFT, DRAFT) == ()
    assert mistakes(DRAFT) == {}


@pytest.mark.parametrize(
    ("fields", "written"),
    [
        ({"notices": False}, ((("notices",), False),)),
        ({"keep_answers": True}, ((("keep_answers",), True),)),
        ({"warning": "70,5"}, ((("thresholds", "warning"), 70.5),)),
        ({"profile": "home"}, ((("profile",), "home"),)),
        (
            {"gateways": (HERE, replace(HOME, level=""))},
            ((("profiles", "home", "level"), None),),
        ),
        (
            {"gateways": (replace(HERE, allow_plain=True), HOME)},
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
    ("fields", "field", "part"),
    [
        ({"warning": "95"}, "critical", "above the amber one"),
        ({"warning": "many"}, "warning", "A number from 1 to 100"),
        ({"critical": "101"}, "critical", "A number from 1 to 100"),
        ({"poll_seconds": "1"}, "poll_seconds", "A number from 5 to 3600"),
        ({"poll_seconds": ""}, "poll_seconds", "A number from 5 to 3600"),
        ({"quiet_to": ""}, "quiet_to", "A time such as 22:00"),
        ({"quiet_to": "22:00"}, "quiet_to", "Another time"),
        ({"profile": "nobody"}, "", "cannot be used"),
        ({"gateways": (replace(HERE, url="ftp://x"),)}, "url 0", "starts with ws:// or wss://"),
        ({"gateways": (HERE, replace(HOME, url="ws://h.example"))}, "url 1", "would show the token"),
        ({"gateways": (HERE, replace(HOME, url=""))}, "url 1", "Enter its address"),
        ({"gateways": (HERE, replace(HOME, name=" "))}, "name 1", "Give it a name"),
        ({"gateways": (HERE, replace(HOME, name="default"))}, "name 0", "has this name"),
        ({"gateways": (replace(HERE, fingerprint="12"),)}, "fingerprint 0", "SHA-256"),
        ({"presets": (Preset("Name", "text"), Preset("", "text"))}, "preset 1", "a name and a text"),
        ({"presets": (Preset("Name", " "),)}, "preset 0", "a name and a text"),
    ],
)
def test_mistakes_are_sentences_at_their_field_without_words_of_the_file(fields, field, part):
    found = mistakes(edited(**fields))
    assert part in str(found[field])
    assert not any(
        word in str(found[field]) for word in ("poll_seconds", "thresholds", "profiles", "is used")
    )


def test_gateways_are_added_renamed_and_removed():
    text = apply_changes("", (*_written(HERE), *_written(replace(HOME, user="1001@h"))))
    before = edited(gateways=(HERE, replace(HOME, user="1001@h")))
    renamed = replace(before.gateways[1], name="away")
    after = replace(before, gateways=(HERE, renamed, Gateway("new", "ws://127.0.0.1:1")))
    assert mistakes(after) == {}
    profiles = parse_settings(apply_changes(text, changes(before, after)))[0].profiles
    assert [(each.name, each.url, each.gateway_user) for each in profiles if each.name != "default"] == [
        ("away", "wss://h.example:443", "1001@h"),
        ("new", "ws://127.0.0.1:1", None),
    ]
    removed = changes(before, replace(before, gateways=(HERE,)))
    assert removed == ((("profiles", "home"), None),)
    assert [each.name for each in parse_settings(apply_changes(text, removed))[0].profiles] == ["default"]


def _written(gateway):
    place = ("profiles", gateway.name)
    fields = {"url": gateway.url, "level": gateway.level, "gateway_user": gateway.user}
    return tuple(((*place, name), value) for name, value in fields.items() if value)


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
