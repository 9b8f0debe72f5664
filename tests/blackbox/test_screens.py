"""The tray icon on a virtual screen, by what the desktop and the system see of it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.blackbox.fake_gateway import TOKEN, FakeGateway, listing
from tests.desktop import screen as desktop
from tests.desktop.screen import until

_REQUIRED = "xvfb" in os.environ.get("CLAWTRAY_REQUIRE", "").replace(",", " ").split()


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
def tray(clawtray, screen, bus, gateway):
    """Start the tray icon before the gateway, and wait until its menu shows the session."""

    def start(**more):
        running = clawtray(gateway, **{**screen.environment, **more})
        until(bus.has_icon, "the icon is in the tray")
        until(lambda: bus.menu()[0].label.startswith("main"), "the session is in the menu")
        return running

    return start


def windows(pid):
    """The folders in /proc of the processes that this one has started and that have loaded Tk."""
    lists = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    children = [Path("/proc", child) for found in lists for child in found.split()]
    return [child for child in children if "libtk" in (child / "maps").read_text()]


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
