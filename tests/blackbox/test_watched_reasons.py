"""What `watch` says to do, on a terminal that has no menu."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from tests.blackbox.fake_gateway import FakeGateway, listing


@pytest.mark.skipif(sys.platform == "win32", reason="not run: there is no pseudo-terminal on Windows")
@pytest.mark.parametrize("columns", [80, 40])
def test_the_command_at_the_end_of_a_reason_is_not_cut_off(clawtray, columns):
    with FakeGateway() as gateway:
        gone = SimpleNamespace(url=gateway.url)
    watch = clawtray(gone, "watch", columns=columns)
    watch.until(lambda line: line.endswith("gateway start"))
    said = " ".join(watch.lines)
    assert "Nothing is listening at" in said
    assert "Start it with: openclaw gateway start" in said
    assert "…" not in said
    assert max(map(len, watch.lines)) <= columns


def test_a_terminal_reports_a_command_besides_the_menu(clawtray):
    nowhere = SimpleNamespace(url="")
    hidden = {"CLAWTRAY_URL": None, "CLAWTRAY_TOKEN": None}
    watch = clawtray(nowhere, "watch", **hidden)
    assert watch.until(lambda line: "No gateway found" in line).endswith("clawtray doctor")


def test_a_waiting_approval_is_reported_with_a_command_besides_the_menu(clawtray):
    command = {
        "id": "3d43a1c8",
        "request": {"command": "ls", "host": "gateway", "allowedDecisions": ["allow-once", "deny"]},
        "createdAtMs": 1,
        "expiresAtMs": 2**50,
    }
    with FakeGateway(sessions__list=listing({}), exec__approval__list=[command]) as gateway:
        watch = clawtray(gateway, "watch")
        assert watch.until(lambda line: "in the menu" in line).endswith("run: clawtray approvals")
