"""`usage`: tokens, cost and quotas."""

import sys

from tray.cli.console import CommandFailed, as_json, connect, say
from tray.cli.parser import Commands, Given
from tray.cli.terminal import takes
from tray.core.commands import ReadUsage
from tray.core.state import State
from tray.core.usage import usage as core
from tray.core.usage.totals import PERIODS
from tray.runtime.clock import now
from tray.view import chart
from tray.view.reports import usage


def register(commands: Commands) -> None:
    command = commands.add(
        "usage", _usage, commands.words("show tokens, cost and quotas; costs no tokens"), json=True
    )
    text = commands.words("the days to count models and sessions of: 1 (today), 7 or 30 (default: 30)")
    command.add_argument("--days", type=int, choices=PERIODS, default=PERIODS[-1], help=text)


def _usage(given: Given) -> None:
    with connect(given) as shot:
        state = shot.act(ReadUsage(), _is_done)
        if not state.connected:
            raise shot.failure()
    if not usage.has_totals(state, now()):
        raise CommandFailed(usage.no_totals_reason(state, now(), given.words))
    if given.json:
        say(as_json(usage.usage(state, given.days, now(), given.words)))
    else:
        bars = takes(sys.stdout, chart.BARS)
        say(usage.usage_text(state, given.days, now(), given.words, drawn=bars))


def _is_done(state: State) -> bool:
    asked = state.gateway.usage_totals.today is not None
    return not state.connected or (asked and not core.is_under_way(state))
