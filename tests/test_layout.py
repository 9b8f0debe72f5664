"""The limits of the layout: what one page of a table of contents can hold."""

from __future__ import annotations

from tests import layout


def test_few_things_lie_directly_in_the_package():
    assert {"core", "view", "cli"} <= set(layout.entries())
    assert len(layout.entries()) <= layout.MOST_ENTRIES


def test_no_package_has_too_many_modules():
    counts = layout.modules_by_package()
    assert counts["tray/core"] > 0
    assert [name for name, number in counts.items() if number > layout.MOST_MODULES] == []


def test_no_module_is_too_long():
    counts = layout.lines_by_module()
    assert counts["tray/core/update.py"] > 0
    assert [name for name, number in counts.items() if number > layout.MOST_LINES] == []


def test_no_class_has_too_many_fields():
    counts = layout.fields_by_class()
    assert counts["tray/core/state.py: State"] > 0
    assert [name for name, number in counts.items() if number > layout.MOST_FIELDS] == []


def test_statements_are_counted():
    assert layout.statements() > len(layout.sources())
