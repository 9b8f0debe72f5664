"""The live view and the growing answer."""

from __future__ import annotations

import io

import pytest

from tray import system
from tray.cli.terminal import Screen, Stream, takes
from tray.view.chart import BARS
from tray.view.notification import Notification


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self):
        return True


def test_a_stream_writes_only_what_is_new():
    out = io.StringIO()
    stream = Stream(out)
    for text in ("", "Hel", "Hel", "Hello", "Hello \x1b[31mthere\n"):
        stream.write(text)
    stream.finish("Hello \x1b[31mthere")
    assert out.getvalue() == "Hello [31mthere\n"


def test_a_stream_whose_text_changes_starts_a_new_line():
    out = io.StringIO()
    stream = Stream(out)
    stream.write("Let me look.")
    stream.finish("It is done.")
    assert out.getvalue() == "Let me look.\nIt is done.\n"


@pytest.mark.parametrize(("terminal", "written"), [(True, "Let me\n look."), (False, "Let me look.")])
def test_a_pause_ends_the_line_where_something_else_is_written_next(monkeypatch, terminal, written):
    out = io.StringIO()
    monkeypatch.setattr(out, "isatty", lambda: terminal)
    stream = Stream(out)
    stream.pause()
    stream.write("Let me")
    stream.pause()
    stream.write("Let me look.")
    assert out.getvalue() == written


def test_an_empty_stream_writes_nothing():
    out = io.StringIO()
    Stream(out).finish("")
    assert out.getvalue() == ""


def test_a_screen_that_is_no_terminal_gets_a_line_for_each_change():
    out, err = io.StringIO(), io.StringIO()
    screen = Screen(out, err)
    for text in ("one", "one", "two"):
        screen.show(text)
    screen.notify(Notification("Title", "A body."))
    screen.show("two")
    assert (out.getvalue(), err.getvalue()) == ("one\ntwo\n", "Title. A body.\n")


def test_a_terminal_that_would_print_escape_sequences_gets_a_line_for_each_change(monkeypatch):
    monkeypatch.setattr(system.current(), "terminal_supports_escapes", lambda: False)
    out = Terminal()
    screen = Screen(out, out)
    for text in ("one", "two"):
        screen.show(text)
    assert out.getvalue() == "one\ntwo\n"


def test_a_terminal_is_redrawn_in_place_below_notifications():
    out = Terminal()
    screen = Screen(out, out)
    screen.show("one\ntwo")
    screen.show("one\ntwo")
    screen.notify(Notification("Title", "A body."))
    screen.show("three")
    screen.show("four")
    assert out.getvalue() == (
        "\x1b[?7lone\ntwo\x1b[?7h\n"
        "\x1b[2F\x1b[JTitle. A body.\n\x1b[?7lthree\x1b[?7h\n"
        "\x1b[1F\x1b[J\x1b[?7lfour\x1b[?7h\n"
    )


def test_lines_are_cut_to_the_width_of_the_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "9")
    out = Terminal()
    Screen(out, out).show("nine long\n127.0.0.1:18789\n한국어입니다")
    assert out.getvalue() == "\x1b[?7lnine long\n127.0.0.…\n한국어입…\x1b[?7h\n"


def test_a_line_is_folded_so_that_its_end_can_be_read(monkeypatch):
    monkeypatch.setenv("COLUMNS", "14")
    monkeypatch.setenv("LINES", "5")
    out = Terminal()
    screen = Screen(out, out)
    screen.show("down. Start it with: openclaw")
    screen.show("up  again")
    assert out.getvalue() == (
        "\x1b[?7ldown. Start it\nwith: openclaw\x1b[?7h\n\x1b[2F\x1b[J\x1b[?7lup  again\x1b[?7h\n"
    )


def test_a_view_is_never_higher_than_the_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "4")
    monkeypatch.setenv("LINES", "3")
    out = Terminal()
    Screen(out, out).show("a bc de f gh\nij")
    assert out.getvalue() == "\x1b[?7la b…\nij\x1b[?7h\n"


class Interrupted(Terminal):
    """A stream on which Ctrl-C interrupts every write."""

    def write(self, text):
        super().write(text)
        raise KeyboardInterrupt


def test_an_interrupt_leaves_the_view_on_the_terminal():
    out = Terminal()
    screen = Screen(out, Interrupted())
    screen.show("one")
    screen.notify(Notification("Title", "A body."))
    with pytest.raises(KeyboardInterrupt):
        screen.show("two")
    assert out.getvalue().endswith("\x1b[1F\x1b[J\x1b[?7ltwo\x1b[?7h\n")


def test_the_view_is_replaced_by_one_write():
    written = []
    out = Terminal()
    out.write = written.append
    screen = Screen(out, out)
    screen.show("one")
    screen.show("two")
    assert written == ["\x1b[?7lone\x1b[?7h\n", "\x1b[1F\x1b[J\x1b[?7ltwo\x1b[?7h\n"]


def test_bars_are_left_out_where_they_would_be_question_marks():
    assert takes(io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), BARS)
    assert not takes(io.TextIOWrapper(io.BytesIO(), encoding="latin-1"), BARS)
    assert takes(io.StringIO(), BARS)
