"""What `doctor` prints: each layer of the connection, whether it is well, and what to do where it is not."""

from __future__ import annotations

from enum import Enum
from typing import Any

import msgspec

from tray.core.connection.diagnosis import LAYERS, Layer, Probe, failed_at
from tray.core.errors import ConnectionFailure, FailureKind
from tray.core.model.clock import Now
from tray.core.state import State
from tray.i18n.message import Message
from tray.i18n.translate import Words
from tray.view.reports import status
from tray.view.text import connection_errors, formatting


class Verdict(Enum):
    """How a layer is."""

    FINE = "ok"
    REMARK = "warning"
    FAULT = "failed"
    SKIPPED = "skipped"


class Finding(msgspec.Struct, frozen=True):
    """What is to be said of a layer.

    Attributes:
        layer: Which.
        verdict: How it is.
        said: What was found, in a sentence.
        advice: What to do; empty where there is nothing to do.
        seconds: How long it took; None where that was not measured.
    """

    layer: Layer
    verdict: Verdict
    said: str
    advice: str = ""
    seconds: float | None = None


class Examined(msgspec.Struct, frozen=True):
    """All that `doctor` has looked at.

    Attributes:
        state: After the connection was tried as the tray tries it.
        complaint: What is wrong with the settings file, in a sentence; None if nothing is.
        probe: What the network said without a login; None where there is no address.
        reading: Seconds from the first attempt to the sessions; None if they were not read.
    """

    state: State
    complaint: Message | None
    probe: Probe | None
    reading: float | None


def findings(seen: Examined, words: Words) -> tuple[Finding, ...]:
    """One finding for each layer, in their order. What stands on one that failed was not tried."""
    failed = failed_at(seen.state, seen.probe)
    found = []
    for layer in LAYERS:
        if failed is None or LAYERS.index(layer) < LAYERS.index(failed):
            found.append(_well(layer, seen, words))
        elif layer is failed:
            found.append(_failed(layer, seen, words))
        else:
            found.append(Finding(layer, Verdict.SKIPPED, words("not tried")))
    return tuple(found)


def checkup(seen: Examined, now: Now, words: Words) -> dict[str, Any]:
    """`doctor --json`."""
    target = seen.state.connection.target
    return {
        "schema": status.SCHEMA,
        "at": status.iso(now.wall),
        "url": None if target is None else target.url,
        "layers": [
            {
                "layer": found.layer.value,
                "verdict": found.verdict.value,
                "said": found.said,
                "advice": found.advice or None,
                "seconds": None if found.seconds is None else round(found.seconds, 4),
            }
            for found in findings(seen, words)
        ],
    }


def checkup_text(seen: Examined, words: Words) -> str:
    """`doctor` for a person: a line for each layer that was tried, and below it what to do."""
    marks = {Verdict.FINE: "ok", Verdict.REMARK: "!", Verdict.FAULT: "X"}
    names = _names(words)
    width = max(map(status.columns, names.values()))
    lines, untried = [], []
    for found in findings(seen, words):
        if found.verdict is Verdict.SKIPPED:
            untried.append(names[found.layer])
            continue
        took = "" if found.seconds is None else f"  ({found.seconds * 1000:.0f} ms)"
        lines.append(
            f"{marks[found.verdict]:>2}  {status.padded(names[found.layer], width)}  {found.said}{took}"
        )
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
    }


def _well(layer: Layer, seen: Examined, words: Words) -> Finding:
    """A layer below the one that failed, or one of a connection that stands."""
    verdict, said, advice = _found(layer, seen, words)
    seconds = seen.reading if layer is Layer.READING else None
    if seen.probe is not None:
        seconds = seen.probe.seconds.get(layer, seconds)
    return Finding(layer, verdict, said, advice, seconds)


def _found(layer: Layer, seen: Examined, words: Words) -> tuple[Verdict, str, str]:
    match layer:
        case Layer.SETTINGS:
            return _settings(seen, words)
        case Layer.DISCOVERY:
            return _discovery(seen, words)
        case Layer.NAME | Layer.TCP | Layer.TLS | Layer.HTTP:
            return _network(layer, seen, words)
        case Layer.WEBSOCKET:
            return Verdict.FINE, words("A gateway answers."), ""
        case Layer.LOGIN:
            return _login(seen, words)
        case Layer.SCOPES:
            return _scopes(seen, words)
        case Layer.METHODS:
            return _methods(seen, words)
        case Layer.READING:
            read = len(seen.state.snapshot.sessions)
            return Verdict.FINE, words.plural("{n} session was read.", "{n} sessions were read.", read), ""


def _settings(seen: Examined, words: Words) -> tuple[Verdict, str, str]:
    if seen.complaint is None:
        profile = formatting.clean(seen.state.settings.profile)
        return Verdict.FINE, words("Profile: {name}", name=profile), ""
    return (
        Verdict.REMARK,
        words.render(seen.complaint),
        words("Correct it there. Until then, the other settings apply."),
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
        return Verdict.REMARK, _as_told(probe, words), ""  # the connection stands all the same
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


def _login(seen: Examined, words: Words) -> tuple[Verdict, str, str]:
    link, said = seen.state.connection, status.connection_text(seen.state, words)
    if not link.uses_device_token or link.origin is None:
        return Verdict.FINE, said, ""
    notified = words(
        (
            "The gateway does not accept the secret from {place}. ClawTray uses this computer's "
            "device token instead."
        ),
        place=formatting.clean(link.origin.name, 80),
    )
    return Verdict.REMARK, said, notified


def _scopes(seen: Examined, words: Words) -> tuple[Verdict, str, str]:
    link = seen.state.connection
    missing = [scope for scope in link.requested_scopes if scope not in link.scopes]
    level = words("Trust level: {level}", level=seen.state.level.value)
    if not missing:
        return Verdict.FINE, level, ""
    said = words("{level}; not granted: {scopes}", level=level, scopes=", ".join(missing))
    cli = seen.state.connection.command
    advice = words(
        "Actions that need them are disabled. On the gateway's computer, run: {cli} devices list", cli=cli
    )
    return Verdict.REMARK, said, advice


def _methods(seen: Examined, words: Words) -> tuple[Verdict, str, str]:
    hello = seen.state.connection.hello
    methods = frozenset() if hello is None else hello.methods
    said = words.plural("The gateway offers {n} method.", "The gateway offers {n} methods.", len(methods))
    if seen.state.tells_changes:
        return Verdict.FINE, said, ""
    every = words("It does not report changes, so ClawTray checks every 30 s, and compacting is disabled.")
    return Verdict.REMARK, f"{said} {every}", ""


def _failed(layer: Layer, seen: Examined, words: Words) -> Finding:
    """The layer at which it ends: what the tray says of it, too, and what is seen only here."""
    state, probe, failure = seen.state, seen.probe, seen.state.connection.failure
    if failure is None:
        said, advice = status.connection_text(state, words), [words("Allow more time with --timeout.")]
    else:
        said, advice = (
            connection_errors.cause(failure, state, words),
            [connection_errors.cure(failure, state, words)],
        )
        advice += _more(layer, failure, seen, words)
    seconds = None
    if probe is not None:
        seconds = probe.seconds.get(layer)
        if probe.failed is layer:
            said = f"{said} {_as_told(probe, words)}"
        if probe.proxy is not None and layer in (Layer.NAME, Layer.TCP, Layer.TLS):
            advice.append(_proxy(probe.proxy, words))
    return Finding(layer, Verdict.FAULT, said, "\n".join(filter(None, advice)), seconds)


def _more(layer: Layer, failure: ConnectionFailure, seen: Examined, words: Words) -> list[str]:
    """What only the closer look shows, in lines."""
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


def _as_told(probe: Probe, words: Words) -> str:
    return words(
        "System error: {reason}.",
        reason=formatting.clean("" if probe.error is None else words.render(probe.error), 160).rstrip("."),
    )


def _proxy(name: str, words: Words) -> str:
    return words("{name} sends this connection through a proxy. Use NO_PROXY for exceptions.", name=name)
