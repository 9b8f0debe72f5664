"""What waits for a person's word, on the wire: commands that an agent wants to run, and devices that want in.

2026.1 and 2026.2 have no list of commands that wait; there only the event tells of one.
"""

from __future__ import annotations

from enum import Enum
from typing import ClassVar, TypeAlias

import msgspec

from tray.protocol.json_fields import Json, count, flag, record, records, text, texts
from tray.protocol.scopes import APPROVALS, PAIRING


class Decision(Enum):
    """The words that a gateway takes. For a device, every one but DENY lets it in."""

    ALLOW_ONCE = "allow-once"
    ALLOW_ALWAYS = "allow-always"
    DENY = "deny"


class ExecRequest(msgspec.Struct, frozen=True):
    """A command that an agent wants to run.

    Attributes:
        id: Of the request.
        command: What is run, exactly.
        cwd: The folder that it runs in.
        host: Where: `gateway`, `node` or `sandbox`.
        agent_id: The agent that wants it.
        session_key: The session in which it came up.
        warnings: What the gateway found remarkable in it.
        decisions: What may be said to it.
        created_ms: When it was asked, in milliseconds since 1970 by the gateway's clock; None if not told.
        expires_ms: When nobody will ask any more.
    """

    id: str
    command: str = ""
    cwd: str | None = None
    host: str | None = None
    agent_id: str | None = None
    session_key: str | None = None
    warnings: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = tuple(Decision)
    created_ms: int | None = None
    expires_ms: int | None = None


class PairingRequest(msgspec.Struct, frozen=True):
    """A device that wants to be let in.

    Attributes:
        id: Of the request.
        name: What the device calls itself.
        platform: Its system, as it says.
        role: What it wants to be, mostly `operator`.
        scopes: What it wants to be allowed.
        address: Where it calls from; None if the gateway does not say.
        created_ms: When it asked, in milliseconds since 1970 by the gateway's clock.
    """

    id: str
    name: str = ""
    platform: str | None = None
    role: str | None = None
    scopes: tuple[str, ...] = ()
    address: str | None = None
    created_ms: int | None = None


ApprovalSubject: TypeAlias = ExecRequest | PairingRequest


class ApprovalRequested(msgspec.Struct, frozen=True):
    """The gateway wants a person's word."""

    request: ApprovalSubject


class ApprovalResolved(msgspec.Struct, frozen=True):
    """Somebody gave it; None where the event does not say what it was."""

    id: str
    decision: Decision | None


ApprovalEvent: TypeAlias = ApprovalRequested | ApprovalResolved


class ExecRequests(msgspec.Struct, frozen=True):
    """The commands that wait."""

    requests: tuple[ExecRequest, ...]


class PairingRequests(msgspec.Struct, frozen=True):
    """The devices that wait."""

    requests: tuple[PairingRequest, ...]


class DecisionAccepted(msgspec.Struct, frozen=True):
    """The gateway took the word."""


class ExecApprovalList(msgspec.Struct, frozen=True):
    """Which commands wait (2026.5 on)."""

    method: ClassVar[str] = "exec.approval.list"
    scope: ClassVar[str] = APPROVALS
    spends: ClassVar[bool] = False

    def params(self) -> dict[str, object]:
        """None."""
        return {}

    def read(self, payload: Json) -> ExecRequests:
        """The answer is a bare array."""
        read = map(read_exec, records(payload.get("list")))
        return ExecRequests(tuple(request for request in read if request is not None))


class ExecApprovalResolve(msgspec.Struct, frozen=True):
    """Give the word on a command."""

    method: ClassVar[str] = "exec.approval.resolve"
    scope: ClassVar[str] = APPROVALS
    spends: ClassVar[bool] = False

    id: str
    decision: Decision

    def params(self) -> dict[str, object]:
        """Both are needed."""
        return {"id": self.id, "decision": self.decision.value}

    def read(self, payload: Json) -> DecisionAccepted:
        """There is nothing else in it."""
        del payload
        return DecisionAccepted()


class PairingList(msgspec.Struct, frozen=True):
    """Which devices wait."""

    method: ClassVar[str] = "device.pair.list"
    scope: ClassVar[str] = PAIRING
    spends: ClassVar[bool] = False

    def params(self) -> dict[str, object]:
        """None."""
        return {}

    def read(self, payload: Json) -> PairingRequests:
        """Those that are let in without a word (`silent`) are nobody's business."""
        read = map(read_pairing, records(payload.get("pending")))
        return PairingRequests(tuple(request for request in read if request is not None))


class PairingApprove(msgspec.Struct, frozen=True):
    """Let a device in."""

    method: ClassVar[str] = "device.pair.approve"
    scope: ClassVar[str] = PAIRING
    spends: ClassVar[bool] = False

    id: str

    def params(self) -> dict[str, object]:
        """The request's id, not the device's."""
        return {"requestId": self.id}

    def read(self, payload: Json) -> DecisionAccepted:
        """What it says of the device is not needed."""
        del payload
        return DecisionAccepted()


class PairingReject(msgspec.Struct, frozen=True):
    """Turn a device away."""

    method: ClassVar[str] = "device.pair.reject"
    scope: ClassVar[str] = PAIRING
    spends: ClassVar[bool] = False

    id: str

    def params(self) -> dict[str, object]:
        """As to let it in."""
        return {"requestId": self.id}

    def read(self, payload: Json) -> DecisionAccepted:
        """As above."""
        del payload
        return DecisionAccepted()


def read_exec(payload: Json) -> ExecRequest | None:
    """A command that waits, from the list or from the event; None if it cannot be named or is not shown."""
    identity, request = text(payload, "id"), record(payload.get("request"))
    command = text(request, "command")
    if identity is None or command is None:
        return None
    analysis = record(request.get("commandAnalysis"))
    warning = text(request, "warningText")
    offered = texts(request, "allowedDecisions")
    return ExecRequest(
        id=identity,
        command=command,
        cwd=text(request, "cwd"),
        host=text(request, "host"),
        agent_id=text(request, "agentId"),
        session_key=text(request, "sessionKey"),
        warnings=(*((warning,) if warning else ()), *texts(analysis, "warningLines")),
        decisions=tuple(d for d in Decision if d.value in offered) if offered else tuple(Decision),
        created_ms=count(payload, "createdAtMs"),
        expires_ms=count(payload, "expiresAtMs"),
    )


def read_pairing(payload: Json) -> PairingRequest | None:
    """A device that waits, from the list or from the event; None if nobody is asked about it."""
    identity = text(payload, "requestId")
    if identity is None or flag(payload, "silent") is True:
        return None
    return PairingRequest(
        id=identity,
        name=text(payload, "displayName") or "",
        platform=text(payload, "platform"),
        role=text(payload, "role"),
        scopes=texts(payload, "scopes"),
        address=text(payload, "remoteIp"),
        created_ms=count(payload, "ts"),
    )


def read_event(name: str, payload: Json) -> ApprovalEvent | None:
    """An event of this family; None if it is another, or tells nothing."""
    match name:
        case "exec.approval.requested":
            asked: ApprovalSubject | None = read_exec(payload)
        case "device.pair.requested":
            asked = read_pairing(payload)
        case "exec.approval.resolved":
            return _resolved(text(payload, "id"), payload)
        case "device.pair.resolved":
            return _resolved(text(payload, "requestId"), payload)
        case _:
            return None
    return None if asked is None else ApprovalRequested(asked)


def is_gone(refusal: str) -> bool:
    """Whether a word came too late: there is nothing under this id, or somebody else was faster.

    2026.1 and 2026.2 have no code for it, and no release has one for devices.
    """
    message = refusal.lower()
    return message.startswith("unknown") or "already resolved" in message


def _resolved(identity: str | None, payload: Json) -> ApprovalResolved | None:
    if identity is None:
        return None
    words = {decision.value: decision for decision in Decision}
    words |= {"approved": Decision.ALLOW_ONCE, "rejected": Decision.DENY}
    return ApprovalResolved(identity, words.get(text(payload, "decision") or ""))
