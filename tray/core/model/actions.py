"""Actions that one click runs on a session."""

from enum import Enum, auto

import msgspec

from tray.core.model.errors import ActionError


class ActionKind(Enum):
    """What one click runs on a session."""

    COMPACT = "compact"
    NEW = "new"
    STOP = "stop"
    THINK = "thinking"


class ActionStatus(Enum):
    """Status of a session action. The last three are final."""

    REQUESTED = auto()
    DONE = auto()
    FAILED = auto()
    UNKNOWN = auto()  # may have been done


class SessionAction(msgspec.Struct, frozen=True):
    """An action on a session, and its result.

    Attributes:
        profile: The profile whose gateway has the session.
        key: The session's key.
        run_id: The run to stop; None for any run of the session.
        level: The requested thinking level; None for the model's default.
        model: The model to restore after a reset, where the gateway drops it.
        before: Size of the history before a compaction, in tokens, if known.
        after: Size of the history after it.
        error: Why it failed, or why its result is unknown.
        detail: The gateway's message.
        due_at: When to give up waiting for a stopped run to end (mono); None before the stop was sent.
        ended_at: When it ended (mono).
    """

    profile: str
    key: str
    kind: ActionKind
    state: ActionStatus = ActionStatus.REQUESTED
    run_id: str | None = None
    level: str | None = None
    model: str | None = None
    before: int | None = None
    after: int | None = None
    error: ActionError | None = None
    detail: str = ""
    due_at: float | None = None
    ended_at: float | None = None
