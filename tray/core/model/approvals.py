"""Requests for approval, and the decisions on them."""

from enum import Enum, auto

import msgspec

from tray.core.model.errors import ActionError
from tray.protocol.approvals import ApprovalSubject, Decision


class ApprovalUse(Enum):
    """What a command of the console does about approvals by itself; the tray does all of it."""

    NONE = auto()
    READ = auto()  # count them
    AWAIT = auto()  # be there for those of its run: newer gateways refuse a command if no client waits for it


class ApprovalStatus(Enum):
    """Status of a request for approval. The last four are final."""

    WAITING = auto()
    DECISION_SENT = auto()  # the decision was sent
    DECIDED = auto()  # decided here
    GONE = auto()  # decided elsewhere, or withdrawn
    EXPIRED = auto()
    UNKNOWN = auto()  # may have been decided

    @property
    def waits(self) -> bool:
        """Return whether the agent or the device still waits for a decision, as far as is known."""
        return self in (ApprovalStatus.WAITING, ApprovalStatus.DECISION_SENT)


class Approval(msgspec.Struct, frozen=True):
    """A command or a device that asks for approval, and the decision on it.

    Attributes:
        profile: The profile whose gateway asks.
        decision: The decision made in this program.
        error: Why the decision was not accepted, or why it is not known whether it was.
        detail: The gateway's message.
        due_at: When the request expires (mono); None if unknown.
    """

    profile: str
    request: ApprovalSubject
    state: ApprovalStatus = ApprovalStatus.WAITING
    decision: Decision | None = None
    error: ActionError | None = None
    detail: str = ""
    due_at: float | None = None

    @property
    def id(self) -> str:
        """Return the id of the request."""
        return self.request.id
