"""A drop-down list; a long one can be searched by typing."""

import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk

from tray.view.panel.panes import Choice

SEARCHED = 25
"""Above this number of choices the list can be searched."""


class SearchableCombobox(ttk.Combobox):
    """A combobox of choices."""

    def __init__(self, parent: tk.Misc, *, chosen: Callable[[], None]) -> None:
        """Create an empty list. `chosen` is called when the user has chosen."""
        super().__init__(parent, state="readonly", width=30)
        self._choices: tuple[Choice, ...] = ()
        self._shown: tuple[Choice, ...] = ()
        self._choice: Choice | None = None
        self._chosen = chosen
        self.bind("<<ComboboxSelected>>", lambda _: self._on_selected())
        self.bind("<KeyRelease>", lambda _: self._search())
        self.bind("<FocusOut>", lambda _: self._show_choice())

    @property
    def choice(self) -> Choice | None:
        """Return the selected choice, at first the first one."""
        return self._choice

    def offer(self, choices: Sequence[Choice]) -> None:
        """Set the choices; the selection stays if it is still among them."""
        choices = tuple(choices)
        if choices == self._choices:
            return
        key = None if self._choice is None else self._choice.key
        self._choices = choices
        self._choice = next((c for c in choices if c.key == key), choices[0] if choices else None)
        self._list(choices)
        self.configure(height=min(len(choices), 12) or 1)
        if not self._is_searching():
            self._show_choice()

    def enable(self, *, on: bool) -> None:
        """Enable or disable the field."""
        usable = "normal" if len(self._choices) > SEARCHED else "readonly"
        self.configure(state=usable if on else "disabled")

    def _list(self, choices: tuple[Choice, ...]) -> None:
        self._shown = choices
        self.configure(values=[choice.label for choice in choices])

    def _on_selected(self) -> None:
        if 0 <= self.current() < len(self._shown):
            self._choice = self._shown[self.current()]
        self._list(self._choices)
        self._show_choice()
        self._chosen()

    def _is_searching(self) -> bool:
        return str(self.cget("state")) == "normal" and self.focus_get() is self

    def _search(self) -> None:
        if str(self.cget("state")) == "normal":
            self._list(matching(self._choices, self.get()) or self._choices)

    def _show_choice(self) -> None:
        self._list(self._choices)
        self.set("" if self._choice is None else self._choice.label)
        self.selection_clear()


def matching(choices: tuple[Choice, ...], typed: str) -> tuple[Choice, ...]:
    """Return the choices that contain every typed word."""
    wanted = typed.casefold().split()
    return tuple(c for c in choices if all(word in f"{c.label} {c.key}".casefold() for word in wanted))
