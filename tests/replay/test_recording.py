from __future__ import annotations

import json
from dataclasses import dataclass, make_dataclass
from enum import Enum
from typing import get_args

import pytest

from tests.replay import recording
from tests.replay.kinds import KINDS
from tray.core.commands import Command, CopyText, Pin
from tray.core.effects import Effect, SaveState
from tray.core.model import Alert
from tray.core.update import update

KEPT = json.loads(recording.FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("group", recording.GROUPS)
def test_the_program_does_what_was_recorded(group):
    assert recording.shortened(recording.record(group)) == KEPT[group]


def test_one_changed_effect_is_seen(monkeypatch):
    changes = []

    def altered(state, event, now):
        state, effects = update(state, event, now)
        if not changes and any(isinstance(effect, SaveState) for effect in effects):
            changes.append(event)
            effects = tuple(effect for effect in effects if not isinstance(effect, SaveState))
        return state, effects

    monkeypatch.setattr(recording, "update", altered)
    monkeypatch.setattr(recording, "WALKS", 1)
    assert recording.shortened(recording.record("walks"))["walk 0"] != KEPT["walks"]["walk 0"]
    assert len(changes) == 1


def test_every_effect_command_and_alert_has_a_tag():
    assert {*get_args(Effect), *get_args(Command), *get_args(Alert)} <= set(KINDS)


def test_a_recording_keeps_values_and_no_names():
    colour = Enum("colour", ["RED", "GREEN"])
    kept = recording.neutral((Pin("a"), colour.GREEN, 0.1234567, CopyText('{"b": "two words", "c": 2}')))
    assert kept == [["pin", "a"], "#1", 0.123457, ["copy-text", {"b": "words", "c": 2}]]
    old, new = make_dataclass("Old", ["a", "b"]), make_dataclass("New", ["c", "d"])
    assert recording.neutral(old(1, 2)) == recording.neutral(new(1, 2)) == [1, 2]


def test_a_struct_is_recorded_as_a_dataclass_is():
    @dataclass
    class Struct:
        __struct_fields__ = ("b", "a")
        a: int
        b: str

    assert recording.neutral(Struct(1, "x")) == ["x", 1]
