"""A user's folder with a gateway's files, and commands that are run there to their end."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.blackbox.conftest import CHECKOUT, SECONDS


class User:
    """Knows of a gateway only what its files say; a test gives variables beside them.

    Attributes:
        home: The user's folder.
        own: The folder of ClawTray's own files.
    """

    def __init__(self, home):
        self.home, self.own = home, home / "ClawTray"
        self.own.mkdir()

    def write(self, name, content):
        """Write a file of the user's folder: a text, or a value as JSON."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    def run(self, *arguments, **environ):
        """Run a command; return its exit code and all that it printed."""
        foreign = {"COLUMNS", "LINES"} | {name for name in os.environ if "CLAW" in name or "MOLTBOT" in name}
        env = {
            **{name: value for name, value in os.environ.items() if name not in foreign},
            "HOME": str(self.home),
            "USERPROFILE": str(self.home),
            "CLAWTRAY_HOME": str(self.own),
            "PYTHONPATH": str(CHECKOUT),
            "LC_ALL": "C.UTF-8",
            **environ,
        }
        done = subprocess.run(
            [sys.executable, "-m", "tray", *arguments],
            cwd=CHECKOUT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            check=False,
            encoding="utf-8",
        )
        return done.returncode, done.stdout
