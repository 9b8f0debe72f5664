"""The content of each window as a value that is compared, so that only changes are drawn."""

from typing import TypeAlias

import msgspec

from tray.core.model import Now, Window, WindowKind
from tray.core.state import State
from tray.i18n.words import Words
from tray.settings.settings import IconStyle, Preset, Profile
from tray.view import tray_view
from tray.view.icon.model import Icon
from tray.view.panel import setup, texts
from tray.view.panel.cards import PanelPane
from tray.view.panel.forms import Login
from tray.view.panel.panel import panel
from tray.view.panel.texts import TextPane
from tray.view.text import formatting


class SettingsPane(msgspec.Struct, frozen=True, tag=True):
    """The current settings and icon. Without quiet hours, their ends are empty.

    Attributes:
        problem: What is wrong with the settings file; empty if nothing is.
        saves: Counts the changes of the file that have ended.
        save_problem: Why the last one wrote nothing; empty if it did.
        page: The page that was asked for; empty for none.
        login: What is known about secrets, and how the last test ended.
    """

    profile: str
    profiles: tuple[Profile, ...]
    warning: float
    critical: float
    poll_seconds: float
    notices: bool
    language: str
    quiet_from: str
    quiet_to: str
    keep_answers: bool
    presets: tuple[Preset, ...]
    autostart: bool | None
    icon: Icon
    icon_style: IconStyle = IconStyle.RING
    problem: str = ""
    saves: int = 0
    save_problem: str = ""
    page: str = ""
    login: Login = Login()


Pane: TypeAlias = SettingsPane | TextPane | PanelPane


def pane(window: Window, state: State, now: Now, words: Words) -> Pane:
    """Return what a window shows of the state."""
    match window.kind:
        case WindowKind.SETTINGS:
            return _settings(window, state, words)
        case WindowKind.PANEL:
            return panel(window, state, now, words)
        case WindowKind.DIAGNOSTICS:
            return texts.diagnostics(state, words)


def _settings(window: Window, state: State, words: Words) -> SettingsPane:
    settings, process = state.settings, state.process
    problem, fault = (
        "" if each is None else formatting.clean(words.render(each), 300)
        for each in (process.settings_problem, process.save_problem)
    )
    return SettingsPane(
        profile=settings.profile,
        profiles=settings.profiles,
        warning=settings.warning,
        critical=settings.critical,
        poll_seconds=settings.poll_seconds,
        notices=settings.notifications,
        language=settings.language,
        quiet_from="" if settings.quiet_hours is None else f"{settings.quiet_hours.start:%H:%M}",
        quiet_to="" if settings.quiet_hours is None else f"{settings.quiet_hours.end:%H:%M}",
        icon_style=settings.icon_style,
        keep_answers=settings.keep_answers,
        presets=settings.presets,
        autostart=state.process.autostart,
        icon=tray_view.icon(state),
        problem=problem,
        saves=process.saves,
        save_problem=fault,
        page="" if window.settings is None else window.settings.value,
        login=Login(setup.secret(state, words), process.setup.store, setup.result(state, words)),
    )
