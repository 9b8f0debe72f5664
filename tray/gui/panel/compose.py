"""The card in which a prompt is typed: the field, where it goes, what it costs, and the saved prompts."""

import tkinter as tk
from collections.abc import Sequence
from functools import partial
from typing import Any

from tray.core.commands import AskInWindow, KeepDraft
from tray.core.prompts import placeholders
from tray.gui.kit.card import CardView, Stage
from tray.gui.kit.layout import flow
from tray.gui.kit.options import Line, Options
from tray.gui.theme import text_options
from tray.view.panel.cards import Compose, Option, Template

_LOWEST, _HIGHEST = 3, 8
"""Lines of the field."""
_PRESETS = 6
"""Saved prompts that are shown before *more*."""
_ARROW = "  ▾"


class ComposeView(CardView[Compose]):
    """The widget of `Compose`. Only a click or Ctrl+Enter sends, and each text once."""

    def __init__(self, parent: tk.Misc, stage: Stage) -> None:
        super().__init__(parent, stage)
        kit, unit = self.kit, self.kit.unit
        self._session: Option | None = None
        self._model: Option | None = None
        self._sent: str | None = None
        self._preset: str | None = None
        self._is_open = self._all_presets = False
        self.first = self._text = _field(self.body, stage)
        self._text.pack(fill="x")
        self._row = kit.frame(self.body)
        self._row.pack(fill="x", pady=(2 * unit, 0))
        self._to = kit.button(self._row, "", partial(self._open, models=False), "Quiet.TButton")
        self._to.pack(side="left")
        self._by = kit.button(self._row, "", partial(self._open, models=True), "Quiet.TButton")
        self._send = kit.button(self._row, stage.words("Send"), self._on_send, "Main.TButton")
        self._send.pack(side="right")
        self._list = Options(self.body, stage, self._close)
        self._hint = kit.paragraph(self.body, "", stage.width, face=kit.small)
        self._hint.pack(fill="x", pady=(2 * unit, 0))
        self._fills = kit.frame(self.body)
        self._presets = kit.frame(self.body)
        for sequence in ("<Control-Return>", "<Control-KP_Enter>"):
            self._text.bind(sequence, self._on_enter)
        self._text.bind("<<Modified>>", self._on_typed)

    def draw(self, card: Compose, before: Compose | None) -> None:
        """Draw what differs from the card before. A prompt that failed at once stays, to be corrected."""
        if before is None:
            self._text.insert("1.0", card.draft)
        elif card.latest != before.latest:
            if self._typed() == self._sent and not card.failed:
                self._text.delete("1.0", "end")
                self._preset = None
            self._sent = None
        self._session = _kept(self._session, card.sessions)
        self._model = _kept(self._model, card.models)
        if before is None or before.presets != card.presets:
            self._show_presets(card.presets)
        self._settle()

    def holds(self) -> bool:
        """Return whether there is a text that was not sent."""
        return bool(self._typed().strip()) and self._typed() != self._sent

    def end(self) -> None:
        """Have the text kept that was not sent."""
        text = self._typed() if self.holds() else ""
        if self.card is not None and text != self.card.draft:
            self.stage.want(KeepDraft(text))

    def cancel(self) -> bool:
        """Close the list; return whether one was open."""
        was_open = self._is_open
        if was_open:
            self._close()
        return was_open

    def _settle(self) -> None:
        card, session, model, kit = self.card, self._session, self._model, self.kit
        if card is None or session is None or model is None:
            return
        self._name_pickers(session, model if session.own and len(card.models) > 1 else None)
        busy = self.stage.words("This session still answers. Stop it, or wait.") if session.busy else ""
        ready = self.holds() and not card.reason and not session.busy
        self._send.state(["!disabled"] if ready else ["disabled"])
        colour = kit.colours.error if card.reason else kit.colours.faint
        self._hint.configure(text=card.reason or busy or card.cost, foreground=colour)
        lines: Any = self._text.count("1.0", "end", "update", "displaylines")
        count = int((lines[0] if isinstance(lines, tuple) else lines) or 0)
        height = max(_LOWEST, min(count, _HIGHEST))
        if height != int(self._text.cget("height")):
            self._text.configure(height=height)
            self.after_idle(self.stage.changed)
        self._show_fills()

    def _name_pickers(self, session: Option, model: Option | None) -> None:
        """Give the two names the room beside the button that sends."""
        kit, face = self.kit, self.kit.small
        room = self.stage.width - self._send.winfo_reqwidth() - 6 * kit.unit - 2 * face.measure(_ARROW)
        wide = (
            0
            if model is None
            else min(face.measure(model.label), max(room // 2, room - face.measure(session.label)))
        )
        self._to.configure(text=kit.fit(session.label, face, room - wide) + _ARROW)
        if model is None:
            self._by.pack_forget()
            return
        self._by.configure(text=kit.fit(model.label, face, wide) + _ARROW)
        self._by.pack(side="left", padx=(3 * kit.unit, 0), after=self._to)

    def _on_send(self) -> None:
        session, model, text = self._session, self._model, self._typed()
        if session is None or model is None or not self._send.instate(["!disabled"]):
            return
        self._sent = text
        chosen = model.key if session.own else ""
        self.stage.want(AskInWindow(text, session.key, chosen or None, self._preset))
        self._settle()

    def _on_enter(self, _event: object) -> str:
        self._settle()  # a quick typist's Ctrl+Enter comes before the event of the last letter
        self._on_send()
        return "break"

    def _on_typed(self, _event: object) -> None:
        if self._text.edit_modified():
            self._text.edit_modified(False)  # noqa: FBT003 - Tk's own
            if not self._typed():
                self._preset = None
            self._settle()

    def _typed(self) -> str:
        return self._text.get("1.0", "end-1c")

    def _open(self, *, models: bool) -> None:
        card = self.card
        if card is None:
            return
        self._is_open = True
        self._row.pack_forget()
        self._list.pack(fill="x", pady=(2 * self.kit.unit, 0), after=self._text)
        chosen = self._model if models else self._session
        reason = card.model_reason if models else ""
        self._list.show(
            [
                Line(
                    each.label,
                    each.detail,
                    each == chosen,
                    not reason,
                    partial(self._choose, each, models=models),
                )
                for each in (card.models if models else card.sessions)
            ],
            reason,
        )

    def _choose(self, option: Option, *, models: bool) -> None:
        if models:
            self._model = option
        else:
            self._session = option
        self._close()

    def _close(self) -> None:
        self._is_open = False
        self._list.pack_forget()
        self._row.pack(fill="x", pady=(2 * self.kit.unit, 0), after=self._text)
        self._settle()
        self._text.focus_set()
        self.stage.changed()

    def _show_presets(self, presets: Sequence[Template]) -> None:
        kit, unit, area = self.kit, self.kit.unit, self._presets
        self.clear(area)
        if not presets:
            area.pack_forget()
            return
        line = tk.Frame(area, background=kit.colours.edge, height=max(1, unit // 4))
        line.pack(fill="x", pady=(0, 2 * unit))
        links = kit.frame(area)
        links.pack(fill="x")
        shown = presets if self._all_presets else presets[:_PRESETS]
        parts = []
        for preset in shown:
            label = kit.fit(preset.name, kit.small, self.stage.width)
            link = kit.button(links, label, partial(self._take, preset), "Link.TButton")
            link.state(["!disabled"] if preset.enabled else ["disabled"])
            parts.append(link)
        if len(presets) > len(shown):
            parts.append(
                kit.button(links, f"+{len(presets) - len(shown)}", self._show_all_presets, "Link.TButton")
            )
        flow(links, parts, self.stage.width, 3 * unit)
        area.pack(fill="x", pady=(3 * unit, 0))

    def _show_all_presets(self) -> None:
        self._all_presets = True
        if self.card is not None:
            self._show_presets(self.card.presets)
        self.stage.changed()

    def _take(self, preset: Template) -> None:
        """Put a saved prompt into the field, with its session and model; what was typed stays around it."""
        card = self.card
        if card is None:
            return
        self._preset = preset.name if not self._typed().strip() else self._preset or ""
        self._text.insert("insert", preset.text)
        self._session = next((each for each in card.sessions if each.key == preset.key), self._session)
        self._model = next((each for each in card.models if each.key == preset.model), self._model)
        self._text.focus_set()
        self._settle()

    def _show_fills(self) -> None:
        """Offer the placeholders, which are filled in, in a text that began as a saved prompt."""
        kit, unit, area = self.kit, self.kit.unit, self._fills
        if self._preset is None:
            area.pack_forget()
            return
        if not area.winfo_children():
            label = kit.label(area, self.stage.words("Filled in:"), face=kit.small)
            label.configure(foreground=kit.colours.faint)
            links: list[tk.Widget] = [label]
            for name in placeholders.NAMES:
                insert = partial(self._text.insert, "insert", name)
                links.append(kit.button(area, name, insert, "Link.TButton"))
            flow(area, links, self.stage.width, 2 * unit)
        if not area.winfo_manager():
            area.pack(fill="x", pady=(2 * unit, 0), after=self._hint)
            self.after_idle(self.stage.changed)


def _kept(option: Option | None, options: Sequence[Option]) -> Option | None:
    """Return the option with the same key, by default the first one."""
    key = None if option is None else option.key
    return next((each for each in options if each.key == key), options[0] if options else None)


def _field(parent: tk.Misc, stage: Stage) -> tk.Text:
    """Return a field in which Tab moves on, as everywhere else."""
    kit, unit = stage.kit, stage.kit.unit
    options = text_options(kit.theme) | {
        "background": kit.colours.code,
        "highlightbackground": kit.colours.edge,
        "pady": int(1.5 * unit),
    }
    text = tk.Text(parent, width=1, height=_LOWEST, undo=True, **options)

    def go(following: tk.Misc | None) -> str:
        if following is not None:
            following.focus_set()
        return "break"

    text.bind("<Tab>", lambda _: go(text.tk_focusNext()))
    text.bind("<Shift-Tab>", lambda _: go(text.tk_focusPrev()))
    return text
