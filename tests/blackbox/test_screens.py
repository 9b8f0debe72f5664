"""The tray icon on a virtual screen, by what the desktop and the system see of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PIL import ImageChops

from tests.blackbox.conftest import CHECKOUT
from tests.blackbox.fake_gateway import TOKEN, FakeGateway, listing
from tests.desktop import screen as desktop
from tests.desktop.screen import until

ABOVE = (0, 0, desktop.WIDTH, desktop.HEIGHT - desktop.PANEL)
_REQUIRED = "blackbox" in os.environ.get("CLAWTRAY_REQUIRE", "").replace(",", " ").split()


@pytest.fixture
def screen(tmp_path):
    """A desktop with a tray; where it cannot be had, the tests are not run and say why."""
    why = desktop.missing() if sys.platform == "linux" else "there is no virtual screen on this system"
    try:
        import gi  # noqa: PLC0415 - it may be missing

        gi.require_version("AyatanaAppIndicator3", "0.1")
    except (ImportError, ValueError) as error:
        why = why or f"{error}; `uv sync --group desktop` installs PyGObject"
    if why is not None:
        (pytest.fail if _REQUIRED else pytest.skip)(f"not run: {why}")
    with desktop.Screen(tmp_path / "desktop") as started:
        yield started


@pytest.fixture
def bus(screen):
    from tests.desktop.bus import Bus  # noqa: PLC0415 - it needs PyGObject

    with Bus(screen.environment["DBUS_SESSION_BUS_ADDRESS"]) as connected:
        yield connected


@pytest.fixture
def gateway():
    with FakeGateway(sessions__list=listing({})) as started:
        yield started


@pytest.fixture
def controlled(tmp_path):
    """The settings let ClawTray hear of approvals."""
    (tmp_path / "ClawTray").mkdir()
    (tmp_path / "ClawTray" / "settings.toml").write_text('[profiles.default]\nlevel = "control"\n')


@pytest.fixture
def sent(tmp_path, screen, monkeypatch):
    """A notify-send that writes down when it begins and ends, and fails while there is a file `broken`."""
    log = tmp_path / "sent.log"
    program = tmp_path / "bin" / "notify-send"
    program.parent.mkdir()
    program.write_text(
        f"#!/bin/sh\nprintf 'begin %s\\n' \"$(echo \"$*\" | tr '\\n' ' ')\" >> {log}\n"
        f"echo end >> {log}\ntest ! -e {tmp_path}/broken\n"
    )
    program.chmod(0o755)
    monkeypatch.setitem(screen.environment, "PATH", f"{program.parent}:{screen.environment['PATH']}")
    return lambda: log.read_text().splitlines() if log.exists() else []


def ask_for(gateway, number, command="ls"):
    request = {"command": command, "sessionKey": "agent:main:main"}
    gateway.push("exec.approval.requested", id=f"a{number}", request=request)


@pytest.fixture
def tray(clawtray, screen, bus, gateway):
    """Start the tray icon before the gateway, and wait until its menu shows the session."""

    def start(**more):
        running = clawtray(gateway, **{**screen.environment, **more})
        until(bus.has_icon, "the icon is in the tray")
        until(lambda: re.search(r"\b31 ?%", bus.menu()[0].label), "the session is in the menu")
        return running

    return start


def windows(pid):
    """The folders in /proc of the processes that this one has started and that have loaded Tk."""
    lists = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    children = [Path("/proc", child) for found in lists for child in found.split()]
    return [child for child in children if "libtk" in (child / "maps").read_text()]


def threads(pid):
    return {path.name for path in Path(f"/proc/{pid}/task").iterdir()}


def keyboard(screen, *arguments, says=""):
    """Have xdotool do this until what it says ends so."""

    def done():
        ran = subprocess.run(
            ["xdotool", *arguments], env=screen.environment, capture_output=True, text=True, check=False
        )
        return ran.returncode == 0 and ran.stdout.strip().endswith(says)

    until(done, f"{arguments} says {says!r}")


def test_a_window_runs_no_code_of_the_current_folder_and_gets_no_secret(tray, bus, tmp_path):
    hostile, home = tmp_path / "hostile", tmp_path / "home"
    home.mkdir()
    for name in ("json.py", "tray/__init__.py", "tray/__main__.py"):
        (hostile / name).parent.mkdir(parents=True, exist_ok=True)
        (hostile / name).write_text(f"open({str(hostile / 'ran')!r}, 'w')\n")
    secrets = {"OPENCLAW_GATEWAY_TOKEN": TOKEN, "CLAWTRAY_PASSWORD": TOKEN}
    running = tray(cwd=hostile, HOME=str(home), **secrets)
    bus.choose("Settings")
    until(lambda: windows(running.pid) or (hostile / "ran").exists(), "a process makes the window")
    assert not (hostile / "ran").exists()
    (window,) = windows(running.pid)
    assert (window / "cwd").readlink() == home
    assert TOKEN.encode() not in (window / "environ").read_bytes()


def test_a_notification_is_text_whatever_a_session_is_called(controlled, tray, bus, gateway):
    gateway.answers["sessions.list"] = listing({"label": "--x"})
    tray()
    ask_for(gateway, 1, "echo <b>bold</b> &amp; C:\\new")
    (shown,) = until(bus.notices, "it is shown")
    assert shown.title == "--x: approval needed"
    assert shown.body.splitlines()[0] == "echo &lt;b&gt;bold&lt;/b&gt; &amp;amp; C:\\\\new"


def test_of_many_at_once_a_few_are_shown_and_the_rest_as_one_that_names_them(
    controlled, tray, bus, gateway, sent
):
    tray()
    for number in range(150):
        ask_for(gateway, number)
    until(lambda: sent().count("end") >= 3, "the first are shown")
    ended = "main: approval needed"
    until(lambda: len(bus.line("Approvals").below) > 10, "the menu has them")
    assert sum(line.startswith("begin") for line in sent()) == 3
    until(lambda: sent().count("end") > 3, "the rest is shown", 120)
    lines = sent()
    assert lines[1::2] == ["end"] * 4  # one after another
    assert all(ended in line for line in lines[:6:2])
    assert "notifications" in lines[6]
    assert "approvals are waiting" in lines[6]


def test_a_notification_that_could_not_be_shown_comes_again(controlled, tray, gateway, sent, tmp_path):
    (tmp_path / "broken").touch()
    tray()
    ask_for(gateway, 1)
    until(lambda: "end" in sent(), "it is tried")
    (tmp_path / "broken").unlink()
    until(lambda: sent().count("end") == 2, "it is tried again", 120)
    assert "approval needed" in sent()[2]


def test_an_answer_is_announced_if_its_window_was_closed_meanwhile(tray, screen, bus, gateway):
    closed = threading.Event()

    def answer(params):
        assert closed.wait(60)
        usage = {"input": 100, "output": 10, "total": 110}
        result = {"payloads": [{"text": "Herons, mostly."}], "meta": {"agentMeta": {"usage": usage}}}
        return {"runId": params["idempotencyKey"], "status": "ok", "result": result}

    gateway.answers["agent"] = answer
    running = tray()
    before = threads(running.pid)
    bus.choose("Ask")
    keyboard(screen, "getwindowfocus", "getwindowname", says="ClawTray")
    keyboard(screen, "type", "--delay", "5", "Which birds?")
    screen.press("ctrl+Return")
    until(lambda: "agent" in [method for method, _ in gateway.requests], "it is asked")
    waiting = threads(running.pid) - before
    screen.press("Escape")
    until(lambda: not waiting & threads(running.pid), "the window is closed, and nobody waits for it")
    closed.set()
    (shown,) = until(bus.notices, "the answer is announced")
    assert "Herons, mostly." in shown.body


def test_an_open_menu_is_not_replaced(tray, screen, bus, gateway):
    tray()
    bare = screen.picture().crop(ABOVE)
    until(lambda: open_menu(screen, bare), "the menu is open")
    before = bus.menu()
    for percent in (
        45,
        60,
    ):  # the menu would be sent after the first one at the latest when the second is read
        gateway.answers["sessions.list"] = listing({"totalTokens": 2_000 * percent})
        gateway.push("sessions.changed", sessionKey="agent:main:main")
        until(lambda percent=percent: re.search(rf"\b{percent} ?%", bus.title()), "the tooltip follows")
    assert is_menu(screen, bare)
    assert bus.menu() == before
    screen.press("Escape")
    until(lambda: "60%" in bus.menu()[0].label, "the menu follows", 120)


def open_menu(screen, bare):
    """Click the icon; return whether a menu shows: one that is sent at this very moment closes another."""
    screen.click(until(screen.icon_box, "the icon is there"))
    try:
        return until(lambda: is_menu(screen, bare), "the menu is open", 5)
    except TimeoutError:
        screen.press("Escape")
        return False


def is_menu(screen, bare):
    """Whether more than a tooltip is shown above the panel."""
    changed = ImageChops.difference(screen.picture().crop(ABOVE), bare).getbbox()
    return changed is not None and changed[3] - changed[1] > desktop.HEIGHT // 4


def test_without_a_session_bus_it_watches_in_the_terminal(clawtray, screen, gateway):
    nowhere = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere", "XDG_RUNTIME_DIR": None}
    running = clawtray(gateway, **{**screen.environment, **nowhere})
    running.until(lambda line: "There is no system tray here. Watching in the terminal instead." in line)
    running.until(lambda line: "31% of 200k" in line)
    assert running.interrupt() == 130
    assert not any("bug" in line for line in running.lines)


def test_without_pygobject_the_command_that_installs_it_is_named(clawtray, screen, gateway, tmp_path):
    (tmp_path / "gi.py").write_text("raise ImportError('hidden by a test')\n")
    path = os.pathsep.join((str(tmp_path), str(CHECKOUT)))
    running = clawtray(gateway, **{**screen.environment, "PYTHONPATH": path})
    line = running.until(lambda line: "PyGObject" in line)
    assert "install" in line
    running.until(lambda line: "31%" in line)  # it watches in the terminal
