"""The live loop itself, which reads the sessions so many times, with a view made of each."""

import os
import sys

from tests.bench.live import live_loop
from tray.i18n.words import Words
from tray.runtime.clock import now
from tray.settings.settings import Settings
from tray.view.tray_view import view


def main(readings, pause):
    """Connect, and stop after so many readings."""
    words = Words()
    seen = set()

    def observe(state):
        view(state, now(), words)
        seen.add(state.gateway.snapshot.read_at)
        return len(seen - {None}) >= readings

    live_loop(os.environ, Settings(poll_seconds=pause)).run(observe)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
