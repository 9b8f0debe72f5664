"""Read and change the text of the settings file; every mistake is reported, and the rest is used."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping, Sequence

from tray.i18n.words import Message, MessageError, message
from tray.settings.address import normalise_fingerprint, normalise_url
from tray.settings.quiet_hours import QuietHours, parse_time
from tray.settings.settings import (
    DEFAULTS,
    UNUSABLE,
    IconStyle,
    Level,
    Preset,
    Profile,
    Settings,
    with_found_profiles,
)
from tray.values import replace

_POSITION = re.compile(r"(?P<reason>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)", re.DOTALL)


def parse_settings(
    text: str, languages: Sequence[str] = ("en",), found_profiles: Sequence[str] = ()
) -> tuple[Settings, tuple[Message, ...]]:
    """Parse settings.toml; return the settings, and its problems, which repeat no value: it may be a secret.

    Never raises: what cannot be used has its default and a problem. Unknown keys are reported and ignored. A
    text that is not TOML gives `UNUSABLE`. Where the level may be what was meant, ClawTray only watches.

    Args:
        text: The content of the file.
        languages: Codes of the languages that ClawTray speaks, such as `ko`.
        found_profiles: Names of the gateway's own profiles on this computer.
    """
    import tomllib  # noqa: PLC0415 - it loads slowly, and many users have no settings file

    try:
        document = tomllib.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        return UNUSABLE, (_syntax_problem(error, text),)
    problems: list[Message] = []
    return _read_settings(_Table("", document, problems), languages, found_profiles), tuple(problems)


class EditError(MessageError, ValueError):
    """The settings file cannot be changed because of a mistake in it."""


def set_value(text: str, key: tuple[str, ...], value: str | float | bool | None) -> str:  # noqa: FBT001 - a value, not a switch
    """Change one value of settings.toml, e.g. ``("thresholds", "warning")``; None removes it.

    Comments, order and unknown keys stay.

    Raises:
        ValueError: The text is not TOML, or `key` leads through something that is not a table.
    """
    import tomlkit  # noqa: PLC0415 - it loads slowly, and only a change of settings needs it

    try:
        document = tomlkit.parse(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        raise EditError(message("The settings have a mistake in them; correct it first.")) from None
    table: MutableMapping[str, object] = document
    for depth, part in enumerate(key[:-1], start=1):
        if part not in table:
            table[part] = tomlkit.table(is_super_table=depth < len(key) - 1)
        inner = table[part]
        if not isinstance(inner, MutableMapping):
            raise EditError(message("{key} must be a table.", key=".".join(key[:depth])))
        table = inner
    if value is None:
        table.pop(key[-1], None)
    else:
        table[key[-1]] = value
    return tomlkit.dumps(document)


def _syntax_problem(error: Exception, text: str) -> Message:
    # tomllib's message ends with the position; what stands before it quotes a single character at most.
    found = _POSITION.fullmatch(str(error))
    last = text.rstrip("\n").count("\n") + 1  # where tomllib only says: at the end of the document
    if found is None:
        return message("There is a mistake.")
    return message(
        "There is a mistake in line {n} ({reason}).", n=found["line"] or last, reason=found["reason"]
    )


class _Table:
    """A TOML table while it is read: known keys are removed, and the rest is unknown."""

    def __init__(self, path: str, values: Mapping[str, object], problems: list[Message]) -> None:
        self.path = path
        self._before = len(problems)
        self._unread = dict(values)
        self._problems = problems

    def note(self, problem: Message) -> None:
        self._problems.append(problem)

    def at(self, key: str) -> str:
        place = "".join(char if char.isprintable() else "?" for char in f"{self.path}{key}")
        return place[:80]

    def flag(self, key: str, *, default: bool) -> bool:
        value = self._unread.pop(key, default)
        if isinstance(value, bool):
            return value
        self.note(
            message(
                "{key} must be true or false; {default} is used.",
                key=self.at(key),
                default=str(default).lower(),
            )
        )
        return default

    def number(self, key: str, default: float, low: float, high: float) -> float:
        value = self._unread.pop(key, default)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        self.note(
            message(
                "{key} must be a number from {low} to {high}; {default} is used.",
                key=self.at(key),
                low=f"{low:g}",
                high=f"{high:g}",
                default=f"{default:g}",
            )
        )
        return default

    def text(self, key: str) -> str | None:
        value = self._unread.pop(key, None)
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        self.note(message("{key} must be a text in quotes; it is ignored.", key=self.at(key)))
        return None

    def table(self, key: str) -> _Table:
        value, before = self._unread.pop(key, {}), len(self._problems)
        if not isinstance(value, dict):
            self.note(
                message(
                    "{key} must be a table, written as [{path}]; it is ignored.",
                    key=self.at(key),
                    path=f"{self.path}{key}",
                )
            )
            value = {}
        table = _Table(f"{self.path}{key}.", value, self._problems)
        table._before = before  # that it is no table counts as well
        return table

    def tables(self) -> list[tuple[str, _Table]]:
        """Return all tables in here, with their names."""
        return [(name, self.table(name)) for name in tuple(self._unread)]

    def array(self, key: str) -> list[_Table] | None:
        """Return the tables ``[[key]]``, numbered from 1; None if there is no such key."""
        if key not in self._unread:
            return None
        value = self._unread.pop(key)
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return [_Table(f"{key} {n}: ", item, self._problems) for n, item in enumerate(value, start=1)]
        self.note(
            message(
                "{key} must be tables, each written as [[{name}]]; the built-in ones are used.",
                key=self.at(key),
                name=key,
            )
        )
        return None

    def __contains__(self, key: str) -> bool:
        return key in self._unread

    def noted(self) -> bool:
        """Return whether a mistake was found while this table was read."""
        return len(self._problems) > self._before

    def close(self) -> None:
        """Note every unknown key."""
        for key in self._unread:
            if key in {"token", "password"}:
                self.note(
                    message(
                        "{key} does not belong in this file; give it as CLAWTRAY_TOKEN or CLAWTRAY_PASSWORD.",
                        key=self.at(key),
                    )
                )
            else:
                self.note(
                    message("{key} is not a setting that ClawTray knows; it is ignored.", key=self.at(key))
                )


def _read_settings(top: _Table, languages: Sequence[str], found_profiles: Sequence[str]) -> Settings:
    name = top.text("profile") or DEFAULTS.profile
    table = top.table("profiles")
    doubtful = top.noted()  # `profile` or `profiles` is not what it should be
    profiles = [_read_profile(name, table) for name, table in table.tables()]
    if all(profile.name != DEFAULTS.profile for profile in profiles):
        profiles.insert(0, Profile())
    if doubtful:
        profiles = [replace(profile, level=profile.level or Level.WATCH) for profile in profiles]
    if name not in {*(profile.name for profile in profiles), *found_profiles}:
        top.note(message("{key} names none of the [profiles], so nothing is called.", key=top.at("profile")))
        profiles.append(Profile(name, url="", level=Level.WATCH))
    presets = top.array("presets")
    warning, critical = _read_thresholds(top.table("thresholds"))
    settings = Settings(
        profile=name,
        profiles=tuple(profiles),
        warning=warning,
        critical=critical,
        poll_seconds=top.number("poll_seconds", DEFAULTS.poll_seconds, low=5, high=3600),
        notifications=top.flag("notices", default=DEFAULTS.notifications),
        language=_read_language(top, languages),
        quiet_hours=_read_quiet(top.table("quiet")),
        icon_style=_read_icon_style(top.table("icon")),
        keep_answers=top.flag("keep_answers", default=DEFAULTS.keep_answers),
        presets=DEFAULTS.presets if presets is None else tuple(filter(None, map(_read_preset, presets))),
    )
    top.close()
    return with_found_profiles(settings, found_profiles)


def _read_thresholds(table: _Table) -> tuple[float, float]:
    warning = table.number("warning", DEFAULTS.warning, low=1, high=100)
    critical = table.number("critical", DEFAULTS.critical, low=1, high=100)
    table.close()
    if warning < critical:
        return warning, critical
    table.note(
        message(
            "{key} must be below critical; {warning} and {critical} are used.",
            key=table.at("warning"),
            warning=f"{DEFAULTS.warning:g}",
            critical=f"{DEFAULTS.critical:g}",
        )
    )
    return DEFAULTS.warning, DEFAULTS.critical


def _read_language(top: _Table, languages: Sequence[str]) -> str:
    return _read_choice(top, "language", ("auto", *languages), DEFAULTS.language)


def _read_icon_style(table: _Table) -> IconStyle:
    style = _read_choice(table, "style", tuple(IconStyle), DEFAULTS.icon_style)
    table.close()
    return IconStyle(style)


def _read_choice(table: _Table, key: str, choices: Sequence[str], default: str) -> str:
    written = table.text(key) or default
    if written in choices:
        return written
    table.note(
        message(
            "{key} must be one of {choices}; {default} is used.",
            key=table.at(key),
            choices=", ".join(choices),
            default=default,
        )
    )
    return default


def _read_quiet(table: _Table) -> QuietHours | None:
    given = {key: table.text(key) for key in ("from", "to")}
    table.close()
    if given["from"] is None and given["to"] is None:
        return None
    start, end = (None if text is None else parse_time(text) for text in given.values())
    if start is not None and end is not None and start != end:
        return QuietHours(start, end)
    table.note(
        message(
            '{path}from and to must both be times that differ, such as "22:00" and "07:00"; '
            "there is no quiet.",
            path=table.path,
        )
    )
    return None


def _read_profile(name: str, table: _Table) -> Profile:
    profile = Profile(
        name=name,
        url=_read_url(table),
        level=_read_level(table),
        allow_plain=table.flag("allow_plain", default=False),
        fingerprint=_read_fingerprint(table),
        gateway_user=table.text("gateway_user"),
    )
    table.close()
    if profile.level is None and table.noted():
        return replace(profile, level=Level.WATCH)  # one of its mistakes may have been the level
    return profile


def _read_url(table: _Table) -> str | None:
    given, written = "url" in table, table.text("url")
    if written is None:
        return "" if given else None
    url = normalise_url(written)
    if isinstance(url, str):
        return url
    table.note(
        message(
            "{key} cannot be used, so this profile calls nothing. {reason}",
            key=table.at("url"),
            reason=url,
        )
    )
    return ""


def _read_level(table: _Table) -> Level | None:
    written = table.text("level")
    if written is None:
        return None
    try:
        return Level(written)
    except ValueError:
        table.note(
            message('{key} must be "watch", "ask" or "control"; watch is used.', key=table.at("level"))
        )
        return Level.WATCH


def _read_fingerprint(table: _Table) -> str | None:
    given, written = "fingerprint" in table, table.text("fingerprint")
    if written is None:
        return "" if given else None
    fingerprint = normalise_fingerprint(written)
    if fingerprint is None:
        table.note(
            message(
                "{key} must be the certificate's SHA-256, 64 hex digits; this profile calls nothing.",
                key=table.at("fingerprint"),
            )
        )
        return ""
    return fingerprint


def _read_preset(table: _Table) -> Preset | None:
    name, text = table.text("name"), table.text("text")
    session, model = table.text("session"), table.text("model")
    table.close()
    if name and name.strip() and text and text.strip():
        return Preset(name, text, session, model)
    table.note(message("{path}name and text are both needed; this preset is left out.", path=table.path))
    return None
