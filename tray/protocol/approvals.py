"""Messages about approvals: what agents and plugins want to do or to know, and devices that ask for access.

2026.1 and 2026.2 have no list of waiting commands; there, only the event announces one.
"""

import unicodedata
from enum import Enum
from typing import ClassVar, TypeAlias

import msgspec

from tray.protocol.json_fields import Json, count, flag, long_text, record, records, text, texts
from tray.protocol.requests import ADMIN, APPROVALS, PAIRING, Reply, Request, SimpleRequest

MAX_COMMAND_LENGTH = 50_000
"""Characters of a command; a longer one is cut off, and can only be denied here."""
MAX_LINES, MAX_LINE_LENGTH = 20, 1_000
"""Warnings about a command, or scopes of a device, and the characters of each; no sane gateway sends more."""

_ONCE = ("allow-once", "deny")
_GONE = ("APPROVAL_NOT_FOUND", "APPROVAL_ALREADY_RESOLVED")
_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and signs by their category, but nothing is drawn for them."""


class Decision(Enum):
    """What a gateway accepts as a decision. For a device, each but DENY approves it."""

    ALLOW_ONCE = "allow-once"
    ALLOW_ALWAYS = "allow-always"
    DENY = "deny"


class RequestKind(Enum):
    """What a request is about. A question has no yes or no, so it cannot be decided on here."""

    COMMAND = "exec"
    PLUGIN = "plugin"
    SYSTEM_AGENT = "system-agent"  # the gateway's own agent wants to change the gateway
    QUESTION = "question"


class ExecRequest(msgspec.Struct, frozen=True):
    """A command that an agent wants to run, or another request of an agent or a plugin.

    Attributes:
        command: The exact command line, or all that the request says.
        cwd: Its working directory.
        host: Where it runs: `gateway`, `node` or `sandbox`.
        agent_id: The agent that wants to run it.
        session_key: The session in which it came up.
        warnings: What the gateway warns about.
        decisions: The decisions that the gateway accepts.
        created_ms: When it was requested, in milliseconds since 1970 by the gateway's clock; None if unknown.
        expires_ms: When it expires.
        kind: What it is about.
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
    kind: RequestKind = RequestKind.COMMAND


class PairingRequest(msgspec.Struct, frozen=True):
    """A device that asks for access, or (`node`) one that offers its commands to agents.

    Attributes:
        name: The name that the device gives itself.
        platform: Its system, as it says.
        role: The role that it requests, mostly `operator`.
        scopes: The scopes that it requests, or the commands that it offers.
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
    node: bool = False


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


class PluginApprovalList(ExecApprovalList, frozen=True):
    """List what plugins ask for (2026.5 on)."""

    method: ClassVar[str] = "plugin.approval.list"

    def read(self, payload: Json) -> ExecRequests:
        return _requests(payload.get("list"), RequestKind.PLUGIN)


class SystemApprovalList(ExecApprovalList, frozen=True):
    """List what the gateway's own agent asks for (2026.9 on)."""

    method: ClassVar[str] = "openclaw.approval.list"

    def read(self, payload: Json) -> ExecRequests:
        return _requests(payload.get("list"), RequestKind.SYSTEM_AGENT)


class QuestionList(ExecApprovalList, frozen=True):
    """List the questions of agents (2026.9 on). Their own scope is one of those that admin includes."""

    method: ClassVar[str] = "question.list"
    scope: ClassVar[str] = ADMIN

    def read(self, payload: Json) -> ExecRequests:
        read = map(read_question, records(payload.get("questions")))
        return ExecRequests(tuple(request for request in read if request is not None))


class ExecApprovalResolve(SimpleRequest, frozen=True):
    """Decide on a command."""

    method: ClassVar[str] = "exec.approval.resolve"
    scope: ClassVar[str] = APPROVALS

    id: str
    decision: Decision


class PluginApprovalResolve(ExecApprovalResolve, frozen=True):
    """Decide on what a plugin asks for."""

    method: ClassVar[str] = "plugin.approval.resolve"


class SystemApprovalResolve(ExecApprovalResolve, frozen=True):
    """Decide on what the gateway's own agent asks for."""

    method: ClassVar[str] = "approval.resolve"

    def params(self) -> dict[str, object]:
        return {**super().params(), "kind": RequestKind.SYSTEM_AGENT.value}


class PairingList(Request[PairingRequests], frozen=True):
    """List the waiting devices."""

    method: ClassVar[str] = "device.pair.list"
    scope: ClassVar[str] = PAIRING

    def read(self, payload: Json) -> PairingRequests:
        """Skip those that are approved without a decision (`silent`)."""
        read = map(read_pairing, records(payload.get("pending")))
        return PairingRequests(tuple(request for request in read if request is not None))


class NodePairingList(PairingList, frozen=True):
    """List the waiting nodes."""

    method: ClassVar[str] = "node.pair.list"

    def read(self, payload: Json) -> PairingRequests:
        read = (read_pairing(each, node=True) for each in records(payload.get("pending")))
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


class NodePairingApprove(PairingApprove, frozen=True):
    """Approve a node."""

    method: ClassVar[str] = "node.pair.approve"


class NodePairingReject(PairingReject, frozen=True):
    """Reject a node."""

    method: ClassVar[str] = "node.pair.reject"


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
    if not offered and request.get("ask") == "always":  # before 2026.5; a gateway that always asks keeps none
        offered = _ONCE
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


def read_request(payload: Json, kind: RequestKind) -> ExecRequest | None:
    """Return what a plugin or the gateway's own agent asks for; None without an id or a request."""
    read, request = read_exec(payload), record(payload.get("request"))
    said = "\n".join(filter(None, (text(request, name) for name in ("title", "description", "command"))))
    if read is None:
        return None
    offered = texts(request, "allowedDecisions") or _ONCE
    decisions = (Decision.DENY,) if is_blank(said) else _decisions(offered)
    return msgspec.structs.replace(read, command=said, decisions=decisions, kind=kind)


def read_question(payload: Json) -> ExecRequest | None:
    """Return a question that waits for an answer; None for any other."""
    identity = text(payload, "id")
    if identity is None or payload.get("status") != "pending":
        return None
    asked = filter(None, (text(each, "question") for each in records(payload.get("questions"))))
    return ExecRequest(
        id=identity,
        command="\n".join(asked),
        agent_id=text(payload, "agentId"),
        session_key=text(payload, "sessionKey"),
        decisions=(),
        created_ms=count(payload, "createdAtMs"),
        expires_ms=count(payload, "expiresAtMs"),
        kind=RequestKind.QUESTION,
    )


def _requests(listed: object, kind: RequestKind) -> ExecRequests:
    read = (read_request(each, kind) for each in records(listed))
    return ExecRequests(tuple(request for request in read if request is not None))


def is_blank(command: str) -> bool:
    """Return whether a command shows nothing: blanks, and characters without a shape of their own."""
    return all(unicodedata.category(each)[0] in "ZCM" or each in _FILLERS for each in command)


def _decisions(offered: tuple[str, ...]) -> tuple[Decision, ...]:
    return tuple(d for d in Decision if d.value in offered) if offered else tuple(Decision)


def read_pairing(payload: Json, *, node: bool = False) -> PairingRequest | None:
    """Return a waiting device or node from the list or the event; None if it needs no decision."""
    identity = text(payload, "requestId")
    if identity is None or flag(payload, "silent") is True:
        return None
    return PairingRequest(
        id=identity,
        name=text(payload, "displayName") or "",
        platform=text(payload, "platform"),
        role=text(payload, "role"),
        scopes=_lines(texts(payload, "commands" if node else "scopes")),
        address=text(payload, "remoteIp"),
        created_ms=count(payload, "ts"),
        node=node,
    )


def read_event(name: str, payload: Json) -> ApprovalEvent | None:
    """Return an event about approvals; None for any other event."""
    match name:
        case "exec.approval.requested":
            asked: ApprovalSubject | None = read_exec(payload)
        case "plugin.approval.requested":
            asked = read_request(payload, RequestKind.PLUGIN)
        case "openclaw.approval.requested":
            asked = read_request(payload, RequestKind.SYSTEM_AGENT)
        case "question.requested":
            asked = read_question(payload)
        case "device.pair.requested" | "node.pair.requested":
            asked = read_pairing(payload, node=name.startswith("node"))
        case (
            "exec.approval.resolved"
            | "plugin.approval.resolved"
            | "openclaw.approval.resolved"
            | "question.resolved"
        ):
            return _resolved(text(payload, "id"), payload)
        case "device.pair.resolved" | "node.pair.resolved":
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
