"""The card with the way to a gateway: its address and its secret."""

import tkinter as tk
from tkinter import ttk

from tray.gui.kit.card import Buttons, CardView, Stage
from tray.gui.kit.field import FieldView
from tray.settings.address import split_token
from tray.view.panel.cards import Form
from tray.view.panel.forms import TryGateway


class FormView(CardView[Form]):
    """The widget of `Form`."""

    def __init__(self, parent: tk.Misc, stage: Stage) -> None:
        super().__init__(parent, stage)
        kit, unit = self.kit, self.kit.unit
        self._title = kit.label(self.body, face=kit.strong)
        self._address = FieldView(self.body, kit, stage.words, stage.width)
        self._secret = FieldView(self.body, kit, stage.words, stage.width)
        self._secret.pack(fill="x")
        self._buttons = Buttons(self.body, stage)
        self._buttons.pack(fill="x", pady=(4 * unit, 0))
        for field in (self._address, self._secret):
            field.entry.bind("<Return>", self._enter)

    def draw(self, card: Form, before: Form | None) -> None:
        """Draw what differs from the card before; what was typed stays."""
        unit = self.kit.unit
        if before is None and card.title:
            self._title.configure(text=card.title)
            self._title.pack(fill="x", pady=(0, 3 * unit), before=self._secret)
        if card.address is None:
            self._address.pack_forget()
        else:
            self._address.show(card.address)
            self._address.pack(fill="x", pady=(0, 3 * unit), before=self._secret)
        self.first = (self._secret if card.address is None else self._address).entry
        self._secret.show(card.secret)
        self._buttons.show(card.actions, self._main)
        for field in (self._address, self._secret):
            field.enable(on=not card.running)
        if before is not None and before.running and not card.running:
            self._to_mistake(card)
        if before is not None:
            self.stage.changed()

    def holds(self) -> bool:
        """Return whether something was typed that would be lost: it may be on its way from another window."""
        url = "" if self.card is None or self.card.address is None else self.card.address.text
        return bool(self._secret.text) or self._address.text != url

    def _main(self, parent: tk.Misc, _width: int) -> ttk.Button:
        card = self.card
        button = self.kit.button(parent, "" if card is None else card.button, self._press, "Main.TButton")
        button.state(["disabled"] if card is not None and card.running else ["!disabled"])
        return button

    def _to_mistake(self, card: Form) -> None:
        for field, shown in ((self._address, card.address), (self._secret, card.secret)):
            if shown is not None and shown.error:
                field.entry.focus_set()
                field.entry.selection_range(0, "end")
                return

    def _enter(self, _event: object) -> str:
        self._press()
        return "break"

    def _press(self) -> None:
        card = self.card
        if card is None or card.running:
            return
        if card.address is not None:
            url, token = split_token(self._address.text)
            if token:
                self._address.text, self._secret.text = url, token
            if not url.strip():
                self._address.entry.focus_set()
                return
        url = card.url if card.address is None else self._address.text
        self.stage.want(TryGateway(card.profile, url, self._secret.text, saves=True))
