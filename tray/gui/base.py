"""The base of all windows: layout and keys."""

from __future__ import annotations  # `tk.Event[…]` cannot be evaluated

import tkinter as tk
from abc import abstractmethod
from collections.abc import Callable
from tkinter import ttk

from tray.gui.ipc import Wish
from tray.gui.theme import Theme, style_title_bar
from tray.i18n.words import Words
from tray.view.panel.panes import Pane

_PAGE = 58
"""Characters in a line that is easy to read."""


class Dialog(ttk.Frame):
    """The content of a window; `root` is the window, and `first` gets the keyboard focus on opening."""

    def __init__(self, root: tk.Tk, theme: Theme, words: Words, want: Callable[[Wish], None]) -> None:
        """Create an empty window.

        Args:
            root: The window.
            theme: Colours and fonts.
            words: The language.
            want: Called with each command of the user.
        """
        super().__init__(root, padding=4 * theme.unit)
        self.root, self.theme, self.words, self.want = root, theme, words, want
        self.first: tk.Misc = self
        self.grid(row=0, column=0, sticky="nsew")
        root.columnconfigure(0, weight=1)
        root.rowconfigure(0, weight=1)
        root.bind("<Escape>", lambda _: self.close())
        root.protocol("WM_DELETE_WINDOW", self.close)

    @abstractmethod
    def show(self, pane: Pane) -> None:
        """Show new content."""

    def appear(self, _anchor: tuple[int, int, int, int] | None) -> None:
        """Set the size and place the window slightly above the middle, always on the screen.

        The frame and the taskbar take the rest, which matters on small screens with large text.
        """
        root = self.root
        style_title_bar(root, self.theme)
        screen_width, screen_height = root.winfo_screenwidth(), root.winfo_screenheight()
        width = min(root.winfo_reqwidth(), int(screen_width * 0.95))
        height = min(root.winfo_reqheight(), int(screen_height * 0.85))
        root.minsize(min(width, root.winfo_reqwidth() * 3 // 4), min(height, root.winfo_reqheight() * 3 // 4))
        left, top = (screen_width - width) // 2, (screen_height - height) // 3
        root.geometry(f"{width}x{height}+{left}+{top}")

    def to_front(self) -> None:
        """Bring the window to the front and give it the keyboard."""
        root = self.root
        if root.state() == "iconic":
            root.deiconify()
        root.lift()
        root.attributes("-topmost", True)  # noqa: FBT003 - Tk's own
        root.after_idle(root.attributes, "-topmost", False)  # noqa: FBT003 - as above
        last = root.focus_lastfor()
        (self.first if last is None or last is root else last).focus_force()

    def paragraph(self, parent: tk.Misc, style: str) -> ttk.Label:
        """Create a label that wraps at the window's width and requests at most a readable width."""
        room = self.theme.body.measure("0") * _PAGE
        label = ttk.Label(parent, style=style, justify="left", wraplength=room)

        def fit(event: tk.Event[tk.Misc]) -> None:
            # A page that is not visible yet is one pixel wide and would wrap after each letter.
            label.configure(wraplength=max(room // 2, event.width))

        label.bind("<Configure>", fit)
        return label

    def close(self) -> None:
        """Close the window and end this process."""
        self.root.destroy()

    def copy(self, text: str) -> None:
        """Copy a text to the clipboard."""
        self.root.clipboard_clear()
        self.root.clipboard_append(text)

    def button(
        self, parent: tk.Misc, text: str, command: Callable[[], None], *, style: str = "TButton"
    ) -> ttk.Button:
        """Create a button; an underscore in its text marks the letter that presses it with Alt."""
        label, at = mnemonic(text)
        button = ttk.Button(parent, text=label, underline=at, command=command, style=style)
        if at >= 0:
            self._on_key(label[at], button, button.invoke)
        button.bind("<Return>", lambda _: (button.invoke(), "break")[1])
        return button

    def label(self, parent: tk.Misc, text: str, target: Callable[[], tk.Misc]) -> ttk.Label:
        """Create a field's label, whose Alt key moves the focus to the field."""
        name, at = mnemonic(text)
        label = ttk.Label(parent, text=name, underline=at)
        if at >= 0:
            self._on_key(name[at], label, lambda: target().focus_set())
        return label

    def lead(self, text: str, at: int, label: tk.Label, target: tk.Misc) -> None:
        """Have Alt and the marked letter of a label lead to its field, and a click on the label, too."""
        label.configure(underline=at)
        label.bind("<Button-1>", lambda _: target.focus_set())
        if at >= 0:
            self._on_key(text[at], label, target.focus_set)

    def _on_key(self, letter: str, widget: tk.Misc, do: Callable[[], object]) -> None:
        """Bind Alt and a letter while the widget is visible: pages of one window may share a letter."""

        def pressed(_event: object) -> None:
            if widget.winfo_viewable():
                do()

        self.root.bind(f"<Alt-{letter.lower()}>", pressed, add="+")


def mnemonic(text: str) -> tuple[str, int]:
    """Return a text without its underscore, and the index of the letter after it; -1 if there is none."""
    before, mark, after = text.partition("_")
    usable = bool(mark) and after[:1].isascii() and after[:1].isalnum()
    return before + after, len(before) if usable else -1
