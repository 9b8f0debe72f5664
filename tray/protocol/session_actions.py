"""Messages of session actions: compaction, reset, stop, thinking level.

`sessions.compact` cannot be used on every release: the oldest two only truncate the transcript.
"""

from typing import ClassVar

import msgspec

from tray.protocol.json_fields import Json, count, flag, record, text, texts
from tray.protocol.requests import ADMIN, WRITE, Reply, Request, SimpleRequest

STOP_MESSAGE = "[ClawTray] /stop"
"""The command that stops a run of any kind, in an envelope as a channel gives it. Without the envelope,
2026.1 and 2026.2 take it for `chat.abort`, which there reaches no run that `agent` has started."""


class Compacted(Reply, frozen=True):
    """The response to `sessions.compact`.

    Attributes:
        done: The history was summarised.
        reason: The gateway's sentence why not.
        before: Size of the history before, in tokens; None if unknown.
        after: Size of the history after it.
    """

    done: bool
    reason: str = ""
    before: int | None = None
    after: int | None = None


class SessionsCompact(Request[Compacted], frozen=True):
    """Have a model summarise the history of a session (2026.5 on; older releases truncate it).

    `maxLines` is never sent: with it the history is truncated without a summary.
    """

    method: ClassVar[str] = "sessions.compact"
    scope: ClassVar[str] = ADMIN
    spends: ClassVar[bool] = True

    key: str

    def read(self, payload: Json) -> Compacted:
        """Read `ok` and `compacted` of the payload: an accepted request may still have failed."""
        result = record(payload.get("result"))
        done = flag(payload, "ok") is not False and flag(payload, "compacted") is True
        return Compacted(
            done,
            reason=text(payload, "reason") or "",
            before=count(result, "tokensBefore"),
            after=count(result, "tokensAfter"),
        )


class SessionsReset(SimpleRequest, frozen=True):
    """Start a session over under the same key; the gateway archives its transcript.

    2026.1 does not know the parameter `reason`.
    """

    method: ClassVar[str] = "sessions.reset"
    scope: ClassVar[str] = ADMIN

    key: str


class Stopped(Reply, frozen=True):
    """Whether a run was stopped, and which; some releases do not tell their ids."""

    any_stopped: bool
    run_ids: tuple[str, ...] = ()


class SessionsAbort(Request[Stopped], frozen=True, omit_defaults=True):
    """Stop a run of a session, of any kind (2026.5 on); without an id the one in progress."""

    method: ClassVar[str] = "sessions.abort"
    scope: ClassVar[str] = WRITE

    key: str
    run_id: str | None = None

    def read(self, payload: Json) -> Stopped:
        """Read `status`: `aborted` or `no-active-run`."""
        run_id = text(payload, "abortedRunId")
        return Stopped(payload.get("status") == "aborted", () if run_id is None else (run_id,))


class ChatAbort(Request[Stopped], frozen=True, omit_defaults=True):
    """Stop a run of a session. 2026.1 and 2026.2 stop only runs that `chat.send` started."""

    method: ClassVar[str] = "chat.abort"
    scope: ClassVar[str] = WRITE

    key: str = msgspec.field(name="sessionKey")
    run_id: str | None = None

    def read(self, payload: Json) -> Stopped:
        """Read `aborted`, false if no such run was in progress."""
        return Stopped(flag(payload, "aborted") is True, texts(payload, "runIds"))


class StopCommand(SimpleRequest, frozen=True):
    """Stop any run of a session with the command that users type. No model is called.

    `idempotency_key` is the id of the command's own run, which ends at once. The command is accepted
    whether or not a run is in progress.
    """

    method: ClassVar[str] = "chat.send"
    scope: ClassVar[str] = WRITE

    key: str
    idempotency_key: str

    def params(self) -> dict[str, object]:
        return {
            "sessionKey": self.key,
            "message": STOP_MESSAGE,
            "idempotencyKey": self.idempotency_key,
        }


class ThinkingSet(Reply, frozen=True):
    """The new thinking level of a session; None if it follows the model's default."""

    level: str | None


class ThinkingPatch(Request[ThinkingSet], frozen=True):
    """Set a session's thinking level; None for the model's default.

    2026.1 to 2026.7 need the admin scope for it, so this program requires it everywhere.
    """

    method: ClassVar[str] = "sessions.patch"
    scope: ClassVar[str] = ADMIN

    key: str
    level: str | None = msgspec.field(name="thinkingLevel")

    def read(self, payload: Json) -> ThinkingSet:
        """Read the level in the session's entry."""
        return ThinkingSet(text(record(payload.get("entry")), "thinkingLevel"))
