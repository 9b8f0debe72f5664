from __future__ import annotations

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.situations import situations
from tray.core import commands
from tray.core.commands import (
    AskAgain,
    AskInWindow,
    Compact,
    Decide,
    EditSettings,
    KeepDraft,
    KeepModel,
    NewSession,
    OpenDashboard,
    OpenLink,
    OpenSettings,
    ReadUsage,
    Reconnect,
    SaveSettings,
    SendDraft,
    SetAutostart,
    SetNotifications,
    ShowDiagnostics,
    ShowIconSettings,
    ShowPage,
    Snooze,
    SnoozeUntil,
    StartGateway,
    StopPrompt,
    StopRun,
    UseModel,
)
from tray.core.model import Page
from tray.gui.ipc import (
    BringToFront,
    FromWindow,
    Init,
    Ready,
    ToWindow,
    WindowCommand,
    dump,
    load_for_window,
    load_from_window,
)
from tray.i18n.words import Words
from tray.protocol.approvals import Decision
from tray.settings.settings import BUILT_IN_PRESETS, IconStyle, Level, Profile
from tray.view.icon.model import Icon, Situation
from tray.view.panel.cards import Compose, Exchange, Form
from tray.view.panel.forms import Field, TryGateway
from tray.view.panel.panes import SettingsPane
from tray.view.panel.texts import TextPane

TO = (
    Init("ko"),
    Init("en", (1, 2, 3, 4)),
    BringToFront(),
    TextPane("Diagnostics", "", "ClawTray\n\n  text"),
    *situations(Words()).values(),
    SettingsPane(
        "default",
        (Profile(), Profile("home", "wss://h:1", Level.WATCH, allow_plain=True, fingerprint="ab" * 32)),
        *(75.0, 90.5, 60.0, True),
        *("ko", "22:00", "07:00", True),
        BUILT_IN_PRESETS,
        None,
        Icon(Situation.WARNING, 80, threshold=75, critical=91, style=IconStyle.DIGITS),
        IconStyle.DIGITS,
    ),
)
FROM = (
    Ready(),
    TryGateway("default", "wss://h", "t0ken", saves=True),
    AskInWindow("안녕 \u202e \ud83e\n😀", "key", None, "Greet"),
    KeepDraft("text\nmore"),
    SendDraft("p"),
    AskAgain("id"),
    StopPrompt("id"),
    OpenDashboard(None),
    OpenLink("https://docs.example/"),
    EditSettings(),
    SetAutostart(on=True),
    ReadUsage(),
    Decide("id", Decision.ALLOW_ALWAYS),
    Compact("k"),
    NewSession("k"),
    StopRun("k"),
    UseModel(None, "k"),
    KeepModel("k"),
    OpenSettings(),
    Reconnect(),
    StartGateway(),
    SetNotifications(on=False),
    Snooze(SnoozeUntil.TOMORROW),
    ShowDiagnostics(),
    ShowIconSettings(),
    ShowPage(Page.USAGE, "k"),
    SaveSettings(
        ((("notices",), False), (("thresholds", "warning"), 70.5), (("profile",), "home"), (("a",), None))
    ),
)


@pytest.mark.parametrize("value", TO, ids=lambda value: type(value).__name__)
def test_values_to_a_window_arrive_unchanged(value):
    line = dump(value)
    assert line.isascii()
    assert "\n" not in line
    assert load_for_window(line) == value


@pytest.mark.parametrize("value", FROM, ids=lambda value: type(value).__name__)
def test_values_from_a_window_arrive_unchanged(value):
    assert load_from_window(dump(value)) == value


def test_this_file_covers_every_message():
    assert {type(value) for value in TO} == set(get_args(ToWindow))
    assert {type(value) for value in FROM} == set(get_args(FromWindow))
    assert set(get_args(WindowCommand)) <= set(get_args(commands.Command))


def test_each_direction_accepts_only_its_own_values():
    assert load_from_window(dump(BringToFront())) is None
    assert load_for_window(dump(Ready())) is None


def test_a_window_can_neither_end_the_program_nor_ask_without_a_window_nor_restart_the_gateway():
    assert load_from_window('{"type":"ReadUsage"}') == ReadUsage()
    for kind in ("Quit", "Ask", "RestartGateway", "CopyKey", "OpenPanel"):
        assert load_from_window(json.dumps({"type": kind})) is None
        assert load_from_window(json.dumps({"type": kind, "key": "k", "model": "m"})) is None


@pytest.mark.parametrize(
    "line",
    [
        "",
        "null",
        "[]",
        "{}",
        '"Ready"',
        '{"type":["Ready"]}',
        '{"type":"ready"}',
        '{"type":"\\ud83e"}',
        '{"type":"Ready","more":1}',
        '{"type":"Ready","\\ud83e":1}',
        '{"type":"AskAgain"}',
        '{"type":"AskAgain","id":1}',
        '{"type":"AskAgain","id":null}',
        '{"type":"SetAutostart","on":1}',
        '{"type":"SaveSettings","changes":[[["a"]]]}',
        '{"type":"SaveSettings","changes":{}}',
        '{"type":"SaveSettings","changes":[[["a"],[]]]}',
        '{"type":"SaveSettings","changes":[[["a"],1' + "0" * 400 + "]]}",
        '{"type":"Decide","id":"1","decision":"\\ud83e"}',
        '{"type":"AskInWindow","text":"x","key":7,"model":null,"preset":null}',
        '{"type":"AskInWindow","text":"x","key":null}',
        pytest.param("[" * 100_000, id="deep list"),
        pytest.param('{"type":' * 100_000, id="deep object"),
        "[1,2]",
        '["Ready",{}]',
    ],
)
def test_other_lines_are_ignored(line):
    assert load_from_window(line) is None


def test_an_unknown_situation_is_ignored():
    line = dump(TO[-1]).replace(Situation.WARNING.value, "hungry")
    assert load_for_window(line) is None


def test_a_line_that_is_too_long_is_not_parsed():
    assert load_from_window(dump(AskInWindow("x" * 4_000_001))) is None
    assert load_from_window(dump(AskInWindow("x" * 400_000))) == AskInWindow("x" * 400_000)


@given(st.text())
def test_any_text_can_be_parsed(text):
    load_from_window(text)
    load_for_window(text)


def test_an_integer_is_accepted_for_a_float():
    line = '{"type":"SaveSettings","changes":[[["a"],70]]}'
    assert load_from_window(line) == SaveSettings(((("a",), 70.0),))


def test_no_message_has_a_secret():
    kinds = (*get_args(ToWindow), *get_args(FromWindow), Profile, Compose, Exchange, Form, Field)
    names = {name for kind in kinds for name in kind.__struct_fields__}
    names -= {"secret"}  # a field of a form, without its text; and what is typed there, on its way to a test
    assert not names & {"token", "password", "secrets", "seed"}
    assert "t0ken" not in repr(TryGateway("default", "wss://h", "t0ken", saves=True))
