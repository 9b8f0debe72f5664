"""A read-only text widget for Markdown that supports the keyboard, copying and scrolling."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import font, ttk
from typing import TYPE_CHECKING, Any

from tray.gui.theme import Theme

if TYPE_CHECKING:
    from tray.view.panel.markdown import Run

_LONGEST_RENDERED = 20_000
"""Characters of a growing answer, above which only its end is rendered."""


class TextView(ttk.Frame):
    """A read-only text with a scroll bar."""

    def __init__(
        self,
        parent: tk.Misc,
        theme: Theme,
        *,
        follow: Callable[[str], None] = lambda _: None,
        size: tuple[int, int] = (1, 1),
        framed: bool = True,
    ) -> None:
        """Create an empty view.

        Args:
            parent: The parent widget.
            theme: Colours and fonts.
            follow: Called with the address of a link that was clicked or chosen by keyboard.
            size: Columns and rows of text.
            framed: It has a border and margins.
        """
        super().__init__(parent)
        c, unit = theme.colours, theme.unit
        self._follow = follow
        self._text = tk.Text(
            self,
            wrap="word",
            width=size[0],
            height=size[1],
            font=theme.body,
            background=c.surface,
            foreground=c.ink,
            selectbackground=c.selected,
            selectforeground=c.selected_ink,
            inactiveselectbackground=c.selected,
            insertwidth=0,
            relief="flat",
            borderwidth=0,
            highlightthickness=max(1, unit // 3),
            highlightbackground=c.line if framed else c.surface,
            highlightcolor=c.accent,
            padx=3 * unit if framed else 0,
            pady=2 * unit if framed else 0,
            spacing2=unit // 2,
            cursor="arrow",
            takefocus=True,
        )
        bar = ttk.Scrollbar(self, orient="vertical", command=self._text.yview)

        def scrolled(first: float, last: float) -> None:
            bar.set(first, last)
            if float(first) <= 0.0 and float(last) >= 1.0:
                bar.grid_remove()
            else:
                bar.grid()

        self._text.configure(yscrollcommand=scrolled)
        self._text.grid(row=0, column=0, sticky="nsew")
        bar.grid(row=0, column=1, sticky="ns")
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        self._tags(theme)
        self._runs: tuple[Run, ...] = ()
        self._links: dict[str, str] = {}
        self._shown = ""
        self._text.bind("<Key>", self._key)
        self._text.bind("<<Paste>>", lambda _: "break")
        self._text.bind("<<Cut>>", lambda _: "break")
        self._text.bind("<Button-2>", lambda _: "break")

    def show(self, text: str, *, growing: bool = False) -> None:
        """Show Markdown; the part it shares with the previous text does not move."""
        if growing and len(text) > _LONGEST_RENDERED:
            beginning = text.rfind("\n\n", 0, len(text) - _LONGEST_RENDERED // 4)
            text = f"…\n\n{text[beginning + 2 :]}" if beginning > 0 else text
        if text == self._shown:
            return
        self._shown = text
        from tray.view.panel.markdown import parse  # noqa: PLC0415 - a window opens sooner without the parser

        self._show_runs(parse(text), growing=growing)

    def show_plain(self, text: str) -> None:
        """Show a text as it is, in a fixed-width font."""
        from tray.view.panel.markdown import Run  # noqa: PLC0415 - as above

        self._show_runs((Run(text, ("plain",)),), growing=False)

    def _show_runs(self, runs: tuple[Run, ...], *, growing: bool) -> None:
        same = next(
            (at for at, (old, new) in enumerate(zip(self._runs, runs, strict=False)) if old != new),
            min(len(self._runs), len(runs)),
        )
        at_end = self._text.yview()[1] >= 1.0
        kept = sum(map(_length, self._runs[:same]))
        self._text.delete(f"1.0 + {kept} chars", "end")
        for run in runs[same:]:
            tags = run.styles if run.link is None else (*run.styles, self._link(run.link))
            self._text.insert("end", run.text, tags)
        self._runs = runs
        if at_end and growing:
            self._text.see("end")

    def fit(self, width: int, least: int, most: int) -> None:
        """Make it so wide, and as high as its text within these limits, in pixels."""
        self.grid_propagate(False)  # noqa: FBT003 - Tk's own
        self.configure(width=width, height=most)
        self.update_idletasks()
        counted: Any = self._text.count("1.0", "end", "update", "ypixels")
        pixels = counted[0] if isinstance(counted, tuple) else counted
        edges = 2 * int(self._text.cget("highlightthickness")) + 2 * int(str(self._text.cget("pady")))
        self.configure(height=max(least, min(int(pixels or 0) + edges, most)))

    def clear(self) -> None:
        """Remove the text and scroll to the top."""
        self._text.delete("1.0", "end")
        self._runs, self._shown = (), ""

    @property
    def content(self) -> str:
        """Return the text without styles."""
        return self._text.get("1.0", "end-1c")

    def _tags(self, theme: Theme) -> None:
        c, unit, text = theme.colours, theme.unit, self._text
        size = abs(int(theme.body.actual("size")))
        family = str(theme.body.actual("family"))
        mono = str(theme.fixed.actual("family"))
        for level, factor in (("h1", 1.45), ("h2", 1.25), ("h3", 1.1)):
            heading = font.Font(family=family, size=round(size * factor), weight="bold")
            text.tag_configure(level, font=heading)
            setattr(self, f"_{level}", heading)  # Tk drops a font when Python does
        self._strong = font.Font(family=family, size=size, weight="bold")
        self._em = font.Font(family=family, size=size, slant="italic")
        self._mono = font.Font(family=mono, size=size)
        self._gap = font.Font(family=family, size=max(2, size // 2))
        indent = theme.body.measure("00") * 2
        for depth in range(1, 5):
            edge = indent * depth
            text.tag_configure(
                f"in{depth}",
                lmargin1=edge - indent // 2,
                lmargin2=edge + indent // 4,
                tabs=(edge + indent // 4,),
                spacing1=unit // 2,
            )
        text.tag_configure("mark", foreground=c.faint)
        text.tag_configure("quote", foreground=c.faint, lmargin1=indent, lmargin2=indent)
        text.tag_configure("strong", font=self._strong)
        text.tag_configure("em", font=self._em)
        text.tag_configure("code", font=self._mono, background=c.code)
        text.tag_configure(
            "block",
            font=self._mono,
            background=c.code,
            lmargin1=2 * unit,
            lmargin2=2 * unit,
            lmargincolor=c.code,
            wrap="char",
        )
        text.tag_configure("plain", font=self._mono, wrap="word", lmargin2=2 * indent)
        text.tag_configure("rule", foreground=c.line)
        text.tag_configure("gap", font=self._gap)
        text.tag_configure("link", foreground=c.link, underline=True)
        text.tag_bind("link", "<Enter>", lambda _: text.configure(cursor="hand2"))
        text.tag_bind("link", "<Leave>", lambda _: text.configure(cursor="arrow"))
        text.tag_raise("sel")

    def _link(self, url: str) -> str:
        tag = f"link {url}"
        if tag not in self._links:
            self._links[tag] = url
            self._text.tag_bind(tag, "<Button-1>", lambda _: self._follow(url))
        return tag

    def _key(self, event: tk.Event[tk.Text]) -> str | None:
        """Ignore typing; keys that move, select and copy work as usual."""
        control = isinstance(event.state, int) and bool(event.state & 0x4)
        if event.keysym in ("Prior", "Next", "Home", "End", "Up", "Down", "Left", "Right"):
            return None
        if control and event.keysym.lower() in ("c", "a", "insert"):
            if event.keysym.lower() == "a":
                self._text.tag_add("sel", "1.0", "end-1c")
                return "break"
            return None
        if event.keysym in ("Tab", "ISO_Left_Tab"):
            way = (
                self._text.tk_focusPrev
                if event.keysym == "ISO_Left_Tab" or _shift(event)
                else self._text.tk_focusNext
            )
            following = way()
            if following is not None:
                following.focus_set()
            return "break"
        if event.keysym == "Return":
            self._follow_at_cursor()
        return None if event.keysym == "Escape" or control else "break"

    def _follow_at_cursor(self) -> None:
        for tag in self._text.tag_names("insert"):
            if tag in self._links:
                self._follow(self._links[tag])
                return


def _length(run: Run) -> int:
    # Like Python, Tcl 8.6 counts a character beyond the basic plane as one.
    return len(run.text)


def _shift(event: tk.Event[tk.Text]) -> bool:
    return isinstance(event.state, int) and bool(event.state & 0x1)
