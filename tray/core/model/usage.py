"""Tokens, cost, and the providers' quotas."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Annotated

import msgspec

from tray.protocol.frames import ErrorResponse
from tray.protocol.usage import DailyCost, Quotas, UsageBreakdown


class TotalsSource(Enum):
    """The request that a total comes from."""

    USAGE_COST = "usage.cost"
    SESSIONS_USAGE = "sessions.usage"


class QuotaLatch(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The highest threshold that was reported for a provider's quota: 1 is warning, 2 is critical.

    `resets_ms` is when the quota resets (milliseconds since 1970), if known.
    """

    profile: str
    provider: str
    label: str
    level: Annotated[int, msgspec.Meta(ge=1, le=2)]
    resets_ms: int | None


class QuotaMark(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A quota that was exhausted, or with `pace` one of which was reported that it will not last.

    `resets_ms` is when the quota resets (milliseconds since 1970), if known.
    """

    profile: str
    provider: str
    label: str
    pace: bool
    resets_ms: int | None


class UsageTotals(msgspec.Struct, frozen=True):
    """Usage as last read.

    Attributes:
        daily_cost: By day.
        breakdown: By day, model and session.
        quotas: The providers' quotas.
        today: The user's date when both were requested.
        read_at: When one of them last arrived (wall).
        refused: Methods that failed on this connection, and the response; None if it timed out.
        known_quotas: Provider and label of the quotas read so far.
        all_agents: Request the totals of all agents; False where the gateway does not support it.
        next_at: When to check whether to read again (mono); None if nobody needs it.
        recount_at: When to request again what the gateway was still counting (mono).
        recounts: How often that was done.
        last_run_ms: When the last run ended that is known, milliseconds since 1970; filled in by
            `core.usage.totals.as_of`.
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
    last_run_ms: int | None = None

    @property
    def counting(self) -> bool:
        """Return whether the gateway has not counted everything yet."""
        return any(part is not None and part.counting for part in (self.daily_cost, self.breakdown))

    @property
    def behind(self) -> bool:
        """Return whether a run ended after the gateway counted."""
        return any(self.is_behind(part) for part in (self.daily_cost, self.breakdown))

    def is_behind(self, part: DailyCost | UsageBreakdown | None) -> bool:
        """Return whether a run ended after this part was counted."""
        if part is None or part.counted_ms is None or self.last_run_ms is None:
            return False
        return self.last_run_ms > part.counted_ms

    @property
    def mixed(self) -> bool:
        """Return whether sessions of several agents stand beside the cost of one agent."""
        if self.all_agents or self.breakdown is None or self.daily_cost is None:
            return False
        return len({":".join(account.key.split(":")[:2]) for account in self.breakdown.sessions}) > 1
