"""The ground that figures stand on: a real gateway with sessions that ran, and a place for our program."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.peers.realgateway import Gateway

if TYPE_CHECKING:
    from collections.abc import Iterator

RELEASE = "openclaw@2026.9.6"
SESSIONS = 5
ROOT = Path(__file__).parents[2]
CLIENTS = Path(__file__).parent / "clients"
"""Programs that are started to be measured."""


@contextlib.contextmanager
def real_gateway() -> Iterator[Gateway]:
    """The real gateway, with `SESSIONS` sessions that ran once each."""
    with Gateway(RELEASE) as gateway:
        with gateway.connect() as client:
            for number in range(SESSIONS):
                prompt = f"[[say:done]] [[usage:{20_000 * (number + 1)},50]]"
                client.run(f"agent:main:bench-{number}", prompt)
        yield gateway


@contextlib.contextmanager
def environment(url: str, token: str) -> Iterator[dict[str, str]]:
    """The environment of a user who has nothing but this gateway."""
    with tempfile.TemporaryDirectory() as home:
        yield {
            "PATH": os.environ["PATH"],
            "HOME": home,
            "LANG": "C.UTF-8",
            "CLAWTRAY_URL": url,
            "CLAWTRAY_TOKEN": token,
        }


def client(name: str, *arguments: object, python: Path | str = sys.executable) -> list[str]:
    """The command that starts one of `CLIENTS`; ours needs the checkout in its PYTHONPATH."""
    return [str(python), str(CLIENTS / f"{name}.py"), *map(str, arguments)]
