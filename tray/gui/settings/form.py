"""The fields of the Settings window: what differs from the file, and what is wrong."""

import re

import msgspec

from tray.i18n.words import Message, message
from tray.settings.address import is_loopback, normalise_fingerprint, normalise_url
from tray.settings.edit import PRESETS, Changes, Value, apply_changes
from tray.settings.parse import parse_settings
from tray.settings.quiet_hours import parse_time
from tray.settings.settings import IconStyle, Level, Preset, Profile
from tray.storage.translations import languages
from tray.view.icon.model import Icon, Situation
from tray.view.panel.panes import SettingsPane

_HALF = re.compile(r"[\ud800-\udfff]")
"""Deleting in an older Tk can leave one half of a character, which no file can hold."""


class Gateway(msgspec.Struct, frozen=True):
    """The fields of a profile.

    Attributes:
        name: Its name.
        level: The trust level; empty for the default.
        user: As `gateway_user` of `Profile`.
        was: Its name in the file; empty if it is not there yet.
        fixed: Its name is not the user's to choose: of this computer's gateway, or of a folder.
    """

    name: str
    url: str = ""
    level: str = ""
    allow_plain: bool = False
    fingerprint: str = ""
    user: str = ""
    was: str = ""
    fixed: bool = False


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
    kept = {gateway.was for gateway in after.gateways if gateway.was == gateway.name}
    gone = (gateway.name for gateway in before.gateways if gateway.name not in kept)
    removed: Changes = tuple((("profiles", name), None) for name in gone)
    written = tuple((key, value) for key, value in _values(after) if (key, value) not in _values(before))
    is_new = {("profiles", g.name) for g in after.gateways if g.was != g.name}
    written = tuple(each for each in written if each[1] is not None or each[0][:2] not in is_new)
    return removed + written + _preset_changes(before, after)


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


def mistakes(draft: Draft) -> dict[str, Message]:
    """Return what is wrong, by the field that it is typed in; `""` stands for none of them."""
    found: dict[str, Message] = {}
    written = tuple(change for change in (*_values(draft), *_preset_values(draft)) if change[1] is not None)
    if any(_HALF.search(part) for key, value in written for part in (*key, value) if isinstance(part, str)):
        found[""] = message("There is half a character, such as half an emoji. Remove it.")
        return found
    _number_in(found, "poll_seconds", draft.poll_seconds, 5, 3600)
    _number_in(found, "warning", draft.warning, 1, 100)
    _number_in(found, "critical", draft.critical, 1, 100)
    if not found.keys() & {"warning", "critical"} and _number(draft.warning) >= _number(draft.critical):  # type: ignore[operator]
        found["critical"] = message("It must be above the amber one.")
    _quiet_hours(found, draft.quiet_from.strip(), draft.quiet_to.strip())
    names = [gateway.name.strip() for gateway in draft.gateways]
    for at, gateway in enumerate(draft.gateways):
        _gateway_mistakes(found, at, gateway, names)
    for at, preset in enumerate(draft.presets):
        if not (preset.name.strip() and preset.text.strip()):
            found[f"preset {at}"] = message("A prompt needs a name and a text.")
    if not found and parse_settings(apply_changes("", written), languages(), names)[1]:
        found[""] = message("These settings cannot be used.")
    return found


def _number_in(found: dict[str, Message], field: str, typed: str, low: int, high: int) -> None:
    number = _number(typed)
    if not isinstance(number, float) or not low <= number <= high:
        found[field] = message("A number from {low} to {high}.", low=low, high=high)


def _quiet_hours(found: dict[str, Message], start: str, end: str) -> None:
    times = {"quiet_from": start, "quiet_to": end}
    for field, typed in times.items():
        if (start or end) and parse_time(typed) is None:
            found[field] = message("A time such as {example}.", example="22:00")
    if start and start == end:
        found["quiet_to"] = message("Another time than the first one.")


def _gateway_mistakes(found: dict[str, Message], at: int, gateway: Gateway, names: list[str]) -> None:
    name, typed = gateway.name.strip(), gateway.url.strip()
    if not name or not name.isprintable():
        found[f"name {at}"] = message("Give it a name.")
    elif names.count(name) > 1:
        found[f"name {at}"] = message("Another gateway has this name.")
    url = normalise_url(typed) if typed else ""
    if isinstance(url, Message):
        found[f"url {at}"] = url
    elif not url and not gateway.fixed:
        found[f"url {at}"] = message("Enter its address.")
    elif url.startswith("ws:") and not (is_loopback(url) or gateway.allow_plain):
        found[f"url {at}"] = message(
            "ws:// to another computer would show the token to everyone on the way. Use wss://, or allow "
            "it below."
        )
    if gateway.fingerprint.strip() and normalise_fingerprint(gateway.fingerprint) is None:
        found[f"fingerprint {at}"] = message(
            "The fingerprint is not a SHA-256 one: 64 digits and letters from a to f."
        )


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
        place = ("profiles", gateway.name.strip())
        rows += [
            ((*place, "url"), gateway.url.strip() or None),
            ((*place, "level"), gateway.level or None),
            ((*place, "allow_plain"), True if gateway.allow_plain else None),
            ((*place, "fingerprint"), gateway.fingerprint.strip() or None),
            ((*place, "gateway_user"), gateway.user or None),
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
    return Gateway(
        profile.name,
        profile.url or "",
        "" if profile.level is None else Level(profile.level).value,
        profile.allow_plain,
        profile.fingerprint or "",
        profile.gateway_user or "",
        profile.name,
        fixed=profile.in_folder or profile.name == Profile().name,
    )
