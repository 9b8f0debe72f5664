"""What was spent and how full the providers' quotas are, as values, and what can be read off them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import Enum

import msgspec

from tray.values import replace
from tray.wire.frames import Failure
from tray.wire.usage import Account, Bill, Daily, Ledger, Quotas, Tally

PERIODS = (1, 7, 30)
"""Days, today included."""


class Origin(Enum):
    """Where a total comes from."""

    BILL = "usage.cost"
    SESSIONS = "sessions.usage"


class QuotaLatch(msgspec.Struct, frozen=True):
    """The highest threshold that was told of a provider's window: 1 warning, 2 critical.

    `resets_ms` is when that window begins anew (milliseconds since 1970), if it is told.
    """

    profile: str
    provider: str
    label: str
    level: int
    resets_ms: int | None


class Spending(msgspec.Struct, frozen=True):
    """What is known of it.

    Attributes:
        bill: By day.
        ledger: By day, model and session.
        quotas: The providers' windows.
        today: The user's day on which bill and ledger were asked for.
        read_at: When one of them last arrived (wall).
        refused: Methods that this connection was refused; None if there was no answer.
        met: The quotas read so far, by provider and label.
        all_agents: The gateway is asked for all agents; not so where it did not know what that means.
        next_at: When it is worth looking whether to read again (mono); None where nobody waits for it.
        recount_at: When what the gateway was still counting is asked for again (mono).
        recounts: How often it was.
    """

    bill: Bill | None = None
    ledger: Ledger | None = None
    quotas: Quotas | None = None
    today: date | None = None
    read_at: datetime | None = None
    refused: Mapping[str, Failure | None] = msgspec.field(default_factory=dict)
    met: frozenset[tuple[str, str]] = frozenset()
    all_agents: bool = True
    next_at: float | None = None
    recount_at: float | None = None
    recounts: int = 0

    @property
    def counting(self) -> bool:
        """The gateway has not counted everything yet."""
        return any(part is not None and part.counting for part in (self.bill, self.ledger))

    @property
    def mixed(self) -> bool:
        """Sessions of several agents are listed, and the bill is that of one alone."""
        if self.all_agents or self.ledger is None or self.bill is None:
            return False
        return len({":".join(account.key.split(":")[:2]) for account in self.ledger.sessions}) > 1


def as_of(spending: Spending, today: date) -> Spending:
    """The same, without what was counted up to another day: nobody knows what has come to it since."""
    if spending.today == today:
        return spending
    return replace(spending, bill=None, ledger=None, today=today, read_at=None)


def total(spending: Spending, days: int) -> tuple[Tally, Origin] | None:
    """What was spent in so many days up to `spending.today`, and who says so; None if nobody does.

    A zero of a gateway that is still counting is no figure.
    """
    sources = ((spending.bill, Origin.BILL), (spending.ledger, Origin.SESSIONS))
    for source, origin in sources:
        if source is not None and spending.today is not None:
            tally = _within(source.days, spending.today, days)
            if tally.tokens or not source.counting:
                return tally, origin
    return None


def by_model(spending: Spending, days: int) -> tuple[tuple[Account, Tally], ...]:
    """The models that spent something in so many days, the greediest first."""
    return _ranked(() if spending.ledger is None else spending.ledger.models, spending, days)


def by_session(spending: Spending, days: int) -> tuple[tuple[Account, Tally], ...]:
    """The sessions that spent something in so many days, the greediest first."""
    return _ranked(() if spending.ledger is None else spending.ledger.sessions, spending, days)


def daily(spending: Spending, days: int) -> tuple[tuple[date, Tally], ...]:
    """What each of so many days cost, the oldest first; empty if nobody knows."""
    found, today = total(spending, days), spending.today
    source = spending.bill if found is not None and found[1] is Origin.BILL else spending.ledger
    if found is None or source is None or today is None:
        return ()
    return tuple((day, source.days.get(day.isoformat(), Tally())) for day in _dates(today, days))


def _ranked(accounts: Iterable[Account], spending: Spending, days: int) -> tuple[tuple[Account, Tally], ...]:
    if spending.today is None:
        return ()
    spent = ((account, _within(account.days, spending.today, days)) for account in accounts)
    return tuple(sorted((pair for pair in spent if pair[1].tokens), key=lambda pair: -pair[1].tokens))


def _within(days: Daily, today: date, number: int) -> Tally:
    return sum((days[day] for d in _dates(today, number) if (day := d.isoformat()) in days), Tally())


def _dates(today: date, number: int) -> list[date]:
    return [today - timedelta(days=back) for back in reversed(range(number))]
