"""Tokens and cost, and the providers' quotas."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum

import msgspec

from tray.protocol.frames import ErrorResponse
from tray.protocol.usage import DailyCost, Quotas, UsageBreakdown


class TotalsSource(Enum):
    """Where a total comes from."""

    USAGE_COST = "usage.cost"
    SESSIONS_USAGE = "sessions.usage"


class QuotaLatch(msgspec.Struct, frozen=True):
    """The highest threshold that was told of a provider's window: 1 warning, 2 critical.

    `resets_ms` is when that window begins anew (milliseconds since 1970), if it is told.
    """

    profile: str
    provider: str
    label: str
    level: int
    resets_ms: int | None


class UsageTotals(msgspec.Struct, frozen=True):
    """What is known of it.

    Attributes:
        daily_cost: By day.
        breakdown: By day, model and session.
        quotas: The providers' windows.
        today: The user's day on which bill and ledger were asked for.
        read_at: When one of them last arrived (wall).
        refused: Methods that this connection was refused; None if there was no answer.
        known_quotas: The quotas read so far, by provider and label.
        all_agents: The gateway is asked for all agents; not so where it did not know what that means.
        next_at: When it is worth looking whether to read again (mono); None where nobody waits for it.
        recount_at: When what the gateway was still counting is asked for again (mono).
        recounts: How often it was.
    """

    daily_cost: DailyCost | None = None
    breakdown: UsageBreakdown | None = None
    quotas: Quotas | None = None
    today: date | None = None
    read_at: datetime | None = None
    refused: Mapping[str, ErrorResponse | None] = msgspec.field(default_factory=dict)
    known_quotas: frozenset[tuple[str, str]] = frozenset()
    all_agents: bool = True
    next_at: float | None = None
    recount_at: float | None = None
    recounts: int = 0

    @property
    def counting(self) -> bool:
        """The gateway has not counted everything yet."""
        return any(part is not None and part.counting for part in (self.daily_cost, self.breakdown))

    @property
    def mixed(self) -> bool:
        """Sessions of several agents are listed, and the bill is that of one alone."""
        if self.all_agents or self.breakdown is None or self.daily_cost is None:
            return False
        return len({":".join(account.key.split(":")[:2]) for account in self.breakdown.sessions}) > 1
