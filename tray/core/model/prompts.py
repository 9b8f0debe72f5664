"""Prompts that this program sent."""

from enum import Enum
from typing import ClassVar

from tray.core.model.errors import ActionError
from tray.values import PrivateStruct

RUN_TIMEOUT_SECONDS = 600
"""Seconds that the gateway lets a prompt run."""
GRACE_SECONDS = 30.0
"""Seconds after that, or after a loss, until we stop waiting for it."""
RUN_LIMIT_SECONDS = RUN_TIMEOUT_SECONDS + GRACE_SECONDS
"""Seconds after which a run is considered ended; the event of its end was lost."""
MAX_PROMPT_BYTES = 400_000
"""UTF-8: the oldest release closes the connection at a frame of 512 KiB."""


class PromptStatus(Enum):
    """Status of a prompt. The last four are final; the state file holds their values, which stay."""

    DRAFT = "DRAFT"  # waits for confirmation
    WAITING = "WAITING"  # to be sent
    SWITCHING = "SWITCHING"  # the model of its session is being set first
    SENT = "SENT"  # written to the socket
    RUNNING = "RUNNING"
    CHECKING = "CHECKING"  # asking for its result
    ANSWERED = "ANSWERED"
    FAILED = "FAILED"
    STOPPED = "STOPPED"
    UNKNOWN = "UNKNOWN"  # may have run

    @property
    def ended(self) -> bool:
        """Return whether the status is final."""
        return self in _FINAL


_FINAL = (PromptStatus.ANSWERED, PromptStatus.FAILED, PromptStatus.STOPPED, PromptStatus.UNKNOWN)


class Prompt(PrivateStruct, frozen=True):
    """A prompt that this program sent, or will send.

    Attributes:
        id: Its idempotency key, and so the id of its run.
        key: The session's canonical key.
        model: The model to set on the session first; None leaves the model as it is.
        preset: Name of the preset it came from, if any.
        sent_at: When it was written (mono); `sent_ms` is the same by the wall clock.
        due_at: When waiting in this status ends (mono).
        answer: The answer so far.
        error: Why it failed.
        detail: The gateway's message.
        event_error: The error in an event of the run, received before the final response.
        stopped: An event said that the run was stopped.
        stopping: The user stopped it, so a truncated end is that stop.
        answered_by: `provider/model` that answered.
        abandoned: The program connects to another gateway since.
        in_window: It was asked in the panel. Its end is notified only if the panel does not show it then.
    """

    private_fields: ClassVar[frozenset[str]] = frozenset({"text", "answer"})

    id: str
    key: str
    text: str
    model: str | None = None
    preset: str | None = None
    state: PromptStatus = PromptStatus.WAITING
    sent_at: float = 0.0
    sent_ms: int = 0
    due_at: float | None = None
    answer: str = ""
    error: ActionError | None = None
    detail: str = ""
    event_error: str | None = None
    stopped: bool = False
    stopping: bool = False
    answered_by: str | None = None
    abandoned: bool = False
    in_window: bool = False

    @property
    def is_repeatable(self) -> bool:
        """Return whether the user may want it sent again: its result is unknown on the same gateway."""
        return self.state is PromptStatus.UNKNOWN and not self.abandoned
