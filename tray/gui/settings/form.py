"""The fields of the Settings window: what differs from the file, and what is wrong."""

import re

import msgspec

from tray.i18n.words import Message, message
from tray.settings.edit import PRESETS, Changes, Value, apply_changes
from tray.settings.parse import parse_settings
from tray.settings.settings import IconStyle, Level, Preset, Profile
from tray.storage.translations import languages
from tray.view.icon.model import Icon, Situation
from tray.view.panel.panes import SettingsPane

_HALF = re.compile(r"[\ud800-\udfff]")
"""Deleting in an older Tk can leave one half of a character, which no file can hold."""


class Gateway(msgspec.Struct, frozen=True):
    """The fields of a profile. An empty `level` means the default."""

    name: str
    url: str = ""
    level: str = ""
    allow_plain: bool = False
    fingerprint: str = ""


class Draft(msgspec.Struct, frozen=True):
    """All fields; numbers as typed."""

    notices: bool
    keep_answers: bool
    language: str
    quiet_from: str
    quiet_to: str
    poll_seconds: str
    warning: str
    critical: str
    icon_style: str
    profile: str
    gateways: tuple[Gateway, ...]
    presets: tuple[Preset, ...]


def draft_of(pane: SettingsPane) -> Draft:
    """Return the fields for the current settings."""
    return Draft(
        notices=pane.notices,
        keep_answers=pane.keep_answers,
        language=pane.language,
        quiet_from=pane.quiet_from,
        quiet_to=pane.quiet_to,
        poll_seconds=f"{pane.poll_seconds:g}",
        warning=f"{pane.warning:g}",
        critical=f"{pane.critical:g}",
        icon_style=pane.icon_style.value,
        profile=pane.profile,
        gateways=tuple(map(_gateway, pane.profiles)),
        presets=pane.presets,
    )


def changes(before: Draft, after: Draft) -> Changes:
    """Return what to write to the file; empty if nothing differs."""
    return tuple(
        (key, value) for key, value in _values(after) if (key, value) not in _values(before)
    ) + _preset_changes(before, after)


class Saving:
    """Whether the change that the window asked for has ended."""

    def __init__(self) -> None:
        self._ended = 0
        self._before: int | None = None

    @property
    def running(self) -> bool:
        """Return whether the window waits for the end."""
        return self._before is not None

    def begin(self) -> None:
        """Note that a change was asked for."""
        self._before = self._ended

    def ends(self, pane: SettingsPane) -> bool:
        """Return whether this pane is the first that reports the end."""
        self._ended = pane.saves
        if self._before in (None, pane.saves):
            return False
        self._before = None
        return True


def problems(draft: Draft) -> tuple[Message, ...]:
    """Return what is wrong, in sentences, by parsing the settings as ClawTray would."""
    written = tuple(change for change in (*_values(draft), *_preset_values(draft)) if change[1] is not None)
    if any(isinstance(value, str) and _HALF.search(value) for _, value in written):
        return (message("There is half a character, such as half an emoji. Remove it."),)
    names = [gateway.name for gateway in draft.gateways]
    _, found = parse_settings(apply_changes("", written), languages(), names)
    return found


def sample(draft: Draft, percent: int) -> Icon | None:
    """Return the icon for so much usage; None while the thresholds are not numbers."""
    try:
        warning, critical = float(draft.warning), float(draft.critical)
    except ValueError:
        return None
    situation = Situation.CALM
    if percent >= critical:
        situation = Situation.CRITICAL
    elif percent >= warning:
        situation = Situation.WARNING
    ticks = [int(min(100, max(0, threshold))) for threshold in (warning, critical)]
    return Icon(situation, percent, threshold=ticks[0], critical=ticks[1], style=IconStyle(draft.icon_style))


def _values(draft: Draft) -> Changes:
    rows: list[tuple[tuple[str, ...], Value]] = [
        (("notices",), draft.notices),
        (("keep_answers",), draft.keep_answers),
        (("language",), draft.language),
        (("quiet", "from"), draft.quiet_from.strip() or None),
        (("quiet", "to"), draft.quiet_to.strip() or None),
        (("poll_seconds",), _number(draft.poll_seconds)),
        (("thresholds", "warning"), _number(draft.warning)),
        (("thresholds", "critical"), _number(draft.critical)),
        (("icon", "style"), draft.icon_style),
        (("profile",), draft.profile),
    ]
    for gateway in draft.gateways:
        place = ("profiles", gateway.name)
        rows += [
            ((*place, "url"), gateway.url.strip() or None),
            ((*place, "level"), gateway.level or None),
            ((*place, "allow_plain"), True if gateway.allow_plain else None),
            ((*place, "fingerprint"), gateway.fingerprint.strip() or None),
        ]
    return tuple(rows)


def _preset_changes(before: Draft, after: Draft) -> Changes:
    # Presets are written all together or not at all.
    return () if before.presets == after.presets else (((PRESETS,), None), *_preset_values(after))


def _preset_values(draft: Draft) -> Changes:
    rows: list[tuple[tuple[str, ...], Value]] = []
    for number, preset in enumerate(draft.presets):
        fields = {"name": preset.name, "text": preset.text, "session": preset.session, "model": preset.model}
        rows += [((PRESETS, str(number), name), value) for name, value in fields.items() if value]
    return tuple(rows)


def _number(typed: str) -> Value:
    """Return a number if it is one, else the text, which the settings parser then rejects."""
    try:
        return float(typed.strip().replace(",", "."))
    except ValueError:
        return typed


def _gateway(profile: Profile) -> Gateway:
    level = "" if profile.level is None else Level(profile.level).value
    return Gateway(profile.name, profile.url or "", level, profile.allow_plain, profile.fingerprint or "")
