"""The Settings window: every setting, a preview of the icon, and errors in words."""

import io
import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

from tray.core.commands import EditSettings, SaveSettings, SetAutostart
from tray.gui.base import Dialog, mnemonic
from tray.gui.images import install_check_marks
from tray.gui.ipc import Wish
from tray.gui.settings.form import Draft, Gateway, Saving, changes, draft_of, problems, sample
from tray.gui.settings.prompts import PromptsPage
from tray.gui.theme import Theme
from tray.i18n.words import Words
from tray.settings.settings import IconStyle
from tray.storage.translations import languages
from tray.values import replace
from tray.view.icon.palette import PALETTES, Palette, Taskbar, high_contrast
from tray.view.icon.render import draw
from tray.view.panel.panes import Pane, SettingsPane

_WIDE = 20
"""Fields of at least this many characters fill the available width."""
_LEVELS = ("", "watch", "ask", "control")
_HIGH_CONTRAST = high_contrast((0, 0, 0, 255), (255, 255, 255, 255))


class SettingsDialog(Dialog):
    """Nothing is written before Save; errors are shown while typing. A failed save keeps what was typed."""

    def __init__(self, root: tk.Tk, theme: Theme, words: Words, want: Callable[[Wish], None]) -> None:
        super().__init__(root, theme, words, want)
        root.title(words("Settings - ClawTray"))
        unit = theme.unit
        self._before: Draft | None = None
        self._autostart_before: bool | None = None
        self._gateways: tuple[Gateway, ...] = ()
        self._gateway = 0
        self._loading = True
        self._saving = Saving()
        self._file_problem = self._save_problem = ""
        self._notices, self._autostart, self._keep_answers = (tk.BooleanVar(root) for _ in range(3))
        self._poll, self._warning, self._critical = (tk.StringVar(root) for _ in range(3))
        self._language, self._quiet_from, self._quiet_to = (tk.StringVar(root) for _ in range(3))
        self._style = tk.StringVar(root)
        self._profile, self._url, self._level, self._fingerprint = (tk.StringVar(root) for _ in range(4))
        self._allow_plain = tk.BooleanVar(root)
        self._percent = tk.IntVar(root, value=80)
        self._pictures: list[tk.PhotoImage] = []
        self._marks = install_check_marks(root, theme)

        self._book = ttk.Notebook(self)
        self._book.grid(row=0, column=0, sticky="nsew")
        self._book.enable_traversal()
        for title, fill in (
            (words("_General"), self._general),
            (words("_Icon"), self._icon),
            (words("Ga_teways"), self._connections),
        ):
            page = ttk.Frame(self._book, padding=4 * unit)
            self._add_page(title, page)
            page.columnconfigure(1, weight=1)
            fill(page)
        self._prompts = PromptsPage(self, self._book, self._changed)
        self._add_page(words("_Prompts"), self._prompts)
        self._error = ttk.Label(self, style="Error.TLabel", justify="left")
        self._error.grid(row=1, column=0, sticky="ew", pady=(2 * unit, 0))
        row = ttk.Frame(self)
        row.grid(row=2, column=0, sticky="ew", pady=(3 * unit, 0))
        self.button(row, words("_Open the file"), lambda: want(EditSettings())).pack(side="left")
        self.button(row, words("_Cancel"), self.close).pack(side="right")
        self._save = self.button(row, words("_Save"), self._on_save, style="Accent.TButton")
        self._save.pack(side="right", padx=(0, 2 * unit))
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        self.bind(
            "<Configure>", lambda event: self._error.configure(wraplength=max(1, event.width - 8 * unit))
        )
        for variable in (
            *(
                self._notices,
                self._autostart,
                self._keep_answers,
                self._poll,
                self._warning,
                self._critical,
                self._style,
                self._profile,
            ),
            *(self._language, self._quiet_from, self._quiet_to),
            *(self._url, self._level, self._fingerprint, self._allow_plain),
        ):
            variable.trace_add("write", lambda *_: self._changed())
        self.first = self._book

    def show(self, pane: Pane) -> None:
        """Show the current settings, unless the user has started to change them here."""
        if not isinstance(pane, SettingsPane):
            return
        self._file_problem = pane.problem
        if self._saving.ends(pane):
            self._save_problem = pane.save_problem
            if not pane.save_problem:
                self.close()
                return
        self._changed()
        if self._before is not None and (self._changes() or self._autostart.get() != self._autostart_before):
            return
        draft = draft_of(pane)
        if draft == self._before:
            return
        self._loading = True
        self._before = draft
        self._autostart_before = bool(pane.autostart)
        self._notices.set(draft.notices)
        self._keep_answers.set(draft.keep_answers)
        self._autostart.set(bool(pane.autostart))
        self._start.state(["!disabled"] if pane.autostart is not None else ["disabled"])
        self._language.set(draft.language)
        self._quiet_from.set(draft.quiet_from)
        self._quiet_to.set(draft.quiet_to)
        self._poll.set(draft.poll_seconds)
        self._warning.set(draft.warning)
        self._critical.set(draft.critical)
        self._style.set(draft.icon_style)
        self._styles.current(tuple(IconStyle).index(draft.icon_style))
        self._gateways = draft.gateways
        self._profile.set(draft.profile)
        names = [gateway.name for gateway in draft.gateways]
        self._profiles.configure(values=names)
        self._edited.configure(values=names)
        self._edit_gateway(names.index(draft.profile) if draft.profile in names else 0)
        self._prompts.show(draft.presets)
        self._loading = False
        self._changed()

    # ---- the pages ----

    def _add_page(self, title: str, page: ttk.Frame) -> None:
        label, at = mnemonic(title)
        self._book.add(page, text=label, underline=at)

    def _general(self, page: ttk.Frame) -> None:
        words = self.words
        self._checkbox(page, 0, words("Show notifications"), self._notices)
        self._start = self._checkbox(page, 1, words("Start when you sign in"), self._autostart)
        self._checkbox(page, 2, words("Keep recent answers after a restart"), self._keep_answers)
        self._field(
            page,
            3,
            words("C_heck sessions every"),
            self._poll,
            after=words("seconds"),
            width=8,
            note=words("5 to 3600. Checking costs no tokens."),
        )
        self._field(page, 5, words("Quiet _from"), self._quiet_from, width=8)
        self._field(
            page,
            7,
            words("Quiet _until"),
            self._quiet_to,
            width=8,
            note=words(
                "For example 22:00 and 7:00. Leave empty for none. Notifications during quiet hours "
                "arrive afterwards as one."
            ),
        )
        self._dropdown(page, 9, words("La_nguage"), self._language).configure(
            values=("auto", *languages()), width=6
        )
        self._note(page, 10, words("Takes effect after a restart."))

    def _icon(self, page: ttk.Frame) -> None:
        words, unit = self.words, self.theme.unit
        self._field(page, 0, words("_Amber from"), self._warning, after=words("% of the context"), width=6)
        self._field(page, 2, words("_Red from"), self._critical, after=words("% of the context"), width=6)
        self._styles = self._dropdown(page, 3, words("St_yle"), None)
        self._styles.configure(values=(words("Ring"), words("Number"), words("Bar")), width=12)
        self._styles.grid(columnspan=2)
        self._styles.bind("<<ComboboxSelected>>", lambda _: self._style.set(self._chosen_style()))
        ttk.Label(page, text=words("Preview")).grid(row=4, column=0, sticky="w", pady=(4 * unit, 0))
        box = ttk.Frame(page)
        box.grid(row=4, column=1, columnspan=2, sticky="ew", padx=(3 * unit, 0), pady=(4 * unit, 0))
        self._scale = ttk.Scale(box, from_=0, to=100, command=self._slide)
        self._scale.set(80)
        self._scale.grid(row=0, column=0, sticky="ew")
        self._shown = ttk.Label(box, width=6, anchor="e")
        self._shown.grid(row=0, column=1, padx=(2 * unit, 0))
        box.columnconfigure(0, weight=1)
        self._samples: list[tuple[Palette, int, tk.Label]] = []
        row = ttk.Frame(page)
        row.grid(row=5, column=1, columnspan=2, sticky="w", padx=(3 * unit, 0), pady=(3 * unit, 0))
        for palette in (PALETTES[Taskbar.LIGHT], PALETTES[Taskbar.DARK], _HIGH_CONTRAST):
            ground = "#{:02x}{:02x}{:02x}".format(*palette.ground[:3])
            bar = tk.Frame(row, background=ground, padx=2 * unit, pady=3 * unit, borderwidth=0)
            bar.pack(side="left", padx=(0, 2 * unit))
            for size in (4 * unit, 8 * unit):  # as at 100% and at 200%
                label = tk.Label(bar, background=ground, padx=unit, borderwidth=0)
                label.pack(side="left")
                self._samples.append((palette, size, label))

    def _connections(self, page: ttk.Frame) -> None:
        words, unit = self.words, self.theme.unit
        self._profiles = self._dropdown(page, 0, words("_Watch"), self._profile)
        ttk.Separator(page).grid(row=2, column=0, columnspan=3, sticky="ew", pady=4 * unit)
        self._edited = self._dropdown(page, 3, words("C_hange"), None)
        self._edited.bind("<<ComboboxSelected>>", lambda _: self._edit_gateway(self._edited.current()))
        self._field(
            page,
            5,
            words("_Address"),
            self._url,
            width=36,
            note=words("Leave empty to find this computer's gateway automatically."),
        )
        level = self._dropdown(page, 7, words("Trust _level"), self._level)
        level.configure(values=_LEVELS)
        levels = words(
            "watch only reads, ask also sends prompts, control allows everything. Leave empty for "
            "the default."
        )
        self._note(page, 8, levels)
        self._field(
            page,
            9,
            words("_Fingerprint"),
            self._fingerprint,
            width=36,
            note=words("SHA-256 of the certificate, if it is self-signed."),
        )
        self._checkbox(page, 11, words("Allow unencrypted ws:// to other computers"), self._allow_plain)

    # ---- parts of pages ----

    def _checkbox(self, page: ttk.Frame, row: int, text: str, variable: tk.BooleanVar) -> ttk.Checkbutton:
        box = ttk.Checkbutton(page, text=text, variable=variable)
        box.grid(row=row, column=0, columnspan=3, sticky="w", pady=(0, self.theme.unit))
        return box

    def _field(
        self,
        page: ttk.Frame,
        row: int,
        name: str,
        variable: tk.StringVar,
        *,
        width: int,
        after: str = "",
        note: str = "",
    ) -> None:
        unit = self.theme.unit
        entry = ttk.Entry(page, textvariable=variable, width=width)
        self.label(page, name, lambda: entry).grid(row=row, column=0, sticky="w", pady=(unit, 0))
        entry.grid(
            row=row, column=1, sticky="w" if width < _WIDE else "ew", padx=(3 * unit, 0), pady=(unit, 0)
        )
        if after:
            ttk.Label(page, text=after).grid(
                row=row, column=2, sticky="w", padx=(2 * unit, 0), pady=(unit, 0)
            )
            page.columnconfigure(1, weight=0)
            page.columnconfigure(2, weight=1)
        if note:
            self._note(page, row + 1, note)

    def _note(self, page: ttk.Frame, row: int, text: str) -> None:
        unit = self.theme.unit
        label = self.paragraph(page, "Faint.TLabel")
        label.configure(text=text)
        label.grid(row=row, column=1, columnspan=2, sticky="ew", padx=(3 * unit, 0), pady=(0, unit))

    def _dropdown(self, page: ttk.Frame, row: int, name: str, variable: tk.StringVar | None) -> ttk.Combobox:
        unit = self.theme.unit
        box = ttk.Combobox(page, state="readonly", width=24)
        if variable is not None:
            box.configure(textvariable=variable)
        self.label(page, name, lambda: box).grid(row=row, column=0, sticky="w", pady=(unit, 0))
        box.grid(row=row, column=1, sticky="w", padx=(3 * unit, 0), pady=(unit, 0))
        return box

    # ---- gateways ----

    def _edit_gateway(self, at: int) -> None:
        self._store_fields()
        before, self._loading = self._loading, True
        self._gateway = at
        gateway = self._gateways[at]
        self._edited.set(gateway.name)
        self._url.set(gateway.url)
        self._level.set(gateway.level)
        self._fingerprint.set(gateway.fingerprint)
        self._allow_plain.set(gateway.allow_plain)
        self._loading = before

    # ---- input ----

    def _store_fields(self) -> None:
        if self._loading:
            return
        gateways = list(self._gateways)
        gateways[self._gateway] = replace(
            gateways[self._gateway],
            url=self._url.get(),
            level=self._level.get(),
            fingerprint=self._fingerprint.get(),
            allow_plain=self._allow_plain.get(),
        )
        self._gateways = tuple(gateways)

    def _draft(self) -> Draft:
        self._store_fields()
        return Draft(
            self._notices.get(),
            self._keep_answers.get(),
            self._language.get(),
            self._quiet_from.get(),
            self._quiet_to.get(),
            self._poll.get(),
            self._warning.get(),
            self._critical.get(),
            self._style.get(),
            self._profile.get(),
            self._gateways,
            self._prompts.presets,
        )

    def _changes(self) -> bool:
        return self._before is not None and bool(changes(self._before, self._draft()))

    def _changed(self) -> None:
        if self._loading or self._before is None:
            return
        draft = self._draft()
        errors = problems(draft)
        shown = [*map(self.words.render, errors[:3]), self._save_problem or self._file_problem]
        self._error.configure(text="\n".join(filter(None, shown)))
        differs = bool(changes(self._before, draft)) or self._autostart.get() != self._autostart_before
        may_save = differs and not errors and not self._saving.running
        self._save.state(["!disabled"] if may_save else ["disabled"])
        self._preview(draft)

    def _chosen_style(self) -> IconStyle:
        return tuple(IconStyle)[self._styles.current()]

    def _slide(self, value: str) -> None:
        self._percent.set(round(float(value)))
        if self._before is not None:
            self._preview(self._draft())

    def _preview(self, draft: Draft) -> None:
        percent = self._percent.get()
        self._shown.configure(text=f"{percent}%")
        icon = sample(draft, percent)
        if icon is None:
            return
        self._pictures.clear()
        for palette, size, label in self._samples:
            content = io.BytesIO()
            draw(icon, size, palette).save(content, "PNG")
            picture = tk.PhotoImage(master=self.root, data=content.getvalue())
            label.configure(image=picture)
            self._pictures.append(picture)  # Tk drops a picture when Python does

    def _on_save(self) -> None:
        if self._before is None or not self._save.instate(["!disabled"]):
            return
        written = changes(self._before, self._draft())
        if self._autostart.get() != self._autostart_before:
            self._autostart_before = self._autostart.get()
            self.want(SetAutostart(self._autostart_before))
        if not written:
            self.close()
            return
        # The window closes once the file is written: until then, and if that fails, the edits stay here.
        self._saving.begin()
        self._save_problem = ""
        self.want(SaveSettings(written))
        self._changed()
