"""Puts the gateways' npm packages into the cache, once each. It runs nothing of theirs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from build.cache import cache_directory, made_once
from build.node import run_npm

if TYPE_CHECKING:
    from pathlib import Path

# Releases before 2026.3 want libsignal from a git host, and 0.7 GB of local inference with node-llama-cpp.
# Neither is used here: a registry release and a tiny package stand in.
_OVERRIDES = {"libsignal": "2.0.1", "node-llama-cpp": "npm:strip-ansi@7.1.0"}
# clawdbot imports strip-ansi without declaring it.
_UNDECLARED = "strip-ansi@7.1.0"


def install_package(spec: str) -> Path:
    """The directory of the installed package `name@version`; without running its lifecycle scripts.

    Raises NotAvailableError.
    """
    home = cache_directory() / spec
    with made_once(home) as work:
        if work:
            (work / "package.json").write_text(json.dumps({"private": True, "overrides": _OVERRIDES}))
            options = ["--ignore-scripts", "--omit=dev", "--no-audit", "--loglevel=error"]
            run_npm(["install", *options, _UNDECLARED, spec], cwd=work)
    return home / "node_modules" / spec.partition("@")[0]
