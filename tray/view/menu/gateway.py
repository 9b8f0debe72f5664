"""The submenus about the gateway itself, its start and restart, and its certificate."""

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
"""Bytes of a fingerprint in one line: four lines that are easy to read out."""


def gateway(source: MenuSource, words: Words) -> tuple[Item, ...]:
    """Return the gateway, the other profiles, and what can be opened."""
    return (
        note(source.gateway or words("No gateway found")),
        note(words("Trust level: {level}", level=source.level.value)),
        *_profiles(source, words),
        LINE,
        *_control_lines(source, words),
        Item(words("Open dashboard"), OpenDashboard(), enabled=source.target is not None),
        Item(words("Reconnect now"), Reconnect()),
        Item(words("Open log"), OpenLog()),
        Item(words("Diagnostics…"), ShowDiagnostics()),
    )


def _profiles(source: MenuSource, words: Words) -> tuple[Item, ...]:
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


def _control_lines(source: MenuSource, words: Words) -> tuple[Item, ...]:
    last: list[str] = []
    if (done := source.gateway_control) is not None:
        last = [
            action_results.gateway_control(done, words),
            *wrapped(action_results.gateway_control_reason(done, source.level, words)),
        ]
    notes = map(note, last)
    if source.phase is Phase.CONNECTED:
        return *notes, Item(words("Restart gateway…"), path=("gateway", "restart"))
    if source.start_error is not ActionError.NOT_DOWN:
        return *notes, Item(words("Start gateway…"), path=("gateway", "start"))
    return tuple(notes)


def restart(source: MenuSource, words: Words) -> tuple[Item, ...]:
    """Return what a restart means, and the item that starts it."""
    meaning = [words("The gateway is unavailable for a few seconds, for everyone who uses it.")]
    if source.can_request_restart:
        meaning.append(words("Runs in progress finish first."))
    else:
        meaning.append(words("Runs in progress are interrupted."))
        meaning.append(words("Runs on this computer: {command}", command=f"{source.command} gateway restart"))
    return confirmed(
        meaning, Item(words("Restart now"), RestartGateway()), source.restart_error, source, words
    )


def start(source: MenuSource, words: Words) -> tuple[Item, ...]:
    """Return the command that starts the gateway, and the item that runs it."""
    meaning = [words("Runs on this computer: {command}", command=f"{source.command} gateway start")]
    return confirmed(meaning, Item(words("Start now"), StartGateway()), source.start_error, source, words)


def certificate(source: MenuSource, words: Words) -> tuple[Item, ...]:
    """Return an untrusted certificate's fingerprint, which the user compares before accepting it."""
    shown = source.certificate
    if shown is None:
        return (note(words("No certificate to compare")),)
    profile = source.settings.profile
    warning = words("Accept this certificate only if its SHA-256 fingerprint matches the gateway's own:")
    pairs = [shown[at : at + 2].upper() for at in range(0, len(shown), 2)]
    rows = (":".join(pairs[at : at + _PER_LINE]) for at in range(0, len(pairs), _PER_LINE))
    accept = words("Accept for profile {name}", name=formatting.clean(profile))
    return (
        *map(note, wrapped(warning)),
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
