"""What windows decide without a screen."""

from __future__ import annotations

import io

import pytest

from tray.core.model import WindowKind
from tray.gui import app
from tray.gui.base import mnemonic
from tray.gui.ipc import BringToFront, dump
from tray.gui.kit.options import matches
from tray.gui.theme import native, pixels


@pytest.mark.parametrize(
    ("themes", "windows", "dark", "name"),
    [
        (("clam", "vista"), True, False, "vista"),
        (("clam", "vista"), True, True, "clam"),
        (("clam", "winnative"), True, False, "clam"),
        (("clam", "vista"), False, False, "clam"),
    ],
)
def test_the_native_theme_is_used_where_it_fits(themes, windows, dark, name):
    assert native(themes, windows=windows, dark=dark) == name


@pytest.mark.parametrize(("scaling", "length"), [(4 / 3, 4), (8 / 3, 8), (0.1, 1)])
def test_lengths_scale_with_the_resolution(scaling, length):
    assert pixels(3, scaling) == length


@pytest.mark.parametrize(
    ("text", "label", "at"),
    [
        ("_Copy", "Copy", 0),
        ("S_top", "Stop", 1),
        ("Copy", "Copy", -1),
        ("복사", "복사", -1),
        ("복사(_C)", "복사(C)", 3),
        ("_복사", "복사", -1),
        ("x_", "x", -1),
    ],
)
def test_the_key_of_a_button_is_marked_in_its_text(text, label, at):
    assert mnemonic(text) == (label, at)


def test_a_search_finds_choices_with_every_word():
    assert matches("SON 1m", "claude-sonnet", "1M")
    assert not matches("son 1m", "claude-sonnet", "200k")
    assert matches("", "claude-opus")


def test_without_an_init_line_there_is_no_window(monkeypatch):
    for text in ("", f"nonsense\n{dump(BringToFront())}\n"):
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        assert app.run(WindowKind.PANEL) == 1
    monkeypatch.setattr("sys.stdin", None)  # as a windowed program that somebody started by hand
    assert app.run(WindowKind.PANEL) == 1
