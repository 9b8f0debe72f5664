"""These tests know ClawTray from outside alone."""

from __future__ import annotations

import ast
from pathlib import Path


def test_nothing_here_imports_the_program():
    files = list(Path(__file__).parent.glob("*.py"))
    nodes = [node for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    imported = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    imported |= {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    assert "ast" in imported
    assert {name for name in imported if name.split(".")[0] == "tray"} == set()
