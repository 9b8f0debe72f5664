"""The user's settings.toml as values: its keys, defaults and limits."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from tray.i18n.words import Words, message
from tray.settings.quiet_hours import QuietHours
from tray.values import replace


class Level(StrEnum):
    """How much the user allows ClawTray to do on a gateway. Each level includes the one before."""

    WATCH = "watch"
    """Read only: never spends a token."""
    ASK = "ask"
    """Also send prompts."""
    CONTROL = "control"
    """Also switch models, compact, reset and approve."""


class IconStyle(StrEnum):
    """How the icon shows context usage."""

    RING = "ring"
    DIGITS = "digits"
    BAR = "bar"


class Preset(msgspec.Struct, frozen=True):
    """A prompt in the menu.

    Attributes:
        name: Its menu line.
        text: The prompt; ``{date}``, ``{time}``, ``{session}`` and ``{clipboard}`` are filled in when it is
            sent.
        session: The session that gets it; None for ClawTray's own session.
        model: The model to set on ClawTray's own session; None leaves the model as it is.
    """

    name: str
    text: str
    session: str | None = None
    model: str | None = None


class Profile(msgspec.Struct, frozen=True):
    """A gateway that the user has given a name.

    Attributes:
        name: As written in ``[profiles.NAME]``.
        url: Normalised URL; None to find this computer's gateway by its own files; empty if the written one
            is invalid, and then nothing is called.
        level: None for the default: control on loopback, watch elsewhere.
        allow_plain: Unencrypted ws:// may be used beyond this computer.
        fingerprint: SHA-256 of the gateway's certificate as 64 lower-case hex digits; None if it is not
            pinned; empty if the written one is invalid, and then nothing is called, whatever names the URL.
        gateway_user: Another user of this computer who may run the gateway, with its address, as `user_at` of
            `tray.settings.address` writes it; None for nobody.
        in_folder: It has the name of a profile of the gateway itself, and means the gateway of its folder
            (``~/.openclaw-NAME``) alone.
    """

    name: str = "default"
    url: str | None = None
    level: Level | None = None
    allow_plain: bool = False
    fingerprint: str | None = None
    gateway_user: str | None = None
    in_folder: bool = False

    def level_at(self, *, loopback: bool) -> Level:
        """Return the level for a gateway on this computer or on another one."""
        if self.level is not None:
            return self.level
        return Level.CONTROL if loopback else Level.WATCH


_BUILT_IN = {
    message("Summarise this session"): message(
        "Summarise this session in at most five short points: what was done, and what is waiting for me?"
    ),
    message("What is on today?"): message(
        "It is {date}, {time}. What is planned for today, as far as you know? At most five short points.",
        date="{date}",
        time="{time}",
    ),
}


def built_in_presets(words: Words) -> tuple[Preset, ...]:
    """Return the presets of a user who has chosen none."""
    return tuple(
        Preset(words.render(name), words.render(text), session="main") for name, text in _BUILT_IN.items()
    )


BUILT_IN_PRESETS = built_in_presets(Words())


class Settings(msgspec.Struct, frozen=True):
    """All settings.

    Attributes:
        profile: Name of the active profile.
        profiles: At least one; names are unique.
        warning: Context usage in percent at which the icon turns amber.
        critical: Context usage in percent at which it turns red; above `warning`.
        poll_seconds: Longest time between two readings of the sessions.
        notifications: Notifications are shown.
        language: `en`, `ko`, or `auto` for the system's.
        quiet_hours: When notifications are deferred every day; None for never.
        icon_style: How the icon shows context usage.
        keep_answers: The last prompts and answers are also kept on disk.
        presets: Prompts in the menu, in its order.
    """

    profile: str = "default"
    profiles: tuple[Profile, ...] = (Profile(),)
    warning: float = 75.0
    critical: float = 90.0
    poll_seconds: float = 60.0
    notifications: bool = True
    language: str = "auto"
    quiet_hours: QuietHours | None = None
    icon_style: IconStyle = IconStyle.RING
    keep_answers: bool = False
    presets: tuple[Preset, ...] = BUILT_IN_PRESETS

    def active(self) -> Profile:
        """Return the active profile; a default one if none has its name."""
        return next((profile for profile in self.profiles if profile.name == self.profile), Profile())


def with_found_profiles(settings: Settings, names: Iterable[str]) -> Settings:
    """Return the settings with the gateway's own profiles among theirs; the active one stays."""
    profiles = {profile.name: profile for profile in settings.profiles}
    for name in names:
        profile = profiles.get(name, Profile(name))
        profiles[name] = replace(profile, in_folder=profile.url is None)
    return replace(settings, profiles=tuple(profiles.values()))


DEFAULTS = Settings()
UNUSABLE = Settings(profiles=(Profile(level=Level.WATCH),))
"""Used if the settings cannot be read: nobody knows which level was chosen, so the lowest."""


def translated(settings: Settings, words: Words) -> Settings:
    """Return the settings with the built-in presets that are among theirs in the user's language."""
    own = dict(zip(BUILT_IN_PRESETS, built_in_presets(words), strict=True))
    return replace(settings, presets=tuple(own.get(preset, preset) for preset in settings.presets))
