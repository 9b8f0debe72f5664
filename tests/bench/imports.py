"""What each front end loads and how long that takes: the total, and the modules that cost most.

``python -m tests.bench.imports`` (or ``poe imports``) runs each front end under ``python -X importtime``, the
commands against the simulated gateway, and takes the minimum of several runs. Figures of a checkout are too
high: msgspec loads ``typing_extensions`` where mypy is installed. ``--python`` names another interpreter,
such as that of an environment made from the wheel.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

from tests.bench.ground import ROOT, environment
from tray.demo import DemoGateway

if TYPE_CHECKING:
    from collections.abc import Sequence

FRONT_ENDS = {
    "status": ("-m", "tray", "status", "--json"),
    "ask": ("-m", "tray", "ask", "hello"),
    "icon": ("-c", "import tray.__main__, tray.tray_icon, pystray"),
    "window": ("-c", "import tray.gui.app"),
}
"""What Python is given for each of them."""
DEAREST = 10
_LINE = re.compile(r"^import time: +(\d+) \| +\d+ \| *(\S+)$", re.MULTILINE)


def main() -> None:
    """Print a table for each front end."""
    parser = argparse.ArgumentParser(prog="imports", description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="runs to take the minimum of (7)")
    parser.add_argument(
        "--quick", dest="runs", action="store_const", const=1, help="one run: shows that it works"
    )
    parser.add_argument("--python", default=sys.executable, help="the interpreter (this one)")
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        DemoGateway(speed=100, story=False) as gateway,
        environment(gateway.url, gateway.token) as env,
    ):
        if given.python == sys.executable:  # another one has a ClawTray of its own
            env["PYTHONPATH"] = str(ROOT)
        for name, arguments in FRONT_ENDS.items():
            costs = measure([given.python, "-X", "importtime", *arguments], env, folder, given.runs)
            total = sum(costs.values()) / 1000
            ours = sum(module.partition(".")[0] == "tray" for module in costs)
            sys.stdout.write(f"{name}: {total:.1f} ms for {len(costs)} modules, {ours} of them ours\n")
            for module in sorted(costs, key=costs.__getitem__, reverse=True)[:DEAREST]:
                sys.stdout.write(f"  {costs[module] / 1000:6.1f} ms  {module}\n")


def measure(command: Sequence[str], env: dict[str, str], folder: str, runs: int) -> dict[str, int]:
    """Return the microseconds that each module took by itself, without those that it imports."""
    env = {**env, "PYSTRAY_BACKEND": "dummy"}  # the others want a display
    seen: list[dict[str, int]] = []
    for _ in range(runs + 1):  # the first one makes the device key and the byte code
        done = subprocess.run(
            command,
            env=env,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        seen.append({module: int(cost) for cost, module in _LINE.findall(done.stderr)})
    return {
        module: min(run[module] for run in seen[1:] if module in run)
        for module in dict.fromkeys(name for run in seen[1:] for name in run)
    }


if __name__ == "__main__":
    main()
