"""Writes the list of every module into ARCHITECTURE.md, from the first paragraph of their docstrings.

Use: ``python -m tests.module_index``. tests/test_module_index.py fails if the list is not the newest.
"""

from __future__ import annotations

import ast
from itertools import groupby
from pathlib import Path

from tests.layout import PACKAGE, ROOT, sources

DOCUMENT = ROOT / "ARCHITECTURE.md"
HEADING = "## Every module\n"


def index() -> str:
    """Return the list: a heading for each package, and a line for each of its modules."""
    lines = []
    for folder, paths in groupby(sorted(sources(), key=_place), key=lambda path: path.parent):
        init, *modules = paths
        name = folder.relative_to(ROOT).as_posix()
        lines.append(f"\n**`{name}/`** {_summary(init)}\n")
        lines += (f"- `{path.stem}`: {_summary(path)}" for path in modules)
    return "\n".join(lines)


def updated(document: str) -> str:
    """Return the document with the list of today; it is the last section."""
    head, _, _ = document.partition(HEADING)
    return f"{head}{HEADING}{index()}\n"


def _place(path: Path) -> tuple[tuple[str, ...], bool, str]:
    return path.parent.relative_to(PACKAGE).parts, path.stem != "__init__", path.stem


def _summary(path: Path) -> str:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(docstring.partition("\n\n")[0].split())


if __name__ == "__main__":
    DOCUMENT.write_text(updated(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
