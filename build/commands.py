"""Programs that fetch and make what the builds and the tests stand on."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class NotAvailableError(Exception):
    """Something cannot be had on this machine; the text says what and why, in one line."""


def run(command: Sequence[str], *, cwd: Path, timeout: float, env: Mapping[str, str] | None = None) -> bytes:
    """Give what the program wrote to its standard output.

    Args:
        command: The program and its arguments.
        cwd: Where it runs.
        timeout: Seconds.
        env: Its whole environment; ours if not given.

    Raises:
        NotAvailableError: It did not run, did not end in time, or failed.
    """
    name = " ".join((Path(command[0]).name, *command[1:2]))
    try:
        result = subprocess.run(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotAvailableError(f"{command[0]} did not run: {error}") from error
    if result.returncode:
        complaint = "; ".join(result.stderr.decode(errors="replace").strip().splitlines()[-3:])
        raise NotAvailableError(f"{name} failed ({result.returncode}): {complaint}")
    return result.stdout
