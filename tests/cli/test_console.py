from __future__ import annotations

import io
import json
import socket
from datetime import datetime

import pytest
from PIL import Image, ImageChops

from tests.faulty_gateway import FaultyGateway
from tray.cli.console import read_prompt
from tray.i18n.translate import Words
from tray.runtime.app import BadUsage
from tray.view.icon.contact_sheet import contact_sheet

MAIN, NOTES, SIDE = "agent:main:main", "agent:main:notes", "agent:main:tray"
OPUS, SONNET, QWEN = "anthropic/claude-opus-4-5", "anthropic/claude-sonnet-4-5", "ollama/qwen3-8b"
EVIL = "\x1b]0;owned\x07\x1b[2Jevil\x9b31m\u202ename"
NUMBER = (int, float, type(None))
STATUS = {
    "schema": int,
    "at": str,
    "connection": {
        "phase": str,
        "reason": (str, type(None)),
        "url": str,
        "generation": str,
        "version": (str, type(None)),
        "protocol": (int, type(None)),
    },
    "focus": (str, type(None)),
    "context": {
        "used": (int, type(None)),
        "max": (int, type(None)),
        "percent": (float, type(None)),
        "confidence": str,
        "reason": (str, type(None)),
    },
    "model": (str, type(None)),
    "sessions": list,
}
SESSION = {
    "key": str,
    "name": str,
    "model": (str, type(None)),
    **STATUS["context"],
    "updated_at": (str, type(None)),
}


@pytest.fixture
def status(clawtray):
    """Runs `status --json`; what it says always has the form that is promised."""

    def run(*options):
        result = clawtray(*options, "status", "--json")
        said = json.loads(result.out)
        _fits(said, STATUS)
        for session in said["sessions"]:
            _fits(session, SESSION)
        instants = [said["at"], *(session["updated_at"] for session in said["sessions"])]
        assert all(at is None or datetime.fromisoformat(at).tzinfo is not None for at in instants)
        connection = said["connection"]
        assert connection["phase"] in ("connected", "connecting", "down", "refused")
        assert connection["generation"] in ("clawdbot", "moltbot", "openclaw", "unknown")
        assert (connection["reason"] is None) is (connection["phase"] == "connected")
        for usage in (said["context"], *said["sessions"]):
            assert usage["confidence"] in ("fresh", "stale", "unknown")
            assert (usage["percent"] is None) is (usage["used"] is None)
            assert (usage["percent"] is None) is (usage["confidence"] == "unknown")
            assert usage["confidence"] != "fresh" or usage["reason"] is None
        return said, result

    return run


def _fits(value, form):
    if not isinstance(form, dict):
        assert isinstance(value, form)
        assert not isinstance(value, bool)
        return
    assert list(value) == list(form)
    for name, inner in form.items():
        _fits(value[name], inner)


def _settings(home, text):
    folder = home / "clawtray"
    folder.mkdir(exist_ok=True)
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _only_error(result, *parts):
    """One sentence on stderr and nothing else."""
    assert result.out == ""
    _error(result, *parts)


def _error(result, *parts):
    assert result.err.startswith("clawtray: ")
    assert result.err.count("\n") == 1
    assert "Traceback" not in result.err
    for part in parts:
        assert part in result.err


# ---- status ----


def test_status_tells_the_truth(gateway, status):
    said, result = status()
    assert (result.code, result.err) == (0, "")
    assert said["connection"] == {
        "phase": "connected",
        "reason": None,
        "url": gateway.url,
        "generation": "openclaw",
        "version": "2026.9.6",
        "protocol": 4,
    }
    assert (said["focus"], said["model"]) == (MAIN, OPUS)
    assert said["context"] == {
        "used": 124_000,
        "max": 200_000,
        "percent": 62.0,
        "confidence": "fresh",
        "reason": None,
    }
    assert said["sessions"][0]["key"] == MAIN
    assert len(said["sessions"]) == 4


def test_status_asks_once_and_hangs_up(gateway, clawtray):
    clawtray("status")
    assert [method for method, _ in gateway.requests] == ["connect", "sessions.list"]


@pytest.mark.parametrize(
    ("fields", "code", "confidence"),
    [
        ({"totalTokens": 149_999}, 0, "fresh"),
        ({"totalTokens": 150_000}, 10, "fresh"),
        ({"totalTokens": 180_000}, 20, "fresh"),
        ({"totalTokens": 180_000, "totalTokensFresh": False}, 30, "stale"),
        ({"totalTokens": 200_001}, 30, "stale"),
        ({"totalTokens": None}, 30, "unknown"),
    ],
)
def test_status_exit_codes(gateway, status, fields, code, confidence):
    gateway.sessions.clear()
    gateway.set_session(MAIN, **{"totalTokensFresh": True, "lastRunId": "r", **fields})
    said, result = status()
    assert (result.code, said["context"]["confidence"]) == (code, confidence)


def test_status_of_a_session_that_was_never_used(gateway, status):
    gateway.sessions.clear()
    gateway.set_session(MAIN)
    said, result = status()
    assert result.code == 0
    assert said["context"] == {
        "used": None,
        "max": 200_000,
        "percent": None,
        "confidence": "unknown",
        "reason": "this session has not been used yet",
    }


def test_status_of_a_gateway_without_sessions(gateway, status, clawtray):
    gateway.sessions.clear()
    said, result = status()
    assert (result.code, said["focus"], said["model"], said["sessions"]) == (0, None, None, [])
    assert clawtray("status").out.splitlines()[0] == "No sessions yet"


def test_status_for_a_person(gateway, clawtray):
    result = clawtray("status")
    assert result.out.splitlines() == [
        f"main  62% of 200k  {OPUS}",
        "updated 1 min ago",
        f"connected: OpenClaw 2026.9.6 · {gateway.url.removeprefix('ws://')}",
    ]
    assert (result.code, result.err) == (0, "")


@pytest.mark.parametrize("command", ["status", "sessions", "models", "use", "ask"])
def test_no_gateway_anywhere(clawtray, command):
    extra = {"use": ["opus"], "ask": ["hello"]}.get(command, [])
    result = clawtray(command, *extra)
    said = result.out if command == "status" else result.err
    assert result.code == 40
    assert "No gateway was found on this computer." in said
    assert "--url ws://HOST:PORT" in said


def test_status_json_without_a_gateway_is_down(status):
    said, result = status()
    assert result.code == 40
    assert said["connection"]["phase"] == "down"
    assert said["connection"]["url"] == ""
    assert said["context"]["confidence"] == "unknown"


@pytest.mark.parametrize(
    ("error", "options", "phase", "code", "words"),
    [
        ("refuse", {}, "down", 40, "the gateway is not running. Start it with"),
        ("http", {}, "down", 40, "it is not a gateway"),
        ("wrong_token", {}, "refused", 41, "the token from CLAWTRAY_TOKEN. Set CLAWTRAY_TOKEN"),
        ("pairing", {"request_id": "r-1"}, "refused", 41, "run: openclaw devices approve r-1"),
        ("protocol", {}, "refused", 41, "protocol"),
        ("rate_limit", {"retry_after": 60}, "refused", 41, "too many failed logins"),
        ("scopes_emptied", {}, "refused", 41, "no permission to read"),
    ],
)
def test_each_way_of_not_getting_in(gateway, status, clawtray, error, options, phase, code, words):
    gateway.fault(error, **options)
    said, result = status()
    assert (said["connection"]["phase"], result.code) == (phase, code)
    assert words in said["connection"]["reason"]
    for command in (["sessions"], ["models"], ["use", "opus"], ["ask", "hello"]):
        result = clawtray(*command)
        assert result.code == code
        _only_error(result, words)
    assert gateway.runs == 0


@pytest.mark.parametrize(
    ("error", "options"),
    [
        ("slow_dial", {"after": None}),
        ("unavailable", {}),
        ("starting", {"retry_after": 1}),
        ("no_challenge", {}),
        ("mute", {"method": "sessions.list"}),
        ("reject", {"method": "sessions.list", "code": "UNAVAILABLE", "message": "later"}),
    ],
)
def test_patience_ends_with_connecting(gateway, status, clawtray, error, options):
    gateway.fault(error, **options)
    said, result = status("--timeout", "0.3")
    assert (said["connection"]["phase"], result.code) == ("connecting", 40)
    for command in (["sessions"], ["ask", "hello"]):
        result = clawtray("--timeout", "0.3", *command)
        assert result.code == 40
        _only_error(result)
    gateway.clear()


def test_a_port_that_says_nothing_is_given_up_with_advice(clawtray):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"127.0.0.1:{mute.getsockname()[1]}"
        result = clawtray("--url", f"ws://{address}", "--timeout", "0.3", "sessions")
    assert result.code == 40
    _only_error(result, f"No answer yet from {address}. Allow more time with --timeout.")


def test_a_gateway_that_comes_up_in_time_is_waited_for(gateway, status):
    gateway.fault("unavailable", times=2)
    said, result = status()
    assert (said["connection"]["phase"], result.code) == ("connected", 0)


def test_an_unencrypted_address_elsewhere_is_not_called(clawtray, status):
    said, result = status("--url", "ws://gateway.example:18789")
    assert (said["connection"]["phase"], result.code) == ("refused", 41)
    assert "wss://" in said["connection"]["reason"]


# ---- sessions, models ----


def test_sessions(gateway, clawtray):
    result = clawtray("sessions")
    first, *others = result.out.splitlines()
    assert (result.code, result.err, len(others)) == (0, "", 3)
    assert first.split() == ["*", "main", "62%", "of", "200k", OPUS, "1", "min", "ago", MAIN]
    assert all(line.startswith("  ") for line in others)
    gateway.sessions.clear()
    assert clawtray("sessions").out == "No sessions yet\n"


def test_sessions_json_is_the_list_of_status(gateway, clawtray, status):
    said = json.loads(clawtray("sessions", "--json").out)
    assert said == {"schema": 1, "sessions": status()[0]["sessions"]}


def test_models(gateway, clawtray):
    result = clawtray("models")
    assert (result.code, result.err) == (0, "")
    assert [line.split() for line in result.out.splitlines()] == [
        ["*", OPUS, "200k", "opus"],
        [SONNET, "200k", "sonnet"],
        ["google/gemini-2.5-pro", "1M", "gemini"],
        [QWEN, "32k", "small"],
    ]


def test_models_json(gateway, clawtray):
    said = json.loads(clawtray("models", "--json").out)
    assert (said["schema"], len(said["models"])) == (1, 4)
    assert said["models"][0] == {"model": OPUS, "window": 200_000, "alias": "opus", "default": True}


def test_models_that_are_not_told_are_a_failure(gateway, clawtray):
    gateway.fault("reject", method="models.list", code="UNAVAILABLE", message="later")
    result = clawtray("models")
    assert result.code == 1
    _only_error(result, "The gateway did not reply.")


# ---- usage ----


def test_usage_counts_what_a_run_spent(gateway, clawtray):
    before = json.loads(clawtray("usage", "--json").out)
    assert clawtray("ask", "Hello").code == 0

    said = json.loads(clawtray("usage", "--json", "--days", "1").out)

    said_of_it = gateway.transcripts[SIDE]
    (spent,) = [message["usage"] for message in said_of_it if "usage" in message]
    grown = [after["tokens"] - then["tokens"] for then, after in _pairs(before["periods"], said["periods"])]
    assert grown == [spent["total"]] * 3
    assert SIDE in [session["key"] for session in said["sessions"]]
    assert (said["days"], [quota["window"] for quota in said["quotas"]]) == (1, ["5h", "Week"])


def test_usage_in_words(gateway, clawtray):
    result = clawtray("usage", "--days", "7")
    assert (result.code, result.err) == (0, "")
    assert [line.split("  ")[0] for line in result.out.splitlines()[:3]] == [
        "Today",
        "Last 7 days",
        "Last 30 days",
    ]
    assert "Last 7 days, by model:" in result.out
    assert "Claude 5h" in result.out


def test_what_is_still_being_counted_is_waited_for(gateway, clawtray):
    counting = {"daily": [], "cacheStatus": {"status": "refreshing"}}
    for method in ("usage.cost", "sessions.usage"):
        gateway.fault("answer", method=method, times=1, payload=counting)
    said = json.loads(clawtray("usage", "--json").out)
    assert (said["counting"], len(said["periods"])) == (False, 3)


def test_an_old_gateway_tells_the_bill_and_why_no_more(gateway, clawtray):
    unknown = "unknown method: sessions.usage"
    gateway.fault("reject", method="sessions.usage", code="INVALID_REQUEST", message=unknown)
    result = clawtray("usage")
    assert (result.code, result.err) == (0, "")
    assert "by model:" not in result.out
    assert "This gateway does not report usage by model and session." in result.out
    assert [method for method, _ in gateway.requests].count("sessions.usage") == 1


def test_a_gateway_that_wants_one_word_less_is_asked_again(gateway, clawtray):
    message = "invalid sessions.usage params: at root: unexpected property 'agentScope'"
    gateway.fault("reject", method="sessions.usage", times=1, code="INVALID_REQUEST", message=message)
    assert "by model:" in clawtray("usage").out
    asked = [params for method, params in gateway.requests if method == "sessions.usage"]
    assert ["agentScope" in params for params in asked] == [True, False]


def test_without_a_bill_the_sessions_are_summed(gateway, clawtray):
    gateway.fault("reject", method="usage.cost", code="UNAVAILABLE", message="no")
    assert "The totals are the sum of the sessions." in clawtray("usage").out


def test_usage_that_is_refused_is_a_failure(gateway, clawtray):
    for method in ("usage.cost", "sessions.usage"):
        gateway.fault("reject", method=method, code="UNAVAILABLE", message="later")
    result = clawtray("usage", "--json")
    assert result.code == 1
    _only_error(result, "Gateway error: later")


def test_usage_without_a_gateway_is_down(gateway, clawtray):
    gateway.fault("refuse")
    assert clawtray("usage").code == 40


def _pairs(before, after):
    return zip(before, after, strict=True)


# ---- use ----


def test_use_switches_and_reads_back(gateway, clawtray, status):
    result = clawtray("use", SONNET)
    assert (result.code, result.out, result.err) == (0, f"main now uses {SONNET}.\n", "")
    methods = [method for method, _ in gateway.requests]
    assert methods.index("sessions.patch") < len(methods) - 1
    assert methods[-1] == "sessions.list"
    assert status()[0]["model"] == SONNET
    assert clawtray("use", "default").out == f"main now uses {OPUS}.\n"
    assert dict(gateway.requests[-2:][0][1]) == {"key": MAIN, "model": None}
    assert status()[0]["model"] == OPUS


@pytest.mark.parametrize("key", ["notes", NOTES])
def test_use_on_another_session_and_by_alias(gateway, clawtray, key):
    assert clawtray("use", "gemini", "--session", key).out == "notes now uses google/gemini-2.5-pro.\n"
    assert gateway.sessions[NOTES]["model"] == "gemini-2.5-pro"
    assert gateway.sessions[MAIN]["model"] == "claude-opus-4-5"


def test_use_is_not_taken_in_by_an_older_switch(gateway, clawtray, home):
    _settings(home, "")
    switch = {"key": NOTES, "asked": SONNET, "model": SONNET, "session_id": None, "mark": [None, 0]}
    memory = {"version": 1, "pins": {}, "latches": [], "switches": [{"profile": "default"} | switch]}
    (home / "clawtray" / "state.json").write_text(json.dumps(memory), encoding="utf-8")
    assert clawtray("use", SONNET).out == f"main now uses {SONNET}.\n"
    assert gateway.sessions[MAIN]["model"] == "claude-sonnet-4-5"


def test_use_says_the_gateway_s_own_reason(gateway, clawtray):
    result = clawtray("use", "nobody/nothing")
    assert result.code == 1
    _only_error(result, "Gateway error: model not allowed: nobody/nothing")


@pytest.mark.parametrize(
    ("error", "options", "words"),
    [
        ("die_during", {"times": 1}, "The gateway did not confirm the switch."),
        ("reject", {"code": "X", "message": EVIL, "details": {}}, "evil"),
    ],
)
def test_use_that_fails(gateway, clawtray, error, options, words):
    gateway.fault(error, method="sessions.patch", **options)
    result = clawtray("use", SONNET)
    assert result.code == 1
    _only_error(result, words)
    assert result.err[:-1].isprintable()


# ---- ask ----


def test_ask_prints_the_answer_and_nothing_else(gateway, clawtray):
    result = clawtray("ask", "What is new?")
    assert (result.code, result.err) == (0, "")
    assert result.out.count("“new”") == 1
    assert result.out.endswith("no token was spent.)\n")
    assert gateway.runs == 1
    (sent,) = [params for method, params in gateway.requests if method == "agent"]
    assert (sent["sessionKey"], sent["message"]) == (SIDE, "What is new?")


def test_ask_from_standard_input(gateway, clawtray):
    result = clawtray("ask", "-", "--session", "notes", stdin="한국어\n질문\n")
    assert result.code == 0
    (sent,) = [params for method, params in gateway.requests if method == "agent"]
    assert (sent["sessionKey"], sent["message"]) == (NOTES, "한국어\n질문\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "is empty"), (" \n", "is empty"), ("가" * 133_334, "too long"), ("x" * 400_001, "too long")],
)
def test_ask_refuses_what_no_gateway_takes(gateway, clawtray, text, words):
    result = clawtray("ask", "-", stdin=text)
    assert result.code == 2
    _only_error(result, words)
    assert gateway.runs == 0


def test_ask_takes_the_longest_prompt(gateway, clawtray):
    assert clawtray("ask", "-", stdin="x" * 400_000).code == 0


def test_ask_with_a_model_switches_only_our_own_session(gateway, clawtray):
    assert clawtray("ask", "hello", "--model", SONNET).code == 0
    assert clawtray("ask", "hello", "--model", "small", "--session", "tray-2").code == 0
    assert gateway.sessions[SIDE]["model"] == "claude-sonnet-4-5"
    assert gateway.sessions["agent:main:tray-2"]["model"] == "qwen3-8b"


@pytest.mark.parametrize("key", ["main", MAIN, "agent:main:traym"])
def test_ask_with_a_model_for_somebody_else_s_session_is_misuse(gateway, clawtray, key):
    result = clawtray("ask", "hello", "--model", SONNET, "--session", key)
    assert result.code == 2
    _only_error(result, f"clawtray use {SONNET} --session {key}")
    assert gateway.requests == []


def test_ask_with_a_model_that_is_refused_asks_nothing(gateway, clawtray):
    result = clawtray("ask", "hello", "--model", "nobody/nothing")
    assert result.code == 1
    _only_error(result, "model not allowed")
    assert gateway.runs == 0


def test_ask_that_fails_says_why_on_stderr_alone(gateway, clawtray):
    gateway.fault("run_fails", message=f"HTTP 401 {EVIL}")
    result = clawtray("ask", "hello")
    assert result.code == 1
    _only_error(result, "Gateway error: HTTP 401")
    assert result.err[:-1].isprintable()
    assert gateway.runs == 1


def test_ask_that_the_gateway_will_not_take(gateway, clawtray):
    gateway.fault(
        "reject", method="agent", code="INVALID_REQUEST", message="send blocked by policy", details={}
    )
    result = clawtray("ask", "hello")
    assert result.code == 1
    _only_error(result, "send blocked by policy")


def test_ask_survives_a_broken_connection_without_a_second_run(gateway, clawtray):
    gateway.fault("die_during", method="agent", started=True, times=1)
    result = clawtray("ask", "hello")
    assert (result.code, result.err) == (0, "")
    assert "hello" in result.out
    assert gateway.runs == 1


def test_ask_with_an_unknown_outcome_says_so(gateway, clawtray):
    gateway.fault("die_during", method="agent", times=1)
    result = clawtray("ask", "hello")
    assert result.code == 1
    _only_error(result, "Check the session before you send it again.")
    assert gateway.runs == 0


# ---- trust levels ----


@pytest.mark.parametrize(
    ("level", "command", "code"),
    [
        ("watch", ["status"], 0),
        ("watch", ["ask", "hello"], 1),
        ("watch", ["use", SONNET], 1),
        ("watch", ["ask", "hello", "--model", SONNET], 1),
        ("ask", ["ask", "hello"], 0),
        ("ask", ["use", SONNET], 1),
        ("ask", ["ask", "hello", "--model", SONNET], 1),
        ("control", ["use", SONNET], 0),
    ],
)
def test_levels(gateway, clawtray, home, level, command, code):
    _settings(home, f'[profiles.default]\nlevel = "{level}"\n')
    result = clawtray(*command)
    assert result.code == code
    if code:
        _only_error(result, f"The trust level “{level}” does not allow this")
        methods = {method for method, _ in gateway.requests}
        assert methods <= {"connect", "sessions.list", "models.list"}
    else:
        assert result.err == ""


# ---- settings ----


def test_a_profile_chooses_the_gateway(gateway, clawtray, home, monkeypatch):
    monkeypatch.delenv("CLAWTRAY_URL")
    _settings(home, f'[profiles.work]\nurl = "{gateway.url}"\n')
    assert clawtray("--profile", "work", "status").code == 0
    assert clawtray("--profile", "default", "sessions").code == 40


def test_a_profile_that_is_not_there_is_misuse(gateway, clawtray, home):
    _settings(home, "[profiles.work]\n")
    result = clawtray("--profile", "home", "status")
    assert result.code == 2
    _only_error(result, "There is no profile 'home' in the settings, only default, work.")
    assert gateway.requests == []


def test_settings_that_are_corrupt_are_kept_and_told(gateway, clawtray, home):
    text = "[thresholds]\nwarning = 10\ncritical = = 20\n"
    path = _settings(home, text)
    result = clawtray("status")
    assert (result.code, path.read_text(encoding="utf-8")) == (0, text)
    assert result.out.startswith("main  62%")
    _error(result, "settings.toml", "line 3", "mistake", "Defaults are used")
    result = clawtray("ask", "hi")
    assert (result.code, gateway.runs) == (1, 0)  # nobody knows which trust level was chosen, so the least
    result = clawtray("--profile", "work", "status")
    assert result.code == 2
    _only_error(result, "line 3", "no profile 'work'")


def test_an_unknown_key_is_told_and_the_rest_is_used(gateway, clawtray, home):
    _settings(home, "[thresholds]\nwarning = 10\ncritical = 20\ncolour = 1\n\nfancy = true\n")
    result = clawtray("status")
    assert result.code == 20
    _error(result, "settings.toml", "thresholds.colour", "and 1 more")


def test_another_settings_file(gateway, clawtray, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("[thresholds]\nwarning = 10\ncritical = 20\n", encoding="utf-8")
    assert clawtray("--config", path, "status").code == 20
    path.write_text("warning == 10", encoding="utf-8")
    result = clawtray("--config", path, "status")
    assert result.code == 0
    _error(result, "mine.toml", "line 1")
    assert path.read_text(encoding="utf-8") == "warning == 10"
    result = clawtray("--config", tmp_path / "gone.toml", "status")
    assert result.code == 0
    _error(result, f"There is no file {tmp_path / 'gone.toml'}. Defaults are used, and ClawTray only")
    assert not (tmp_path / "gone.toml").exists()


# ---- icons ----


def test_icons_is_the_contact_sheet(clawtray, tmp_path):
    path = tmp_path / "icons.PNG"
    assert clawtray("icons", path).code == 0
    with Image.open(path) as drawn:
        expected = contact_sheet(Words())
        assert (drawn.size, drawn.mode) == (expected.size, expected.mode)
        assert ImageChops.difference(drawn, expected).getbbox() is None


@pytest.mark.parametrize("name", ["icons", "icons.jpg", "icons.png.txt"])
def test_icons_draws_only_png(clawtray, tmp_path, name):
    result = clawtray("icons", tmp_path / name)
    assert result.code == 2
    _only_error(result, "must end in .png")
    assert not list(tmp_path.glob("icons*"))


def test_icons_that_cannot_be_written(clawtray, tmp_path):
    result = clawtray("icons", tmp_path / "gone" / "icons.png")
    assert result.code == 1
    _only_error(result, "icons.png cannot be written: No such file or directory.")


# ---- what comes from outside ----


def test_names_and_answers_cannot_steer_the_terminal(gateway, clawtray):
    gateway.set_session(MAIN, displayName=EVIL, totalTokens=199_000)
    gateway.models[3]["alias"] = EVIL
    gateway.models[3]["id"] = EVIL
    for command in (
        ["status"],
        ["status", "--json"],
        ["sessions"],
        ["sessions", "--json"],
        ["models"],
        ["models", "--json"],
        ["ask", f"{EVIL}?"],
        ["use", EVIL],
    ):
        result = clawtray(*command)
        assert "evil" in result.out + result.err
        shown = (result.out + result.err).replace("\n", "")
        assert shown.isprintable(), command


@pytest.mark.parametrize("name", ["CLAWTRAY_TOKEN", "CLAWTRAY_PASSWORD"])
@pytest.mark.parametrize("error", [None, "wrong_token", "http", "refuse", "pairing", "rate_limit"])
def test_secrets_are_never_printed(gateway, clawtray, caplog, monkeypatch, name, error):
    secret = "s3cret-never-to-be-seen"
    gateway.token = secret
    monkeypatch.setenv("CLAWTRAY_TOKEN", secret)
    monkeypatch.setenv(name, secret)
    if error is not None:
        gateway.fault(error)
    for command in (
        ["status"],
        ["status", "--json"],
        ["sessions"],
        ["models"],
        ["use", SONNET],
        ["ask", "hi"],
    ):
        result = clawtray(*command)
        assert secret not in result.out + result.err
    assert secret not in caplog.text


def test_the_demo_needs_nothing_and_leaves_no_trace(clawtray, home):
    assert json.loads(clawtray("--demo", "status", "--json").out)["focus"] == MAIN
    assert clawtray("--demo", "use", SONNET).code == 0
    assert list(home.iterdir()) == []


def test_the_key_of_this_computer_is_made_once(gateway, clawtray, home):
    clawtray("status")
    seed = (home / "clawtray" / "device.key").read_bytes()
    clawtray("status")
    assert (home / "clawtray" / "device.key").read_bytes() == seed
    first, second = (params["device"]["id"] for method, params in gateway.requests if method == "connect")
    assert first == second


def test_a_damaged_key_is_told_and_kept(gateway, clawtray, home):
    path = home / "clawtray" / "device.key"
    path.parent.mkdir()
    path.write_bytes(b"short")
    result = clawtray("sessions")
    assert result.code == 41
    _only_error(result, "device.key is damaged. Put back a copy of it, or delete it")
    assert path.read_bytes() == b"short"
    assert gateway.requests == []


def test_a_token_that_was_rotated_is_not_retried_for_long(gateway, clawtray, monkeypatch):
    monkeypatch.setenv("CLAWTRAY_TOKEN", "old")
    assert clawtray("status").code == 41
    assert [method for method, _ in gateway.requests] == ["connect"]


def test_two_gateways_are_told_apart_by_url(gateway, clawtray, status, monkeypatch):
    with FaultyGateway(token="other", story=False) as other:
        monkeypatch.setenv("CLAWTRAY_TOKEN", "other")
        said, result = status("--url", other.url)
    assert (result.code, said["connection"]["url"], said["sessions"]) == (0, other.url, [])


# ---- the parts ----


@pytest.mark.parametrize(
    ("given", "source"),
    [
        ("\udcff", io.StringIO()),
        ("-", io.StringIO("\udcff")),
        ("-", io.TextIOWrapper(io.BytesIO(b"\xff"), "utf-8")),
    ],
)
def test_a_prompt_that_is_no_text_is_misuse(given, source):
    with pytest.raises(BadUsage, match="not valid text"):
        read_prompt(given, source)
