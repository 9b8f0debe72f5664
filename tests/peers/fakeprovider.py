"""A model provider on loopback that does what the prompt says, and remembers what it was asked.

It speaks OpenAI chat completions, streamed, as the gateways' `openai-completions` adapter wants them. It
knows nothing of the product under test.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Literal, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

_OK = 200
_DIRECTIVE = re.compile(r"\[\[(say|words|slow|fail|fail-on|usage|run):([^\]]*)\]\]")
# openclaw encloses what it adds to a turn in markers of this form, as a user message of its own; 2026.7.1
# with two lines before it that say what it is.
_ADDED_BY_GATEWAY = re.compile(
    r"(OpenClaw runtime [^\n]*\n[^\n]*\n\n)?<<<BEGIN_[A-Z_]+>>>.*?<<<END_[A-Z_]+>>>", re.DOTALL
)
# openclaw 2026.9.6 takes up a run again by itself after it was killed in the middle of it.
_ASKS_TO_RESUME = "[System] Your previous turn was interrupted by a gateway restart"
_ASKS_FOR_SUMMARY = "You are a context summarization assistant"
# openclaw 2026.9.6 stores a compaction summary only if it holds these headings, each once and in this order,
# words of the last request, and every identifier (URL, path, long number) of the last ten messages verbatim.
_SUMMARY_HEADINGS = (
    "## Decisions",
    "## Open TODOs",
    "## Constraints/Rules",
    "## Pending user asks",
    "## Exact identifiers",
)


@dataclass(frozen=True, slots=True)
class Completion:
    """A request that reached the provider: the bare model id, what the user said last, and what it is for.

    `after_tool`: it brings the result of a tool that the answer to this message asked for.
    """

    model: str
    message: str
    kind: Literal["prompt", "summary", "recovery"]
    after_tool: bool = False


@dataclass(frozen=True, slots=True)
class _Answer:
    text: str
    status: int = _OK
    seconds: float = 0.0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    command: str | None = None


class FakeProvider:
    """The running provider, as a context manager.

    The last user message steers the answer: `[[say:TEXT]]` answers TEXT, `[[words:N]]` N numbered words,
    `[[slow:S]]` spreads the answer over S seconds, `[[fail:CODE]]` answers with that HTTP status,
    `[[fail-on:MODEL,CODE]]` does so where that model is asked, and
    `[[usage:IN,OUT]]` reports these token counts, and `[[run:COMMAND]]` first asks for the tool
    `exec`. Without a text directive the message is echoed.
    """

    def __init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, name="fakeprovider", daemon=True)

    @property
    def url(self) -> str:
        """The base URL for a gateway's provider entry."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    @property
    def requests(self) -> tuple[Completion, ...]:
        """Everything that it was asked so far, oldest first."""
        return tuple(self._server.completions)

    def completions(self, marker: str) -> tuple[Completion, ...]:
        """The requests for prompts that hold the marker, oldest first; not what a gateway did by itself."""
        prompts = (c for c in self.requests if c.kind == "prompt" and not c.after_tool)
        return tuple(c for c in prompts if marker in c.message)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.completions: list[Completion] = []
        self.closing = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing: the console belongs to pytest."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        completion = _read_request(body)
        self.server.completions.append(completion)
        answer = _summary(completion.message) if completion.kind == "summary" else _obey(completion)
        with contextlib.suppress(ConnectionError):  # the gateway hangs up when a run is stopped
            if answer.status == _OK:
                self._stream(answer, completion.model)
            else:
                self._fail(answer.status)

    def _fail(self, status: int) -> None:
        text = json.dumps({"error": {"type": "fake_error", "message": f"fake failure {status}"}})
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(text.encode())

    def _stream(self, answer: _Answer, model: str) -> None:
        self.send_response(_OK)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        for event in _events(answer, model):
            self.wfile.write(f"data: {event}\n\n".encode())
            if answer.seconds:
                self.server.closing.wait(answer.seconds / (answer.text.count(" ") + 1))


def _read_request(body: dict[str, Any]) -> Completion:
    system = next((_text(m["content"]) for m in body["messages"] if m["role"] == "system"), "")
    said = [
        (at, text)
        for at, m in enumerate(body["messages"])
        if m["role"] == "user" and (text := _ADDED_BY_GATEWAY.sub("", _text(m["content"]))).strip()
    ]
    last, message = said[-1]
    after_tool = any(m["role"] == "tool" for m in body["messages"][last:])
    if system.startswith(_ASKS_FOR_SUMMARY):
        return Completion(body["model"], message, "summary")
    kind: Literal["prompt", "recovery"] = "recovery" if _ASKS_TO_RESUME in message else "prompt"
    return Completion(body["model"], message, kind, after_tool)


def _text(content: str | list[dict[str, Any]]) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(part.get("text", "") for part in content)


def _obey(completion: Completion) -> _Answer:
    found: dict[str, str] = dict(_DIRECTIVE.findall(completion.message))
    if "words" in found:
        text = " ".join(f"word{n}" for n in range(1, int(found["words"]) + 1))
    else:
        text = found.get("say", f"fake/{completion.model} heard: {completion.message[:200]}")
    model, _, code = found.get("fail-on", "").partition(",")
    status = code if model == completion.model else found.get("fail", _OK)
    prompt_tokens, _, completion_tokens = found.get("usage", "12000,50").partition(",")
    return _Answer(
        text,
        status=int(status),
        seconds=float(found.get("slow", 0)),
        prompt_tokens=int(prompt_tokens),
        completion_tokens=int(completion_tokens),
        command=None if completion.after_tool else found.get("run"),
    )


def _summary(conversation: str) -> _Answer:
    """Repeat the conversation under the last heading, so that nothing is missing; defuse what is ours."""
    sections = [f"{heading}\nNone." for heading in _SUMMARY_HEADINGS[:-1]]
    sections.append(f"{_SUMMARY_HEADINGS[-1]}\n" + conversation.replace("##", "-").replace("[[", "["))
    return _Answer("\n\n".join(sections), prompt_tokens=2000, completion_tokens=400)


def _events(answer: _Answer, model: str) -> Iterator[str]:
    def chunk(choices: list[dict[str, Any]], **more: object) -> str:
        return json.dumps(
            {
                "id": "chatcmpl-fake",
                "object": "chat.completion.chunk",
                "created": 0,
                "model": model,
                "choices": choices,
                **more,
            }
        )

    if answer.command is None:
        deltas = [{"content": word} for word in re.findall(r"\S+\s*|\s+", answer.text)]
    else:
        call = {"name": "exec", "arguments": json.dumps({"command": answer.command})}
        deltas = [{"tool_calls": [{"index": 0, "id": "call_fake", "type": "function", "function": call}]}]
    for delta in deltas:
        yield chunk([{"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": None}])
    yield chunk(
        [{"index": 0, "delta": {}, "finish_reason": "stop" if answer.command is None else "tool_calls"}]
    )
    yield chunk(
        [],
        usage={
            "prompt_tokens": answer.prompt_tokens,
            "completion_tokens": answer.completion_tokens,
            "total_tokens": answer.prompt_tokens + answer.completion_tokens,
        },
    )
    yield "[DONE]"
