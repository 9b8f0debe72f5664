"""Drill the program and print a table: what was done to it, and what was lost, repeated or reported wrongly.

The usual form takes half an hour, the long one about four hours, most of them floods and the soak. The
drills named `real` need a gateway of the npm registry (as `tests/peers`), `guided` needs the dependency
group `fuzz`.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from build.commands import NotAvailableError
from tests.drills import fake, files, flooding, floods, fuzz, real, soak
from tests.drills.drill import table
from tests.peers.realgateway import Gateway

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.drills.drill import Drill

RELEASE = "openclaw@2026.9.6"
NAMES = ("real", "fake", "files", "floods", "damaged", "guided", "soak")


@dataclass(frozen=True, slots=True)
class Extent:
    """How often, or how long, each is done."""

    kills: int = 3
    restarts: int = 2
    rotations: int = 2
    faults: int = 3
    files: int = 3
    floods: int = len(flooding.FLOODS)
    flood: float = 60.0
    frames: int = 20_000
    soak: float = 60.0


QUICK = Extent(
    kills=1, restarts=1, rotations=1, faults=1, files=1, floods=1, flood=3.0, frames=1_000, soak=15.0
)
LONG = Extent(
    kills=50, restarts=20, rotations=10, faults=20, files=20, flood=600.0, frames=1_000_000, soak=7200.0
)


def main() -> int:
    """Do what the command line names, and print the table; 1 if anything was found."""
    given = _arguments()
    extent = LONG if given.long else QUICK if given.quick else Extent()
    logging.disable()  # what is refused on purpose is also logged
    done: list[Drill] = []
    for name in given.only:
        try:
            for drill in _DRILLS[name](extent):
                _say(f"{drill.name}: {drill.times} times, {'clean' if drill.is_clean else 'NOT CLEAN'}")
                done.append(drill)
        except (NotAvailableError, ModuleNotFoundError) as error:
            _say(f"{name}: not run: {error}")
    python = ".".join(map(str, sys.version_info[:3]))
    sys.stdout.write(f"{table(done)}\n* Python {python}, {os.cpu_count()} processors\n")
    return 0 if all(drill.is_clean for drill in done) else 1


def _real(extent: Extent) -> Iterator[Drill]:
    with Gateway(RELEASE) as gateway:
        yield real.kill(gateway, extent.kills)
        yield real.restart(gateway, extent.restarts)
        yield real.rotate(gateway, extent.rotations)


def _fake(extent: Extent) -> Iterator[Drill]:
    for name in fake.STRIKES:
        yield fake.drill(name, extent.faults)
    yield fake.jump(extent.faults)
    yield fake.resume(extent.faults)


def _files(extent: Extent) -> Iterator[Drill]:
    yield files.corrupt(extent.files)
    yield files.refused(extent.files, full=True)
    try:
        yield files.refused(extent.files, full=False)
    except OSError as error:
        _say(f"settings read-only: not run: {error}")


def _floods(extent: Extent) -> Iterator[Drill]:
    for name in tuple(flooding.FLOODS)[: extent.floods]:
        yield floods.flood(name, extent.flood, timed=extent != QUICK)


_DRILLS: dict[str, Callable[[Extent], Iterator[Drill]]] = {
    "real": _real,
    "fake": _fake,
    "files": _files,
    "floods": _floods,
    "damaged": lambda extent: iter((fuzz.mutated(extent.frames),)),
    "guided": lambda extent: iter((fuzz.guided(extent.frames),)),
    "soak": lambda extent: iter((soak.soak(extent.soak),)),
}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="drills", description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--long", action="store_true", help="the long form")
    size.add_argument("--quick", action="store_true", help="each once: shows that it works")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, help="what to do (all)")
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
