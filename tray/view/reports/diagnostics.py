"""The diagnostics that a user may hand on: how the program and its connection are, and nothing of anybody.

In English whatever the user's language is, and in plain text: it is read by whoever helps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from tray.core.model.clock import Now
from tray.core.model.sessions import ContextUsage
from tray.core.state import State
from tray.i18n.message import message
from tray.i18n.translate import Words
from tray.settings.settings import Profile, Settings
from tray.values import replace
from tray.view.reports import status
from tray.view.reports.doctor import Examined, checkup_text
from tray.view.reports.redaction import Private, redacted
from tray.view.text import formatting

LOG_LINES = 200
"""The end of the log that goes along."""


class Ground(msgspec.Struct, frozen=True):
    """What the program runs on.

    Attributes:
        version: ClawTray's own.
        system: The operating system, with its version.
        python: The version of Python, and whether it is part of a built program.
        packages: Names and versions of the libraries that are known.
        log: The last lines of the log, oldest first.
        private: What must not be told.
    """

    version: str
    system: str
    python: str
    packages: tuple[tuple[str, str], ...] = ()
    log: tuple[str, ...] = ()
    private: Private = msgspec.field(default_factory=Private)


def diagnostics(seen: Examined, ground: Ground, now: Now) -> str:
    """All of it as text. Sessions, prompts and answers are counted, never named or quoted."""
    state = seen.state
    if seen.complaint is not None:
        seen = replace(
            seen, complaint=message("There is a mistake in the settings file.")
        )  # the usual one quotes it
    sections = {
        "Program": _program(ground, state),
        "Settings": _settings(state.settings),
        "Connection": iter(checkup_text(seen, Words()).splitlines()),
        "Connection state": _connection_state(state, now),
        "Gateway": _gateway(state),
        "Sessions": _sessions(state, now),
        f"Log, the last {LOG_LINES} lines": iter(ground.log[-LOG_LINES:] or ("empty",)),
    }
    lines = [
        f"ClawTray {ground.version}: diagnostics of {status.iso(now.wall)}",
        "Tokens, prompts, answers and the names of sessions, people and computers are left out.",
    ]
    for title, content in sections.items():
        lines += ("", title, *(f"  {line}" for line in content))
    names = tuple(profile.name for profile in state.settings.profiles if profile.name != "default")
    return redacted(formatting.printable("\n".join(lines)), replace(ground.private, names=names))


def _program(ground: Ground, state: State) -> Iterator[str]:
    yield f"system: {ground.system}"
    yield f"Python: {ground.python}"
    yield f"language: {state.settings.language}"
    if ground.packages:
        yield "packages: " + ", ".join(f"{name} {version}" for name, version in ground.packages)


def _settings(settings: Settings) -> Iterator[str]:
    yield f"thresholds: {settings.warning:g}% and {settings.critical:g}%"
    yield f"poll_seconds: {settings.poll_seconds:g}"
    quiet = "set" if settings.quiet_hours else "none"
    yield f"notifications: {'on' if settings.notifications else 'off'}, quiet hours: {quiet}"
    yield f"prompts: {len(settings.presets)}, keep_answers: {'yes' if settings.keep_answers else 'no'}"
    for number, profile in enumerate(settings.profiles, 1):
        used = ", in use" if profile.name == settings.profile else ""
        yield f"profile {number}{used}: {_profile(profile)}"


def _profile(profile: Profile) -> str:
    address = "found automatically" if profile.url is None else profile.url.partition(":")[0] or "invalid"
    notified = [
        f"address {address}",
        f"level {'by default' if profile.level is None else profile.level.value}",
    ]
    notified += ["certificate pinned"] if profile.fingerprint else []
    notified += ["ws:// allowed"] if profile.allow_plain else []
    return ", ".join(notified)


def _connection_state(state: State, now: Now) -> Iterator[str]:
    link = state.connection
    yield f"step: {link.step.name}, attempt {link.attempt}"
    yield f"failures in a row: {link.failures}, connections that did not last: {link.flaps}"
    if state.connected:
        silence = now.mono - link.last_message_at
        yield f"connected for {now.mono - link.connected_at:.0f} s, last heard {silence:.1f} s ago"
    elif link.lost_at is not None:
        yield f"lost {(now.wall - link.lost_at).total_seconds():.0f} s ago"
    for pending in state.pending:
        yield f"waiting for {pending.request.method} for {now.mono - pending.sent_at:.1f} s"
    if state.resumed_at is not None:
        yield f"the computer woke up {(now.wall - state.resumed_at).total_seconds():.0f} s ago"


def _gateway(state: State) -> Iterator[str]:
    hello = state.connection.hello
    if hello is None:
        yield "never logged in"
        return
    yield f"{hello.generation.value} {hello.version or 'of an unknown version'}, protocol {hello.protocol}"
    yield f"methods: {len(hello.methods)}, reports changes: {'yes' if state.tells_changes else 'no'}"
    yield f"level: {state.level.value}, granted: {', '.join(sorted(state.connection.scopes)) or 'nothing'}"


def _sessions(state: State, now: Now) -> Iterator[str]:
    snapshot = state.snapshot
    if snapshot.read_at is None:
        yield "not read"
        return
    age = (now.wall - snapshot.read_at).total_seconds()
    yield f"{len(snapshot.sessions)}, read {age:.0f} s ago; runs in progress: {len(snapshot.busy)}"
    figures = Counter(_figure(session.usage) for session in snapshot.sessions)
    for figure, times in sorted(figures.items()):
        yield f"{figure}: {times}"
    if state.focused is not None:
        usage = state.focused.usage
        shown = "no figure" if usage.percent is None else f"{usage.percent:.1f}%"
        yield f"on the icon: {shown} of {usage.context_limit or 'an unknown limit'}, {usage.confidence.value}"
    models = state.models
    yield f"models: {'not read' if models is None else len(models)}, prompts: {len(state.prompts)}"


def _figure(usage: ContextUsage) -> str:
    confidence = usage.confidence.value
    return confidence if usage.stale_reason is None else f"{confidence} ({usage.stale_reason.value})"
