"""Card of page Now: scheduled jobs that failed."""

from tray.core.commands import OpenDashboard
from tray.core.model import Now
from tray.core.state import State
from tray.i18n.words import Words
from tray.view.panel.cards import Action, Note
from tray.view.text import cron

MOST = 10
"""Jobs on the card."""


def cards(state: State, now: Now, words: Words) -> tuple[Note, ...]:
    """Return a card with each job, its last error and its next run; none if no job failed."""
    failing = state.gateway.cron.failing if state.connected else ()
    if not failing:
        return ()
    lines = [
        line for job in failing[:MOST] for line in (cron.title(job, words), *cron.details(job, now, words))
    ]
    if more := len(failing[MOST:]):
        lines.append(words("{n} more…", n=more))
    title = words.plural("A scheduled job failed", "{n} scheduled jobs failed", len(failing))
    return (Note(title, tuple(lines), (Action(words("Open in dashboard"), OpenDashboard()),)),)
