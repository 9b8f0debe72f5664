"""The page Gateways of the Settings window: add, rename, remove and test gateways, and what they allow."""

import tkinter as tk
import uuid
from collections.abc import Callable, Mapping

from tray.gui.base import Dialog
from tray.gui.kit import choice
from tray.gui.kit.kit import Kit
from tray.gui.settings.form import Draft, Gateway
from tray.gui.settings.pages import SettingsPage
from tray.i18n.words import Message
from tray.settings.address import split_token
from tray.values import replace
from tray.view.panel.forms import Result, TryGateway
from tray.view.panel.panes import SettingsPane


class GatewaysPage(SettingsPage):
    """A list of gateways, and the fields of one of them."""

    def __init__(
        self,
        parent: tk.Misc,
        dialog: Dialog,
        kit: Kit,
        width: int,
        changed: Callable[[], None],
    ) -> None:
        super().__init__(parent, dialog, kit, width, changed)
        words, unit = self.words, kit.unit
        self._gateways: list[Gateway] = []
        self.tried = ""
        self._at, self._watched, self._secret_said, self._store = 0, 0, "", ""
        self._watch, self._plain = tk.BooleanVar(self), tk.BooleanVar(self)
        self._level = tk.StringVar(self)
        row = kit.frame(self)
        row.pack(fill="x", pady=(0, 3 * unit))
        self._pick = kit.button(row, "", self._open_list)
        self._pick.pack(side="left")
        dialog.button(row, words("A_dd…"), self._add, style="Kit.TButton").pack(
            side="left", padx=(2 * unit, 0)
        )
        self._remove = dialog.button(row, words("Remo_ve"), self._drop, style="Kit.TButton")
        self._remove.pack(side="right")
        self._is_watched = choice.check(
            self, kit, words("Watch this gateway"), self._watch, self._watched_set
        )
        self._is_watched.pack(fill="x", pady=(0, 3 * unit))
        half = (width - 4 * unit) // 2
        row = kit.frame(self)
        row.pack(fill="x")
        self._name = self.field(row, "name", words("Na_me"), width=half)
        self._secret = self.field(row, "secret", words("_Token or password"), width=half, masked=True)
        self.beside(row, self._name, self._secret)
        self._url = self.field(self, "url", words("_Address"))
        self._url.pack(fill="x", pady=(3 * unit, 3 * unit))
        self.caption(self, words("What ClawTray may do there")).pack(fill="x", pady=(0, unit))
        levels = {
            "": words("As usual: all on this computer, only watch elsewhere"),
            "watch": words("Watch: nothing is ever sent"),
            "ask": words("Ask: also send prompts, which spends tokens"),
            "control": words("Control: also switch models, compact, stop and approve"),
        }
        for level, text in levels.items():
            choice.radio(self, kit, text, self._level, level, self.changed).pack(fill="x", pady=(0, unit))
        self._print = self.field(
            self,
            "fingerprint",
            words("_Fingerprint of its certificate"),
            words("SHA-256, if it is self-signed."),
        )
        self._print.pack(fill="x", pady=(2 * unit, 3 * unit))
        allowed = words("Allow unencrypted ws:// to other computers")
        choice.check(self, kit, allowed, self._plain, self.changed).pack(fill="x")
        row = kit.frame(self)
        row.pack(fill="x", pady=(4 * unit, 0))
        self._test = dialog.button(row, words("T_est"), self._try, style="Kit.TButton")
        self._test.pack(side="left", anchor="n")
        self._said = kit.paragraph(row, "", width - 24 * unit, face=kit.small)
        self._said.pack(side="left", padx=(3 * unit, 0))

    @property
    def first(self) -> tk.Misc:
        """Return the field for the address."""
        return self._url.entry

    @property
    def secret(self) -> str:
        """Return the secret that was typed and is not kept yet."""
        return self._secret.text.strip()

    def fill(self, draft: Draft) -> None:
        """Put the draft into the widgets."""
        self._gateways = list(draft.gateways)
        names = [gateway.name for gateway in self._gateways]
        self._watched = names.index(draft.profile) if draft.profile in names else 0
        self._show(min(self._at, len(names) - 1) if self._at else self._watched)

    def read(self, draft: Draft) -> Draft:
        """Return the draft with what stands in the widgets."""
        self._store_fields()
        profile = self._gateways[self._watched].name if self._gateways else draft.profile
        return replace(draft, gateways=tuple(self._gateways), profile=profile)

    def mark(self, mistakes: Mapping[str, Message]) -> None:
        """Say at each field what is wrong with it."""
        here = {
            name.rpartition(" ")[0]: what for name, what in mistakes.items() if name.endswith(f" {self._at}")
        }
        super().mark(here)

    def elsewhere(self, mistakes: Mapping[str, Message]) -> str:
        """Return what is wrong with another gateway."""
        for at, gateway in enumerate(self._gateways):
            for field in ("name", "url", "fingerprint"):
                if at != self._at and (found := mistakes.get(f"{field} {at}")) is not None:
                    return f"{gateway.name or '?'}: {self.words.render(found)}"
        return ""

    def report(self, pane: SettingsPane) -> None:
        """Show how the last test ended, and which secret is in use."""
        self._secret_said, self._store = pane.login.secret, pane.login.store
        self._hint_secret()
        result, c = pane.login.result, self.kit.colours
        if result is None or result.id != self.tried:
            self._said.configure(text="")
            self._test.state(["!disabled"])
            return
        self._test.state(["disabled"] if result.running else ["!disabled"])
        text = self.words("Testing…") if result.running else result.text
        colour = c.faint if result.running else c.calm if result.works else c.error
        self._said.configure(text=f"✓ {text}" if result.works else text, foreground=colour)

    def kept(self, result: Result) -> None:
        """Forget the secret that was typed: it is kept now."""
        if result.works:
            self._secret.text = ""

    def attempt(self, *, saves: bool) -> TryGateway:
        """Return what is to be tested."""
        url, token = split_token(self._url.text)
        if token:
            self._url.text, self._secret.text = url, token
        self.tried, name = uuid.uuid4().hex, self._gateways[self._at].name
        plain, pin = self._plain.get(), self._print.text
        return TryGateway(name, url, self._secret.text, saves, pin, allow_plain=plain, id=self.tried)

    def _try(self) -> None:
        self._store_fields()
        self.dialog.want(self.attempt(saves=False))

    def _show(self, at: int) -> None:
        before, self._loading = self._loading, True
        self._at = at
        gateway = self._gateways[at]
        self._name.text, self._url.text, self._print.text = gateway.name, gateway.url, gateway.fingerprint
        self._secret.text = ""
        self._level.set(gateway.level)
        self._plain.set(gateway.allow_plain)
        self._watch.set(at == self._watched)
        self._is_watched.state(["disabled"] if at == self._watched else ["!disabled"])
        self._name.enable(on=not gateway.fixed)
        self._remove.state(["disabled"] if gateway.fixed or at == self._watched else ["!disabled"])
        words = self.words
        self.hint(
            "url",
            words("Leave empty to find this computer's gateway automatically.")
            if gateway.fixed
            else words("For example {example}", example="wss://gateway.example"),
        )
        self._label()
        self._hint_secret()
        self._loading = before

    def _hint_secret(self) -> None:
        words = self.words
        kept = (
            words("Kept in {store}.", store=self._store)
            if self._store
            else words("Used until ClawTray ends.")
        )
        self.hint("secret", self._secret_said if self._at == self._watched and self._secret_said else kept)

    def _label(self) -> None:
        name = self._gateways[self._at].name or "?"
        self._pick.configure(text=f"{self.kit.fit(name, self.kit.body, self.width // 3)}  ▾")

    def _store_fields(self) -> None:
        if self._loading or not self._gateways:
            return
        self._gateways[self._at] = replace(
            self._gateways[self._at],
            name=self._name.text,
            url=self._url.text,
            level=self._level.get(),
            fingerprint=self._print.text,
            allow_plain=self._plain.get(),
        )
        self._label()

    def _open_list(self) -> None:
        c = self.kit.colours
        menu = tk.Menu(
            self,
            tearoff=False,
            font=self.kit.body,
            background=c.surface,
            foreground=c.ink,
            activebackground=c.selected,
            activeforeground=c.selected_ink,
            borderwidth=1,
        )
        for at, gateway in enumerate(self._gateways):
            menu.add_command(label=gateway.name or "?", command=lambda at=at: self._choose(at))  # type: ignore[misc]
        menu.tk_popup(self._pick.winfo_rootx(), self._pick.winfo_rooty() + self._pick.winfo_height())

    def _choose(self, at: int) -> None:
        self._store_fields()
        self._show(at)
        self.changed()

    def _add(self) -> None:
        self._store_fields()
        self._gateways.append(Gateway(self._free_name()))
        self._choose(len(self._gateways) - 1)
        self._url.entry.focus_set()

    def _free_name(self) -> str:
        names, number = {gateway.name for gateway in self._gateways}, 2
        name = self.words("gateway")
        while name in names:
            name, number = f"{self.words('gateway')} {number}", number + 1
        return name

    def _drop(self) -> None:
        del self._gateways[self._at]
        self._watched -= self._at < self._watched
        self._show(min(self._at, len(self._gateways) - 1))
        self.changed()

    def _watched_set(self) -> None:
        self._watched = self._at
        self._is_watched.state(["disabled"])
        self._remove.state(["disabled"])
        self.changed()
