"""The levels of the menu about the gateway itself: which one, at which trust level, and its certificate."""

from __future__ import annotations

from tray.core.commands import (
    OpenDashboard,
    OpenLog,
    Reconnect,
    RestartGateway,
    SaveSettings,
    ShowDiagnostics,
    StartGateway,
)
from tray.core.errors import ActionError, Phase
from tray.i18n.translate import Words
from tray.view.menu.item import LINE, Item, confirmed, note, wrapped
from tray.view.text import action_results, formatting
from tray.view.text.connection_errors import fingerprint_command
from tray.view.tray_view import MenuSource

_PER_LINE = 8
"""Bytes of a fingerprint in one line: four lines that two people can read to each other."""


def gateway(source: MenuSource, words: Words) -> tuple[Item, ...]:
    """Which gateway this is, the others that the user knows by name, and what can be opened."""
    return (
        note(source.gateway or words("No gateway found")),
        note(words("Trust level: {level}", level=source.level.value)),
        *_profiles(source, words),
        LINE,
        *_lifecycle(source, words),
        Item(words("Open dashboard"), OpenDashboard(), enabled=source.target is not None),
        Item(words("Reconnect now"), Reconnect()),
        Item(words("Open log"), OpenLog()),
        Item(words("Diagnostics…"), ShowDiagnostics()),
    )


def _profiles(source: MenuSource, words: Words) -> tuple[Item, ...]:
    """The choice between several gateways; a single one is none."""
    profiles, active = source.settings.profiles, source.settings.profile
    if len(profiles) < 2:  # noqa: PLR2004 - one is no choice
        return ()
    lines = (
        Item(
            formatting.clean(profile.name) or words("(no name)"),
            SaveSettings(((("profile",), profile.name),)),
            checked=profile.name == active,
            radio=True,
        )
        for profile in profiles
    )
    return LINE, note(words("Profile")), *lines


def _lifecycle(source: MenuSource, words: Words) -> tuple[Item, ...]:
    """What became of the last start or restart, and the way to the next."""
    last: list[str] = []
    if (done := source.gateway_control) is not None:
        last = [
            action_results.lifecycle(done, words),
            *wrapped(action_results.lifecycle_reason(done, source.level, words)),
        ]
    notes = map(note, last)
    if source.phase is Phase.CONNECTED:
        return *notes, Item(words("Restart gateway…"), path=("gateway", "restart"))
    if source.start_fault is not ActionError.NOT_DOWN:
        return *notes, Item(words("Start gateway…"), path=("gateway", "start"))
    return tuple(notes)


def restart(source: MenuSource, words: Words) -> tuple[Item, ...]:
    """What a restart means, and the line that asks for it."""
    meaning = [words("The gateway is unavailable for a few seconds, for everyone who uses it.")]
    if source.asks_to_restart:
        meaning.append(words("Runs in progress finish first."))
    else:
        meaning.append(words("Runs in progress are interrupted."))
        meaning.append(words("Runs on this computer: {command}", command=f"{source.command} gateway restart"))
    return confirmed(
        meaning, Item(words("Restart now"), RestartGateway()), source.restart_fault, source, words
    )


def start(source: MenuSource, words: Words) -> tuple[Item, ...]:
    """What starts it, and the line that does so."""
    meaning = [words("Runs on this computer: {command}", command=f"{source.command} gateway start")]
    return confirmed(meaning, Item(words("Start now"), StartGateway()), source.start_fault, source, words)


def certificate(source: MenuSource, words: Words) -> tuple[Item, ...]:
    """The certificate that is not trusted, to be compared by a person before it is accepted."""
    shown = source.certificate
    if shown is None:
        return (note(words("No certificate to compare")),)
    profile = source.settings.profile
    notified = words("Accept this certificate only if its SHA-256 fingerprint matches the gateway's own:")
    pairs = [shown[at : at + 2].upper() for at in range(0, len(shown), 2)]
    rows = (":".join(pairs[at : at + _PER_LINE]) for at in range(0, len(pairs), _PER_LINE))
    accept = words("Accept for profile {name}", name=formatting.clean(profile))
    return (
        *map(note, wrapped(notified)),
        *map(note, rows),
        *map(
            note,
            wrapped(
                words(
                    "To compare, run on the gateway's computer: {command} (Clawdbot keeps it in ~/.clawdbot)",
                    command=fingerprint_command(source.command),
                )
            ),
        ),
        LINE,
        Item(accept, SaveSettings(((("profiles", profile, "fingerprint"), shown),))),
    )
