"""Console commands against the simulated gateway: their JSON without words and times, and exit codes."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import tempfile
from pathlib import Path
from unittest.mock import patch

from tests.faulty_gateway import FaultyGateway
from tray.__main__ import main
from tray.demo.story import opening

MAIN, TOKEN = "agent:main:main", "t0ken-of-the-test"
_OURS = ("CLAWTRAY_", "OPENCLAW_", "MOLTBOT_", "CLAWDBOT_")


def _as_it_is(_gateway):
    return ()


def _fault(name, **options):
    return lambda gateway: gateway.fault(name, **options) or ()


def _used(**fields):
    """Leave one session, with these fields of its row."""

    def prepare(gateway):
        gateway.sessions.clear()
        if fields:
            gateway.set_session(MAIN, **{"totalTokensFresh": True, "lastRunId": "r", **fields})
        return ()

    return prepare


def _waiting(gateway):
    """Let a command and a device wait; the id of the command is the last argument."""
    command = gateway.wish(MAIN, "ls")
    gateway.knock("laptop")
    return (command,)


SETTINGS = {
    "as it is": _as_it_is,
    "calm": _used(totalTokens=149_999),
    "warning": _used(totalTokens=150_000),
    "critical": _used(totalTokens=180_000),
    "stale": _used(totalTokens=180_000, totalTokensFresh=False),
    "too large": _used(totalTokens=200_001),
    "two limits": _used(totalTokens=130_000, contextTokens=1_000_000),
    "must compact": _used(totalTokens=20_000, contextBudgetStatus={"shouldCompact": True}),
    "unknown": _used(totalTokens=None),
    "never used": _used(lastRunId=None),
    "no sessions": _used(),
    "refuse": _fault("refuse"),
    "foreign": _fault("http"),
    "wrong token": _fault("wrong_token"),
    "pairing": _fault("pairing", request_id="r-1"),
    "protocol": _fault("protocol"),
    "rate limit": _fault("rate_limit", retry_after=60),
    "no scopes": _fault("scopes_emptied"),
}
ALWAYS = (("status", "--json"), ("sessions", "--json"), ("doctor", "--json"))
ONCE = (
    ("models", "--json"),
    ("usage", "--json"),
    ("usage", "--json", "--days", "1"),
    ("approvals", "--json"),
    ("compact", "--yes", "--json"),
    ("compact", "--json"),
    ("new", "--yes", "--json"),
    ("stop", "--json"),
    ("think", "low", "--json"),
    ("think", "endless", "--json"),
    ("use", "sonnet"),
    ("use", "default"),
    ("ask", "hello"),
    ("ask", ""),
    ("ask", "hello", "--session", MAIN, "--model", "sonnet"),
    ("--profile", "nobody", "status"),
    ("status", "--nonsense"),
    ("--url", "ws://gateway.example:18789", "status", "--json"),
    ("approve", "nobody", "--json"),
)
REJECTED = {
    "models.list": ("models", "--json"),
    "sessions.compact": ("compact", "--yes", "--json"),
    "sessions.reset": ("new", "--yes", "--json"),
    "agent": ("ask", "hello"),
}


def record(wordless):
    """Run all cases; give the name of each, its exit code, its JSON, and whether it wrote to stderr."""
    cases = [(name, prepare, command) for name, prepare in SETTINGS.items() for command in ALWAYS]
    cases += [("as it is", _as_it_is, command) for command in ONCE]
    cases += [
        ("waiting", _waiting, command)
        for command in (("approvals", "--json"), ("approve", "--json"), ("approve", "--deny", "--json"))
    ]
    cases += [
        (f"{method} rejected", _fault("reject", method=method, code="UNAVAILABLE", message="later"), command)
        for method, command in REJECTED.items()
    ]
    cases += [
        ("nowhere", None, (command, "--json")) for command in ("status", "sessions", "doctor", "models")
    ]
    for name, prepare, command in cases:
        code, out, complained = _run(prepare, command)
        said = masked(wordless(json.loads(out))) if out.startswith("{") else bool(out)
        if "usage" in command and isinstance(said, dict):
            said = shape(said)
        yield f"console {' '.join(command)}, {name}", code, said, complained


def masked(value, key=""):
    """Take out what differs from run to run: times, ports, ids."""
    if isinstance(value, dict):
        return {name: masked(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [masked(inner, key) for inner in value]
    if value is not None and key in ("seconds", "id"):
        return key
    if isinstance(value, str):
        value = re.sub(r"^\d{4}-\d\d-\d\d(T.*)?$", "time", value)
        return re.sub(r"(?<=127\.0\.0\.1:)\d+", "port", value)
    return value


def shape(value):
    """Give keys and kinds alone: the numbers are the demo's own."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value[:1]]
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _run(prepare, command):
    """Run a command in an empty home; without `prepare` there is no gateway."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory())
        kept = {name: os.environ[name] for name in os.environ if not name.startswith(_OURS)}
        kept = {name: value for name, value in kept.items() if not name.lower().endswith("_proxy")}
        kept |= {"HOME": home, "USERPROFILE": home, "CLAWTRAY_HOME": str(Path(home) / "clawtray")}
        arguments = list(command)
        if prepare is not None:
            gateway = stack.enter_context(FaultyGateway(speed=100, token=TOKEN, story=False))
            for key, fields in opening().items():
                gateway.set_session(key, **fields)
            kept |= {"CLAWTRAY_URL": gateway.url, "CLAWTRAY_TOKEN": TOKEN}
            more = prepare(gateway)
            arguments += more if command[0] == "approve" else ()
        stack.enter_context(patch.dict(os.environ, kept, clear=True))
        stack.enter_context(patch("tray.demo.usage._WEEK", (1.0,) * 7))  # its Sundays are without a run
        stack.enter_context(patch("sys.stdin", io.StringIO()))
        stack.enter_context(contextlib.redirect_stdout(out))
        stack.enter_context(contextlib.redirect_stderr(err))
        code = main(arguments)
    return code, out.getvalue(), bool(err.getvalue())
