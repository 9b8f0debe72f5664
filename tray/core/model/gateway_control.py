"""A start or restart of the gateway that the user requested."""

from enum import Enum, auto

import msgspec

from tray.core.model.errors import ActionError
from tray.i18n.words import Message


class GatewayControlKind(Enum):
    """What the gateway is to do; each value is the subcommand of its own command line."""

    START = "start"
    RESTART = "restart"


class GatewayControlStatus(Enum):
    """Status of a start or restart. ACCEPTED: not back yet; DONE: back."""

    REQUESTED = auto()
    ACCEPTED = auto()
    DONE = auto()
    FAILED = auto()

    @property
    def ended(self) -> bool:
        """Return whether the status is final."""
        return self in (GatewayControlStatus.DONE, GatewayControlStatus.FAILED)


class GatewayControl(msgspec.Struct, frozen=True):
    """A start or restart of the gateway that the user requested.

    Attributes:
        uses_cli: The gateway's own command line does it, not a request.
        is_back: The gateway came back before that command ended.
        error: Why it failed.
        detail: What the gateway or its command said: why it failed, or what it waits for.
        due_at: When to give up waiting for the gateway (mono); None before it is gone.
    """

    kind: GatewayControlKind
    state: GatewayControlStatus = GatewayControlStatus.REQUESTED
    uses_cli: bool = False
    is_back: bool = False
    error: ActionError | None = None
    detail: Message | str = ""
    due_at: float | None = None
