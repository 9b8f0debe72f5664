"""What a drill found, and the table of them. It knows nothing of how anything is drilled."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_HEADINGS = ("drill", "times", "lost", "repeated", "false alerts", "to truth: median", "p95", "worst")


@dataclass(frozen=True, slots=True)
class Drill:
    """One line of the table.

    Attributes:
        name: What was done.
        times: How often.
        lost: What the user asked for that came to no named end, or what was known and is so no longer.
        repeated: What happened once and was done or reported more often.
        false_alerts: Notices of something that was not so.
        to_truth: Seconds until the icon was right again, one for each time where that can be said.
        found: What was lost, repeated or reported wrongly, in words; printed below the table.
        note: How it was done and from when the seconds count; printed below the table.
    """

    name: str
    times: int
    lost: int = 0
    repeated: int = 0
    false_alerts: int = 0
    to_truth: tuple[float, ...] = ()
    found: tuple[str, ...] = ()
    note: str = ""

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost, repeated or reported wrongly."""
        return not (self.lost or self.repeated or self.false_alerts)

    @property
    def p95(self) -> float:
        """The 95th percentile of the seconds to the truth, 0 where there are none."""
        if len(self.to_truth) < 2:
            return max(self.to_truth, default=0.0)
        return statistics.quantiles(self.to_truth, n=20, method="inclusive")[18]


def table(drills: Iterable[Drill]) -> str:
    """All drills as aligned text; what was found, and each note once, below them."""
    drills = tuple(drills)
    rows = [_HEADINGS, *(_cells(drill) for drill in drills)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    lines += [f"! {drill.name}: {found}" for drill in drills for found in drill.found]
    lines += [f"* {note}" for note in dict.fromkeys(drill.note for drill in drills if drill.note)]
    return "\n".join(lines)


def _cells(drill: Drill) -> tuple[str, ...]:
    seconds = ("", "", "")
    if drill.to_truth:
        figures = (statistics.median(drill.to_truth), drill.p95, max(drill.to_truth))
        seconds = tuple(f"{each:.2f} s" for each in figures)
    counts = (drill.times, drill.lost, drill.repeated, drill.false_alerts)
    return (drill.name, *(f"{count:,}" for count in counts), *seconds)
