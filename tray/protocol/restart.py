"""The request to restart the gateway (2026.5 on)."""

from typing import ClassVar

from tray.protocol.json_fields import Json, record, text
from tray.protocol.requests import ADMIN, Reply, Request

REASON = "asked for in ClawTray"


class Restarting(Reply, frozen=True):
    """It will restart: soon, or once what it waits for has ended (`waits_for`, its sentence)."""

    waits_for: str = ""


class RestartRequest(Request[Restarting], frozen=True):
    """Restart the gateway gracefully: it lets runs end first, and announces the restart to all clients."""

    method: ClassVar[str] = "gateway.restart.request"
    scope: ClassVar[str] = ADMIN

    def params(self) -> dict[str, object]:
        """Send what the gateway writes into its log."""
        return {"reason": REASON}

    def read(self, payload: Json) -> Restarting:
        """Read `status`: `scheduled` (at once, or 30 s after the last restart) or `deferred`."""
        waits = payload.get("status") == "deferred"
        return Restarting((text(record(payload.get("preflight")), "summary") or "…") if waits else "")
