"""What one click did to a session."""

from __future__ import annotations

from enum import Enum

import msgspec

from tray.core.errors import ActionError


class ActionKind(Enum):
    """What is done to a session by one click."""

    COMPACT = "compact"
    NEW = "new"
    STOP = "stop"
    THINK = "thinking"


class ActionStatus(Enum):
    """Where a deed stands. The last three are ends."""

    REQUESTED = "asked"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "may have been done"


class SessionAction(msgspec.Struct, frozen=True):
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
        error: Why it failed, or why what became of it is not known.
        detail: The gateway's own words.
        due_at: When waiting for the end of a stopped run ends (mono); None before the stop was sent.
        ended_at: When it came to an end (mono).
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
