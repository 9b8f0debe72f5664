"""Ctrl+C ends a command without a traceback, from its first instruction to its last."""

from __future__ import annotations

import os

import pytest

from tests.blackbox.conftest import CHECKOUT, EXIT_CODE_OF_CTRL_C
from tests.blackbox.fake_gateway import FakeGateway, listing

AT_AN_IMPORT = """
import signal, sys

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == {name!r}:
            sys.meta_path.remove(self)
            signal.raise_signal(signal.SIGINT)

sys.meta_path.insert(0, Interrupt())
"""
WHERE_NOTHING_CAN_BE_RAISED = """
import signal, sys, weakref

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == "pystray":
            sys.meta_path.remove(self)
            some = type("Some", (), {})()
            self.dead = weakref.ref(some, lambda _: signal.raise_signal(signal.SIGINT))

sys.meta_path.insert(0, Interrupt())
"""
AT_THE_END = """
import atexit, signal

atexit.register(signal.raise_signal, signal.SIGINT)
"""


@pytest.mark.parametrize(
    "script",
    [
        *(AT_AN_IMPORT.format(name=name) for name in ("logging", "argparse", "msgspec", "websocket")),
        AT_THE_END,
    ],
)
def test_an_interrupt_leaves_no_traceback_at_any_moment(clawtray, tmp_path, script):
    (tmp_path / "sitecustomize.py").write_text(script, encoding="utf-8")
    with FakeGateway(sessions__list=listing({})) as gateway:
        status = clawtray(gateway, "status", PYTHONPATH=f"{tmp_path}{os.pathsep}{CHECKOUT}")
        assert status.ended() == EXIT_CODE_OF_CTRL_C
    assert not any("Traceback" in line or "KeyboardInterrupt" in line for line in status.lines)


def test_without_an_interrupt_the_same_command_ends_well(clawtray, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(AT_AN_IMPORT.format(name="nobody"), encoding="utf-8")
    with FakeGateway(sessions__list=listing({})) as gateway:
        assert clawtray(gateway, "status", PYTHONPATH=f"{tmp_path}{os.pathsep}{CHECKOUT}").ended() == 0


def test_an_interrupt_that_python_ignores_ends_the_icon(clawtray, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(WHERE_NOTHING_CAN_BE_RAISED, encoding="utf-8")
    paths = {"PYTHONPATH": f"{tmp_path}{os.pathsep}{CHECKOUT}"}
    with FakeGateway(sessions__list=listing({})) as gateway:
        icon = clawtray(gateway, DISPLAY=":4095", PYSTRAY_BACKEND="dummy", **paths)
        assert icon.ended() == EXIT_CODE_OF_CTRL_C
    assert icon.lines == []
