"""For tests of the whole program: a throwaway home, a simulated gateway, and the console in process."""

from __future__ import annotations

import gc
import io
import os
import sys
from contextlib import suppress
from dataclasses import dataclass

import pytest

from tests.faulty_gateway import FaultyGateway
from tests.vault import Vault, modules
from tray.__main__ import main
from tray.demo.story import opening
from tray.storage import credentials

with suppress(ImportError):  # the tests inside Windows' Python are none of these
    from hypothesis import settings

    # The same examples in every run, and no deadline: a busy machine is no defect of the program.
    settings.register_profile("quick", settings.get_profile("ci"), max_examples=40)
    settings.load_profile("quick")

TOKEN = "t0ken-of-the-test"
_OURS = ("CLAWTRAY_", "OPENCLAW_", "MOLTBOT_", "CLAWDBOT_")


def pytest_collection_finish():
    # Some tests collect garbage to find what is left open; they need not go through all test modules again.
    gc.collect()
    gc.freeze()


@dataclass(frozen=True, slots=True)
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home in which nothing was ever installed; ClawTray's own files are in its folder `clawtray`."""
    for name in [name for name in os.environ if name.startswith(_OURS)]:
        monkeypatch.delenv(name)
    folder = tmp_path / "사용자 home"
    folder.mkdir()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setenv("CLAWTRAY_HOME", str(folder / "clawtray"))
    return folder


@pytest.fixture
def gateway(home, monkeypatch):
    """A simulated gateway, found by the environment: the demo's sessions, but nothing happens by itself."""
    with FaultyGateway(speed=100, token=TOKEN, story=False) as gateway:
        for key, fields in opening().items():
            gateway.set_session(key, **fields)
        monkeypatch.setenv("CLAWTRAY_URL", gateway.url)
        monkeypatch.setenv("CLAWTRAY_TOKEN", TOKEN)
        yield gateway


@pytest.fixture
def vault(monkeypatch):
    """Windows' credential store, simulated on any system."""
    store = Vault()
    for name, module in modules(store).items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(credentials, "_AVAILABLE", True)
    return store


@pytest.fixture
def clawtray(home, capsys, monkeypatch):
    """Runs a command in this process."""

    def run(*arguments, stdin=""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Result(code, out, err)

    return run
