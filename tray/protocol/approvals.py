"""Messages about approvals: commands that an agent wants to run, and devices that ask for access.

2026.1 and 2026.2 have no list of waiting commands; there, only the event announces one.
"""

import unicodedata
from enum import Enum
from typing import ClassVar, TypeAlias

import msgspec

from tray.protocol.json_fields import Json, count, flag, long_text, record, records, text, texts
from tray.protocol.requests import APPROVALS, PAIRING, Reply, Request, SimpleRequest

MAX_COMMAND_LENGTH = 50_000
"""Characters of a command; a longer one is cut off, and can only be denied here."""
MAX_LINES, MAX_LINE_LENGTH = 20, 1_000
"""Warnings about a command, or scopes of a device, and the characters of each; no sane gateway sends more."""

_GONE = ("APPROVAL_NOT_FOUND", "APPROVAL_ALREADY_RESOLVED")
_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and signs by their category, but nothing is drawn for them."""


class Decision(Enum):
    """What a gateway accepts as a decision. For a device, each but DENY approves it."""

    ALLOW_ONCE = "allow-once"
    ALLOW_ALWAYS = "allow-always"
    DENY = "deny"


class ExecRequest(msgspec.Struct, frozen=True):
    """A command that an agent wants to run.

    Attributes:
        command: The exact command line.
        cwd: Its working directory.
        host: Where it runs: `gateway`, `node` or `sandbox`.
        agent_id: The agent that wants to run it.
        session_key: The session in which it came up.
        warnings: What the gateway warns about.
        decisions: The decisions that the gateway accepts.
        created_ms: When it was requested, in milliseconds since 1970 by the gateway's clock; None if unknown.
        expires_ms: When it expires.
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
    """A device that asks for access.

    Attributes:
        name: The name that the device gives itself.
        platform: Its system, as it says.
        role: The role that it requests, mostly `operator`.
        scopes: The scopes that it requests.
        address: Its address; None if unknown.
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
    """The gateway waits for a decision."""

    request: ApprovalSubject


class ApprovalResolved(msgspec.Struct, frozen=True):
    """A decision was made; None where the event does not tell which."""

    id: str
    decision: Decision | None


ApprovalEvent: TypeAlias = ApprovalRequested | ApprovalResolved


class ExecRequests(Reply, frozen=True):
    """The waiting commands."""

    requests: tuple[ExecRequest, ...]


class PairingRequests(Reply, frozen=True):
    """The waiting devices."""

    requests: tuple[PairingRequest, ...]


class ExecApprovalList(Request[ExecRequests], frozen=True):
    """List the waiting commands (2026.5 on)."""

    method: ClassVar[str] = "exec.approval.list"
    scope: ClassVar[str] = APPROVALS

    def read(self, payload: Json) -> ExecRequests:
        """Read a bare array."""
        read = map(read_exec, records(payload.get("list")))
        return ExecRequests(tuple(request for request in read if request is not None))


class ExecApprovalResolve(SimpleRequest, frozen=True):
    """Decide on a command."""

    method: ClassVar[str] = "exec.approval.resolve"
    scope: ClassVar[str] = APPROVALS

    id: str
    decision: Decision


class PairingList(Request[PairingRequests], frozen=True):
    """List the waiting devices."""

    method: ClassVar[str] = "device.pair.list"
    scope: ClassVar[str] = PAIRING

    def read(self, payload: Json) -> PairingRequests:
        """Skip those that are approved without a decision (`silent`)."""
        read = map(read_pairing, records(payload.get("pending")))
        return PairingRequests(tuple(request for request in read if request is not None))


class PairingApprove(SimpleRequest, frozen=True):
    """Approve a device."""

    method: ClassVar[str] = "device.pair.approve"
    scope: ClassVar[str] = PAIRING

    id: str = msgspec.field(name="requestId")  # not the device's


class PairingReject(SimpleRequest, frozen=True):
    """Reject a device."""

    method: ClassVar[str] = "device.pair.reject"
    scope: ClassVar[str] = PAIRING

    id: str = msgspec.field(name="requestId")


def read_exec(payload: Json) -> ExecRequest | None:
    """Return a waiting command from the list or the event; None without an id or a request.

    One that shows nothing can only be denied.
    """
    identity, request = text(payload, "id"), record(payload.get("request"))
    if identity is None or not request:
        return None
    command = long_text(request, "command") or ""
    analysis = record(request.get("commandAnalysis"))
    warning = text(request, "warningText")
    offered = texts(request, "allowedDecisions")
    decisions = (Decision.DENY,) if is_blank(command) else _decisions(offered)
    if len(command) > MAX_COMMAND_LENGTH:
        command, decisions = command[:MAX_COMMAND_LENGTH] + " …", (Decision.DENY,)
    return ExecRequest(
        id=identity,
        command=command,
        cwd=text(request, "cwd"),
        host=text(request, "host"),
        agent_id=text(request, "agentId"),
        session_key=text(request, "sessionKey"),
        warnings=_lines((*((warning,) if warning else ()), *texts(analysis, "warningLines"))),
        decisions=decisions,
        created_ms=count(payload, "createdAtMs"),
        expires_ms=count(payload, "expiresAtMs"),
    )


def is_blank(command: str) -> bool:
    """Return whether a command shows nothing: blanks, and characters without a shape of their own."""
    return all(unicodedata.category(each)[0] in "ZCM" or each in _FILLERS for each in command)


def _decisions(offered: tuple[str, ...]) -> tuple[Decision, ...]:
    return tuple(d for d in Decision if d.value in offered) if offered else tuple(Decision)


def read_pairing(payload: Json) -> PairingRequest | None:
    """Return a waiting device from the list or the event; None if it needs no decision."""
    identity = text(payload, "requestId")
    if identity is None or flag(payload, "silent") is True:
        return None
    return PairingRequest(
        id=identity,
        name=text(payload, "displayName") or "",
        platform=text(payload, "platform"),
        role=text(payload, "role"),
        scopes=_lines(texts(payload, "scopes")),
        address=text(payload, "remoteIp"),
        created_ms=count(payload, "ts"),
    )


def read_event(name: str, payload: Json) -> ApprovalEvent | None:
    """Return an event about approvals; None for any other event."""
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


def is_gone(refusal: str, code: str | None) -> bool:
    """Return whether a decision came too late: the id is unknown, or it was resolved already.

    Newer releases have a code for it, and their sentence may change. 2026.1 and 2026.2 have none, and no
    release has one for devices.
    """
    message = refusal.lower()
    return code in _GONE or message.startswith("unknown") or "already resolved" in message


def _lines(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(line[:MAX_LINE_LENGTH] for line in lines[:MAX_LINES])


def _resolved(identity: str | None, payload: Json) -> ApprovalResolved | None:
    if identity is None:
        return None
    words = {decision.value: decision for decision in Decision}
    words |= {"approved": Decision.ALLOW_ONCE, "rejected": Decision.DENY}
    return ApprovalResolved(identity, words.get(text(payload, "decision") or ""))
