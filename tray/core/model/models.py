"""Switches of a session's model."""

from enum import Enum, auto

import msgspec

from tray.core.model.errors import ActionError
from tray.protocol.sessions import SessionRow


class SwitchStatus(Enum):
    """Status of a model switch. CONFIRMED: the gateway accepted it; VERIFIED: a reading showed it."""

    REQUESTED = auto()
    CONFIRMED = auto()
    VERIFIED = auto()
    FAILED = auto()


class ModelSwitch(msgspec.Struct, frozen=True):
    """A switch of a session's model that this program requested.

    Attributes:
        profile: The profile whose gateway has the session.
        key: The session's key.
        requested: `provider/model` or an alias; None for the default.
        model: `provider/model` that the gateway confirmed.
        error: Why it failed.
        detail: The gateway's message, or the model that it chose instead.
        session_id: The session's id at that time, if it had one.
        tokens_before: `used` and `last_run_tokens` at that time. While both are equal, no run has happened
            since.
        set_at: When the gateway confirmed it (mono); None if an earlier process saw that.
        notified_model: The model that answered instead, if the user was notified of it.
    """

    profile: str
    key: str
    requested: str | None
    state: SwitchStatus
    model: str | None = None
    error: ActionError | None = None
    detail: str = ""
    session_id: str | None = None
    tokens_before: tuple[int | None, int] = (None, 0)
    set_at: float | None = None
    notified_model: str | None = None

    @property
    def in_force(self) -> bool:
        """Return whether the gateway confirmed it, and nothing has contradicted it since."""
        return self.state in (SwitchStatus.CONFIRMED, SwitchStatus.VERIFIED)


def has_run_since(switch: ModelSwitch, row: SessionRow) -> bool:
    """Return whether the token counts show a run since the switch; 2026.1 deletes them on compaction."""
    before = (switch.tokens_before[0] or None, switch.tokens_before[1])
    return (row.used or None, row.last_run_tokens) not in (before, (None, 0))
