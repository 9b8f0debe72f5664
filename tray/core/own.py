"""What this program did at the gateway: its own model switches, prompts and deeds, as values."""

from __future__ import annotations

from enum import Enum
from typing import ClassVar

import msgspec

from tray.core.trouble import Fault
from tray.values import PrivateStruct
from tray.wire.approvals import Asked, Decision


class SwitchState(Enum):
    """What became of a model switch: SET once the gateway took it, PROVED once a reading showed it."""

    ASKED = "asked"
    SET = "set"
    PROVED = "proved"
    FAILED = "failed"


class Switch(msgspec.Struct, frozen=True):
    """A model switch of our own.

    Attributes:
        profile: The profile whose gateway has the session.
        key: The session.
        asked: `provider/model` or an alias as asked for; None for the default.
        state: What became of it.
        model: `provider/model` that the session now uses, as the gateway confirmed.
        fault: Why it failed.
        detail: The gateway's own words, or the model that it chose instead.
        session_id: The session's id at that time, if it had one.
        mark: Used and spent tokens at that time: while they are the same, no run has happened since.
        set_at: When the gateway confirmed it (mono); None if an earlier process saw that.
        told: Another model that answered in its stead, once the user was told.
    """

    profile: str
    key: str
    asked: str | None
    state: SwitchState
    model: str | None = None
    fault: Fault | None = None
    detail: str = ""
    session_id: str | None = None
    mark: tuple[int | None, int] = (None, 0)
    set_at: float | None = None
    told: str | None = None

    @property
    def in_force(self) -> bool:
        """The gateway confirmed it, and nothing has shown otherwise since."""
        return self.state in (SwitchState.SET, SwitchState.PROVED)


class PromptState(Enum):
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
        return self in _PROMPT_ENDS


_PROMPT_ENDS = (PromptState.ANSWERED, PromptState.FAILED, PromptState.STOPPED, PromptState.UNKNOWN)


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
        error: What an event said of the run's failure, before the final answer came.
        stopped: An event said that the run was stopped.
        stopping: The user wants it to stop: an end that was cut short is that stop.
        answered_by: `provider/model` that answered.
        left: Another gateway is watched since.
    """

    private_fields: ClassVar[frozenset[str]] = frozenset({"text", "answer"})

    id: str
    key: str
    text: str
    model: str | None = None
    preset: str | None = None
    state: PromptState = PromptState.WAITING
    sent_at: float = 0.0
    sent_ms: int = 0
    due_at: float | None = None
    answer: str = ""
    fault: Fault | None = None
    detail: str = ""
    error: str | None = None
    stopped: bool = False
    stopping: bool = False
    answered_by: str | None = None
    left: bool = False

    @property
    def is_repeatable(self) -> bool:
        """Nobody knows whether it ran, so that the user may want it sent again, by the same gateway."""
        return self.state is PromptState.UNKNOWN and not self.left


class DeedKind(Enum):
    """What is done to a session by one click."""

    COMPACT = "compact"
    NEW = "new"
    STOP = "stop"
    THINK = "thinking"


class DeedState(Enum):
    """Where a deed stands. The last three are ends."""

    ASKED = "asked"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "may have been done"


class Deed(msgspec.Struct, frozen=True):
    """Something that this program does to a session.

    Attributes:
        profile: The profile whose gateway has the session.
        key: The session.
        kind: What is done.
        state: What became of it.
        run_id: The run to stop; None for whatever runs.
        level: The thinking level asked for; None for the model's default.
        model: The model that a new session gets back, where the gateway drops it; and else None.
        before: Size of the history before a compaction, in tokens, as far as it is known.
        after: And after.
        fault: Why it failed, or why what became of it is not known.
        detail: The gateway's own words.
        due_at: When waiting for the end of a stopped run ends (mono); None before the stop was sent.
        ended_at: When it came to an end (mono).
    """

    profile: str
    key: str
    kind: DeedKind
    state: DeedState = DeedState.ASKED
    run_id: str | None = None
    level: str | None = None
    model: str | None = None
    before: int | None = None
    after: int | None = None
    fault: Fault | None = None
    detail: str = ""
    due_at: float | None = None
    ended_at: float | None = None


class ApprovalState(Enum):
    """Where a request for the person's word stands. The last four are ends."""

    WAITING = "waiting"
    ASKED = "the word was sent"
    DECIDED = "decided here"
    GONE = "decided elsewhere, or no longer wanted"
    EXPIRED = "expired"
    UNKNOWN = "may have been decided"

    @property
    def waits(self) -> bool:
        """Somebody still waits for a word, as far as is known."""
        return self in (ApprovalState.WAITING, ApprovalState.ASKED)


class Approval(msgspec.Struct, frozen=True):
    """A command or a device that waits for the person's word, and what became of it.

    Attributes:
        profile: The profile whose gateway asks.
        request: What is asked.
        state: Where it stands.
        decision: The word that was given here.
        fault: Why the last word was not taken, or why what became of it is not known.
        detail: The gateway's own words.
        due_at: When nobody waits any more (mono); None if nobody said.
    """

    profile: str
    request: Asked
    state: ApprovalState = ApprovalState.WAITING
    decision: Decision | None = None
    fault: Fault | None = None
    detail: str = ""
    due_at: float | None = None

    @property
    def id(self) -> str:
        """The id of the request."""
        return self.request.id


class LifecycleKind(Enum):
    """What the gateway is told to do with itself; each value is the word of its own command line for it."""

    START = "start"
    RESTART = "restart"


class LifecycleState(Enum):
    """What became of it: TAKEN is on its way, DONE is back."""

    ASKED = "asked"
    TAKEN = "taken"
    DONE = "done"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        """Nothing more will come of it."""
        return self in (LifecycleState.DONE, LifecycleState.FAILED)


class Lifecycle(msgspec.Struct, frozen=True):
    """A start or restart of the gateway that the user asked for.

    Attributes:
        kind: Which of both.
        state: What became of it.
        by_cli: The gateway's own command line does it, not a request.
        back: The gateway was seen to be back before that command line has ended.
        fault: Why it failed.
        detail: The words of the gateway or its command line: why it failed, or what it waits for.
        due_at: When waiting for it to be back ends (mono); None before it is gone.
    """

    kind: LifecycleKind
    state: LifecycleState = LifecycleState.ASKED
    by_cli: bool = False
    back: bool = False
    fault: Fault | None = None
    detail: str = ""
    due_at: float | None = None
