"""The methods that the simulated gateway answers, each with its scope and its closed parameters, as a table.

Scopes are those measured on OpenClaw 2026.9.6. Knows no session and answers nothing.
"""

from collections.abc import Collection, Mapping

import msgspec

from tray.demo.schema import Json, Shape, a, at_least, complaints, one_of, text, text_or_null

ADMIN, READ, WRITE = "operator.admin", "operator.read", "operator.write"
APPROVALS, PAIRING = "operator.approvals", "operator.pairing"
SCOPES = (ADMIN, READ, WRITE, APPROVALS, PAIRING)

# What sessions.patch may change with operator.write; every other field needs operator.admin.
_PATCHED_BY_WRITERS = frozenset({"key", "model", "thinkingLevel", "fastMode", "label"})


class Method(msgspec.Struct, frozen=True):
    """One method: the scope it needs (None: none at all) and the parameters it takes."""

    scope: str | None
    params: Shape = msgspec.field(default_factory=Shape)


METHODS: Mapping[str, Method] = {
    "health": Method(None, Shape(members={"probe": a(bool)})),
    "status": Method(READ),
    "config.get": Method(READ),
    "models.list": Method(READ, Shape(members={"view": text, "includeDetails": a(bool)})),
    "sessions.list": Method(
        READ,
        Shape(
            members={
                "limit": at_least(1),
                "activeMinutes": at_least(1),
                "includeGlobal": a(bool),
                "includeUnknown": a(bool),
                "includeDerivedTitles": a(bool),
                "includeLastMessage": a(bool),
                "label": text,
                "spawnedBy": text,
                "agentId": text,
                "search": a(str),
                "offset": at_least(0),
                "archived": a(bool),
                "sortBy": text,
            }
        ),
    ),
    "sessions.describe": Method(READ, Shape(("key",), {"key": text})),
    "sessions.subscribe": Method(READ),
    "sessions.patch": Method(
        WRITE,
        Shape(
            ("key",),
            {
                "key": text,
                "model": text_or_null,
                "label": text_or_null,
                "thinkingLevel": text_or_null,
                "verboseLevel": text_or_null,
                "reasoningLevel": text_or_null,
                "responseUsage": text_or_null,
            },
        ),
    ),
    "sessions.reset": Method(ADMIN, Shape(("key",), {"key": text, "reason": one_of("new", "reset")})),
    "sessions.usage": Method(
        READ,
        Shape(
            members={
                "key": text,
                "agentId": text,
                "agentScope": one_of("all"),
                "startDate": text,
                "endDate": text,
                "mode": one_of("utc", "gateway", "specific"),
                "utcOffset": text,
                "timeZone": text,
                "limit": at_least(1),
            }
        ),
    ),
    "usage.cost": Method(
        READ,
        Shape(
            members={
                "days": at_least(1),
                "agentId": text,
                "agentScope": one_of("all"),
                "startDate": text,
                "endDate": text,
                "mode": text,
                "utcOffset": text,
            }
        ),
    ),
    "usage.status": Method(READ),
    "channels.status": Method(
        READ, Shape(members={"probe": a(bool), "timeoutMs": at_least(0), "channel": text})
    ),
    "cron.list": Method(
        READ, Shape(members={"includeDisabled": a(bool), "limit": at_least(1), "offset": at_least(0)})
    ),
    "gateway.restart.request": Method(ADMIN, Shape(members={"reason": text})),
    "sessions.compact": Method(ADMIN, Shape(("key",), {"key": text, "maxLines": at_least(1)})),
    "sessions.abort": Method(WRITE, Shape(("key",), {"key": text, "runId": text})),
    "agent": Method(
        WRITE,
        Shape(
            ("message", "idempotencyKey"),
            {
                "message": text,
                "idempotencyKey": text,
                "sessionKey": text,
                "sessionId": text,
                "agentId": text,
                "model": text,
                "provider": text,
                "thinking": text,
                "deliver": a(bool),
                "timeout": at_least(0),
                "lane": text,
                "extraSystemPrompt": text,
                "label": text,
            },
        ),
    ),
    "agent.wait": Method(WRITE, Shape(("runId",), {"runId": text, "timeoutMs": at_least(0)})),
    "chat.send": Method(
        WRITE,
        Shape(
            ("sessionKey", "message", "idempotencyKey"),
            {
                "sessionKey": text,
                "message": text,
                "idempotencyKey": text,
                "thinking": text,
                "deliver": a(bool),
                "timeoutMs": at_least(0),
            },
        ),
    ),
    "chat.history": Method(READ, Shape(("sessionKey",), {"sessionKey": text, "limit": at_least(1)})),
    "chat.abort": Method(WRITE, Shape(("sessionKey",), {"sessionKey": text, "runId": text})),
    "exec.approval.list": Method(APPROVALS),
    "exec.approval.resolve": Method(
        APPROVALS,
        Shape(("id", "decision"), {"id": text, "decision": one_of("allow-once", "allow-always", "deny")}),
    ),
    "device.pair.list": Method(PAIRING),
    "device.pair.approve": Method(PAIRING, Shape(("requestId",), {"requestId": text})),
    "device.pair.reject": Method(PAIRING, Shape(("requestId",), {"requestId": text})),
}


class Refused(Exception):  # noqa: N818  the gateway refuses a request; nothing failed here
    """A request that is answered with an error: the `error` object of the response."""

    def __init__(self, code: str, message: str, **more: object) -> None:
        super().__init__(message)
        self.error: Json = {"code": code, "message": message, **more}


def covers(granted: Collection[str], scope: str) -> bool:
    """Tell whether the granted scopes include `scope`: admin includes all, write includes read."""
    return scope in granted or ADMIN in granted or (scope == READ and WRITE in granted)


def check(method: str, params: Json, granted: Collection[str]) -> None:
    """Refuse what 2026.9.6 refuses before a method is even looked at.

    Raises:
        Refused: A scope is missing, the method is unknown, or the parameters breach its schema.
    """
    if method == "connect":
        raise Refused("INVALID_REQUEST", "connect is only valid as the first request")
    entry = METHODS.get(method)
    scope = ADMIN if entry is None else entry.scope
    if method == "sessions.patch" and not params.keys() <= _PATCHED_BY_WRITERS:
        scope = ADMIN
    if scope is not None and not covers(granted, scope):
        details = {"code": "MISSING_SCOPE", "missingScope": scope, "requiredScopes": [scope]}
        raise Refused("FORBIDDEN", f"missing scope: {scope}", details=details)
    if entry is None:
        raise Refused("INVALID_REQUEST", f"unknown method: {method}")
    if faults := "; ".join(complaints(entry.params, params)):
        raise Refused("INVALID_REQUEST", f"invalid {method} params: {faults}")
