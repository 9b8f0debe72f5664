"""Requests that wait for an approval, and what became of them."""

from __future__ import annotations

from enum import Enum

import msgspec

from tray.core.errors import ActionError
from tray.protocol.approvals import ApprovalSubject, Decision


class ApprovalStatus(Enum):
    """Where a request for the person's word stands. The last four are ends."""

    WAITING = "waiting"
    DECISION_SENT = "the word was sent"
    DECIDED = "decided here"
    GONE = "decided elsewhere, or no longer wanted"
    EXPIRED = "expired"
    UNKNOWN = "may have been decided"

    @property
    def waits(self) -> bool:
        """Somebody still waits for a word, as far as is known."""
        return self in (ApprovalStatus.WAITING, ApprovalStatus.DECISION_SENT)


class Approval(msgspec.Struct, frozen=True):
    """A command or a device that waits for the person's word, and what became of it.

    Attributes:
        profile: The profile whose gateway asks.
        request: What is asked.
        state: Where it stands.
        decision: The word that was given here.
        error: Why the last word was not taken, or why what became of it is not known.
        detail: The gateway's own words.
        due_at: When nobody waits any more (mono); None if nobody said.
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
        """The id of the request."""
        return self.request.id
