"""Prompts that were sent from here."""

from __future__ import annotations

from enum import Enum
from typing import ClassVar

from tray.core.errors import ActionError
from tray.values import PrivateStruct


class PromptStatus(Enum):
    """Where a prompt stands. The last four are ends."""

    DRAFT = "waits for the user's word"
    WAITING = "to be written"
    SWITCHING = "its session gets another model first"
    SENT = "written to the socket"
    RUNNING = "accepted"
    CHECKING = "asking what became of it"
    ANSWERED = "answered"
    FAILED = "failed"
    STOPPED = "stopped"
    UNKNOWN = "may have run"

    @property
    def ended(self) -> bool:
        """Nothing more will happen to it."""
        return self in _FINAL


_FINAL = (PromptStatus.ANSWERED, PromptStatus.FAILED, PromptStatus.STOPPED, PromptStatus.UNKNOWN)


class Prompt(PrivateStruct, frozen=True):
    """A prompt of our own.

    Attributes:
        id: Its idempotency key, and so the id of its run.
        key: The session's canonical key.
        text: What is asked.
        model: A model to set on the session first; None leaves it alone.
        preset: The preset's name, if it came from the menu.
        state: Where it stands.
        sent_at: When it was written (mono), `sent_ms` by the wall clock.
        due_at: When this state gives up waiting (mono).
        answer: The answer so far.
        fault: Why it failed.
        detail: The gateway's own words.
        event_error: What an event said of the run's failure, before the final answer came.
        stopped: An event said that the run was stopped.
        stopping: The user wants it to stop: an end that was cut short is that stop.
        answered_by: `provider/model` that answered.
        abandoned: Another gateway is watched since.
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

    @property
    def is_repeatable(self) -> bool:
        """Nobody knows whether it ran, so that the user may want it sent again, by the same gateway."""
        return self.state is PromptStatus.UNKNOWN and not self.abandoned
