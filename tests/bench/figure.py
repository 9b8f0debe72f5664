"""A measured figure, what it is compared with, and the table. It does not know how anything is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_HEADINGS = ("figure", "today", "target", "met", "in the same run (today's is so many times that)")
_HUNDRED, _MILLION = 100, 1e6


@dataclass(frozen=True, slots=True)
class Peer:
    """What was measured in the same run to compare with, and its value in the figure's unit."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Target:
    """What is wanted, in words, and the value that must not be exceeded."""

    words: str
    limit: float


def at_most(limit: float, unit: str) -> Target:
    """A target that is the same in every run."""
    return Target(f"<= {_amount(limit, unit)}", limit)


def times(factor: float, peer: Peer) -> Target:
    """A target that is so many times the value of a peer."""
    return Target(f"<= {factor}x {peer.name}", factor * peer.value)


def above(extra: float, unit: str, peer: Peer) -> Target:
    """A target that is so much more than the value of a peer."""
    return Target(f"<= {peer.name} + {_amount(extra, unit)}", peer.value + extra)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    Attributes:
        name: What was measured.
        unit: Of all its values: `s`, `ms`, `MB`, `%`, or a word for what is counted.
        value: What it is today.
        peers: What was measured beside it.
        target: What is wanted; None if nothing was promised.
        note: How it was measured and beside what; printed below the table.
    """

    name: str
    unit: str
    value: float
    peers: tuple[Peer, ...] = ()
    target: Target | None = None
    note: str = ""


def table(figures: Iterable[Figure]) -> str:
    """All figures as aligned text, and each note once below them."""
    figures = tuple(figures)
    rows = [_HEADINGS, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    notes = dict.fromkeys(figure.note for figure in figures if figure.note)
    return "\n".join((*lines, *(f"* {note}" for note in notes)))


def _cells(figure: Figure) -> tuple[str, ...]:
    target, met = "", ""
    if figure.target is not None:
        target = figure.target.words
        met = "yes" if figure.value <= figure.target.limit else "no"
    peers = "; ".join(_beside(peer, figure) for peer in figure.peers)
    return (figure.name, _amount(figure.value, figure.unit), target, met, peers)


def _beside(peer: Peer, figure: Figure) -> str:
    ratio = f" ({figure.value / peer.value:.3g}x)" if peer.value > 0 else ""
    return f"{peer.name} {_amount(peer.value, figure.unit)}{ratio}"


def _amount(value: float, unit: str) -> str:
    if abs(value) >= _MILLION:
        return f"{value / _MILLION:.2f} M {unit}"
    whole = value == int(value) or abs(value) >= _HUNDRED
    digits = f"{value:,.0f}" if whole else f"{value:.3g}"
    return f"{digits} {unit}"
