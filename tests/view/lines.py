"""What a test reads of a level of the menu."""

from __future__ import annotations

from tray.view.menu.item import Item


def texts(items: tuple[Item, ...]) -> list[str]:
    return ["───" if item.separator else item.text for item in items]


def find(items: tuple[Item, ...], text: str) -> Item:
    found = [item for item in items if item.text.split("\t")[0].split(" · ")[0] == text]
    assert len(found) == 1, texts(items)
    return found[0]
