"""A measured figure, and the table of them. It knows nothing of how anything is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_HEADINGS = ("figure", "ours", "beside", "ratio", "goal")
_MILLION = 1e6


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    Attributes:
        name: What was measured.
        unit: Of both values: `s`, `ms`, `MB`, `%`, or a word for what is counted.
        ours: Our value.
        beside: What was measured in the same run to compare it with; None if there is no such thing.
        goal: What is wanted, in words; empty if nothing was promised.
        note: How it was measured and beside what; printed below the table.
    """

    name: str
    unit: str
    ours: float
    beside: float | None = None
    goal: str = ""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times smaller ours is."""
        return None if self.beside is None or not self.ours else self.beside / self.ours


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
    ratio = "" if figure.ratio is None else f"{figure.ratio:.3g}x"
    beside = "" if figure.beside is None else _amount(figure.beside, figure.unit)
    return (figure.name, _amount(figure.ours, figure.unit), beside, ratio, figure.goal)


def _amount(value: float, unit: str) -> str:
    if abs(value) >= _MILLION:
        return f"{value / _MILLION:.1f} M {unit}"
    digits = f"{value:.0f}" if value == int(value) else f"{value:.3g}"
    return f"{digits} {unit}"
