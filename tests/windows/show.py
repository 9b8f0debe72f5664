"""Runs inside Windows: opens one window of the program, shows it what a file says, and holds it open.

Use: ``python show.py PROGRAM KIND FILE``; it ends when the window does, or takes the window along.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Open it, and wait for its end."""
    program, kind, file = sys.argv[1:]
    command = [program, "--window", kind]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as window:
        assert window.stdin is not None
        window.stdin.write(Path(file).read_bytes())
        window.stdin.flush()
        return window.wait()


if __name__ == "__main__":
    sys.exit(main())
