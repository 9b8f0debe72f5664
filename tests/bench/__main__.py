"""Measures what ClawTray costs and prints it beside its target and its peers. It judges only with `--check`.

Some figures need a real gateway (as `tests/peers`), some a virtual screen (as `tests/desktop`), `ss`
of iproute2 or valgrind; cold figures need uv.
"""

from __future__ import annotations

import argparse
import os
import sys

from tests.bench import cold, idle, instructions, latency, poll, pure, windows
from tests.bench.figure import Figure, table
from tests.bench.ground import real_gateway

_QUICK = {
    "runs": 1,
    "polls": 1,
    "idle": 2.0,
    "sessions": (10, 200),
    "windows": 1,
    "rates": (100,),
    "seconds": 1.0,
}
"""What `--quick` measures unless an option says otherwise."""


def main() -> int:
    """Measure what the command line names, and print the table; or compare instructions alone."""
    given = _arguments()
    if given.check:
        return instructions.check()
    if given.record:
        return instructions.record()
    alone = {
        "sessions": lambda: pure.measure_sessions(given.sessions),
        "view": pure.measure_view,
        "latency": lambda: latency.measure(given.rates, given.seconds),
        "windows": lambda: windows.measure(given.windows),
    }
    on_a_gateway = {
        "cold": lambda gateway: cold.measure(gateway, given.runs),
        "poll": lambda gateway: poll.measure(gateway, given.polls),
        "idle": lambda gateway: idle.measure(gateway, given.idle),
    }
    figures: list[Figure] = []
    for name in sorted(alone.keys() & given.only):
        _say(f"measuring {name}")
        figures += alone[name]()
    if wanted := on_a_gateway.keys() & given.only:
        _say("starting the gateway")
        with real_gateway() as gateway:
            for name in sorted(wanted):
                _say(f"measuring {name}")
                figures += on_a_gateway[name](gateway)
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    python = ".".join(map(str, sys.version_info[:3]))
    sys.stdout.write(
        f"{table(figures)}\n* Python {python}, {os.cpu_count()} processors, load at the end {load}\n"
    )
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    names = ("cold", "poll", "idle", "sessions", "view", "latency", "windows")
    parser.add_argument("--only", nargs="+", choices=names, default=names, help="what to measure (all)")
    parser.add_argument("--quick", action="store_true", help="the smallest sizes: shows that it works")
    check_help = "only count instructions; fail if one count is 10%% above that of the last release"
    parser.add_argument("--check", action="store_true", help=check_help)
    parser.add_argument(
        "--record", action="store_true", help="record the counts of instructions, for a release"
    )
    parser.add_argument("--runs", type=int, default=15, help="counted runs of a cold status (15)")
    parser.add_argument("--polls", type=int, default=40, help="polls to share the cost among (40)")
    idle_help = "how long to idle (60; a report wants 300)"
    parser.add_argument("--idle", type=float, default=60.0, metavar="SECONDS", help=idle_help)
    sessions = (10, 200, 10_000)
    parser.add_argument(
        "--sessions", type=int, nargs="+", default=sessions, help="lengths of lists (10 200 10000)"
    )
    parser.add_argument("--windows", type=int, default=50, help="windows opened and closed (50)")
    rates = (1, 100, 2000)
    parser.add_argument("--rates", type=int, nargs="+", default=rates, help="events a second (1 100 2000)")
    parser.add_argument("--seconds", type=float, default=10.0, help="of events at each rate (10)")
    if parser.parse_args().quick:
        parser.set_defaults(**_QUICK)
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stderr.write(f"{text} ...\n")


if __name__ == "__main__":
    sys.exit(main())
