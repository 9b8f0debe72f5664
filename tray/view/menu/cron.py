"""The submenu with the scheduled jobs that failed."""

from tray.core.commands import OpenDashboard, OpenPanel
from tray.core.model import Now
from tray.core.state import State
from tray.i18n.words import Words
from tray.view.menu.item import LINE, Item, note, notes
from tray.view.text import cron

SHOWN = 5
"""Jobs in the list; the panel has more."""


def line(state: State, words: Words) -> tuple[Item, ...]:
    """Return the menu's item, with the number of jobs; nothing if none failed."""
    number = len(state.gateway.cron.failing) if state.connected else 0
    return (Item(words("Failed jobs ({n})", n=number), path=("jobs",)),) if number else ()


def submenu(state: State, now: Now, words: Words) -> tuple[Item, ...]:
    """Return each job with its last error and its next run, and the way to where it is changed."""
    failing = state.gateway.cron.failing
    items: list[Item] = []
    for job in failing[:SHOWN]:
        items.append(note(cron.title(job, words), OpenPanel()))
        items += [item for text in cron.details(job, now, words) for item in notes(text)]
        items.append(LINE)
    if not failing:
        items += [note(words("No job has failed.")), LINE]
    if more := len(failing[SHOWN:]):
        items.append(note(words("{n} more…", n=more), OpenPanel()))
    known = state.connection.target is not None
    return (*items, Item(words("Open in dashboard"), OpenDashboard(), enabled=known))
