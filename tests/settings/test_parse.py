from __future__ import annotations

import tomllib
from datetime import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tray.i18n.words import Message
from tray.settings.edit import DEFAULT_SETTINGS_TEXT
from tray.settings.parse import parse_settings, set_value
from tray.settings.quiet_hours import QuietHours
from tray.settings.settings import UNUSABLE, IconStyle, Level, Preset, Profile, Settings

_HEX = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    "text", ["", "\ufeff", DEFAULT_SETTINGS_TEXT, DEFAULT_SETTINGS_TEXT.replace("\n", "\r\n")]
)
def test_nothing_and_the_default_text_mean_the_defaults(text: str) -> None:
    assert parse_settings(text) == (Settings(), ())


def test_every_line_that_the_default_text_offers_can_be_used() -> None:
    offered = DEFAULT_SETTINGS_TEXT
    for key in ("[profiles.home]", "url =", "level =", "allow_plain =", "session =", "model ="):
        offered = offered.replace(f"# {key}", key)
    settings, problems = parse_settings(offered)
    assert problems == ()
    assert settings.profiles[0] == Profile("home", "wss://gateway.example", Level.WATCH)
    assert settings.profiles[1] == Profile("default", "ws://127.0.0.1:18789", Level.WATCH)
    assert settings.presets[1].model == "anthropic/claude-sonnet-4-5"


def test_all_that_can_be_set() -> None:
    settings, problems = parse_settings(f"""
        profile = "home"
        notices = false
        poll_seconds = 30
        keep_answers = true
        presets = [{{name = "Hi", text = "Hello {{date}}", session = "agent:main:x", model = "a/b"}}]
        [thresholds]
        warning = 50.5
        critical = 60
        [profiles.home]
        url = "https://gateway.example/"
        level = "ask"
        allow_plain = true
        fingerprint = "SHA256:{_HEX.upper()}"
        gateway_user = "1002@gateway.example"
    """)
    assert problems == ()
    user = "1002@gateway.example"
    home = Profile(
        "home", "wss://gateway.example", Level.ASK, allow_plain=True, fingerprint=_HEX, gateway_user=user
    )
    assert settings == Settings(
        profile="home",
        profiles=(Profile(), home),
        warning=50.5,
        critical=60.0,
        poll_seconds=30.0,
        notifications=False,
        keep_answers=True,
        presets=(Preset("Hi", "Hello {date}", "agent:main:x", "a/b"),),
    )


def test_an_empty_list_of_presets_means_none() -> None:
    assert parse_settings("presets = []") == (Settings(presets=()), ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("notices = true\nprofile = \n", "There is a mistake in line 2 ("),
        ('profile = "', "There is a mistake in line 1 ("),
        ("notices = true\n[thresholds\n", "There is a mistake in line 2 ("),
        ("a=" + "[" * 5000, "There is a mistake."),
        ("a = " + "9" * 5000, "There is a mistake."),
    ],
)
def test_a_mistake_in_the_syntax_gives_the_defaults_and_the_line(text: str, said: str) -> None:
    settings, (problem,) = parse_settings(text)
    assert settings is UNUSABLE
    assert str(problem).startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("notices = 1", "notices must be true or false; true is used"),
        ("keep_answers = 'yes'", "keep_answers must be true or false; false is used"),
        ("poll_seconds = 1", "poll_seconds must be a number from 5 to 3600; 60 is used"),
        ("poll_seconds = true", "poll_seconds must be a number"),
        ("poll_seconds = nan", "poll_seconds must be a number"),
        ("thresholds = 3", "thresholds must be a table, written as [thresholds]"),
        ("[thresholds]\nwarning = 101", "thresholds.warning must be a number from 1 to 100; 75 is used"),
        ("[thresholds]\nwarning = 95", "thresholds.warning must be below critical; 75 and 90 are used"),
        ("[thresholds]\ncritical = 'x'", "thresholds.critical must be a number from 1 to 100; 90 is used"),
        ("presets = 3", "presets must be tables, each written as [[presets]]; the built-in ones"),
        ("presets = ['x']", "presets must be tables, each written as [[presets]]; the built-in ones"),
        ("notice = true", "notice is not a setting"),
        ('"a\\nb" = 1', "a?b is not a setting"),
        ("[thresholds]\nwarn = 3", "thresholds.warn is not a setting"),
    ],
)
def test_a_bad_value_is_named_and_has_its_default(text: str, said: str) -> None:
    settings, (problem,) = parse_settings(text)
    assert settings == Settings()
    assert str(problem).startswith(said)
    assert "s3cret" not in str(problem)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("profile = 3", "profile must be a text"),
        ('profile = ""', "profile must be a text"),
        ("[profile.default]\nlevel = 'watch'", "profile must be a text"),
        ("profiles = 3", "profiles must be a table, written as [profiles]"),
        ("profiles.default = 'watch'", "profiles.default must be a table, written as [profiles.default]"),
        ("[profiles.default]\nallow_plain = 'yes'", "profiles.default.allow_plain must be true or false"),
        ("[profiles.default]\nlevel = 3", "profiles.default.level must be a text"),
        ("[profiles.default]\nlevel = ''", "profiles.default.level must be a text"),
        ("[profiles.default]\nlevel = ['watch']", "profiles.default.level must be a text"),
        ("[profiles.default]\nLevel = 'watch'", "profiles.default.Level is not a setting"),
        ("[profiles.default]\ntoken = 's3cret'", "profiles.default.token does not belong in this file"),
    ],
)
def test_where_the_level_may_be_what_was_meant_clawtray_only_watches(text: str, said: str) -> None:
    settings, (problem,) = parse_settings(text)
    assert settings == Settings(profiles=(Profile(level=Level.WATCH),))
    assert str(problem).startswith(said)
    assert "s3cret" not in str(problem)


def test_a_level_that_was_read_holds_whatever_else_is_wrong() -> None:
    settings, _ = parse_settings("profile = 3\n[profiles.default]\nlevel = 'ask'\nfancy = 1")
    assert settings.active().level is Level.ASK


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('profile = "gone"', "profile names none of the [profiles], so nothing is called"),
        ("[profiles.default]\nurl = 3", "profiles.default.url must be a text"),
    ],
)
def test_what_would_lead_to_another_gateway_calls_nothing(text: str, said: str) -> None:
    settings, (problem,) = parse_settings(text)
    assert (settings.active().url, settings.active().level) == ("", Level.WATCH)
    assert str(problem).startswith(said)


@pytest.mark.parametrize(
    ("written", "said"), [("'ab'", "must be the certificate's"), ("3", "must be a text")]
)
def test_a_broken_fingerprint_is_not_the_same_as_none(written: str, said: str) -> None:
    text = f"[profiles.default]\nurl = 'wss://gateway.example'\nfingerprint = {written}"
    settings, (problem,) = parse_settings(text)
    profile = settings.active()
    assert (profile.url, profile.fingerprint, profile.level) == ("wss://gateway.example", "", Level.WATCH)
    assert str(problem).startswith(f"profiles.default.fingerprint {said}")


def test_the_gateway_s_own_profiles_can_be_chosen() -> None:
    settings, problems = parse_settings('profile = "work"', found_profiles=("dev", "work"))
    assert (settings.active(), problems) == (Profile("work", in_folder=True), ())
    assert [profile.name for profile in settings.profiles] == ["default", "dev", "work"]


def test_an_address_that_cannot_be_used_calls_nothing_rather_than_another_gateway() -> None:
    settings, (problem,) = parse_settings("[profiles.default]\nurl = 'ws://me:s3cret@host'")
    assert settings.active().url == ""
    assert str(problem).startswith("profiles.default.url cannot be used, so this profile calls nothing.")
    assert "s3cret" not in str(problem) + repr(settings)


def test_a_level_that_is_none_trusts_least() -> None:
    settings, (problem,) = parse_settings("[profiles.default]\nlevel = 'admin'")
    assert settings.active().level is Level.WATCH
    assert "watch is used" in str(problem)


def test_an_unfinished_preset_is_left_out_and_the_others_stay() -> None:
    settings, problems = parse_settings(
        "[[presets]]\nname = 'A'\n[[presets]]\nname = 'B'\ntext = 'b'\nkey = 1"
    )
    assert settings.presets == (Preset("B", "b"),)
    assert [str(problem) for problem in problems] == [
        "presets 1: name and text are both needed; this preset is left out.",
        "presets 2: key is not a setting that ClawTray knows; it is ignored.",
    ]


_keys = st.sampled_from(
    [
        "profile",
        "profiles",
        "default",
        "url",
        "level",
        "presets",
        "name",
        "text",
        "thresholds",
        "warning",
        "notices",
    ]
)
_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=4),
    max_leaves=8,
)


@given(st.text())
@example("a = 1979-13-01")
@example('"\\uD800" = 1')
def test_any_text_gives_settings(text: str) -> None:
    settings, problems = parse_settings(text)
    assert isinstance(settings, Settings)
    assert all(isinstance(problem, Message) for problem in problems)


@given(st.dictionaries(_keys, _values, max_size=6))
def test_any_values_give_settings_within_the_limits(document: dict[str, object]) -> None:
    settings, problems = parse_settings(_toml(document))
    assert not any("There is a mistake" in str(problem) for problem in problems)
    assert 1 <= settings.warning < settings.critical <= 100
    assert 5 <= settings.poll_seconds <= 3600
    assert settings.active() in settings.profiles
    assert len({profile.name for profile in settings.profiles}) == len(settings.profiles)


def _toml(value: object) -> str:
    """Write a document as inline TOML."""
    assert isinstance(value, dict)
    return "\n".join(f"{key} = {_inline(item)}" for key, item in value.items())


def _inline(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_inline(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(item) for item in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(value) if "e" not in str(value) else f"{value:.17e}"
    if isinstance(value, int):
        return str(value)
    return '"' + "".join(f"\\U{ord(char):08X}" for char in str(value)) + '"'


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (("notices",), False),
        (("profile",), "home"),
        (("thresholds", "warning"), 70.5),
        (("profiles", "default", "level"), "watch"),
        (("profiles", "home", "url"), "ws://127.0.0.1:19001"),
        (("unknown", "table", "key"), 3),
    ],
)
@pytest.mark.parametrize(
    "text", ["", "# mine\nextra = [1, 2] # kept\n[thresholds]\nwarning = 60 # early\n", DEFAULT_SETTINGS_TEXT]
)
def test_one_value_changes_and_every_other_line_stays(text: str, key: tuple[str, ...], value: object) -> None:
    changed = set_value(text, key, value)
    found: object = tomllib.loads(changed)
    for part in key:
        assert isinstance(found, dict)
        found = found[part]
    assert found == value
    kept = set(changed.splitlines())
    assert len([line for line in text.splitlines() if line not in kept]) <= 1
    assert changed.count("#") == text.count("#")
    assert _without(tomllib.loads(changed), key) == _without(tomllib.loads(text), key)


def _without(document: dict[str, object], key: tuple[str, ...]) -> dict[str, object]:
    table = document
    for part in key[:-1]:
        table = table.setdefault(part, {})
    table.pop(key[-1], None)
    return document


def test_none_removes_a_value_and_may_find_none() -> None:
    removed = set_value(
        "[profiles.default]\nlevel = 'ask' # mine\nurl = 'ws://host'\n",
        ("profiles", "default", "level"),
        None,
    )
    assert tomllib.loads(removed) == {"profiles": {"default": {"url": "ws://host"}}}
    assert tomllib.loads(set_value("", ("notices",), None)) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("profile = ", "mistake"),
        ("[profiles]\ndefault = 's3cret'", "profiles.default must be a table"),
        ("\ufeffprofiles = 1", "profiles must"),
    ],
)
def test_a_text_that_cannot_be_changed_is_refused_with_a_reason(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        set_value(text, ("profiles", "default", "url"), "ws://host")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "quiet", "problem"),
    [
        ('[quiet]\nfrom = "22:00"\nto = "7:30"', QuietHours(time(22), time(7, 30)), None),
        ("[quiet]", None, None),
        ('[quiet]\nfrom = "22:00"', None, "quiet.from and to must both be times"),
        ('[quiet]\nfrom = "22:00"\nto = "22:00"', None, "quiet.from and to must both be times"),
        ('[quiet]\nfrom = "late"\nto = "07:00"', None, "quiet.from and to must both be times"),
    ],
)
def test_quiet_hours(text, quiet, problem):
    settings, problems = parse_settings(text)
    assert settings.quiet_hours == quiet
    assert [str(p)[: len(problem or "")] for p in problems] == ([] if problem is None else [problem])


@pytest.mark.parametrize(
    ("text", "style", "problem"),
    [
        ("", IconStyle.RING, None),
        ('[icon]\nstyle = "digits"', IconStyle.DIGITS, None),
        ('[icon]\nstyle = "bar"', IconStyle.BAR, None),
        (
            '[icon]\nstyle = "pie"',
            IconStyle.RING,
            "icon.style must be one of ring, digits, bar; ring is used.",
        ),
        ("[icon]\nstyle = 1", IconStyle.RING, "icon.style must be a text in quotes; it is ignored."),
        ('icon = "bar"', IconStyle.RING, "icon must be a table, written as [icon]; it is ignored."),
        (
            "[icon]\nsize = 1",
            IconStyle.RING,
            "icon.size is not a setting that ClawTray knows; it is ignored.",
        ),
    ],
)
def test_the_style_of_the_icon(text, style, problem):
    settings, problems = parse_settings(text)
    assert settings.icon_style is style
    assert [str(each) for each in problems] == ([] if problem is None else [problem])


@pytest.mark.parametrize(
    ("text", "language", "problem"),
    [
        ("", "auto", None),
        ('language = "ko"', "ko", None),
        ('language = "xx"', "auto", "language must be one of auto, en, ko; auto is used."),
    ],
)
def test_the_language(text, language, problem):
    settings, problems = parse_settings(text, ("en", "ko"))
    assert settings.language == language
    assert [str(p) for p in problems] == ([] if problem is None else [problem])
