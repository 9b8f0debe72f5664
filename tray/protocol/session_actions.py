"""What is done to a session, on the wire: compaction, reset, stop, thinking level.

`sessions.compact` is not for every release: the oldest two only cut the transcript off at some line.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from tray.protocol.json_fields import Json, count, flag, record, text, texts
from tray.protocol.scopes import ADMIN, WRITE

STOP_MESSAGE = "[ClawTray] /stop"
"""The command that stops a run of any kind, in an envelope as a channel gives it. Without the envelope,
2026.1 and 2026.2 take it for `chat.abort`, which there reaches no run that `agent` has started."""


class Compacted(msgspec.Struct, frozen=True):
    """How a compaction ended.

    Attributes:
        done: The history was summarised.
        reason: Why not, in the gateway's words.
        before: Size of the history before, in tokens; None where it is not told.
        after: And after.
    """

    done: bool
    reason: str = ""
    before: int | None = None
    after: int | None = None


class SessionsCompact(msgspec.Struct, frozen=True):
    """Have a model summarise the history of a session (2026.5 on; before, this only trims lines)."""

    method: ClassVar[str] = "sessions.compact"
    scope: ClassVar[str] = ADMIN
    spends: ClassVar[bool] = True

    key: str

    def params(self) -> dict[str, object]:
        """Never `maxLines`, with which no model is asked and the rest is thrown away."""
        return {"key": self.key}

    def read(self, payload: Json) -> Compacted:
        """An accepted request may still have failed: `ok` of the payload, and `compacted`, say so."""
        result = record(payload.get("result"))
        done = flag(payload, "ok") is not False and flag(payload, "compacted") is True
        return Compacted(
            done,
            reason=text(payload, "reason") or "",
            before=count(result, "tokensBefore"),
            after=count(result, "tokensAfter"),
        )


class ResetDone(msgspec.Struct, frozen=True):
    """A session begins anew."""


class SessionsReset(msgspec.Struct, frozen=True):
    """Begin a session anew under the same key; its transcript is put aside by the gateway."""

    method: ClassVar[str] = "sessions.reset"
    scope: ClassVar[str] = ADMIN
    spends: ClassVar[bool] = False

    key: str

    def params(self) -> dict[str, object]:
        """2026.1 knows no `reason`."""
        return {"key": self.key}

    def read(self, payload: Json) -> ResetDone:
        """Nothing in it is needed: the next reading shows the session."""
        del payload
        return ResetDone()


class Stopped(msgspec.Struct, frozen=True):
    """Which runs were stopped, if any: the gateway may know of some without telling their ids."""

    any_stopped: bool
    run_ids: tuple[str, ...] = ()


class SessionsAbort(msgspec.Struct, frozen=True):
    """Stop a run of a session, of whatever kind (2026.5 on); without an id the one in progress."""

    method: ClassVar[str] = "sessions.abort"
    scope: ClassVar[str] = WRITE
    spends: ClassVar[bool] = False

    key: str
    run_id: str | None = None

    def params(self) -> dict[str, object]:
        """`runId` only where one run is meant."""
        return {"key": self.key} if self.run_id is None else {"key": self.key, "runId": self.run_id}

    def read(self, payload: Json) -> Stopped:
        """`status` is `aborted` or `no-active-run`."""
        run_id = text(payload, "abortedRunId")
        return Stopped(payload.get("status") == "aborted", () if run_id is None else (run_id,))


class ChatAbort(msgspec.Struct, frozen=True):
    """Stop a run of a session. 2026.1 and 2026.2 stop only those that `chat.send` has started."""

    method: ClassVar[str] = "chat.abort"
    scope: ClassVar[str] = WRITE
    spends: ClassVar[bool] = False

    key: str
    run_id: str | None = None

    def params(self) -> dict[str, object]:
        """`runId` only where one run is meant."""
        run = {} if self.run_id is None else {"runId": self.run_id}
        return {"sessionKey": self.key, **run}

    def read(self, payload: Json) -> Stopped:
        """`aborted` is false where nothing of that kind was running."""
        return Stopped(flag(payload, "aborted") is True, texts(payload, "runIds"))


class StopSent(msgspec.Struct, frozen=True):
    """The command is on its way; the end of the run is told by its own events."""


class StopCommand(msgspec.Struct, frozen=True):
    """Stop whatever runs in a session, by the command that people type. No model is asked.

    `idempotency_key` is the id of the command's own run, which ends at once.
    """

    method: ClassVar[str] = "chat.send"
    scope: ClassVar[str] = WRITE
    spends: ClassVar[bool] = False

    key: str
    idempotency_key: str

    def params(self) -> dict[str, object]:
        """As any message of a chat."""
        return {
            "sessionKey": self.key,
            "message": STOP_MESSAGE,
            "idempotencyKey": self.idempotency_key,
        }

    def read(self, payload: Json) -> StopSent:
        """`status` is `started` whether anything was running or not."""
        del payload
        return StopSent()


class ThinkingSet(msgspec.Struct, frozen=True):
    """The thinking level that a session is now told to use; None if it follows the model's default."""

    level: str | None


class ThinkingPatch(msgspec.Struct, frozen=True):
    """Choose how much a session's model thinks, or with None follow its default again.

    2026.1 to 2026.7 want the admin scope for it, so that is what this program requires everywhere.
    """

    method: ClassVar[str] = "sessions.patch"
    scope: ClassVar[str] = ADMIN
    spends: ClassVar[bool] = False

    key: str
    level: str | None

    def params(self) -> dict[str, object]:
        """`thinkingLevel: null` takes the choice back."""
        return {"key": self.key, "thinkingLevel": self.level}

    def read(self, payload: Json) -> ThinkingSet:
        """What stands in the session's entry."""
        return ThinkingSet(text(record(payload.get("entry")), "thinkingLevel"))
