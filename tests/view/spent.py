"""What was spent, as the core would know it after a reading at noon of the views' day."""

from __future__ import annotations

from datetime import date

from tests.view.conftest import NOON, OPUS
from tray.core.model import UsageTotals
from tray.protocol.frames import ErrorResponse
from tray.protocol.usage import DailyCost, Quota, Quotas, SpendingRow, Totals, UsageBreakdown
from tray.values import replace

TODAY = date(2026, 11, 23)
NOON_MS = int(NOON.timestamp() * 1000)
HOUR_MS = 3_600_000
SMALL = "local/small"

DAYS = {
    "2026-11-23": Totals(31_500, 0.42, 30_000, 500, 1_000),
    "2026-11-20": Totals(1_200_000, 12.5, 1_000_000, 100_000, 100_000, unpriced=1),
    "2026-11-01": Totals(5_000, 0.004, 5_000, 0, 0),
}
MAIN, SIDE = "agent:main:main", "agent:main:side"
BILL = DailyCost(DAYS)
LEDGER = UsageBreakdown(
    {"2026-11-23": Totals(31_500, 0.42, None, None, None)},
    models=(
        SpendingRow(OPUS, {"2026-11-23": Totals(31_000, 0.42)}),
        SpendingRow(SMALL, {"2026-11-23": Totals(500)}),
    ),
    sessions=(
        SpendingRow(MAIN, {"2026-11-23": Totals(20_000, 0.3)}),
        SpendingRow(SIDE, {"2026-11-23": Totals(11_500, 0.12)}, "The side"),
    ),
)
CLAUDE = Quota("anthropic", "Claude", "5h", 91.9, NOON_MS + 3 * HOUR_MS)
WEEK = Quota("anthropic", "Claude", "Week", 38.0, NOON_MS + 70 * HOUR_MS)
KNOWN = UsageTotals(BILL, LEDGER, Quotas((CLAUDE, WEEK), (("z.ai", "HTTP 429"),)), TODAY, NOON)
UNKNOWN_METHOD = ErrorResponse("INVALID_REQUEST", "unknown method: sessions.usage")
BROKEN = ErrorResponse("UNAVAILABLE", "the transcripts\ncannot be read")


def usage_totals(**more):
    return replace(KNOWN, **more)
