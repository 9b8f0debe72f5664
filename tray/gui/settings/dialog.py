"""The Settings window: pages in a list at the side, and every mistake at its field."""

import re
import tkinter as tk
from collections.abc import Callable, Mapping
from functools import partial
from tkinter import ttk

from tray.core.commands import EditSettings, SaveSettings, SetAutostart
from tray.core.model import SettingsPage as Name
from tray.gui.base import Dialog, mnemonic
from tray.gui.ipc import Wish
from tray.gui.kit.card import box
from tray.gui.kit.kit import Kit
from tray.gui.settings.form import Draft, Saving, changes, draft_of, mistakes
from tray.gui.settings.gateways import GatewaysPage
from tray.gui.settings.pages import GeneralPage, IconPage, SettingsPage
from tray.gui.settings.prompts import PromptsPage
from tray.gui.theme import Theme
from tray.i18n.words import Message, Words
from tray.view.panel.panes import Pane, SettingsPane

_HINT = re.compile(r"\(\w\)$")
"""The letter for Alt behind a Korean label."""
_WIDTH = 108
"""Units of a page's content."""


class SettingsDialog(Dialog):
    """Nothing is written before Save; a failed save keeps what was typed. A typed secret is tested first."""

    def __init__(self, root: tk.Tk, theme: Theme, words: Words, want: Callable[[Wish], None]) -> None:
        super().__init__(root, theme, words, want)
        root.title(words("Settings - ClawTray"))
        self.kit = kit = Kit(root, theme)
        c, unit = kit.colours, kit.unit
        self.configure(padding=0)
        self._before: Draft | None = None
        self._autostart_before: bool | None = None
        self._saving, self._tests = Saving(), False
        self._file_problem = self._save_problem = ""
        self._asked, self._open = "", Name.GENERAL
        labels = {
            Name.GENERAL: words("_General"),
            Name.ICON: words("_Icon"),
            Name.GATEWAYS: words("Gate_ways"),
            Name.PROMPTS: words("_Prompts"),
        }
        ground = tk.Frame(self, background=c.ground, padx=4 * unit, pady=4 * unit)
        ground.pack(fill="both", expand=True)
        side = kit.frame(ground)
        side.grid(row=0, column=0, sticky="ns", padx=(0, 4 * unit))
        kit.label(side, words("Settings"), face=kit.title).pack(anchor="w", pady=(unit, 4 * unit))
        outer = box(ground, kit, (5 * unit, 5 * unit))
        outer.grid(row=0, column=1, sticky="nsew")
        card = kit.frame(outer, c.surface)
        card.pack(fill="both", expand=True)
        widest = max(kit.strong.measure(mnemonic(label)[0]) for label in labels.values())
        ground.grid_columnconfigure(0, minsize=widest + 12 * unit)
        ground.grid_columnconfigure(1, weight=1)
        ground.grid_rowconfigure(0, weight=1)
        width = _WIDTH * unit
        self._general = GeneralPage(card, self, kit, width, self._changed)
        self._gateways = GatewaysPage(card, self, kit, width, self._changed)
        self._prompts = PromptsPage(card, self, kit, width, self._changed)
        self._pages: dict[Name, SettingsPage] = {
            Name.GENERAL: self._general,
            Name.ICON: IconPage(card, self, kit, width, self._changed),
            Name.GATEWAYS: self._gateways,
            Name.PROMPTS: self._prompts,
        }
        card.grid_rowconfigure(0, weight=1)
        card.grid_columnconfigure(0, weight=1, minsize=width)
        self._ways: dict[Name, tuple[ttk.Button, tk.Frame]] = {}
        for name, page in self._pages.items():
            page.grid(row=0, column=0, sticky="nsew")
            self._way(side, name, labels[name])
        self._error = kit.paragraph(ground, "", width + 10 * unit, face=kit.small, colour=c.error)
        self._error.grid(row=1, column=1, sticky="ew", pady=(2 * unit, 0))
        row = kit.frame(ground)
        row.grid(row=2, column=0, columnspan=2, sticky="ew", pady=(3 * unit, 0))
        edit = partial(want, EditSettings())
        self.button(row, words("_Open the file"), edit, style="Kit.TButton").pack(side="left")
        self.button(row, words("_Cancel"), self.close, style="Kit.TButton").pack(side="right")
        self._save = self.button(row, words("_Save"), self._on_save, style="Main.TButton")
        self._save.pack(side="right", padx=(0, 2 * unit))
        self._card = card
        self._turn(Name.GENERAL)
        self.first = self._ways[Name.GENERAL][0]

    def show(self, pane: Pane) -> None:
        """Show the current settings, unless the user has started to change them here."""
        if not isinstance(pane, SettingsPane):
            return
        self._file_problem = pane.problem
        if pane.page != self._asked:
            self._asked = pane.page
            self._turn(Name(pane.page))
        if self._saving.ends(pane):
            self._save_problem = pane.save_problem
            if not pane.save_problem:
                self.close()
                return
        if self._before is None or not self._differs():
            self._load(pane)
        self._gateways.report(pane)
        result = pane.login.result
        if self._tests and result is not None and result.id == self._gateways.tried and not result.running:
            self._tests = False
            self._gateways.kept(result)
            if result.works:
                self._write()
                return
        self._changed()

    def appear(self, anchor: tuple[int, int, int, int] | None) -> None:
        """Place the window, as large as its largest page."""
        self.update_idletasks()
        high = max(page.winfo_reqheight() for page in self._pages.values())
        self._card.grid_rowconfigure(0, minsize=high)
        super().appear(anchor)

    def _load(self, pane: SettingsPane) -> None:
        draft = draft_of(pane)
        if draft == self._before and bool(pane.autostart) == self._autostart_before:
            return
        self._before, self._autostart_before = draft, bool(pane.autostart)
        for page in self._pages.values():
            page.show(draft)
        self._general.autostart.set(bool(pane.autostart))
        self._general.start.state(["!disabled"] if pane.autostart is not None else ["disabled"])

    # ---- pages ----

    def _way(self, side: tk.Frame, name: Name, label: str) -> None:
        kit, unit = self.kit, self.kit.unit
        row = kit.frame(side)
        row.pack(fill="x", pady=(0, unit))
        mark = tk.Frame(row, width=max(2, unit * 3 // 4), height=5 * unit)
        mark.pack(side="left")
        text, at = mnemonic(label)
        button = kit.button(row, text, partial(self._turn, name), "Side.TButton")
        button.configure(underline=at)
        button.pack(side="left", fill="x", expand=True, padx=(unit, 0))
        if at >= 0:
            self._on_key(text[at], button, partial(self._turn, name))
        for key, by in (("<Up>", -1), ("<Down>", 1)):
            button.bind(key, partial(self._step, name, by))
        self._ways[name] = button, mark

    def _step(self, name: Name, by: int, _event: object) -> str:
        names = tuple(self._ways)
        following = names[(names.index(name) + by) % len(names)]
        self._turn(following)
        self._ways[following][0].focus_set()
        return "break"

    def _turn(self, name: Name) -> None:
        self._open, c = name, self.kit.colours
        for each, (button, mark) in self._ways.items():
            is_open = each is name
            button.configure(style="Beside.TButton" if is_open else "Side.TButton")
            mark.configure(background=c.accent if is_open else c.ground)
            if is_open:
                self._pages[each].grid()
            else:
                self._pages[each].grid_remove()
        self.update_idletasks()  # it is there at once: the next key may lead into it
        if name is Name.GATEWAYS and self._asked:
            self.first = self._gateways.first
            self.first.focus_set()

    # ---- input ----

    def _draft(self) -> Draft:
        assert self._before is not None
        draft = self._before
        for page in self._pages.values():
            draft = page.read(draft)
        return draft

    def _differs(self) -> bool:
        before = self._before
        if before is None:
            return False
        autostart = self._general.autostart.get() != self._autostart_before
        return bool(changes(before, self._draft())) or autostart or bool(self._gateways.secret)

    def _changed(self) -> None:
        if self._before is None:
            return
        found = mistakes(self._draft())
        for page in self._pages.values():
            page.mark(found)
        words = self.words
        general = words.render(found[""]) if "" in found else self._save_problem or self._file_problem
        elsewhere = [name for name, place in self._where(found).items() if name is not self._open and place]
        if elsewhere:
            name = _HINT.sub("", str(self._ways[elsewhere[0]][0].cget("text")))
            general = words("There is a mistake on page {name}.", name=name)
        general = self._pages[self._open].elsewhere(found) or general
        self._error.configure(text=general)
        may_save = self._differs() and not found and not self._saving.running and not self._tests
        self._save.state(["!disabled"] if may_save else ["disabled"])

    @staticmethod
    def _where(found: Mapping[str, Message]) -> dict[Name, bool]:
        """Return which pages have a mistake."""
        fields = {
            Name.GENERAL: ("poll_seconds", "quiet_from", "quiet_to"),
            Name.ICON: ("warning", "critical"),
            Name.GATEWAYS: ("name", "url", "fingerprint"),
            Name.PROMPTS: ("preset",),
        }
        places = {field.partition(" ")[0] for field in found}
        return {name: not places.isdisjoint(each) for name, each in fields.items()}

    def _on_save(self) -> None:
        if self._before is None or not self._save.instate(["!disabled"]):
            return
        if self._gateways.secret:  # kept only if it works
            self._tests = True
            self._changed()
            self.want(self._gateways.attempt(saves=True))
            return
        self._write()

    def _write(self) -> None:
        assert self._before is not None
        written = changes(self._before, self._draft())
        if self._general.autostart.get() != self._autostart_before:
            self._autostart_before = self._general.autostart.get()
            self.want(SetAutostart(self._autostart_before))
        if not written:
            self.close()
            return
        # The window closes once the file is written: until then, and if that fails, the edits stay here.
        self._saving.begin()
        self._save_problem = ""
        self.want(SaveSettings(written))
        self._changed()
