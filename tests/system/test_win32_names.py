"""Names on which installer and program must agree; the program's are read: they cannot be imported here."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.test_installer import RUN, SCRIPT, VETO, entries, expanded

SOURCES = Path(__file__).parents[2] / "tray" / "system" / "win32"


def constant(module, name):
    """The value of a constant in one of the program's modules for Windows."""
    tree = ast.parse((SOURCES / f"{module}.py").read_text(encoding="utf-8"))
    (found,) = [
        node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == [name]
    ]
    return found


def pascal(name):
    (found,) = [
        line.split("=", 1)[1].strip(" ;'")
        for line in SCRIPT.splitlines()
        if line.strip().startswith(f"{name} =")
    ]
    return found


def test_the_installer_knows_a_running_tray_by_its_mutexes():
    assert pascal("TrayMutex") == constant("instance", "NAME")
    assert pascal("Mutexes").split(",") == [constant("instance", "NAME"), constant("instance", "DEMO")]


def test_the_installer_asks_it_to_quit_by_the_message_that_it_hears():
    assert pascal("QuitMessage") == constant("instance", "QUIT")


def test_both_mean_the_same_start_at_sign_in():
    assert (constant("startup", "RUN"), constant("startup", "APPROVED")) == (RUN, VETO)
    names = {entry["ValueName"] for entry in entries("Registry") if "ValueName" in entry}
    assert names == {constant("startup", "NAME")}


@pytest.mark.parametrize("place", ["Icons"])
def test_shortcut_and_program_are_one_application_to_windows(place):
    identities = {entry.get("AppUserModelID") for entry in entries(place)}
    assert identities == {constant("platform", "APP_ID")}


def test_both_call_the_program_by_the_same_name():
    source = (SOURCES / "startup.py").read_text(encoding="utf-8")
    assert expanded("{#Tray}") == "ClawTray.exe"
    assert '"ClawTray.exe"' in source
