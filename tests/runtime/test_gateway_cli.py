from __future__ import annotations

import json
import os
import stat
import subprocess

import pytest

from tray.core.events import GatewayCliFinished
from tray.core.model import ActionError, GatewayControlKind
from tray.i18n.words import message
from tray.runtime import gateway_cli
from tray.settings.target import Target

RESTART, START = GatewayControlKind.RESTART, GatewayControlKind.START
TARGET = Target("ws://127.0.0.1:18789", "the test", is_loopback=True, secure=False)
OWN = {"pid": 29824, "command": "openclaw-gatewa", "commandLine": "openclaw-gateway"}
ON_WINDOWS = {
    "pid": 7,
    "command": "node.exe",
    "commandLine": r'"C:\Program Files\nodejs\node.exe" C:\npm\node_modules\openclaw\dist\index.js gateway',
}
BARE = {"pid": 5727, "command": "openclaw", "commandLine": "openclaw", "ppid": 5720}
TUNNEL = {"pid": 8, "command": "ssh", "commandLine": "ssh -N -L 18789:127.0.0.1:18789 openclaw-host"}
NAMELESS = {"pid": 9, "command": "node"}


def status(*listeners, port=18789, service=None):
    """The members of `gateway status --json` that matter, as 2026.1 and 2026.9 print them."""
    return {
        "service": {"loaded": False, "runtime": {"status": "unknown", "pid": service}},
        "gateway": {"bindMode": "loopback", "port": port},
        "port": {"port": port, "status": "busy" if listeners else "free", "listeners": list(listeners)},
        "rpc": {"ok": bool(listeners)},
    }


@pytest.fixture
def cli(tmp_path):
    """A command `openclaw` that answers each verb with what is given, and writes down how it was called."""
    calls = tmp_path / "calls"

    def make(**answers):
        for verb, text in answers.items():
            (tmp_path / f"{verb}.json").write_text(text if isinstance(text, str) else json.dumps(text))
        script = tmp_path / "openclaw"
        script.write_text(f'#!/bin/sh\necho "$@" >> {calls}\ncat {tmp_path}/"$2".json\nexit 1\n')
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        return {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}

    make.calls = lambda: calls.read_text().splitlines() if calls.exists() else []
    return make


def run(environ, kind=RESTART, target=TARGET):
    return gateway_cli.run(kind, target, "openclaw", environ)


@pytest.mark.parametrize("listener", [OWN, ON_WINDOWS, BARE])
def test_its_own_gateway_is_restarted(cli, listener):
    environ = cli(status=status(listener), restart={"ok": True, "result": "restarted", "message": "sent"})
    assert run(environ) == GatewayCliFinished(None, "sent")
    assert cli.calls() == ["gateway status --json", "gateway restart --json"]


def test_a_process_of_any_name_is_its_own_if_the_service_says_so(cli):
    environ = cli(status=status(NAMELESS, service=9), restart={"result": "restarted"})
    assert run(environ) == GatewayCliFinished(None, "")


@pytest.mark.parametrize(
    "said",
    [
        status(TUNNEL),
        status(OWN, TUNNEL),
        status(NAMELESS),
        status({"pid": 9, "command": "ssh", "commandLine": "ssh openclaw"}),
        status({"pid": 9, "command": "node", "commandLine": "node /home/openclaw/server.js"}),
        status(NAMELESS, service=10),
        status(OWN, port=19001),
        status(),
        {},
        {"port": [], "gateway": None},
        {"gateway": {"port": 18789}, "port": {"listeners": ["openclaw-gateway"]}},
    ],
)
def test_nothing_is_done_to_what_is_not_its_own(cli, said):
    environ = cli(status=said, restart={"result": "restarted"})
    assert run(environ) == GatewayCliFinished(ActionError.OTHER_GATEWAY, "openclaw")
    assert cli.calls() == ["gateway status --json"]


def test_it_is_started_where_nothing_listens(cli):
    environ = cli(status=status(), start={"ok": True, "result": "started"})
    assert run(environ, START) == GatewayCliFinished(None, "")
    assert cli.calls()[-1] == "gateway start --json"


def test_nothing_is_started_where_something_listens(cli):
    environ = cli(status=status(TUNNEL), start={"result": "started"})
    assert run(environ, START) == GatewayCliFinished(ActionError.OTHER_GATEWAY, "openclaw")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            {"ok": True, "result": "not-loaded", "message": "no service", "hints": ["install it", 7]},
            "no service install it",
        ),
        ({"ok": False, "error": "Gateway service check failed"}, "Gateway service check failed"),
        (
            {"ok": False, "error": {"type": "cli_error", "message": "management skipped"}},
            "management skipped",
        ),
        ({"ok": True}, ""),
    ],
)
def test_neither_ok_nor_silence_is_success(cli, answer, said):
    assert run(cli(status=status(OWN), restart=answer)) == GatewayCliFinished(ActionError.CLI_FAILED, said)


def test_warnings_before_and_words_after_the_answer_do_not_matter(cli):
    text = 'warning: old [config]\n{"result": "restarted"}\nbye\n'
    assert run(cli(status=status(OWN), restart=text)) == GatewayCliFinished(None, "")


@pytest.mark.parametrize("text", ["", "no idea", "{broken", "\ufffd{"])
def test_what_cannot_be_read_is_no_success(cli, text):
    ended = run(cli(status=status(OWN), restart=text))
    assert ended == GatewayCliFinished(
        ActionError.CLI_FAILED, message("{command} gave no answer that can be read", command="openclaw")
    )


def test_a_command_that_is_not_there_is_named(tmp_path):
    assert run({"PATH": str(tmp_path)}) == GatewayCliFinished(ActionError.NO_CLI, "openclaw")


def test_a_command_that_cannot_be_run_is_reported_by_the_system(cli, tmp_path):
    environ = cli(status={})
    (tmp_path / "openclaw").write_text("#!/no/such/interpreter\n")
    assert run(environ) == GatewayCliFinished(ActionError.CLI_FAILED, "No such file or directory")


def test_a_command_that_never_ends_is_given_up(cli, monkeypatch):
    def expire(command, **_):
        raise subprocess.TimeoutExpired(command, 120.0)

    monkeypatch.setattr(subprocess, "run", expire)
    ended = run(cli(status={}))
    assert (ended.error, str(ended.detail)) == (
        ActionError.CLI_FAILED,
        "openclaw gave no answer within 120 s",
    )


def test_it_runs_outside_the_current_folder_without_our_own_secrets(cli, tmp_path, monkeypatch):
    environ = cli(status=status(OWN), restart={"result": "restarted"})
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(subprocess, "run", noted := Noted(subprocess.run))
    run({**environ, "CLAWTRAY_TOKEN": "hidden", "OPENCLAW_GATEWAY_TOKEN": "its own"})
    for _, options in noted.calls:
        assert options["cwd"] == tmp_path
        assert options["env"] == {**environ, "OPENCLAW_GATEWAY_TOKEN": "its own"}
    assert len(noted.calls) == 2


def test_a_command_in_the_current_folder_is_not_run(cli, tmp_path, monkeypatch):
    cli(status=status(OWN), restart={"result": "restarted"})
    monkeypatch.chdir(tmp_path)
    assert run({"PATH": f"{os.pathsep}{tmp_path / 'none'}"}) == GatewayCliFinished(
        ActionError.NO_CLI, "openclaw"
    )
    assert cli.calls() == []


class Noted:
    """A function that notes how it is called."""

    def __init__(self, function):
        self._function, self.calls = function, []

    def __call__(self, *given, **options):
        self.calls.append((given, options))
        return self._function(*given, **options)


def test_the_usual_port_of_an_encrypted_gateway_is_known(cli):
    environ = cli(status=status(OWN, port=443), restart={"result": "restarted"})
    secure = Target("wss://localhost", "the test", is_loopback=True, secure=True)
    assert run(environ, target=secure) == GatewayCliFinished(None, "")
