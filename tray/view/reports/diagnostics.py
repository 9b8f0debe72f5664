"""The diagnostics that a user can share: the state of the program and its connection, without private data.

Always in English and plain text, for the person who helps.
"""

from collections import Counter
from collections.abc import Iterator

import msgspec

from tray.core.model import Connected, ContextUsage, FailureKind, Now
from tray.core.state import State
from tray.i18n.words import Words, message
from tray.settings.settings import Profile, Settings
from tray.values import replace
from tray.view.reports import status
from tray.view.reports.doctor import Examined, checkup_text
from tray.view.reports.redaction import Private, redact
from tray.view.text import formatting

LOG_LINES = 200
"""Lines from the end of the log that are included."""


class SystemInfo(msgspec.Struct, frozen=True):
    """The system that the program runs on.

    Attributes:
        version: ClawTray's version.
        system: The operating system, with its version.
        python: The version of Python, and whether it is part of a built program.
        packages: Names and versions of libraries.
        log: The last lines of the log, oldest first.
        private: What must be left out.
    """

    version: str
    system: str
    python: str
    packages: tuple[tuple[str, str], ...] = ()
    log: tuple[str, ...] = ()
    private: Private = msgspec.field(default_factory=Private)


def diagnostics(seen: Examined, info: SystemInfo, now: Now) -> str:
    """Return the diagnostics as text. Sessions, prompts and answers are counted, never named or quoted."""
    state = seen.state
    if seen.settings_error is not None:  # its message quotes the file
        seen = replace(seen, settings_error=message("There is a mistake in the settings file."))
    sections = {
        "Program": _program(info, state),
        "Settings": _settings(state.settings),
        "Connection": iter(checkup_text(seen, Words()).splitlines()),
        "Connection state": _connection_state(state, now),
        "Gateway": _gateway(state),
        "Sessions": _sessions(state, now),
        f"Log, the last {LOG_LINES} lines": iter(info.log[-LOG_LINES:] or ("empty",)),
    }
    lines = [
        f"ClawTray {info.version}: diagnostics of {status.iso(now.wall)}",
        "Tokens, prompts, answers and the names of sessions, people and computers are left out.",
    ]
    for title, content in sections.items():
        lines += ("", title, *(f"  {line}" for line in content))
    names = tuple(profile.name for profile in state.settings.profiles if profile.name != "default")
    failure = state.connection.failure
    if failure is not None and failure.kind is FailureKind.OTHER_USER:
        names += (formatting.clean(str(failure.detail)),)
    return redact(formatting.printable("\n".join(lines)), replace(info.private, names=names))


def _program(info: SystemInfo, state: State) -> Iterator[str]:
    yield f"system: {info.system}"
    yield f"Python: {info.python}"
    yield f"language: {state.settings.language}"
    if info.packages:
        yield "packages: " + ", ".join(f"{name} {version}" for name, version in info.packages)


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
    parts = [
        f"address {address}",
        f"level {'by default' if profile.level is None else profile.level.value}",
    ]
    parts += ["certificate pinned"] if profile.fingerprint else []
    parts += ["gateway of another user confirmed"] if profile.gateway_user else []
    parts += ["ws:// allowed"] if profile.allow_plain else []
    return ", ".join(parts)


def _connection_state(state: State, now: Now) -> Iterator[str]:
    connection = state.connection
    yield f"step: {type(connection.step).__name__}, attempt {connection.attempt}"
    yield f"failures in a row: {connection.failures}, connections that did not last: {connection.flaps}"
    if isinstance(connection.step, Connected):
        heard = now.mono - connection.step.last_message_at
        yield f"connected for {now.mono - connection.step.since:.0f} s, last heard {heard:.1f} s ago"
    elif connection.lost_at is not None:
        yield f"lost {(now.wall - connection.lost_at).total_seconds():.0f} s ago"
    for pending in state.pending:
        yield f"waiting for {pending.request.method} for {now.mono - pending.sent_at:.1f} s"
    if state.process.resumed_at is not None:
        yield f"the computer woke up {(now.wall - state.process.resumed_at).total_seconds():.0f} s ago"


def _gateway(state: State) -> Iterator[str]:
    hello = state.connection.hello
    if hello is None:
        yield "never logged in"
        return
    yield f"{hello.generation.value} {hello.version or 'of an unknown version'}, protocol {hello.protocol}"
    yield f"methods: {len(hello.methods)}, reports changes: {'yes' if state.announces_changes else 'no'}"
    yield f"level: {state.level.value}, granted: {', '.join(sorted(state.connection.scopes)) or 'nothing'}"


def _sessions(state: State, now: Now) -> Iterator[str]:
    snapshot = state.gateway.snapshot
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
    models = state.gateway.models
    yield f"models: {'not read' if models is None else len(models)}, prompts: {len(state.profile.prompts)}"


def _figure(usage: ContextUsage) -> str:
    confidence = usage.confidence.value
    return confidence if usage.stale_reason is None else f"{confidence} ({usage.stale_reason.value})"
