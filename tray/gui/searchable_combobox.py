"""A list to choose from; one that is long is searched by typing."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk

from tray.view.panel.panes import Choice

SEARCHED = 25
"""Choices above which there is a search."""


class SearchableCombobox(ttk.Combobox):
    """A field with a list under it."""

    def __init__(self, parent: tk.Misc, *, chosen: Callable[[], None]) -> None:
        """It is empty. `chosen` is called when the user has chosen."""
        super().__init__(parent, state="readonly", width=30)
        self._choices: tuple[Choice, ...] = ()
        self._shown: tuple[Choice, ...] = ()
        self._choice: Choice | None = None
        self._chosen = chosen
        self.bind("<<ComboboxSelected>>", lambda _: self._take())
        self.bind("<KeyRelease>", lambda _: self._search())
        self.bind("<FocusOut>", lambda _: self._put_back())

    @property
    def choice(self) -> Choice | None:
        """What is chosen; the first until something is."""
        return self._choice

    def offer(self, choices: Sequence[Choice]) -> None:
        """Offer these; what was chosen stays so if it is still among them."""
        choices = tuple(choices)
        if choices == self._choices:
            return
        key = None if self._choice is None else self._choice.key
        self._choices = choices
        self._choice = next((c for c in choices if c.key == key), choices[0] if choices else None)
        self._list(choices)
        self.configure(height=min(len(choices), 12) or 1)
        if not self._is_searching():
            self._put_back()

    def enable(self, *, on: bool) -> None:
        """Let it be used, or not."""
        usable = "normal" if len(self._choices) > SEARCHED else "readonly"
        self.configure(state=usable if on else "disabled")

    def _list(self, choices: tuple[Choice, ...]) -> None:
        self._shown = choices
        self.configure(values=[choice.label for choice in choices])

    def _take(self) -> None:
        if 0 <= self.current() < len(self._shown):
            self._choice = self._shown[self.current()]
        self._list(self._choices)
        self._put_back()
        self._chosen()

    def _is_searching(self) -> bool:
        return str(self.cget("state")) == "normal" and self.focus_get() is self

    def _search(self) -> None:
        if str(self.cget("state")) == "normal":
            self._list(found(self._choices, self.get()) or self._choices)

    def _put_back(self) -> None:
        """What was typed only searched: the field says what is chosen."""
        self._list(self._choices)
        self.set("" if self._choice is None else self._choice.label)
        self.selection_clear()


def found(choices: tuple[Choice, ...], typed: str) -> tuple[Choice, ...]:
    """The choices in which every word that was typed occurs."""
    wanted = typed.casefold().split()
    return tuple(c for c in choices if all(word in f"{c.label} {c.key}".casefold() for word in wanted))
