"""What `doctor` prints: each layer of the connection, whether it works, and what to do if not."""

from enum import Enum
from typing import Any

import msgspec

from tray.core.connection.connection import dashboard
from tray.core.connection.diagnosis import LAYERS, Layer, Probe, failed_at
from tray.core.model import Connected, ConnectionFailure, FailureKind, Now
from tray.core.state import State
from tray.i18n.words import Message, Words
from tray.protocol.channels import ChannelTrouble
from tray.view.reports import status
from tray.view.reports.table import PLAIN, Colour, Look, columns, padded, wrap
from tray.view.text import connection_errors, formatting

_CHANNELS = 5
"""The longest list of channels that are not healthy."""


class Verdict(Enum):
    """The result for a layer."""

    FINE = "ok"
    REMARK = "warning"
    FAULT = "failed"
    SKIPPED = "skipped"


class Finding(msgspec.Struct, frozen=True):
    """The result for a layer, in words.

    Attributes:
        text: What was found, in a sentence.
        advice: What to do, one line each; empty if nothing.
        seconds: How long it took; None if not measured.
    """

    layer: Layer
    verdict: Verdict
    text: str
    advice: str = ""
    seconds: float | None = None


class Examined(msgspec.Struct, frozen=True):
    """The input of `doctor`.

    Attributes:
        state: The state after an attempt to connect as the tray does.
        settings_error: What is wrong with the settings file, in a sentence; None if nothing.
        probe: The result of the network checks without a login; None without an address.
        read_seconds: Seconds from the first attempt to the sessions; None if they were not read.
        mistakes: Every mistake in the settings file, a sentence each; `settings_error` names the first.
    """

    state: State
    settings_error: Message | None
    probe: Probe | None
    read_seconds: float | None
    mistakes: tuple[Message, ...] = ()


def findings(seen: Examined, words: Words) -> tuple[Finding, ...]:
    """Return one finding per layer, in order; layers after the one that failed were not tried.

    Channels have one only if some are not healthy.
    """
    failed = failed_at(seen.state, seen.probe)
    found = []
    for layer in LAYERS:
        if failed is None or LAYERS.index(layer) < LAYERS.index(failed):
            found.append(_passed(layer, seen, words))
        elif layer is failed:
            found.append(_failed(layer, seen, words))
        else:
            found.append(Finding(layer, Verdict.SKIPPED, words("not tried")))
    if failed is None and seen.state.gateway.channels:
        found.append(_channels(seen.state.gateway.channels, seen.state.connection.command, words))
    return tuple(found)


def checkup(seen: Examined, now: Now, words: Words) -> dict[str, Any]:
    """Return the value of `doctor --json`."""
    target = seen.state.connection.target
    return {
        "schema": status.SCHEMA,
        "at": status.iso(now.wall),
        "url": None if target is None else target.url,
        "layers": [
            {
                "layer": found.layer.value,
                "verdict": found.verdict.value,
                "said": found.text,
                "advice": found.advice or None,
                "seconds": None if found.seconds is None else round(found.seconds, 4),
            }
            for found in findings(seen, words)
        ],
    }


def checkup_text(seen: Examined, words: Words, look: Look = PLAIN) -> str:
    """Return the text of `doctor`: a line per layer that was tried, and below it what to do.

    Advice is not broken into rows, since it may hold a command to copy.
    """
    marks = {
        Verdict.FINE: look.paint("ok", Colour.CALM),
        Verdict.REMARK: look.paint(" !", Colour.WARNING),
        Verdict.FAULT: look.paint(" X", Colour.CRITICAL),
    }
    names = _names(words)
    width = max(map(columns, names.values()))
    lines, untried = [], []
    for found in findings(seen, words):
        if found.verdict is Verdict.SKIPPED:
            untried.append(names[found.layer])
            continue
        took = "" if found.seconds is None else f" ({found.seconds * 1000:.0f} ms)"
        text = f"{found.text}{took}"
        first, *others = [text] if look.width is None else wrap(text, max(20, look.width - width - 6))
        lines.append(f"{marks[found.verdict]}  {padded(names[found.layer], width)}  {first}")
        lines += (f"{'':>{width + 6}}{row}" for row in others)
        lines += (f"{'':>{width + 6}}{line}" for line in found.advice.splitlines())
    if untried:
        lines.append(f" -  {words('Not tried: {layers}', layers=', '.join(untried))}")
    return "\n".join(lines)


def _names(words: Words) -> dict[Layer, str]:
    return {
        Layer.SETTINGS: words("Settings"),
        Layer.DISCOVERY: words("Discovery"),
        Layer.NAME: words("Name"),
        Layer.TCP: words("Port"),
        Layer.TLS: words("Encryption"),
        Layer.HTTP: words("HTTP"),
        Layer.WEBSOCKET: words("WebSocket"),
        Layer.LOGIN: words("Login"),
        Layer.SCOPES: words("Permissions"),
        Layer.METHODS: words("Methods"),
        Layer.READING: words("Sessions"),
        Layer.CHANNELS: words("Channels"),
    }


def _passed(layer: Layer, seen: Examined, words: Words) -> Finding:
    verdict, text, advice = _found(layer, seen, words)
    seconds = seen.read_seconds if layer is Layer.READING else None
    if seen.probe is not None:
        seconds = seen.probe.seconds.get(layer, seconds)
    return Finding(layer, verdict, text, advice, seconds)


def _found(layer: Layer, seen: Examined, words: Words) -> tuple[Verdict, str, str]:
    match layer:
        case Layer.SETTINGS:
            return _settings(seen, words)
        case Layer.DISCOVERY:
            return _discovery(seen, words)
        case Layer.NAME | Layer.TCP | Layer.TLS | Layer.HTTP:
            return _network(layer, seen, words)
        case Layer.WEBSOCKET:
            return _answering(seen.state, words)
        case Layer.LOGIN:
            return _login(seen, words)
        case Layer.SCOPES:
            return _scopes(seen, words)
        case Layer.METHODS:
            return _methods(seen, words)
        case _:
            read = len(seen.state.gateway.snapshot.sessions)
            return Verdict.FINE, words.plural("{n} session was read.", "{n} sessions were read.", read), ""


def _settings(seen: Examined, words: Words) -> tuple[Verdict, str, str]:
    if seen.settings_error is None:
        profile = formatting.clean(seen.state.settings.profile)
        return Verdict.FINE, words("Profile: {name}", name=profile), ""
    return (
        Verdict.REMARK,
        words.render(seen.settings_error),
        "\n".join((*map(words.render, seen.mistakes[1:]), words("Correct it there."))),
    )


def _discovery(seen: Examined, words: Words) -> tuple[Verdict, str, str]:
    target = seen.state.connection.target
    if target is None:
        return Verdict.FINE, "", ""
    return (
        Verdict.FINE,
        words(
            "{url}, from {source}", url=target.url, source=formatting.clean(words.render(target.source), 120)
        ),
        "",
    )


def _network(layer: Layer, seen: Examined, words: Words) -> tuple[Verdict, str, str]:
    probe, target = seen.probe, seen.state.connection.target
    if probe is None or target is None:
        return Verdict.SKIPPED, words("not tried"), ""
    if layer is Layer.TLS and not target.secure:
        if target.is_loopback:
            return Verdict.FINE, words("None, and not needed on the same computer."), ""
        return (
            Verdict.REMARK,
            words("None: anyone on the network path can read the token."),
            words("Use wss://"),
        )
    if probe.failed is not None and LAYERS.index(layer) >= LAYERS.index(probe.failed):
        if layer is not probe.failed:
            return Verdict.SKIPPED, words("not tried"), ""
        return Verdict.REMARK, _system_error(probe, words), ""  # the connection works anyway
    match layer:
        case Layer.NAME:
            return Verdict.FINE, words("Resolves to {addresses}", addresses=", ".join(probe.addresses)), ""
        case Layer.TCP if probe.proxy is not None:
            return Verdict.REMARK, words("It can also be reached directly."), _proxy(probe.proxy, words)
        case Layer.TCP:
            return Verdict.FINE, words("It accepts connections."), ""
        case Layer.TLS:
            return _certificate(seen, words)
        case _:
            return Verdict.FINE, _http(probe, words), ""


def _certificate(seen: Examined, words: Words) -> tuple[Verdict, str, str]:
    target, probe = seen.state.connection.target, seen.probe
    shown = None if probe is None else probe.certificate
    if target is None or shown is None:
        return Verdict.SKIPPED, words("not tried"), ""
    if target.fingerprint is not None:
        return Verdict.FINE, words("The certificate matches the pinned fingerprint."), ""
    return Verdict.FINE, words("This computer trusts the certificate."), ""


def _http(probe: Probe, words: Words) -> str:
    status, server = probe.http or (0, "")
    if server:
        return words("HTTP {status}, from {server}", status=status, server=formatting.clean(server, 60))
    return words("HTTP {status}", status=status)


def _answering(state: State, words: Words) -> tuple[Verdict, str, str]:
    if state.connection.target is None:
        return Verdict.FINE, words("A gateway answers."), ""
    page = dashboard(state.connection.target)
    return Verdict.FINE, words("A gateway answers. Its dashboard: {url}", url=page), ""


def _login(seen: Examined, words: Words) -> tuple[Verdict, str, str]:
    connection, text = seen.state.connection, status.connected_text(seen.state, words)
    if not connection.uses_device_token or connection.origin is None:
        return Verdict.FINE, text, ""
    advice = words(
        "The gateway does not accept the secret from {place}. ClawTray uses this computer's "
        "device token instead.",
        place=formatting.clean(connection.origin.name, 80),
    )
    return Verdict.REMARK, text, advice


def _scopes(seen: Examined, words: Words) -> tuple[Verdict, str, str]:
    step = seen.state.connection.step
    requested = step.requested_scopes if isinstance(step, Connected) else ()
    missing = [scope for scope in requested if scope not in seen.state.connection.scopes]
    level = words("Trust level: {level}", level=seen.state.level.value)
    if not missing:
        return Verdict.FINE, level, ""
    text = words("{level}; not granted: {scopes}", level=level, scopes=", ".join(missing))
    cli = seen.state.connection.command
    advice = words(
        "Actions that need them are disabled. On the gateway's computer, run: {cli} devices list", cli=cli
    )
    return Verdict.REMARK, text, advice


def _methods(seen: Examined, words: Words) -> tuple[Verdict, str, str]:
    hello = seen.state.connection.hello
    methods = frozenset() if hello is None else hello.methods
    text = words.plural("The gateway offers {n} method.", "The gateway offers {n} methods.", len(methods))
    if seen.state.announces_changes:
        return Verdict.FINE, text, ""
    every = words("It does not report changes, so ClawTray checks every 30 s, and compacting is disabled.")
    return Verdict.REMARK, f"{text} {every}", ""


def _channels(troubles: tuple[ChannelTrouble, ...], cli: str, words: Words) -> Finding:
    """Return which channels are not healthy, in one line, with the reason of the first."""
    first, names = troubles[0], [formatting.clean(each.channel, 30) or "?" for each in troubles]
    shown = ", ".join(names[:_CHANNELS]) + (f", {formatting.ELLIPSIS}" if len(names) > _CHANNELS else "")
    what = formatting.clean(first.what, 120).rstrip(".")
    text = words("Not healthy: {channels}.", channels=shown)
    if what:
        text += f" {names[0]}: {what}." if len(names) > 1 else f" {what}."
    advice = formatting.clean(first.fix, 160) or words(
        "On the gateway's computer, run: {cli} channels status", cli=cli
    )
    return Finding(Layer.CHANNELS, Verdict.REMARK, text, advice)


def _failed(layer: Layer, seen: Examined, words: Words) -> Finding:
    state, probe, failure = seen.state, seen.probe, seen.state.connection.failure
    if refused := connection_errors.reading_refused(state, words):
        text, advice = refused, [words("Check the gateway's log.")]
    elif failure is None:
        text, advice = status.connection_text(state, words), [words("Allow more time with --timeout.")]
    else:
        text, advice = (
            connection_errors.cause(failure, state, words),
            [connection_errors.cure(failure, state, words)],
        )
        advice += _extra_advice(layer, failure, seen, words)
    seconds = None
    if probe is not None:
        seconds = probe.seconds.get(layer)
        if probe.failed is layer:
            text = f"{text} {_system_error(probe, words)}"
        if probe.proxy is not None and layer in (Layer.NAME, Layer.TCP, Layer.TLS):
            advice.append(_proxy(probe.proxy, words))
    return Finding(layer, Verdict.FAULT, text, "\n".join(filter(None, advice)), seconds)


def _extra_advice(layer: Layer, failure: ConnectionFailure, seen: Examined, words: Words) -> list[str]:
    probe = seen.probe
    if failure.kind is FailureKind.NOT_FOUND:
        return [
            words("Places searched"),
            *(f"  {formatting.clean(words.render(place), 120)}" for place in seen.state.connection.searched),
        ]
    if probe is None:
        return []
    if layer is Layer.TLS and probe.certificate is not None:
        command = seen.state.connection.command
        return [
            words("Certificate fingerprint: {fingerprint}", fingerprint=probe.certificate.fingerprint),
            words(
                "To compare, run on the gateway's computer: {command} (Clawdbot keeps it in ~/.clawdbot)",
                command=connection_errors.fingerprint_command(command),
            ),
            words(
                "If they match, set fingerprint in profile {name} of the settings.",
                name=formatting.clean(seen.state.settings.profile),
            ),
        ]
    if layer is Layer.WEBSOCKET and probe.http is not None:
        return [_http(probe, words)]
    return []


def _system_error(probe: Probe, words: Words) -> str:
    return words(
        "System error: {reason}.",
        reason=formatting.clean("" if probe.error is None else words.render(probe.error), 160).rstrip("."),
    )


def _proxy(name: str, words: Words) -> str:
    return words("{name} sends this connection through a proxy. Use NO_PROXY for exceptions.", name=name)
