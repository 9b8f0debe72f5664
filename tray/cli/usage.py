"""`usage`: tokens, cost and quotas."""

import sys

from tray.cli.console import as_json, connect, look_of, say
from tray.cli.parser import Commands, Given
from tray.cli.terminal import takes
from tray.core.usage.totals import PERIODS
from tray.runtime.clock import now
from tray.view import chart
from tray.view.reports import usage


def register(commands: Commands) -> None:
    command = commands.add(
        "usage",
        _usage,
        commands.words("show tokens, cost and quotas; costs no tokens"),
        about=commands.words(
            "Show the tokens and the cost of today, of 7 and of 30 days, by model and by session, and the "
            "providers' quotas. Asking costs no tokens."
        ),
        examples=("clawtray usage", "clawtray usage --days 7 --json"),
        json=True,
    )
    text = commands.words("the days to count models and sessions of: 1 (today), 7 or 30 (default: 30)")
    command.add_argument("--days", type=int, choices=PERIODS, default=PERIODS[-1], help=text)


def _usage(given: Given) -> None:
    with connect(given) as client:
        state = client.usage()
    if given.json:
        say(as_json(usage.usage(state, given.days, now(), given.words)))
    else:
        bars = takes(sys.stdout, chart.BARS)
        look = look_of(sys.stdout)
        say(usage.usage_text(state, given.days, now(), given.words, look, drawn=bars))
