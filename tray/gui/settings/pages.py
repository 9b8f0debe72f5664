"""The pages General and Icon of the Settings window, and what all its pages have in common."""

import tkinter as tk
from abc import abstractmethod
from collections.abc import Callable, Mapping

from tray.gui.base import Dialog, mnemonic
from tray.gui.images import photo
from tray.gui.kit import choice
from tray.gui.kit.field import FieldView
from tray.gui.kit.kit import Kit
from tray.gui.settings.form import Draft, sample
from tray.i18n.words import Message
from tray.settings.settings import IconStyle
from tray.storage.translations import languages
from tray.values import replace
from tray.view.icon.palette import PALETTES, Taskbar, high_contrast
from tray.view.icon.render import draw
from tray.view.panel.forms import Field

_HIGH_CONTRAST = high_contrast((0, 0, 0, 255), (255, 255, 255, 255))
_LANGUAGES = {"en": "English", "ko": "한국어"}
"""The languages in their own letters."""


class SettingsPage(tk.Frame):
    """A page: it shows a draft, changes it, and says at each field what is wrong."""

    def __init__(
        self, parent: tk.Misc, dialog: Dialog, kit: Kit, width: int, changed: Callable[[], None]
    ) -> None:
        """Create a page so many pixels wide; `changed` is called when the user has changed something."""
        super().__init__(parent, background=kit.colours.surface, borderwidth=0)
        self.dialog, self.kit, self.width, self.words = dialog, kit, width, dialog.words
        self._on_change = changed
        self._loading = False
        self._fields: dict[str, tuple[FieldView, Field]] = {}

    def show(self, draft: Draft) -> None:
        """Show a draft, which is no change."""
        self._loading = True
        self.fill(draft)
        self._loading = False

    def changed(self) -> None:
        """Report a change of the user."""
        if not self._loading:
            self._on_change()

    @abstractmethod
    def fill(self, draft: Draft) -> None:
        """Put the draft into the widgets."""

    @abstractmethod
    def read(self, draft: Draft) -> Draft:
        """Return the draft with what stands in the widgets."""

    def mark(self, mistakes: Mapping[str, Message]) -> None:
        """Say at each field what is wrong with it."""
        for name, (view, field) in self._fields.items():
            found = mistakes.get(name)
            view.show(replace(field, error="" if found is None else self.words.render(found)))

    def elsewhere(self, mistakes: Mapping[str, Message]) -> str:  # noqa: ARG002 - of pages with a list
        """Return what is wrong with an entry of this page's list that is not shown."""
        return ""

    def field(
        self, parent: tk.Misc, name: str, label: str, hint: str = "", *, width: int = 0, masked: bool = False
    ) -> FieldView:
        """Create a field; an underscore in its label marks the letter that leads to it with Alt."""
        text, at = mnemonic(label)
        view = FieldView(parent, self.kit, self.words, width or self.width, changed=self.changed)
        field = Field(text, hint=hint, masked=masked)
        view.show(field)
        self.dialog.lead(text, at, view.label, view.entry)
        self._fields[name] = view, field
        return view

    def hint(self, name: str, hint: str) -> None:
        """Say something else below a field."""
        view, field = self._fields[name]
        self._fields[name] = view, replace(field, hint=hint)
        view.show(replace(field, hint=hint))

    def beside(self, row: tk.Frame, *views: FieldView) -> None:
        """Place fields side by side, each as wide as the others."""
        gap = 2 * self.kit.unit
        for column, view in enumerate(views):
            last = column == len(views) - 1
            view.grid(row=0, column=column, sticky="new", padx=(gap if column else 0, 0 if last else gap))
            row.grid_columnconfigure(column, weight=1, uniform="field")

    def caption(self, parent: tk.Misc, text: str) -> tk.Label:
        """Create the name of a group."""
        return self.kit.label(parent, text, face=self.kit.small, colour=self.kit.colours.faint)


class GeneralPage(SettingsPage):
    """Notifications, start, readings, quiet hours and language."""

    def __init__(
        self, parent: tk.Misc, dialog: Dialog, kit: Kit, width: int, changed: Callable[[], None]
    ) -> None:
        super().__init__(parent, dialog, kit, width, changed)
        words, unit = self.words, kit.unit
        self._notices, self.autostart, self._keeps = (tk.BooleanVar(self) for _ in range(3))
        self._language = tk.StringVar(self)
        checks = (
            (words("Show notifications"), self._notices),
            (words("Start when you sign in"), self.autostart),
            (words("Keep recent answers after a restart"), self._keeps),
        )
        boxes = [choice.check(self, kit, text, variable, self.changed) for text, variable in checks]
        for box in boxes:
            box.pack(fill="x", pady=(0, 2 * unit))
        self.start = boxes[1]
        self._poll = self.field(
            self,
            "poll_seconds",
            words("C_heck sessions every (seconds)"),
            words("5 to 3600. Checking costs no tokens."),
        )
        self._poll.pack(fill="x", pady=(2 * unit, 4 * unit))
        half = (width - 4 * unit) // 2
        row = kit.frame(self)
        row.pack(fill="x")
        self._from = self.field(
            row,
            "quiet_from",
            words("Quiet _from"),
            words("For example {example}", example="22:00"),
            width=half,
        )
        self._to = self.field(row, "quiet_to", words("Quiet _until"), words("Empty for none"), width=half)
        self.beside(row, self._from, self._to)
        self.caption(self, words("Language (after a restart)")).pack(fill="x", pady=(4 * unit, unit))
        row = kit.frame(self)
        row.pack(fill="x")
        for code in ("auto", *languages()):
            text = words("As the system") if code == "auto" else _LANGUAGES.get(code, code)
            button = choice.radio(row, kit, text, self._language, code, self.changed)
            button.pack(side="left", padx=(0, 5 * unit))

    def fill(self, draft: Draft) -> None:
        """Put the draft into the widgets."""
        self._notices.set(draft.notices)
        self._keeps.set(draft.keep_answers)
        self._language.set(draft.language)
        self._poll.text, self._from.text, self._to.text = draft.poll_seconds, draft.quiet_from, draft.quiet_to

    def read(self, draft: Draft) -> Draft:
        """Return the draft with what stands in the widgets."""
        return replace(
            draft,
            notices=self._notices.get(),
            keep_answers=self._keeps.get(),
            language=self._language.get(),
            poll_seconds=self._poll.text,
            quiet_from=self._from.text,
            quiet_to=self._to.text,
        )


class IconPage(SettingsPage):
    """Thresholds and style, with pictures of the icon as it would look."""

    def __init__(
        self, parent: tk.Misc, dialog: Dialog, kit: Kit, width: int, changed: Callable[[], None]
    ) -> None:
        super().__init__(parent, dialog, kit, width, changed)
        words, unit = self.words, kit.unit
        row = kit.frame(self)
        row.pack(fill="x")
        half = (width - 4 * unit) // 2
        percent = words("Percent of the context")
        self._warning = self.field(row, "warning", words("_Amber from"), percent, width=half)
        self._critical = self.field(row, "critical", words("_Red from"), percent, width=half)
        self.beside(row, self._warning, self._critical)
        self.caption(self, words("Style")).pack(fill="x", pady=(5 * unit, unit))
        self._style = tk.StringVar(self)
        self._samples: list[tuple[IconStyle, Taskbar | None, int, tk.Label]] = []
        self._pictures: list[tk.PhotoImage] = []
        names = {
            IconStyle.RING: words("Ring"),
            IconStyle.DIGITS: words("Number"),
            IconStyle.BAR: words("Bar"),
        }
        for style, name in names.items():
            self._row(style, name)
        self._usage = self.caption(self, "")
        self._usage.pack(fill="x", pady=(4 * unit, unit))
        self._percent = tk.Scale(
            self,
            from_=0,
            to=100,
            orient="horizontal",
            showvalue=False,
            command=lambda _: self._redraw(),
            background=kit.colours.accent,
            foreground=kit.colours.ink,
            troughcolor=kit.colours.track,
            activebackground=kit.colours.accent,
            highlightthickness=max(1, unit // 2),
            highlightbackground=kit.colours.surface,
            highlightcolor=kit.colours.accent,
            borderwidth=0,
            sliderrelief="flat",
            width=3 * unit,
            sliderlength=5 * unit,
        )
        self._percent.set(62)
        self._percent.pack(fill="x")
        self._draft: Draft | None = None

    def _row(self, style: IconStyle, name: str) -> None:
        kit, unit = self.kit, self.kit.unit
        row = kit.frame(self)
        row.pack(fill="x", pady=(0, 2 * unit))
        choice.radio(row, kit, name, self._style, style, self.changed).pack(side="left")
        for taskbar in (None, Taskbar.DARK, Taskbar.LIGHT):
            palette = _HIGH_CONTRAST if taskbar is None else PALETTES[taskbar]
            ground = "#{:02x}{:02x}{:02x}".format(*palette.ground[:3])
            tile = tk.Frame(row, background=ground, padx=2 * unit, pady=2 * unit, borderwidth=0)
            tile.pack(side="right", padx=(2 * unit, 0))
            for size in (4 * unit, 8 * unit):  # as at 100% and at 200%
                label = tk.Label(tile, background=ground, padx=unit, borderwidth=0)
                label.pack(side="left")
                self._samples.append((style, taskbar, size, label))

    def fill(self, draft: Draft) -> None:
        """Put the draft into the widgets."""
        self._warning.text, self._critical.text = draft.warning, draft.critical
        self._style.set(draft.icon_style)

    def read(self, draft: Draft) -> Draft:
        """Return the draft with what stands in the widgets."""
        self._draft = replace(
            draft, warning=self._warning.text, critical=self._critical.text, icon_style=self._style.get()
        )
        self._redraw()
        return self._draft

    def _redraw(self) -> None:
        draft = self._draft
        if draft is None:
            return
        self._usage.configure(text=self.words("Preview at {percent}%", percent=int(self._percent.get())))
        pictures = []
        for style, taskbar, size, label in self._samples:
            icon = sample(replace(draft, icon_style=style), int(self._percent.get()))
            if icon is None:
                return
            picture = photo(self, draw(icon, size, _HIGH_CONTRAST if taskbar is None else PALETTES[taskbar]))
            label.configure(image=picture)
            pictures.append(picture)
        self._pictures = pictures  # Tk drops a picture when Python does
