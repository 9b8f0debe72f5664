from __future__ import annotations

import codecs
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tray.view.text.exact import (
    BLANK,
    CONTINUED,
    EMPTY,
    FOREIGN,
    WIDTH,
    escaped,
    has_foreign,
    hidden,
    in_one_line,
)

_ESCAPE = re.compile(r"\\(?:\\|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|[a-z])")
TRICKY = st.text(st.sampled_from("ab \\n\n\r\t" + CONTINUED + BLANK + EMPTY + FOREIGN + "\u3164\u0301é안"))


def read_back(lines):
    """The command that these lines show."""
    whole = ""
    for number, line in enumerate(lines):
        start = line.removeprefix(f"{CONTINUED} ")
        if start == line and number:
            whole += "\n"
        start = start.removeprefix(f"{FOREIGN} ")
        whole += "" if start == EMPTY else start.replace(BLANK, " ")
    return _ESCAPE.sub(lambda found: codecs.decode(found[0], "unicode_escape"), whole)


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        ("ls -l", ["ls -l"]),
        ("a\nb", ["a", "b"]),
        ("a\n\nb", ["a", EMPTY, "b"]),
        ("a\n \nb", ["a", BLANK, "b"]),
        ("", [EMPTY]),
        ("  a ", [f"{BLANK}{BLANK}a{BLANK}"]),
        ("x" * (WIDTH + 1), ["x" * WIDTH, f"{CONTINUED} x"]),
        ("a\tb\x1b[2J", ["a\\tb\\x1b[2J"]),
        ("printf a\\rb", ["printf a\\\\rb"]),
        ("printf a\rb", ["printf a\\rb"]),
        (f"{CONTINUED} not a continuation", ["\\u21b3 not a continuation"]),
        (f"{FOREIGN}{EMPTY}{BLANK}…", ["\\u26a0\\u21b5\\u2423\\u2026"]),
        ("ls\n안녕 ls", ["ls", f"{FOREIGN} 안녕 ls"]),
        ("é" + "x" * WIDTH, [f"{FOREIGN} é" + "x" * (WIDTH - 1), f"{CONTINUED} x"]),
    ],
)
def test_a_command_is_shown_as_it_is(command, lines):
    assert escaped(command) == lines


@pytest.mark.parametrize(
    "character",
    "\u3164\uffa0\u115f\u1160\u2800\u034f\ufe0f\U000e0100\u17b4\u180b\u0332\u0336\u200b\u200d\u202e\u2066"
    "\U000e0041\xad\xa0\u3000\u2003\u2060\u2062\U0001d159\ufffc\U0001bca0\ue000\u0378",
)
def test_what_has_no_shape_of_its_own_is_escaped(character):
    (line,) = escaped(f"ls{character} -l")
    assert line.isascii()
    assert "\\" in line


@pytest.mark.parametrize(
    "look_alike", ["\u037e", "\u212a", "e\u0301", "\u1112\u1161", "\u05d0", "\u0627", "\u0661"]
)
def test_what_joins_turns_round_or_stands_for_another_is_escaped(look_alike):
    (line,) = escaped(look_alike)
    assert line.removeprefix("e").startswith("\\u")


@given(st.text())
@example("\n")
@example("\\u3164\u3164")
def test_every_line_of_a_command_is_visible(command):
    for line in escaped(command):
        assert line.isprintable()
        assert line
        assert line.strip() == line
        assert len(line) <= 10 * WIDTH


@given(st.text(st.characters(codec="utf-8")))
def test_a_command_can_be_read_back_from_what_is_shown(command):
    assert read_back(escaped(command)) == command


@given(TRICKY)
def test_so_it_can_where_it_imitates_the_signs(command):
    assert read_back(escaped(command)) == command


@given(TRICKY)
def test_lines_beyond_ascii_are_marked(command):
    marked = [line for line in escaped(command) if FOREIGN in line]
    assert bool(marked) is has_foreign(command) is bool(set(command) & {"é", "안"})


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("ls", "ls"),
        ("", ""),
        ("a\nb", "a\\nb"),
        ("0123456789", "0123456789"),
        ("0123456789a", "012345678…"),
        ("안녕", f"{FOREIGN} 안녕"),
        ("  ", BLANK * 2),
    ],
)
def test_the_beginning_of_a_command_is_as_exact(command, line):
    assert in_one_line(command, 10) == line


@pytest.mark.parametrize(
    ("command", "code"), [("ls \\ a\nb", ""), ("ls\u200b\u202e", r"\u200b"), ("ls\t", r"\t"), ("안녕", "")]
)
def test_the_first_hidden_character_is_named(command, code):
    assert hidden(command) == code
