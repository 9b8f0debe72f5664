from __future__ import annotations

import pytest

from tray.view.reports import table
from tray.view.reports.table import Cell, Colour, Column, Look, columns, fold, padded

HEADS = (
    Column(),
    Column("Name", least=4),
    Column("Used", right=True),
    Column("Model", least=5, drop=1),
    Column("Note", drop=2),
)
ROWS = [
    ("*", "회의록", "62%", "a/long-model", "now"),
    ("", "notes", "7%", "b/short", ""),
]


def drawn(width=None, heads=HEADS, rows=ROWS, **more):
    return table.table(heads, rows, Look(width, **more)).splitlines()


def test_figures_end_below_one_another_and_wide_letters_count_twice():
    assert drawn() == [
        "   Name    Used  Model         Note",
        "*  회의록   62%  a/long-model  now",
        "   notes     7%  b/short",
    ]


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (35, ["   Name    Used  Model         Note", "*  회의록   62%  a/long-model  now"]),
        (30, ["   Name    Used  Model    Note", "*  회의록   62%  a/long…  now"]),
        (24, ["   Name    Used  Model", "*  회의록   62%  a/long…"]),
        (20, ["   Name  Used  Model", "*  회…    62%  a/lo…"]),
        (13, ["   Name  Used", "*  회…    62%"]),
        (3, ["   Name  Used", "*  회…    62%"]),
    ],
)
def test_what_does_not_fit_is_cut_or_left_out(width, lines):
    assert drawn(width)[:2] == lines
    assert max(map(columns, drawn(width))) <= max(width, 13)


def test_the_column_with_the_highest_number_is_left_out_first():
    assert [("Note" in drawn(w)[0], "Model" in drawn(w)[0]) for w in (35, 24, 13)] == [
        (True, True),
        (False, True),
        (False, False),
    ]


def test_the_widest_column_is_cut_first():
    assert drawn(30)[1] == "*  회의록   62%  a/long…  now"


def test_a_column_without_any_text_is_left_out():
    assert drawn(rows=[("", "one", "1", "", "")]) == ["Name  Used", "one      1"]


def test_colours_take_no_room():
    (head, row) = drawn(rows=[("", "one", Cell("1%", Colour.WARNING), "", "")], coloured=True)
    assert head == "\x1b[1mName\x1b[0m  \x1b[1mUsed\x1b[0m"
    assert row == "one     \x1b[33m1%\x1b[0m"
    assert columns(head) == columns(row) == 10


def test_a_colour_is_left_out_where_none_are_shown_and_ended_where_it_is_cut():
    assert Look().paint("1%", Colour.CALM) == "1%"
    assert Look(coloured=True).paint("", Colour.CALM) == ""
    painted = Look(coloured=True).paint("too long", Colour.CALM)
    assert table.cut(f"a {painted}", 6) == "a \x1b[32mtoo…\x1b[0m"
    assert table.cut(f"abcd {painted}", 5) == "abcd…"


@pytest.mark.parametrize(
    ("text", "taken"),
    [("main", 4), ("회의록", 6), ("ﾊﾝ", 2), ("cafe\u0301", 4), ("\u1112\u116c", 2), ("q\u0301", 1), ("", 0)],
)
def test_columns_that_a_text_takes_in_a_terminal(text, taken):
    assert columns(text) == taken
    assert padded(text, 8) == text + " " * (8 - taken)


@pytest.mark.parametrize(
    ("line", "width", "rows"),
    [
        ("", 5, [""]),
        ("it fits", 7, ["it fits"]),
        ("run: openclaw start", 13, ["run: openclaw", "start"]),
        ("at 127.0.0.1:18789 now", 9, ["at", "127.0.0.…", "now"]),
        ("한국 사람", 6, ["한국", "사람"]),
        ("main  62% of 200k", 10, ["main  62%…"]),
    ],
)
def test_a_sentence_is_folded_and_a_line_of_a_table_cut(line, width, rows):
    assert fold(line, width) == rows
    assert max(map(columns, rows)) <= width


@pytest.mark.parametrize(
    ("line", "width", "cut"),
    [
        ("fits", 4, "fits"),
        ("longer", 4, "lon…"),
        ("", 1, ""),
        ("ab", 1, "…"),
        ("한국", 4, "한국"),
        ("한국어", 4, "한…"),
        ("e\u0301te\u0301s", 3, "e\u0301t…"),
    ],
)
def test_a_line_is_cut_to_so_many_columns(line, width, cut):
    assert table.cut(line, width) == cut
    assert columns(table.cut(line, width)) <= width
