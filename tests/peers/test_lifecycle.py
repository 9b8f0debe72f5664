"""The gateway is restarted from the menu: asked by its method, or by its own command where it has none."""

from __future__ import annotations

import os
import stat
from urllib.parse import urlsplit

import pytest

from tests.drills.subject import Subject, user
from tray.core.commands import RestartGateway, StartGateway
from tray.core.events import GatewayCliFinished
from tray.core.model import ActionError, FailureKind, GatewayControlKind, GatewayControlStatus
from tray.i18n.words import Words
from tray.runtime import gateway_cli
from tray.runtime.clock import now
from tray.settings.target import Target
from tray.view.menu.menu import menu

ASKS = (2026, 5)
"""The first release with `gateway.restart.request`."""
UNMANAGED = (2026, 7)
"""The first release seen whose command also restarts a gateway that no service manager runs, as here."""


@pytest.fixture
def path(gateway, tmp_path):
    """A PATH on which the gateway's own command is found, as npm installs it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    command = folder / gateway.name
    command.write_text(f'#!/bin/sh\nexec {gateway.cli_command()} "$@"\n')
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture
def subject(gateway, path, tmp_path):
    with user(gateway.home, str(tmp_path / "own"), PATH=path), Subject() as running:
        running.until(lambda state: state.connected)
        yield running


def ended(state):
    return state.profile.gateway_control is not None and state.profile.gateway_control.state.ended


def lines(subject, *path):
    return [item.text for item in menu(subject.state, path, now(), Words())]


def test_a_restart_that_was_clicked(gateway, subject):
    asks = gateway.release >= ASKS
    means = "Runs in progress finish first." if asks else "Runs in progress are interrupted."
    assert means in lines(subject, "gateway", "restart")
    boots = subject.state.connection.attempt

    subject.click(RestartGateway())
    subject.until(ended)

    done = subject.state.profile.gateway_control
    subject.until(lambda _: subject.notifications)  # the worker shows it
    if asks:
        assert (done.state, done.uses_cli) == (GatewayControlStatus.DONE, False)
        assert subject.state.connection.attempt > boots
        assert subject.notifications[-1].title == "Gateway restarted"
    else:  # no service manager is here that its command could ask
        assert (done.state, done.error, done.uses_cli) == (
            GatewayControlStatus.FAILED,
            ActionError.CLI_FAILED,
            True,
        )
        assert "service" in subject.notifications[-1].body
        assert subject.state.connected


def test_a_start_that_was_clicked(gateway, subject):
    gateway.kill()
    subject.until(
        lambda state: (
            state.connection.failure is not None and state.connection.failure.kind is FailureKind.NOT_RUNNING
        )
    )
    assert f"Runs on this computer: {gateway.name} gateway start" in lines(subject, "gateway", "start")

    subject.click(StartGateway())
    subject.until(ended)

    done = subject.state.profile.gateway_control  # no service manager is here either
    assert (done.kind, done.state, done.error) == (
        GatewayControlKind.START,
        GatewayControlStatus.FAILED,
        ActionError.CLI_FAILED,
    )
    assert "service" in done.detail
    gateway.start()


def test_its_own_command_restarts_it(gateway, path):
    target = Target(gateway.url, "the test", is_loopback=True, secure=False)
    environ = {**gateway.environment(), "PATH": path}
    did = gateway_cli.run(GatewayControlKind.RESTART, target, gateway.name, environ)
    if gateway.release >= UNMANAGED:
        assert did.error is None, did
        assert str(urlsplit(gateway.url).port) in did.detail
        gateway.wait_ready()
    else:
        assert did.error is ActionError.CLI_FAILED


def test_its_own_command_is_not_used_on_another_gateway(gateway, path):
    target = Target("ws://127.0.0.1:1", "the test", is_loopback=True, secure=False)
    did = gateway_cli.run(
        GatewayControlKind.RESTART, target, gateway.name, {**gateway.environment(), "PATH": path}
    )
    assert did == GatewayCliFinished(ActionError.OTHER_GATEWAY, gateway.name)
