from __future__ import annotations

import tomllib

import pytest

from tray.settings.edit import DEFAULT_SETTINGS_TEXT, apply_changes
from tray.settings.parse import parse_settings
from tray.settings.settings import BUILT_IN_PRESETS, Preset


def preset(number, name, text, **rest):
    fields = {"name": name, "text": text, **rest}
    return tuple((("presets", str(number), key), value) for key, value in fields.items())


def test_several_values_are_written_at_once_and_comments_stay():
    changes = (
        (("notices",), False),
        (("thresholds", "warning"), 70.0),
        (("profiles", "home", "url"), "ws://h:1"),
    )
    text = apply_changes(DEFAULT_SETTINGS_TEXT, changes)
    settings, problems = parse_settings(text)
    assert not problems
    assert (settings.notifications, settings.warning) == (False, 70.0)
    assert settings.profiles[-1].url == "ws://h:1"
    assert "# Show notifications." in text
    assert settings.presets == BUILT_IN_PRESETS


@pytest.mark.parametrize(("value", "written"), [(70.0, "70"), (70.5, "70.5"), (True, "true"), ("x", '"x"')])
def test_values_are_written_as_people_write_them(value, written):
    assert apply_changes("", ((("notices",), value),)) == f"notices = {written}\n"


def test_a_value_is_removed():
    assert tomllib.loads(apply_changes("a = 1\nb = 2\n", ((("a",), None),))) == {"b": 2}


def test_presets_are_written_again_and_in_their_order():
    changes = ((("presets",), None), *preset(0, "One", "first"), *preset(1, "Two", "second", session="main"))
    settings, problems = parse_settings(apply_changes(DEFAULT_SETTINGS_TEXT, changes))
    assert not problems
    assert settings.presets == (Preset("One", "first"), Preset("Two", "second", "main"))


@pytest.mark.parametrize("before", [DEFAULT_SETTINGS_TEXT, "", "[profiles.default]\n", "notices = true\n"])
def test_no_presets_are_none_and_not_the_built_in_ones(before):
    settings, problems = parse_settings(apply_changes(before, ((("presets",), None),)))
    assert not problems
    assert settings.presets == ()
    assert [profile.name for profile in settings.profiles] == ["default"]


def test_what_is_no_toml_is_left_alone():
    with pytest.raises(ValueError, match="mistake"):
        apply_changes("a = ", ((("notices",), True),))
    with pytest.raises(ValueError, match="mistake"):
        apply_changes("a = ", ((("presets",), None),))
