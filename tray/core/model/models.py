"""Model switches that were made here."""

from __future__ import annotations

from enum import Enum

import msgspec

from tray.core.errors import ActionError
from tray.protocol.sessions import SessionRow


class SwitchStatus(Enum):
    """What became of a model switch: SET once the gateway took it, PROVED once a reading showed it."""

    REQUESTED = "asked"
    CONFIRMED = "set"
    VERIFIED = "proved"
    FAILED = "failed"


class ModelSwitch(msgspec.Struct, frozen=True):
    """A model switch of our own.

    Attributes:
        profile: The profile whose gateway has the session.
        key: The session.
        requested: `provider/model` or an alias as asked for; None for the default.
        state: What became of it.
        model: `provider/model` that the session now uses, as the gateway confirmed.
        fault: Why it failed.
        detail: The gateway's own words, or the model that it chose instead.
        session_id: The session's id at that time, if it had one.
        tokens_before: Used and spent tokens at that time: while they are the same, no run has happened since.
        set_at: When the gateway confirmed it (mono); None if an earlier process saw that.
        notified_model: Another model that answered in its stead, once the user was told.
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
        """The gateway confirmed it, and nothing has shown otherwise since."""
        return self.state in (SwitchStatus.CONFIRMED, SwitchStatus.VERIFIED)


def has_run_since(switch: ModelSwitch, row: SessionRow) -> bool:
    """Whether the figures show a run since the switch. That 2026.1's compaction deleted them shows none."""
    before = (switch.tokens_before[0] or None, switch.tokens_before[1])
    return (row.used or None, row.last_run_tokens) not in (before, (None, 0))
