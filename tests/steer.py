"""How a test steers the simulated gateway's main session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tray.demo import DemoGateway

MAIN: Final = "agent:main:main"
WINDOW: Final = 200_000


def use(gateway: DemoGateway, percent: float) -> None:
    """Let the main session have used so many percent of its window."""
    total = int(WINDOW * percent / 100)
    gateway.set_session(MAIN, totalTokens=total, inputTokens=total, totalTokensFresh=True, status="done")
