"""The table that the benchmark prints."""

from __future__ import annotations

import re

from tests.bench.figure import Figure, Peer, above, at_most, table, times

PEER = Peer("the script", 80.0)


def row(figure):
    return table([figure]).splitlines()[2]


def test_a_row_shows_today_target_and_peer():
    figure = Figure("cold", "ms", 100.0, (PEER, Peer("imports", 50.0)), times(1.0, PEER))
    assert re.split(" {2,}", row(figure)) == [
        "cold",
        "100 ms",
        "<= 1.0x the script",
        "no",
        "the script 80 ms (1.25x); imports 50 ms (2x)",
    ]


def test_a_target_is_met_up_to_its_limit():
    assert " yes" in row(Figure("memory", "MB", 84.0, (PEER,), above(4, "MB", PEER)))
    assert " no" in row(Figure("memory", "MB", 84.1, (PEER,), above(4, "MB", PEER)))
    assert " yes" in row(Figure("disk", "bytes", 0, (), at_most(0, "bytes")))


def test_without_a_target_nothing_is_met():
    assert row(Figure("traffic", "bytes", 12.0)).split() == ["traffic", "12", "bytes"]


def test_nothing_is_a_multiple_of_a_peer_that_is_zero():
    assert row(Figure("of a core", "%", 0.02, (Peer("doing nothing", 0.0),))).endswith("doing nothing 0 %")


def test_each_note_is_printed_once():
    figures = [Figure("a", "ms", 1.0, note="how"), Figure("b", "ms", 2.5e6, note="how")]
    assert table(figures).count("* how") == 1
    assert "2.50 M ms" in table(figures)
