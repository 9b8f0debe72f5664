"""The card of a prompt: the question above its answer, which grows while it arrives."""

import tkinter as tk
from functools import partial

from tray.core.commands import OpenLink
from tray.gui.kit.card import Buttons, CardView, Stage
from tray.gui.kit.layout import flow
from tray.gui.markdown_view import TextView
from tray.view.panel.cards import Action, Exchange

_LEAST, _MOST = 30, 84
"""Units of the answer's height: while it arrives, and before it scrolls by itself."""


class ExchangeView(CardView[Exchange]):
    """The widget of `Exchange`."""

    def __init__(self, parent: tk.Misc, stage: Stage) -> None:
        super().__init__(parent, stage)
        kit, unit = self.kit, self.kit.unit
        self._tall = 0
        self._question = kit.paragraph(self.body, "", stage.width, face=kit.strong)
        self._question.pack(fill="x")
        self._status = kit.paragraph(self.body, "", stage.width, face=kit.small)
        self._status.pack(fill="x", pady=(unit // 2, 0))
        self._view = TextView(self.body, kit.theme, follow=self._follow, framed=False)
        self._address = Buttons(self.body, stage)
        self._buttons = Buttons(self.body, stage)
        self._links = kit.frame(self.body)

    def draw(self, card: Exchange, before: Exchange | None) -> None:
        """Draw what differs from the card before."""
        kit, unit = self.kit, self.kit.unit
        is_other = before is None or before.id != card.id
        if is_other:
            self._view.clear()
            self._tall = 0
            self._leave_address()
        self._question.configure(text=card.question)
        colour = kit.colours.error if card.failed else kit.colours.faint
        self._status.configure(text=card.status, foreground=colour)
        self._view.show(card.answer, growing=card.running)
        self._fit(card)
        if before is None or before.actions != card.actions or is_other:
            self._buttons.show(card.actions)
        if card.actions:
            self._buttons.pack(fill="x", pady=(3 * unit, 0))
        else:
            self._buttons.pack_forget()
        if before is None or (before.links, not before.answer) != (card.links, not card.answer):
            self._show_links(card)
        if is_other:
            self.after_idle(self.stage.changed)

    def holds(self) -> bool:
        """Return whether the answer is on its way."""
        return self.card is not None and self.card.running

    def cancel(self) -> bool:
        """Take back a question; return whether there was one."""
        return self._leave_address() or self._buttons.cancel()

    def _fit(self, card: Exchange) -> None:
        """Give the answer its room: it never becomes smaller, which would move what is below."""
        unit = self.kit.unit
        if not card.answer and not card.running:
            self._view.pack_forget()
            return
        before = int(self._view.cget("height")) if self._view.winfo_manager() else 0
        self._view.pack(fill="x", pady=(2 * unit, 0), after=self._status)
        least = _LEAST * unit if card.running else 0
        self._tall = max(self._tall, least)
        self._view.fit(self.stage.width, self._tall, _MOST * unit)
        self._tall = int(self._view.cget("height"))
        if before and self._tall != before:
            self.after_idle(self.stage.changed)

    def _show_links(self, card: Exchange) -> None:
        kit, unit = self.kit, self.kit.unit
        focused = self.winfo_toplevel().focus_lastfor()
        label = str(focused.cget("text")) if focused in self._links.winfo_children() else ""
        self.clear(self._links)
        copy = kit.button(self._links, self.stage.words("Copy"), self._copy, "Link.TButton")
        copy.state(["!disabled"] if card.answer else ["disabled"])
        links: list[tk.Widget] = [copy]
        for action in card.links:
            command = partial(self.stage.want, action.command)
            link = kit.button(self._links, action.label, command, "Link.TButton")
            link.state(["!disabled"] if action.enabled else ["disabled"])
            links.append(link)
        flow(self._links, links, self.stage.width, 4 * unit)
        self._links.pack(fill="x", pady=(3 * unit, 0))
        for each in links:
            if label and each.cget("text") == label:
                each.focus_set()

    def _copy(self) -> None:
        if self.card is not None:
            self.stage.copy(self.card.answer)
            self._status.configure(text=self.stage.words("Copied."))

    def _follow(self, url: str) -> None:
        """Ask before opening an address and show it in full: the link's text may show another one."""
        words = self.stage.words
        question = (words("Open this address in the browser?"), url[:500])
        self._address.pack(fill="x", pady=(3 * self.kit.unit, 0), after=self._view)
        self._address.ask(Action("", OpenLink(url), question=question, confirm=words("Open")))

    def _leave_address(self) -> bool:
        was_asked = self._address.cancel()
        self._address.pack_forget()
        return was_asked
