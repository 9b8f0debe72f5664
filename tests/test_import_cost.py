"""What the console commands load: `status` and `ask` must not pay for the icon or the demo."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tray.cli.command_line import GROUPS

NEVER = {
    "asyncio",
    "keyring",
    "PIL",
    "plyer",
    "pystray",
    "tkinter",
    "typer",
    "websockets",
    "webbrowser",
    "tray.demo",
    "tray.tray_icon",
    "tray.view.icon.render",
}
READS_ONLY = {
    "tray.cli": {"command_line", "console", "exit_codes", "parser", "status"},
    "tray.core": {
        "approvals", "commands", "connection", "effects", "events", "feature", "model", "models", "on_reply",
        "persistence", "registry", "requests", "sessions", "state", "update",
    },
    "tray.core.connection": {"backoff", "connection", "device_token", "login"},
    "tray.core.models": {"switching"},
    "tray.core.sessions": {
        "catalogue", "confidence", "context_limits", "focus", "forecast", "patience", "polling", "rows",
        "run_ends", "thresholds", "titles", "unlisted",
    },
    "tray.discovery": {"config_files", "resolver", "wsl"},
    "tray.net": {"websocket"},
    "tray.protocol": {
        "approvals", "channels", "cron", "frames", "handshake", "json_fields", "model_names", "models",
        "requests", "runs", "secret_spellings",
        "session_keys", "sessions", "usage",
    },
    "tray.runtime": {"app", "background", "client", "clock", "loop", "mailbox", "settings_file", "worker"},
    "tray.storage": {"bugs", "device_tokens", "files", "lock", "processes", "translations"},
    "tray.view": {"notification", "reports", "text"},
    "tray.view.reports": {"status", "table"},
    "tray.view.text": {"connection_errors", "formatting"},
}  # fmt: skip
"""All that `status --json` loads of these packages: what it takes to connect, to read and to print."""
HEAVY = {
    "bz2",
    "email",
    "http.client",
    "lzma",
    "pyjson5",
    "shutil",
    "subprocess",
    "tomlkit",
    "tray.storage.credentials",
}
PROGRAM = """
import json, sys
from tray.__main__ import main
code = main(sys.argv[1:])
json.dump([code, sorted(sys.modules)], sys.stderr)
"""


@pytest.fixture
def loaded(home):
    """Run a command in a process of its own: its exit code and the modules that it has loaded at its end."""

    def run(*arguments):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *arguments],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        code, modules = json.loads(done.stderr.splitlines()[-1])
        return code, set(modules)

    return run


@pytest.mark.parametrize(
    "arguments", [("status",), ("status", "--json"), ("sessions",), ("models",), ("ask", "hello")]
)
def test_a_command_loads_nothing_of_the_icon(gateway, loaded, arguments):
    code, modules = loaded(*arguments)
    assert code == 0
    assert "websocket" in modules
    assert "nacl.signing" in modules
    assert not modules & NEVER


def test_a_command_loads_no_other_group_of_commands(gateway, loaded):
    for command in ("sessions", "models"):
        _, modules = loaded(command)
        assert "tray.cli.status" in modules
        assert not modules & {f"tray.cli.{group}" for group in GROUPS if group != "status"}


def test_status_loads_what_it_takes_to_connect_and_to_read(gateway, loaded):
    loaded("status")  # the first command of all makes the device key
    _, modules = loaded("status", "--json")
    for package, wanted in READS_ONLY.items():
        inside = {name.removeprefix(f"{package}.") for name in modules if name.startswith(f"{package}.")}
        assert {name.partition(".")[0] for name in inside} == wanted, package
    assert not modules & HEAVY


def test_the_python_api_loads_no_more_than_the_console(gateway):
    program = (
        "import json, sys; from tray import api; api.status(); json.dump(sorted(sys.modules), sys.stdout)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, check=True)
    modules = set(json.loads(done.stdout))
    assert {"tray.api.gateway", "websocket"} <= modules
    assert not modules & (NEVER | {"tray.__main__", "tray.cli", "tray.core.prompts.prompts"})
    program = "import sys, tray; print(*(name for name in sys.modules if name.startswith('tray')))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, check=True)
    assert done.stdout.split() == [b"tray"]


def test_a_gateway_that_is_down_costs_no_cryptography_either(loaded, monkeypatch):
    monkeypatch.setenv("CLAWTRAY_URL", "ws://127.0.0.1:1")
    monkeypatch.setenv("CLAWTRAY_TOKEN", "given")
    code, modules = loaded("status")
    assert code == 40
    assert not modules & NEVER
    assert "nacl.signing" not in modules


def test_keyring_is_loaded_only_where_there_is_a_store_and_nothing_else_logs_in(gateway, loaded, monkeypatch):
    monkeypatch.delenv("CLAWTRAY_TOKEN")
    code, modules = loaded("status")
    assert code == 41
    assert ("keyring" in modules) == (sys.platform == "win32")


def test_the_names_are_those_of_modules_that_there_are(gateway, loaded):
    code, modules = loaded("--demo", "status")
    assert code in (0, 10, 20, 30)
    assert {"websockets", "tray.demo"} <= modules
