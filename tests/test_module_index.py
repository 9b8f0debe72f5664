"""ARCHITECTURE.md lists every module as it describes itself."""

from __future__ import annotations

from tests import module_index
from tests.layout import sources


def test_the_list_in_the_document_is_that_of_the_code():
    document = module_index.DOCUMENT.read_text(encoding="utf-8")
    assert module_index.updated(document) == document, "run: python -m tests.module_index"


def test_every_module_is_listed_and_says_what_it_is():
    lines = [line for line in module_index.index().splitlines() if line.startswith(("- ", "**"))]
    assert len(lines) == len(sources())
    assert all(line.endswith(".") for line in lines)


def test_an_older_list_is_replaced():
    assert module_index.updated("text\n\n## Every module\n\n- `gone`: It.\n").startswith(
        "text\n\n## Every module\n\n**`tray/`**"
    )
