"""What the simulated gateway answers: one method of this class per family of requests.

Knows sessions and runs; of connections it knows only `Emit` and `Reply`.
"""

from collections.abc import Callable, Mapping

from tray.demo.approvals import Approvals
from tray.demo.behaviour import Behaviour, Reply
from tray.demo.methods import METHODS, Refused
from tray.demo.runs import Emit, Pace, Run, Runs, waited
from tray.demo.schema import Json, now_ms
from tray.demo.sessions import MAIN, Sessions, canonical
from tray.demo.usage import Usage

VERSION = "2026.9.6"
TICK_SECONDS = 30.0
EVENTS = (
    *("connect.challenge", "agent", "chat", "sessions.changed", "presence", "tick", "shutdown", "health"),
    *("exec.approval.requested", "exec.approval.resolved", "device.pair.requested", "device.pair.resolved"),
)
_WAIT_MS = 30_000
_SHRINKS_BY = 6
"""A history is this many times as long as its summary."""


class Service:
    """The gateway behind its door: sessions, models, runs, and the answers to what was let through."""

    def __init__(
        self, behaviour: Behaviour, emit: Emit, pace: Pace, restart: Callable[[], None] = lambda: None
    ) -> None:
        self.sessions = Sessions()
        self.usage = Usage(self.sessions)
        self.approvals = Approvals(emit)
        self.runs = Runs(self.sessions, behaviour, emit, pace)
        self._behaviour, self._emit, self._pace, self._restart = behaviour, emit, pace, restart
        self._started_at_ms = now_ms()
        self._at_once: Mapping[str, Callable[[Json], Json | list[Json]]] = {
            "health": lambda _: self.health(),
            "status": lambda _: self._status(),
            "config.get": lambda _: self._config(),
            "models.list": lambda params: self.sessions.catalogue(
                detailed=params.get("includeDetails", False)
            ),
            "sessions.list": self.sessions.listing,
            "sessions.describe": self.sessions.description,
            "sessions.subscribe": lambda _: {"subscribed": True},
            "sessions.patch": self._patch,
            "sessions.reset": self._reset,
            "sessions.abort": self._abort,
            "sessions.usage": self.usage.sessions,
            "usage.cost": self.usage.cost,
            "usage.status": lambda _: self.usage.status(),
            "channels.status": lambda _: {"ts": now_ms(), "channelOrder": [], "channelAccounts": {}},
            "cron.list": lambda _: {"jobs": [], "total": 0, "hasMore": False, "nextOffset": None},
            "chat.send": self._chat_send,
            "chat.history": self.sessions.history,
            "chat.abort": self._chat_abort,
            "exec.approval.list": lambda _: self.approvals.listing(),
            "exec.approval.resolve": self.approvals.resolve,
            "device.pair.list": lambda _: self.approvals.devices(),
            "device.pair.approve": lambda params: self.approvals.let_in(params, approved=True),
            "device.pair.reject": lambda params: self.approvals.let_in(params, approved=False),
        }

    def answer(self, method: str, params: Json, reply: Reply) -> None:
        """Answer a request that was checked against `METHODS`, now or later, once or (agent) twice.

        Raises:
            Refused: The request is refused for what it asks.
        """
        match method:
            case "agent":
                self._agent(params, reply)
            case "agent.wait":
                self._wait(params, reply)
            case "sessions.compact":
                self._compact(params, reply)
            case "gateway.restart.request":
                reply({"ok": True, "payload": {"ok": True, "status": "scheduled"}})
                self._pace.spawn(self._restart)
            case _:
                reply({"ok": True, "payload": self._at_once[method](params)})

    def changed(self, key: str, reason: str) -> None:
        """Tell the subscribers that a session changed."""
        with self.sessions.lock:
            row = dict(self.sessions.row(key))
        self._emit("sessions.changed", {"sessionKey": key, "reason": reason, "ts": now_ms(), "session": row})

    def hello(self, conn_id: str, boot_id: str, scopes: tuple[str, ...], tick_seconds: float) -> Json:
        """Build the payload of `hello-ok`."""
        features = {
            "methods": list(METHODS),
            "events": list(EVENTS),
            "capabilities": ["session-settings-contract"],
        }
        ts = now_ms()
        defaults = {
            "defaultAgentId": "main",
            "modelConfigured": True,
            "mainKey": "main",
            "mainSessionKey": MAIN,
            "scope": "per-sender",
        }
        snapshot = {
            "presence": [{"host": "demo", "version": VERSION, "mode": "gateway", "reason": "self", "ts": ts}],
            "health": self.health(),
            "stateVersion": {"presence": 1, "health": 1},
            "uptimeMs": ts - self._started_at_ms,
            "sessionDefaults": defaults,
            "authMode": "token",
        }
        return {
            "type": "hello-ok",
            "protocol": 4,
            "server": {"version": VERSION, "bootId": boot_id, "connId": conn_id},
            "features": features,
            "snapshot": snapshot,
            "auth": {"method": "token", "role": "operator", "scopes": list(scopes)},
            "policy": {
                "maxPayload": 26_214_400,
                "maxBufferedBytes": 52_428_800,
                "tickIntervalMs": int(tick_seconds * 1000),
            },
        }

    def health(self) -> Json:
        """Build the payload of `health`, the answer and the event."""
        with self.sessions.lock:
            recent = [{"key": key, "updatedAt": row["updatedAt"]} for key, row in self.sessions.rows.items()]
        known = {"count": len(recent), "recent": recent[:5]}
        agent = {"agentId": "main", "isDefault": True, "sessions": known}
        channels: Json = {"channels": {}, "channelOrder": [], "channelLabels": {}}
        own = {
            "ok": True,
            "ts": now_ms(),
            "durationMs": 1,
            "heartbeatSeconds": 1800,
            "defaultAgentId": "main",
        }
        return own | channels | {"agents": [agent], "sessions": known}

    def _status(self) -> Json:
        provider, _, model = self.sessions.default_model.partition("/")
        window = self.sessions.window(self.sessions.default_model)
        defaults = {"modelProvider": provider, "model": model, "contextTokens": window}
        known = {"count": len(self.sessions.rows), "defaults": defaults, "recent": []}
        return {"runtimeVersion": VERSION, "channelSummary": [], "queuedSystemEvents": [], "sessions": known}

    def _config(self) -> Json:
        allowed: Json = {self.sessions.name(entry): {} for entry in self.sessions.models}
        agents = {"defaults": {"model": {"primary": self.sessions.default_model}, "models": allowed}}
        config = {"agents": agents, "gateway": {"auth": {"mode": "token", "token": "__OPENCLAW_REDACTED__"}}}
        return {
            "path": "/demo/openclaw.json",
            "exists": True,
            "valid": True,
            "config": config,
            "hash": "demo",
        }

    def _patch(self, params: Json) -> Json:
        payload = self.sessions.patch(params)
        self.changed(payload["key"], "patch")
        return payload

    def _reset(self, params: Json) -> Json:
        key = canonical(params["key"])
        self.runs.abort(key)
        payload = self.sessions.reset(key)
        self.changed(key, params.get("reason", "reset"))
        return payload

    def _abort(self, params: Json) -> Json:
        ids = self.runs.abort(canonical(params["key"]), params.get("runId"))
        status = "aborted" if ids else "no-active-run"
        return {"ok": True, "abortedRunId": ids[0] if ids else None, "status": status}

    def _chat_abort(self, params: Json) -> Json:
        ids = self.runs.abort(canonical(params["sessionKey"]), params.get("runId"))
        return {"ok": True, "aborted": bool(ids), "runIds": ids}

    def _agent(self, params: Json, reply: Reply) -> None:
        run_id = params["idempotencyKey"]
        run = self._run(params.get("sessionKey") or f"explicit:{params.get('sessionId', run_id)}", params)
        if "provider" in params and "model" in params:
            run.requested = run.effective = f"{params['provider']}/{params['model']}"
        run.timeout = params.get("timeout")
        run.waiting.append(reply)
        known = self.runs.register(run)
        if known is not run:
            return self.runs.join(known, reply)
        accepted = {"runId": run_id, "sessionKey": run.key, "agentId": "main", "status": "accepted"}
        reply({"ok": True, "payload": accepted | {"acceptedAt": now_ms()}})
        return self.runs.start(run)

    def _run(self, key: str, params: Json) -> Run:
        """Make a run of the session's own model."""
        key = canonical(key)
        with self.sessions.lock:
            model = self.sessions.model_of(key)
            if "label" in params:
                self.sessions.row(key)["label"] = params["label"]
        return Run(params["idempotencyKey"], key, params["message"], model, model)

    def _wait(self, params: Json, reply: Reply) -> None:
        run_id = params["runId"]
        run = self.runs.find(run_id)

        def wait() -> None:
            if run is not None:
                run.done.wait(params.get("timeoutMs", _WAIT_MS) / 1000)
            reply({"ok": True, "payload": waited(run, run_id)})

        self._pace.spawn(wait)

    def _chat_send(self, params: Json) -> Json:
        run = self._run(params["sessionKey"], params)
        if run.prompt.strip() == "/stop":
            ids = self.runs.abort(run.key)
            return {"ok": True, "aborted": bool(ids), "runIds": ids}
        run.chat = True
        known = self.runs.register(run)
        if known is run:
            self.runs.start(run)
            return {"runId": run.id, "status": "started"}
        if known.prompt != run.prompt:
            message = "This message ID was already used for different input."
            raise Refused("INVALID_REQUEST", message, details={"reason": "chat-request-conflict"})
        return {"runId": run.id, "status": "ok" if known.done.is_set() else "in_flight"}

    def _compact(self, params: Json, reply: Reply) -> None:
        key = canonical(params["key"])
        if self.runs.active(key):
            raise Refused("INVALID_REQUEST", f"Session {key} has an active run; retry after it finishes.")
        reason = self._behaviour.compaction_failure()
        if reason is not None:
            return reply(
                {"ok": True, "payload": {"ok": False, "key": key, "compacted": False, "reason": reason}}
            )
        before = self.sessions.row(key).get("totalTokens")
        if not before:
            nothing = {"ok": True, "key": key, "compacted": False, "reason": "no sessionId"}
            return reply({"ok": True, "payload": nothing})

        def compact() -> None:
            self.runs.compact(key, f"compact-{now_ms()}")
            sizes = {"tokensBefore": before, "tokensAfter": before // _SHRINKS_BY}
            result = {"summary": "What was said, in short.", **sizes}
            self.sessions.change(key, {"totalTokens": sizes["tokensAfter"], "totalTokensFresh": True})
            reply({"ok": True, "payload": {"ok": True, "key": key, "compacted": True, "result": result}})
            self.changed(key, "compact")

        return self._pace.spawn(compact)
