"""The runs of the simulated gateway: each streams an answer as events, and ends exactly once.

Knows sessions; of connections only `Emit`, and of those who wait for an answer only `Reply`.
"""

import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from tray.demo.answers import answer
from tray.demo.behaviour import Behaviour, Reply
from tray.demo.schema import Json, now_ms
from tray.demo.sessions import Sessions

Emit = Callable[[str, Json], None]
"""Takes an event's name and payload, for all clients that may see it."""

_WORD_SECONDS = 0.05
_START_SECONDS = 0.2
_COMPACTION_SECONDS = 2.0
_FIRST_PROMPT_TOKENS = 9_800
_TURN_TOKENS = 1_400


class Pace(Protocol):
    """How time passes: the demo's seconds are divided by its speed."""

    def seconds(self, seconds: float) -> float:
        """Turn the demo's seconds into real ones."""

    def spawn(self, work: Callable[[], None]) -> None:
        """Do something on a thread of its own."""


@dataclass(slots=True, eq=False)
class Run:
    """One run: the models asked for and answering, and the size of the prompt in tokens (None: it grows)."""

    id: str
    key: str
    prompt: str
    requested: str
    effective: str
    total: int | None = None
    timeout: float | None = None
    chat: bool = False
    text: str = ""
    started_at_ms: int = 0
    aborted: bool = False
    wake: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)
    final: Json = field(default_factory=dict)
    waiting: list[Reply] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))


class Runs:
    """All runs since the start, by id; the id is the idempotency key, so the same key never runs twice."""

    def __init__(self, sessions: Sessions, behaviour: Behaviour, emit: Emit, pace: Pace) -> None:
        self._sessions, self._behaviour, self._emit, self._pace = sessions, behaviour, emit, pace
        self._runs: dict[str, Run] = {}

    @property
    def count(self) -> int:
        """How many runs there were."""
        return len(self._runs)

    def find(self, run_id: str) -> Run | None:
        """Return the run of that id."""
        return self._runs.get(run_id)

    def register(self, run: Run) -> Run:
        """Make a run known, and return it; where its id is known already, return the run that has it."""
        with self._sessions.lock:
            return self._runs.setdefault(run.id, run)

    def start(self, run: Run) -> None:
        """Begin a registered run on a thread of its own."""
        run.effective = self._behaviour.model(run.effective)
        with self._sessions.lock:
            row = self._sessions.row(run.key)
            active = [*row["activeRunIds"], run.id]
            row.update(hasActiveRun=True, activeRunIds=active, status="running", startedAt=now_ms())
        self._pace.spawn(lambda: self._perform(run))

    def join(self, run: Run, reply: Reply) -> None:
        """Have the final response of a run sent to one more who waits; at once when it is over."""
        with self._sessions.lock:
            if not run.done.is_set():
                run.waiting.append(reply)
                return
        reply(run.final)

    def abort(self, key: str, run_id: str | None = None) -> list[str]:
        """Abort the session's runs in progress (or the one named) and return their ids."""
        aborted = []
        with self._sessions.lock:
            for run in self._runs.values():
                meant = run.key == key and run_id in {None, run.id}
                if meant and not run.done.is_set():
                    run.aborted = True
                    run.wake.set()
                    aborted.append(run.id)
        return aborted

    def release(self) -> None:
        """Let the runs that are held go on."""
        with self._sessions.lock:
            for run in self._runs.values():
                run.wake.set()

    def active(self, key: str) -> bool:
        """Tell whether a run of this session is in progress."""
        with self._sessions.lock:
            return any(run.key == key and not run.done.is_set() for run in self._runs.values())

    def compact(self, key: str, run_id: str) -> None:
        """Compact a session: the events of a compaction, between which its usage is forgotten."""
        run = Run(run_id, key, "", self._sessions.model_of(key), self._sessions.model_of(key))
        self._agent(run, "compaction", {"phase": "start"})
        run.wake.wait(self._pace.seconds(_COMPACTION_SECONDS))
        self._sessions.drop_usage(key)
        self._agent(run, "compaction", {"phase": "end", "willRetry": False, "completed": True})
        self._changed(key, {"reason": "compact"})

    def _perform(self, run: Run) -> None:
        run.started_at_ms = now_ms()
        self._sessions.say(run.key, _message("user", run.prompt))
        self._agent(run, "lifecycle", {"phase": "start", "startedAt": run.started_at_ms})
        self._changed(run.key, {"phase": "start", "runId": run.id})
        run.wake.wait(self._pace.seconds(_START_SECONDS))
        provider, _, model = run.effective.partition("/")
        self._agent(run, "lifecycle", {"phase": "model", "provider": provider, "model": model})
        failure = self._behaviour.failure(run.effective)
        if failure is not None:
            self._fail(run, failure)
        elif self._stream(run):
            self._succeed(run)
        elif run.aborted:
            self._end_aborted(run)
        else:
            self._end_late(run)
        with self._sessions.lock:
            run.done.set()
            waiting, run.waiting = run.waiting, []
        for reply in waiting:
            reply(run.final)

    def _stream(self, run: Run) -> bool:
        """Stream the answer word by word; False when the run was aborted or ran out of time."""
        held = self._behaviour.holds()
        for word in answer(run.prompt).split(" "):
            delta = f" {word}" if run.text else word
            run.text += delta
            self._agent(run, "assistant", {"text": run.text, "delta": delta})
            self._chat(
                run, {"state": "delta", "deltaText": delta, "message": _message("assistant", run.text)}
            )
            if held and not run.wake.wait(None if run.timeout is None else self._pace.seconds(run.timeout)):
                return False
            run.wake.wait(self._pace.seconds(_WORD_SECONDS))
            if run.aborted:
                return False
        return True

    def _succeed(self, run: Run) -> None:
        run.total = self._prompt_tokens(run)
        output = len(run.text) // 4 + 1
        reported = self._behaviour.reports_usage()
        usage = {
            "input": run.total,
            "output": output,
            "cacheRead": 0,
            "cacheWrite": 0,
            "total": run.total + output,
        }
        counted = {"inputTokens": run.total, "outputTokens": output, "totalTokens": run.total}
        self._rest(
            run, "done", counted | {"totalTokensFresh": True} if reported else {"totalTokensFresh": False}
        )
        provider, _, model = run.effective.partition("/")
        spoken = {"provider": provider, "model": model, "stopReason": "stop"}
        self._sessions.say(
            run.key, _message("assistant", run.text) | spoken | ({"usage": usage} if reported else {})
        )
        meta: Json = {
            "durationMs": now_ms() - run.started_at_ms,
            "agentMeta": {
                "sessionId": self._sessions.row(run.key)["sessionId"],
                "provider": provider,
                "model": model,
                "contextTokens": self._sessions.window(run.effective),
                **({"usage": usage, "promptTokens": run.total} if reported else {}),
            },
            "aborted": False,
            "stopReason": "stop",
            "executionTrace": {
                "winnerProvider": provider,
                "winnerModel": model,
                "fallbackUsed": run.effective != run.requested,
            },
        }
        result = {"payloads": [{"text": run.text, "mediaUrl": None}], "meta": meta}
        run.final = _response(run, "ok", "completed", result)
        ended = {"phase": "end", "aborted": False, "stopReason": "stop", "endedAt": now_ms()}
        ended |= {"startedAt": run.started_at_ms, "terminalReceipt": _receipt(run)}
        self._agent(run, "lifecycle", ended)
        self._chat(run, {"state": "final", "stopReason": "stop", "message": _message("assistant", run.text)})
        self._changed(run.key, {"phase": "end", "runId": run.id})

    def _fail(self, run: Run, message: str) -> None:
        self._rest(run, "failed", {"lastRunError": message})
        error = {"code": "UNAVAILABLE", "message": message}
        payload = {"runId": run.id, "status": "error", "summary": message}
        run.final = {"ok": False, "payload": payload, "error": error}
        self._agent(run, "lifecycle", {"phase": "error", "error": message, "endedAt": now_ms()})
        self._chat(run, {"state": "error", "errorMessage": message})
        self._changed(run.key, {"phase": "error", "runId": run.id})

    def _end_aborted(self, run: Run) -> None:
        self._rest(run, "done", {"abortedLastRun": True})
        result = {
            "payloads": [{"text": run.text, "mediaUrl": None}],
            "meta": {"aborted": True, "stopReason": "rpc"},
        }
        run.final = _response(run, "timeout", "aborted", result)
        ended = {
            "phase": "end",
            "status": "cancelled",
            "aborted": True,
            "stopReason": "rpc",
            "endedAt": now_ms(),
        }
        self._chat(run, {"state": "aborted", "stopReason": "rpc", "message": _message("assistant", run.text)})
        self._agent(run, "lifecycle", ended)
        self._changed(run.key, {"phase": "end", "runId": run.id})

    def _end_late(self, run: Run) -> None:
        self._rest(run, "done", {"abortedLastRun": True})
        text = "Request timed out before a response was generated. Please try again."
        meta = {"aborted": False, "finalAssistantVisibleText": run.text}
        result = {"payloads": [{"text": text, "isError": True, "mediaUrl": None}], "meta": meta}
        run.final = _response(run, "timeout", "aborted", result)
        run.final["payload"]["timeoutPhase"] = "provider"
        ended = {"phase": "error", "error": text, "aborted": False, "timeoutPhase": "provider"}
        self._agent(run, "lifecycle", ended | {"endedAt": now_ms()})
        self._chat(run, {"state": "error", "errorMessage": text, "errorKind": "timeout"})
        self._changed(run.key, {"phase": "end", "runId": run.id})

    def _rest(self, run: Run, status: str, fields: Json) -> None:
        """Bring the session's row to rest after a run."""
        with self._sessions.lock:
            active = [other for other in self._sessions.row(run.key)["activeRunIds"] if other != run.id]
            ended = {"status": status, "endedAt": now_ms(), "lastRunId": run.id}
            state = {"activeRunIds": active, "hasActiveRun": bool(active)}
            self._sessions.change(run.key, {"abortedLastRun": False} | ended | state | fields)

    def _prompt_tokens(self, run: Run) -> int:
        """Return the size of the prompt: as given, else a turn more than before, never above the window."""
        if run.total is not None:
            return run.total
        before = self._sessions.row(run.key).get("totalTokens")
        grown = before + _TURN_TOKENS if before else _FIRST_PROMPT_TOKENS
        total: int = grown + len(run.prompt) // 4
        return min(total, self._sessions.window(run.effective) or total)

    def _agent(self, run: Run, stream: str, data: Json) -> None:
        session_id = self._sessions.row(run.key)["sessionId"]
        named = {"runId": run.id, "sessionKey": run.key, "sessionId": session_id, "agentId": "main"}
        self._emit(
            "agent", named | {"stream": stream, "data": data, "seq": next(run.numbers), "ts": now_ms()}
        )

    def _chat(self, run: Run, said: Json) -> None:
        named = {"runId": run.id, "sessionKey": run.key, "agentId": "main", "seq": next(run.numbers)}
        self._emit("chat", named | said)

    def _changed(self, key: str, why: Json) -> None:
        with self._sessions.lock:
            row = dict(self._sessions.row(key))
        self._emit(
            "sessions.changed", {"sessionKey": key, "agentId": "main", **why, "ts": now_ms(), "session": row}
        )


def waited(run: Run | None, run_id: str) -> Json:
    """Build the answer of `agent.wait`: how the run ended; `timeout` where it has not, or is unknown."""
    if run is None or not run.done.is_set():
        return {"runId": run_id, "status": "timeout"}
    payload = run.final["payload"]
    known = {"runId": run_id, "status": payload["status"], "startedAt": run.started_at_ms}
    if payload["status"] == "ok":
        reply = {"disposition": "visible", "text": run.text}
        return known | {"stopReason": "stop", "terminalReceipt": _receipt(run), "terminalReply": reply}
    return known | {"error": payload["summary"]}


def _response(run: Run, status: str, summary: str, result: Json) -> Json:
    return {"ok": True, "payload": {"runId": run.id, "status": status, "summary": summary, "result": result}}


def _receipt(run: Run) -> Json:
    rerouted = run.effective != run.requested
    wanted, got = _halves(run.requested), _halves(run.effective)
    return {"runId": run.id, "requested": wanted, "effective": got, "rerouted": rerouted}


def _halves(name: str) -> Json:
    provider, _, model = name.partition("/")
    return {"provider": provider, "model": model}


def _message(role: str, text: str) -> Json:
    return {"role": role, "content": [{"type": "text", "text": text}], "timestamp": now_ms()}
