"""The submenus about the gateway itself, its start and restart, its certificate, and who runs it."""

from tray.core import gateway_control
from tray.core.commands import (
    CopyText,
    OpenDashboard,
    OpenLog,
    OpenSettings,
    Reconnect,
    RestartGateway,
    SaveSettings,
    ShowDiagnostics,
    StartGateway,
)
from tray.core.connection import login
from tray.core.model import ActionError, Phase
from tray.core.state import State
from tray.i18n.words import Words
from tray.view.menu.item import LINE, Item, confirmed, note, notes
from tray.view.text import action_results, formatting
from tray.view.text.connection_errors import cause, fingerprint_command, gateway_line

_PER_LINE = 8
"""Bytes of a fingerprint in one line: four lines that are easy to read out."""


def gateway(state: State, words: Words) -> tuple[Item, ...]:
    """Return the gateway, the other profiles, and what can be opened."""
    return (
        note(gateway_line(state) or words("No gateway found")),
        note(words("Trust level: {level}", level=state.level.value), OpenSettings()),
        *_profiles(state, words),
        LINE,
        *_control_lines(state, words),
        Item(words("Open dashboard"), OpenDashboard(), enabled=state.connection.target is not None),
        Item(words("Reconnect now"), Reconnect()),
        Item(words("Open log"), OpenLog()),
        Item(words("Diagnostics…"), ShowDiagnostics()),
    )


def _profiles(state: State, words: Words) -> tuple[Item, ...]:
    profiles, active = state.settings.profiles, state.settings.profile
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
    return LINE, note(words("Profile"), OpenSettings()), *lines


def _control_lines(state: State, words: Words) -> tuple[Item, ...]:
    last: list[Item] = []
    if (done := state.profile.gateway_control) is not None:
        last = [
            note(action_results.gateway_control(done, words)),
            *notes(action_results.gateway_control_reason(done, state.level, words)),
        ]
    if state.phase is Phase.CONNECTED:
        return *last, Item(words("Restart gateway…"), path=("gateway", "restart"))
    if gateway_control.may_start(state) is not ActionError.NOT_DOWN:
        return *last, Item(words("Start gateway…"), path=("gateway", "start"))
    return tuple(last)


def restart(state: State, words: Words) -> tuple[Item, ...]:
    """Return what a restart means, and the item that starts it."""
    meaning = [words("The gateway is unavailable for a few seconds, for everyone who uses it.")]
    if gateway_control.takes_requests(state):
        meaning.append(words("Runs in progress finish first."))
    else:
        meaning.append(words("Runs in progress are interrupted."))
        meaning.append(
            words("Runs on this computer: {command}", command=f"{state.connection.command} gateway restart")
        )
    action = Item(words("Restart now"), RestartGateway())
    return confirmed(meaning, action, gateway_control.may_restart(state), state, words)


def start(state: State, words: Words) -> tuple[Item, ...]:
    """Return the command that starts the gateway, and the item that runs it."""
    meaning = [words("Runs on this computer: {command}", command=f"{state.connection.command} gateway start")]
    action = Item(words("Start now"), StartGateway())
    return confirmed(meaning, action, gateway_control.may_start(state), state, words)


def certificate(state: State, words: Words) -> tuple[Item, ...]:
    """Return an untrusted certificate's fingerprint, which the user compares before accepting it."""
    failure = state.connection.failure
    if failure is None or failure.fingerprint is None:
        return (note(words("No certificate to compare")),)
    profile, shown = state.settings.profile, failure.fingerprint
    warning = words("Accept this certificate only if its SHA-256 fingerprint matches the gateway's own:")
    pairs = [shown[at : at + 2].upper() for at in range(0, len(shown), 2)]
    rows = [":".join(pairs[at : at + _PER_LINE]) for at in range(0, len(pairs), _PER_LINE)]
    command = fingerprint_command(state.connection.command)
    comparing = words(
        "To compare, run on the gateway's computer: {command} (Clawdbot keeps it in ~/.clawdbot)",
        command=command,
    )
    accept = words("Accept for profile {name}", name=formatting.clean(profile))
    return (
        *notes(warning),
        *(note(row, CopyText(":".join(pairs))) for row in rows),
        *notes(comparing, CopyText(command)),
        LINE,
        Item(accept, SaveSettings(((("profiles", profile, "fingerprint"), shown),))),
    )


def other_user(state: State, words: Words) -> tuple[Item, ...]:
    """Return who listens at the gateway's address, and the item that lets this user have the token."""
    trust = login.trust_user(state)
    if trust is None or state.connection.failure is None:
        return (note(words("No other user listens there")),)
    warning = words(
        "Confirm only if you know that your gateway runs as this user: its programs get your token, and all "
        "that you send."
    )
    return (
        *notes(cause(state.connection.failure, state, words)),
        *notes(warning),
        LINE,
        Item(words("Confirm for profile {name}", name=formatting.clean(state.settings.profile)), trust),
    )
