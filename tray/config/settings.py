"""The user's settings.toml as values. Owns its keys, defaults and limits; does not know where the file is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much the user trusts ClawTray with on a gateway. Each level may do all that the one before may."""

    WATCH = "watch"
    """Read only: can never spend a token."""
    ASK = "ask"
    """Also send prompts."""
    CONTROL = "control"
    """Also switch models, compact, reset and approve."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A prompt kept ready in the menu.

    Attributes:
        name: Its menu line.
        text: The prompt; ``{clipboard}``, ``{date}``, ``{time}``, ``{session}`` are filled in when sent.
        session: The session that gets it; None for ClawTray's own side session.
        model: The model to use on the preset's own session; None leaves the model alone.
    """

    name: str
    text: str
    session: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """One gateway the user knows by name.

    Attributes:
        name: As written in ``[profiles.NAME]``.
        url: Normalised address; None to find this computer's gateway through its own files.
        level: None for the default: control on loopback, watch elsewhere.
        allow_plain: Unencrypted ws:// may be used beyond this computer.
        fingerprint: SHA-256 of the gateway's certificate as 64 lower-case hex digits; None when not pinned.
    """

    name: str = "default"
    url: str | None = None
    level: Level | None = None
    allow_plain: bool = False
    fingerprint: str | None = None

    def level_at(self, *, loopback: bool) -> Level:
        """Give the level that holds for a gateway on this computer or on another one."""
        if self.level is not None:
            return self.level
        return Level.CONTROL if loopback else Level.WATCH


BUILT_IN_PRESETS = (
    Preset("Summarise the clipboard", "Summarise this in at most five short points:\n\n{clipboard}"),
    Preset("Explain the clipboard", "Explain this in plain words, with one example:\n\n{clipboard}"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """All that the user can choose.

    Attributes:
        profile: Name of the active profile.
        profiles: At least one; names are unique.
        warning: Context usage in percent at which the icon turns amber.
        critical: Context usage in percent at which it turns red; above `warning`.
        poll_seconds: Longest time between two readings of the sessions.
        notices: Balloons are shown.
        presets: Prompts kept ready in the menu, in its order.
    """

    profile: str = "default"
    profiles: tuple[Profile, ...] = (Profile(),)
    warning: float = 75.0
    critical: float = 90.0
    poll_seconds: float = 60.0
    notices: bool = True
    presets: tuple[Preset, ...] = BUILT_IN_PRESETS

    def active(self) -> Profile:
        """Give the profile in use; a plain one if none has the chosen name."""
        return next((profile for profile in self.profiles if profile.name == self.profile), Profile())
