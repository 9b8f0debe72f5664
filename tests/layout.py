"""Measures how `tray/` is laid out, and prints it as a table.

Use: ``python -m tests.layout``. tests/test_layout.py holds the limits.
"""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "tray"
MOST_ENTRIES = 18
"""Modules and packages directly in `tray/`."""
MOST_MODULES = 16
"""Modules of one package, without its `__init__`."""
MOST_LINES = 400
"""Lines of one module."""
MOST_FIELDS = 20
"""Fields of one class, without those of its bases."""


def sources() -> tuple[Path, ...]:
    """Return every Python file of `tray/`."""
    return tuple(sorted(PACKAGE.rglob("*.py")))


def entries() -> tuple[str, ...]:
    """Return the names of the modules and packages directly in `tray/`."""
    return tuple(sorted({path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in sources()}))


def modules_by_package() -> Counter[str]:
    """Count the modules of each package."""
    return Counter(
        path.parent.relative_to(ROOT).as_posix() for path in sources() if path.name != "__init__.py"
    )


def lines_by_module() -> Counter[str]:
    """Count the lines of each module."""
    return Counter(
        {
            path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
            for path in sources()
        }
    )


def fields_by_class() -> Counter[str]:
    """Count the fields that each class declares; constants of a class are none."""
    return Counter(
        {
            f"{path.relative_to(ROOT).as_posix()}: {node.name}": sum(map(_is_field, node.body))
            for path in sources()
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ClassDef)
        }
    )


def statements() -> int:
    """Count the statements of `tray/` without the demo, docstrings included."""
    trees = (
        ast.parse(path.read_text(encoding="utf-8"))
        for path in sources()
        if path.relative_to(PACKAGE).parts[0] != "demo"
    )
    return sum(isinstance(node, ast.stmt) for tree in trees for node in ast.walk(tree))


def _is_field(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.AnnAssign) and "ClassVar" not in ast.unparse(statement.annotation)


def _table(counts: Counter[str], limit: int) -> str:
    return "\n".join(f"  {number:>4}  {name}" for name, number in counts.most_common(limit))


if __name__ == "__main__":
    print(f"{len(entries())} entries in tray/ (at most {MOST_ENTRIES}): {', '.join(entries())}")
    print(f"modules of a package (at most {MOST_MODULES}), the largest:\n{_table(modules_by_package(), 5)}")
    print(f"lines of a module (at most {MOST_LINES}), the longest:\n{_table(lines_by_module(), 5)}")
    print(f"fields of a class (at most {MOST_FIELDS}), the most:\n{_table(fields_by_class(), 5)}")
    print(f"statements without the demo: {statements():,} in {len(sources())} files")
