"""Messages about runs: the `agent` and `chat` events, and requests to start, await and look up a run."""

import itertools
from collections.abc import Iterator
from typing import ClassVar, TypeAlias

import msgspec

from tray.protocol.json_fields import (
    MAX_LONG_LENGTH,
    Json,
    count,
    flag,
    long_string,
    long_text,
    record,
    records,
    text,
)
from tray.protocol.requests import WRITE, Reply, Request
from tray.values import PrivateStruct


class RunStarted(msgspec.Struct, frozen=True):
    """A run started. `key` is the session's; None if the run was started by session id alone."""

    run_id: str
    key: str | None


class RunText(PrivateStruct, frozen=True):
    """The whole answer so far, not only what is new."""

    private_fields: ClassVar[frozenset[str]] = frozenset({"text"})

    run_id: str
    key: str | None
    text: str


class RunWaits(msgspec.Struct, frozen=True):
    """A run waits for the approval with this id (2026.7 on), or (None) does not wait any more."""

    run_id: str
    key: str | None
    approval_id: str | None


class Receipt(msgspec.Struct, frozen=True):
    """The model that a run requested, and the one that answered; both as `provider/model`."""

    requested: str
    answered: str


class RunEnded(msgspec.Struct, frozen=True):
    """A run ended, or one try of it: after an error another start may follow, with the next model.

    Later releases may send it twice.

    Attributes:
        run_id: As given when it was started.
        error: The provider's or gateway's sentence; None for a run that was stopped.
        aborted: It was stopped or timed out (2026.9 also sets `error` for the latter).
        receipt: Which model answered; None before 2026.9.
    """

    run_id: str
    key: str | None
    error: str | None = None
    aborted: bool = False
    receipt: Receipt | None = None


class FellBack(msgspec.Struct, frozen=True):
    """A run has turned to another model (before 2026.9, whose receipts say so at the end of a run).

    Attributes:
        receipt: The model that did not answer, and the other one: the same again where that is over.
        answered: The other one has answered; False while it is tried.
    """

    run_id: str
    key: str | None
    receipt: Receipt
    answered: bool


class Compacting(msgspec.Struct, frozen=True):
    """The gateway compacts a session's history.

    Attributes:
        done: It has finished.
        failed: It has finished without making room. The oldest releases do not tell.
    """

    key: str | None
    done: bool
    failed: bool = False


class ChatStopped(msgspec.Struct, frozen=True):
    """A chat run was stopped, or failed (`error`)."""

    run_id: str
    key: str | None
    error: str | None = None


RunEvent: TypeAlias = RunStarted | RunText | RunWaits | RunEnded | FellBack | Compacting


def read_agent(payload: Json) -> RunEvent | None:
    """Return an `agent` event, or None if it has nothing of interest (tools, usage, phases between)."""
    run_id, key = text(payload, "runId") or "", text(payload, "sessionKey")
    data = record(payload.get("data"))
    phase = data.get("phase")
    match payload.get("stream"):
        case "lifecycle" if phase == "start":
            return RunStarted(run_id, key)
        case "lifecycle" if phase in ("waiting-approval", "approval-resolved"):
            approval_id = text(data, "approvalId") if phase == "waiting-approval" else None
            return RunWaits(run_id, key, approval_id)
        case "lifecycle" if phase in ("end", "error"):
            stopped = flag(data, "aborted") is True
            error = (text(data, "error") or "") if phase == "error" and not stopped else None
            receipt = _read_receipt(record(data.get("terminalReceipt")))
            return RunEnded(run_id, key, error, aborted=stopped or "timeoutPhase" in data, receipt=receipt)
        case "lifecycle":
            return _read_fallback(run_id, key, data)
        case "assistant":
            answer = long_text(data, "text")
            return None if answer is None else RunText(run_id, key, answer)
        case "compaction" if phase in ("start", "end"):
            done = phase == "end"
            return Compacting(key, done, failed=done and flag(data, "completed") is False)
        case _:
            return None


def _read_receipt(receipt: Json) -> Receipt | None:
    asked, answered = (
        model_name(text(half, "provider"), text(half, "model"))
        for half in (record(receipt.get("requested")), record(receipt.get("effective")))
    )
    return None if asked is None or answered is None else Receipt(asked, answered)


def _read_fallback(run_id: str, key: str | None, data: Json) -> FellBack | None:
    match data.get("phase"):
        case "fallback_step":  # 2026.7, for each model of the list that is tried
            requested, other = text(data, "fallbackStepFromModel"), text(data, "fallbackStepToModel")
            answered = data.get("fallbackStepFinalOutcome") == "succeeded"
        case "fallback" | "fallback_cleared":  # when that begins or is over in a session, at the end of a run
            requested = model_name(text(data, "selectedProvider"), text(data, "selectedModel"))
            other = model_name(text(data, "activeProvider"), text(data, "activeModel"))
            answered = True
        case _:
            return None
    return FellBack(run_id, key, Receipt(requested, other), answered) if requested and other else None


def read_chat(payload: Json) -> ChatStopped | None:
    """Return a stop or an error in a `chat` event, or None; the `agent` events have the rest."""
    run_id, key = text(payload, "runId") or "", text(payload, "sessionKey")
    match payload.get("state"):
        case "aborted" if payload.get("stopReason") != "aborted":  # 2026.7 reports a time-out like this
            return ChatStopped(run_id, key)
        case "error":
            return ChatStopped(run_id, key, text(payload, "errorMessage") or "")
        case _:
            return None


class Accepted(Reply, frozen=True):
    """The gateway accepted the prompt; the final response follows under the same request id."""

    run_id: str


class Finished(PrivateStruct, Reply, frozen=True):
    """The result of a run.

    Attributes:
        text: The answer, or a part of it.
        error: Why it failed, None if it did not. 2026.9 also sets it for a time-out.
        aborted: It was stopped or timed out.
        zero_tokens: The provider counted tokens, and they are none. 2026.1 and 2026.2 report a provider's
            failure as an answer; only this, and the lack of streamed text, shows it.
        model: `provider/model` that answered.
        readable: It is an end of a run, in whatever form; what is none may be anything.
    """

    private_fields: ClassVar[frozenset[str]] = frozenset({"text"})

    text: str
    error: str | None = None
    aborted: bool = False
    zero_tokens: bool = False
    model: str | None = None
    readable: bool = True


class Agent(PrivateStruct, Request[Accepted | Finished], frozen=True):
    """Run a prompt in a session. Two responses follow: `Accepted`, then `Finished`.

    Attributes:
        key: The session's canonical key; 2026.1 ignores a model override under any other spelling.
        message: The prompt.
        idempotency_key: Also the run's id; the same key again within minutes runs nothing.
        timeout: Seconds that the gateway lets it run, a whole number on every release.
        label: What the session is called from now on, at most 64 characters; None leaves it as it is. The
            scope of a prompt is enough for it (measured on 2026.1.24-3, 2026.5.7 and 2026.9.6).
    """

    private_fields: ClassVar[frozenset[str]] = frozenset({"message", "label"})

    method: ClassVar[str] = "agent"
    scope: ClassVar[str] = WRITE
    spends: ClassVar[bool] = True

    key: str = msgspec.field(name="sessionKey")
    message: str
    idempotency_key: str
    timeout: int
    label: str | None = None

    def params(self) -> dict[str, object]:
        """Leave out a label that is not given: null is refused."""
        return {name: value for name, value in super().params().items() if value is not None}

    def read(self, payload: Json) -> Accepted | Finished:
        """Read the first or the second response."""
        if payload.get("status") == "accepted":
            return Accepted(text(payload, "runId") or self.idempotency_key)
        return _read_finished(payload)


def _read_finished(payload: Json) -> Finished:
    result = record(payload.get("result"))
    meta = record(result.get("meta"))
    agent = record(meta.get("agentMeta"))
    parts = records(result.get("payloads"))
    failures = [part for part in parts if flag(part, "isError")]
    answer = _joined([part for part in parts if not flag(part, "isError")])
    status = payload.get("status")
    error = None
    if failures:
        error = _joined(failures) or ""
    elif status == "error":
        error = text(record(payload.get("error")), "message") or text(payload, "summary") or ""
    if status == "timeout":
        # 2026.7 and 2026.9 replace the text so far by a sentence of their own.
        answer = long_text(meta, "finalAssistantVisibleText") or answer
    usage = record(agent.get("usage")) or record(agent.get("lastCallUsage"))
    return Finished(
        text=answer,
        error=error,
        aborted=flag(meta, "aborted") is True or status == "timeout",
        zero_tokens=bool(usage) and not any(count(usage, name) for name in ("input", "output", "total")),
        model=model_name(text(agent, "provider"), text(agent, "model")),
        readable=status in ("ok", "error", "timeout") or bool(result),
    )


def _joined(parts: list[Json]) -> str:
    return "\n\n".join(_texts(parts))[:MAX_LONG_LENGTH]


def _texts(parts: list[Json]) -> Iterator[str]:
    return (part for part in (long_text(p, "text") for p in parts) if part is not None)


def model_name(provider: str | None, model: str | None) -> str | None:
    """Return `provider/model`, as pickers and patches take it; the bare model without a provider."""
    if model is None:
        return None
    return f"{provider}/{model}" if provider and not model.startswith(f"{provider}/") else model


class Waited(Reply, frozen=True):
    """The state of a run. `status` is "ok", "error", or None while it runs or if it is unknown."""

    status: str | None
    error: str | None = None


class AgentWait(Request[Waited], frozen=True):
    """Ask for the state of a run; an unknown run is answered only after `timeout` seconds."""

    method: ClassVar[str] = "agent.wait"
    scope: ClassVar[str] = WRITE

    run_id: str
    timeout: float

    def params(self) -> dict[str, object]:
        """Send `timeoutMs` in milliseconds, unlike the `timeout` of `agent`."""
        return {"runId": self.run_id, "timeoutMs": int(self.timeout * 1000)}

    def read(self, payload: Json) -> Waited:
        """Read `status`: "timeout" means not finished, or unknown."""
        status = payload.get("status")
        return Waited(status if status in ("ok", "error") else None, text(payload, "error"))


class Message(PrivateStruct, frozen=True):
    """A message of a transcript. `at_ms` is milliseconds since 1970."""

    private_fields: ClassVar[frozenset[str]] = frozenset({"text"})

    from_user: bool
    text: str
    at_ms: int | None


class Transcript(Reply, frozen=True):
    """The last messages of a session, oldest first."""

    messages: tuple[Message, ...]

    def answer_to(self, text: str, since_ms: int) -> str | None:
        """Return the assistant's last message after the user's `text` of `since_ms` or later, or None."""
        after = [
            index
            for index, message in enumerate(self.messages)
            if message.from_user and text.strip() in message.text and (message.at_ms or 0) >= since_ms
        ]
        if not after:
            return None
        turn = itertools.takewhile(lambda message: not message.from_user, self.messages[after[-1] + 1 :])
        replies = [message.text for message in turn if message.text]
        return replies[-1] if replies else None


class ChatHistory(Request[Transcript], frozen=True):
    """Read the last messages of a session; at most 1000."""

    method: ClassVar[str] = "chat.history"

    key: str = msgspec.field(name="sessionKey")
    limit: int = 20

    def read(self, payload: Json) -> Transcript:
        """Read the messages of user and assistant only."""
        return Transcript(
            tuple(
                Message(role == "user", _content(message.get("content")), count(message, "timestamp"))
                for message in records(payload.get("messages"))
                if (role := message.get("role")) in ("user", "assistant")
            )
        )


def _content(content: object) -> str:
    if isinstance(content, str):
        return long_string(content) or ""
    return "\n".join(_texts(records(content)))[:MAX_LONG_LENGTH]
