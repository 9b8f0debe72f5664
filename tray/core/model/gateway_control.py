"""A start or restart of the gateway that was asked for here."""

from __future__ import annotations

from enum import Enum

import msgspec

from tray.core.errors import ActionError
from tray.i18n.message import Message


class GatewayControlKind(Enum):
    """What the gateway is told to do with itself; each value is the word of its own command line for it."""

    START = "start"
    RESTART = "restart"


class GatewayControlStatus(Enum):
    """What became of it: TAKEN is on its way, DONE is back."""

    REQUESTED = "asked"
    ACCEPTED = "taken"
    DONE = "done"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        """Nothing more will come of it."""
        return self in (GatewayControlStatus.DONE, GatewayControlStatus.FAILED)


class GatewayControl(msgspec.Struct, frozen=True):
    """A start or restart of the gateway that the user asked for.

    Attributes:
        kind: Which of both.
        state: What became of it.
        uses_cli: The gateway's own command line does it, not a request.
        is_back: The gateway was seen to be back before that command line has ended.
        fault: Why it failed.
        detail: The words of the gateway or its command line: why it failed, or what it waits for.
        due_at: When waiting for it to be back ends (mono); None before it is gone.
    """

    kind: GatewayControlKind
    state: GatewayControlStatus = GatewayControlStatus.REQUESTED
    uses_cli: bool = False
    is_back: bool = False
    error: ActionError | None = None
    detail: Message | str = ""
    due_at: float | None = None
