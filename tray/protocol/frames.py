"""JSON text to typed frames and back. Any text can be parsed: others are `Unknown` or `InvalidFrame`."""

import json
from collections.abc import Callable
from typing import Any, ClassVar, TypeAlias, cast

import msgspec

from tray.protocol import approvals, cron, runs
from tray.protocol.json_fields import Json, count, decode, encodable, flag, record, string, text
from tray.protocol.requests import AnyRequest
from tray.values import PrivateStruct, replace

MAX_WAIT_SECONDS = 3600.0
"""What a gateway says is waited for no longer than this."""
MAX_VALUES = 1_000_000
"""Values of a message: each takes far more memory than its text. The usage of 200 sessions has 300,000."""
_SMALL = 1_000_000
"""Characters of a message that cannot have many more values."""
_UNREAD = ("tick", "health", "presence")


class ErrorResponse(msgspec.Struct, frozen=True):
    """The error response to a request.

    Attributes:
        code: The coarse code (`INVALID_REQUEST`, `UNAVAILABLE`, `NOT_PAIRED`, `FORBIDDEN`).
        message: The gateway's own sentence.
        detail: The fine code, where the release has one.
        request_id: The pairing request to approve.
        expected_protocol: The version that the gateway supports, after a protocol mismatch.
        retry_after: Seconds until it is worth trying again.
        upgrade: The device is paired, and more scopes than before must be approved.
        named_scope: The missing scope, where the release names it apart from the message.
    """

    code: str
    message: str
    detail: str | None = None
    request_id: str | None = None
    expected_protocol: int | None = None
    retry_after: float | None = None
    upgrade: bool = False
    named_scope: str | None = None

    @property
    def missing_scope(self) -> str | None:
        """Return the missing scope; up to the first releases of protocol 4 only the message has it."""
        prefix = "missing scope: "
        if self.named_scope is not None:
            return self.named_scope
        return self.message.removeprefix(prefix).strip() if self.message.startswith(prefix) else None

    @property
    def unknown_parameter(self) -> bool:
        """Return whether the release has the method, but not one of the parameters."""
        return self.code == "INVALID_REQUEST" and self.message.startswith("invalid ")


class Response(PrivateStruct, frozen=True):
    """The response to the request with this id.

    Attributes:
        payload: A JSON text, for the request to read. It may hold a secret, so its repr is hidden.
    """

    private_fields: ClassVar[frozenset[str]] = frozenset({"payload"})

    id: str
    payload: bytes
    error_response: ErrorResponse | None = None


class Challenge(msgspec.Struct, frozen=True):
    """The gateway's first message: sign this nonce. `at_ms` is its clock in milliseconds since 1970."""

    nonce: str
    at_ms: int | None


class Heartbeat(msgspec.Struct, frozen=True):
    """A sign of life whose content is not needed: `tick`, `health`, `presence`."""

    name: str


class SessionsChanged(msgspec.Struct, frozen=True):
    """A session (None: any) has changed; only after `sessions.subscribe`, 2026.5 on."""

    key: str | None


class ShuttingDown(msgspec.Struct, frozen=True):
    """The gateway shuts down. `restart_in` is in seconds; None if it stops for good."""

    restart_in: float | None


class Unknown(msgspec.Struct, frozen=True):
    """A valid frame that this program does not use."""

    name: str


class InvalidFrame(msgspec.Struct, frozen=True):
    """An invalid frame; its content is not kept."""

    reason: str


Push: TypeAlias = (
    Challenge
    | Heartbeat
    | SessionsChanged
    | ShuttingDown
    | runs.RunEvent
    | runs.ChatStopped
    | approvals.ApprovalEvent
    | cron.CronEvent
    | Unknown
    | InvalidFrame
)
Frame: TypeAlias = Response | Push


class _Frame(msgspec.Struct):
    """A frame of any kind; what is in it can be anything."""

    type: Any = None
    id: Any = None
    ok: Any = None
    event: Any = None
    error: Any = None
    payload: msgspec.Raw = msgspec.Raw(b"null")


def parse(raw: str | bytes) -> Frame:
    """Return any text or bytes as a frame. Never raises."""
    try:
        content = raw if isinstance(raw, str) else raw.decode()  # msgspec does not look into what is raw
        if len(content) > _SMALL and sum(map(content.count, ",[{")) > MAX_VALUES:
            return InvalidFrame("too many values")
        frame = _decode(content)
        match frame.type:
            case "res":
                return _response(frame)
            case "event" if frame.event in _UNREAD:
                return Heartbeat(frame.event)
            case "event":
                return _event(string(frame.event), record(decode(bytes(frame.payload))))
            case _:
                return InvalidFrame("neither answer nor event")
    except msgspec.ValidationError:
        return InvalidFrame("not an object")
    except (ValueError, RecursionError):
        return InvalidFrame("not JSON")


def with_canonical_key(push: Push, canonical: Callable[[str], str]) -> Push:
    """Return an event with its session's canonical key: 2026.1 announces the runs of `main`."""
    match push:
        case (
            SessionsChanged()
            | runs.RunStarted()
            | runs.RunText()
            | runs.RunEnded()
            | runs.FellBack()
            | runs.Compacting()
            | runs.ChatStopped()
        ) if push.key is not None and (key := canonical(push.key)) != push.key:
            return cast("Push", replace(push, key=key))  # mypy sees only that all are structs
        case _:
            return push


def _decode(raw: str) -> _Frame:
    try:
        return msgspec.json.decode(raw, type=_Frame)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:  # see `json_fields.decode`
        frame = json.loads(raw)
        if isinstance(frame, dict):
            frame["payload"] = msgspec.Raw(json.dumps(frame.get("payload")).encode())
        return msgspec.convert(frame, _Frame)


def dump(request_id: str, request: AnyRequest) -> str:
    """Return the request as text to send."""
    return dump_call(request_id, request.method, request.params())


def dump_call(request_id: str, method: str, params: dict[str, Any]) -> str:
    """Return a call as text to send; `connect` goes this way, since its parameters hold the secret."""
    frame = {"type": "req", "id": request_id, "method": method, "params": params}
    return encodable(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))


def _response(frame: _Frame) -> Frame:
    identity = string(frame.id)
    if identity is None:
        return InvalidFrame("an answer without an id")
    return Response(identity, bytes(frame.payload), None if frame.ok is True else _failure(frame.error))


def _failure(what: object) -> ErrorResponse:
    error = record(what)
    details = record(error.get("details"))
    retry_after = count(error, "retryAfterMs")
    detail, reason = text(details, "code"), text(details, "reason") or ""
    if detail is None and flag(error, "retryable") and reason == "startup-sidecars":
        detail = "STARTING"
    if detail is None and reason.startswith("APPROVAL_"):
        detail = reason
    return ErrorResponse(
        code=text(error, "code") or "UNKNOWN",
        message=text(error, "message") or "",
        detail=detail,
        request_id=text(details, "requestId"),
        expected_protocol=count(details, "expectedProtocol"),
        retry_after=None if retry_after is None else min(retry_after / 1000, MAX_WAIT_SECONDS),
        upgrade=reason in ("scope-upgrade", "role-upgrade"),
        named_scope=text(details, "missingScope") or None,
    )


def _event(name: str | None, payload: Json) -> Push:
    match name:
        case "agent":
            return runs.read_agent(payload) or Unknown("agent")
        case "chat":
            return runs.read_chat(payload) or Unknown("chat")
        case "cron":
            return cron.read_event(payload) or Unknown("cron")
        case "sessions.changed":
            key = text(payload, "sessionKey")
            # A compaction that a client requested has no event of its own.
            compacted = payload.get("reason") == "compact" and flag(payload, "compacted") is True
            return runs.Compacting(key, done=True) if compacted else SessionsChanged(key)
        case "shutdown":
            expected = count(payload, "restartExpectedMs")
            return ShuttingDown(None if expected is None else min(expected / 1000, MAX_WAIT_SECONDS))
        case "connect.challenge":
            return Challenge(text(payload, "nonce") or "", count(payload, "ts") or None)
        case None:
            return InvalidFrame("an event without a name")
        case _:
            return approvals.read_event(name, payload) or Unknown(name)
