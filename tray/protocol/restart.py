"""The gateway's own restart, on the wire (2026.5 on)."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from tray.protocol.json_fields import Json, record, text
from tray.protocol.scopes import ADMIN

REASON = "asked for in ClawTray"


class Restarting(msgspec.Struct, frozen=True):
    """It will restart: soon, or (`waits_for`, in its words) once what goes on has ended."""

    waits_for: str = ""


class RestartRequest(msgspec.Struct, frozen=True):
    """Have the gateway restart in order: it lets runs end first, and announces it to everybody."""

    method: ClassVar[str] = "gateway.restart.request"
    scope: ClassVar[str] = ADMIN
    spends: ClassVar[bool] = False

    def params(self) -> dict[str, object]:
        """What the gateway writes into its log."""
        return {"reason": REASON}

    def read(self, payload: Json) -> Restarting:
        """`status` is `scheduled` (at once, or half a minute after the last restart) or `deferred`."""
        waits = payload.get("status") == "deferred"
        return Restarting((text(record(payload.get("preflight")), "summary") or "…") if waits else "")
