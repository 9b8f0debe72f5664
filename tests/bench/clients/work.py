"""Pure work for an instruction counter: `work.py NAME REPEATS`; without, it prints all names and repeats.

All of it is done some times first, in every run, so that Python has adapted itself to it. Then the named one
is repeated: runs that differ in REPEATS alone differ by the cost of the work.
"""

import gc
import json
import sys

from tests.bench import listing
from tray.core.events import EventReceived
from tray.core.update import update
from tray.protocol import frames
from tray.view.reports import status
from tray.view.tray_view import view

WARM = 10
_EVENT = {
    "runId": "nobody",
    "sessionKey": "agent:main:main",
    "stream": "assistant",
    "data": {"text": "A word"},
}


def poll():
    """One poll of five sessions, from a recorded text to the view."""
    text = listing.recorded()
    state = listing.decide(listing.waiting(), listing.read(text))

    def work():
        view(listing.decide(listing.again(state), listing.read(text)), listing.AT, listing.WORDS)

    return work


def sessions():
    """200 sessions, from text to the menu."""
    text = listing.made(listing.LISTED)
    state = listing.waiting()

    def work():
        after = listing.decide(state, listing.read(text))
        view(after, listing.AT, listing.WORDS)
        listing.open_menu(after)

    return work


def event():
    """Some words of a run, from text to the view."""
    text = json.dumps({"type": "event", "event": "agent", "payload": _EVENT}).encode()
    state = listing.listed(10)

    def work():
        after = update(state, EventReceived(frames.parse(text)), listing.AT)[0]
        view(after, listing.AT, listing.WORDS)

    return work


def report():
    """What `status --json` prints of ten sessions."""
    state = listing.listed(10)
    return lambda: json.dumps(status.status(state, listing.AT, listing.WORDS), indent=2)


def python():
    """Nothing of ours: how many instructions this build of Python needs for ordinary work."""
    text = listing.made(10)

    def work():
        rows = json.loads(text)["payload"]["sessions"]
        by_name = {row["label"].lower(): (row["totalTokens"], len(row)) for row in rows}
        return sorted(f"{name}: {total * 100 // 200_000}" for name, (total, _) in by_name.items())

    return work


WORKS = {python: 200, poll: 100, event: 400, sessions: 10, report: 100}
"""Each with its repeats: so many that a garbage collection more or less does not count."""


def main(name="", repeats=0):
    works = {make.__name__: make() for make in WORKS}
    for _ in range(WARM):
        for work in works.values():
            work()
    gc.collect()
    gc.freeze()
    for _ in range(repeats):
        works[name]()
    if not name:
        sys.stdout.write(json.dumps({make.__name__: repeats for make, repeats in WORKS.items()}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:2], *map(int, sys.argv[2:3]))
