"""What ARCHITECTURE.md and CONTRIBUTING.md name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MADE = "build/out"
"""What is not there until it is built."""
ELSEWHERE = {"PyNaCl", "WebSocket", "WebSocketApp"}
"""Names of libraries."""

guides = pytest.mark.parametrize("name", ["ARCHITECTURE.md", "CONTRIBUTING.md"])


def quoted(name, pattern):
    """Give what stands between backquotes and has this form."""
    return set(re.findall(rf"`({pattern})`", (ROOT / name).read_text(encoding="utf-8")))


def is_there(path):
    """Capital letters stand for any name: `tray/cli/GROUP.py`."""
    pattern = re.sub(r"[A-Z]{2,}", "*", path.rstrip("/"))
    places = [place.glob(found) for place in (ROOT, ROOT / "tray") for found in (pattern, f"{pattern}.py")]
    return any(list(place) for place in places)


@guides
def test_each_path_is_there(name):
    folders = {path.name for place in (ROOT, ROOT / "tray") for path in place.iterdir() if path.is_dir()}
    paths = {path for path in quoted(name, r"(?:[\w.]+/)+[\w.]*") if path.split("/")[0] in folders}
    assert len(paths) > 30
    assert [path for path in sorted(paths) if not is_there(path) and not path.startswith(MADE)] == []


@guides
def test_each_name_in_the_code_is_there(name):
    code = "\n".join(
        path.read_text(encoding="utf-8") for top in ("tray", "tests") for path in (ROOT / top).rglob("*.py")
    )
    names = quoted(name, r"_?[A-Z][a-z]+[A-Z]\w+|_[a-z]\w+|[A-Z]+_[A-Z_]+|[A-Z]{5,}") - ELSEWHERE
    defined = {
        each
        for each in names
        if re.search(rf"\b(class|def) {each}\b|^\s*{each}(: .+)? = ", code, re.MULTILINE)
    }
    assert len(names) > 3
    assert sorted(names - defined) == []


def test_each_feature_is_where_the_table_says():
    table = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").split("| feature |")[1].split("\n\n")[0]
    head, _, *rows = table.splitlines()
    folders = re.findall(r"`(.+?)`", head)
    named = [
        folder + path
        for row in rows
        for folder, cell in zip(folders, row.strip("|").split("|")[1:], strict=True)
        for path in re.findall(r"`(.+?)`", cell)
    ]
    assert len(named) > 40
    assert [path for path in named if not is_there(path)] == []
