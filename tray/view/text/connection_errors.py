"""Connection failures in words: one sentence and one safe action for each cause."""

import re

from tray.core.model import ConnectionFailure, FailureKind, needs_secret
from tray.core.state import State
from tray.i18n.words import Words
from tray.protocol.handshake import PROTOCOLS
from tray.settings.target import SecretOrigin, SecretSource
from tray.view.text import formatting


def why(failure: ConnectionFailure, state: State, words: Words) -> str:
    """Return why there is no connection and one safe thing to do."""
    return " ".join((cause(failure, state, words), cure(failure, state, words))).strip()


def cause(failure: ConnectionFailure, state: State, words: Words) -> str:
    """Return why there is no connection, in one sentence."""
    where = host(state) or words("the gateway's address")
    origin = None if state.connection.origin is None else formatting.clean(state.connection.origin.name, 70)
    origin = origin or None  # one that was typed has no name
    said = words.render(failure.detail)
    detail = formatting.clean(said, 120).rstrip(".") or words("no reason given")
    match failure.kind:
        case FailureKind.NOT_FOUND if failure.profiles:
            names = ", ".join(failure.profiles)
            return words("The gateways on this computer belong to profiles: {names}.", names=names)
        case FailureKind.NOT_FOUND:
            return words("No gateway was found on this computer.")
        case FailureKind.ADDRESS:
            return formatting.clean(said, 300) or words("The gateway's address cannot be used.")
        case FailureKind.DEVICE_KEY:
            return f"{words('This computer has no usable key.')} {formatting.clean(said, 300)}".rstrip()
        case FailureKind.NOT_RUNNING:
            return words("Nothing is listening at {where}: the gateway is not running.", where=where)
        case FailureKind.NOT_A_GATEWAY:
            return words("Something answers at {where}, but it is not a gateway.", where=where)
        case FailureKind.UNREACHABLE:
            return words("ClawTray cannot reach {where}.", where=where)
        case FailureKind.PROXY:
            return words(
                "A proxy blocks the connection to {where}. It is set by {name}.", where=where, name=detail
            )
        case FailureKind.OTHER_USER if failure.user:
            return words(
                "A program of another user of this computer, {name}, listens at {where}, so no token was "
                "sent there.",
                name=formatting.clean(said, 40),
                where=where,
            )
        case FailureKind.OTHER_USER:
            return words(
                "A program of another user of this computer listens at {where}, so no token was sent there.",
                where=where,
            )
        case FailureKind.TLS:
            return words("The encrypted connection to {where} failed: {detail}.", where=where, detail=detail)
        case FailureKind.STARTING:
            return words("The gateway is starting.")
        case FailureKind.RESTARTING:
            return words("The gateway is restarting.")
        case FailureKind.STOPPED:
            return words("The gateway was stopped.")
        case FailureKind.NO_RESPONSE:
            return words("The program at {where} accepts the connection but does not answer.", where=where)
        case FailureKind.NO_MESSAGES:
            return words("The gateway stopped answering.")
        case FailureKind.CONNECTION_LOST:
            return words("The connection to the gateway broke.")
        case FailureKind.TOKEN_MISSING:
            return words("The gateway needs a token, and none was found.")
        case FailureKind.TOKEN_WRONG if _other_kind(state.connection.origin, "CLAWTRAY_TOKEN"):
            return words("The gateway needs a token, but {source} holds a password.", source=origin)
        case FailureKind.TOKEN_WRONG:
            if origin is None:
                return words("The gateway does not accept the token.")
            return words("The gateway does not accept the token from {source}.", source=origin)
        case FailureKind.PASSWORD_MISSING:
            return words("The gateway needs a password, and none was found.")
        case FailureKind.PASSWORD_WRONG if _other_kind(state.connection.origin, "CLAWTRAY_PASSWORD"):
            return words("The gateway needs a password, but {source} holds a token.", source=origin)
        case FailureKind.PASSWORD_WRONG:
            if origin is None:
                return words("The gateway does not accept the password.")
            return words("The gateway does not accept the password from {source}.", source=origin)
        case FailureKind.PAIRING if failure.upgrade:
            return words("The gateway has not approved the extra permissions for this computer yet.")
        case FailureKind.PAIRING:
            return words("This computer must first be approved on the gateway.")
        case FailureKind.CLOCK_SKEW:
            return words("The clocks of this computer and the gateway differ too much.")
        case FailureKind.DEVICE_REJECTED:
            return words("The gateway does not accept this computer's key: {detail}.", detail=detail)
        case FailureKind.ORIGIN_REJECTED:
            return words("The gateway does not accept connections from this origin: {detail}.", detail=detail)
        case FailureKind.PROTOCOL:
            return _protocols(said, words)
        case FailureKind.RATE_LIMITED:
            return words("After too many failed logins, the gateway accepts none for now.")
        case FailureKind.SCOPE:
            return words("The login works, but ClawTray has no permission to read sessions.")
        case FailureKind.REFUSED:
            return words("The gateway refused the login: {detail}.", detail=detail)


def reading_refused(state: State, words: Words) -> str:
    """Return why the connected gateway does not list its sessions, in one sentence; empty if it does."""
    error = state.gateway.snapshot.read_error
    if error is None or not state.connected:
        return ""
    detail = formatting.clean(error, 120).rstrip(".") or words("no reason given")
    return words("The login works, but the gateway does not list its sessions: {detail}.", detail=detail)


def not_known(state: State, words: Words) -> str:
    """Return why it is not known which sessions there are; empty if it is."""
    if not state.connected:
        return words("Not known: not connected to the gateway.")
    if state.gateway.snapshot.read_at is None:
        return words("Not known: the gateway has not answered yet.")
    return ""


def _protocols(version: str, words: Words) -> str:
    low, high = PROTOCOLS
    if not version.isdecimal():  # the oldest releases do not report their protocol
        return words("The gateway uses a protocol that ClawTray does not support.")
    n = formatting.clean(version, 6)
    return words("The gateway uses protocol {n}. ClawTray supports {low} to {high}.", n=n, low=low, high=high)


def cure(failure: ConnectionFailure, state: State, words: Words) -> str:
    """Return one safe thing to do. A command at the end has no full stop, so that it can be copied."""
    cli, in_panel = state.connection.command, state.process.setup.has_windows
    match failure.kind:
        case FailureKind.PAIRING if _cannot_be_approved(state):
            return words(
                "No command can approve it at this address. Update the gateway, or set gateway.bind to "
                "loopback and restart the gateway."
            )
        case FailureKind.NOT_FOUND if in_panel and not failure.profiles:
            return words("Enter its address in the panel.")
        case kind if in_panel and needs_secret(failure):
            is_token = kind in (FailureKind.TOKEN_MISSING, FailureKind.TOKEN_WRONG)
            return (
                words("Enter the token in the panel.")
                if is_token
                else words("Enter the password in the panel.")
            )
        case FailureKind.NOT_FOUND if failure.profiles:
            name = failure.profiles[0]
            return words("Choose one in Settings, or run: clawtray --profile {name}", name=name)
        case FailureKind.NOT_FOUND:
            return words("Start one, or give its address: clawtray --url ws://HOST:PORT")
        case FailureKind.NOT_RUNNING | FailureKind.STOPPED:
            if state.connection.target is not None and not state.connection.target.is_loopback:
                return words("On the gateway's computer, run: {cli} gateway start", cli=cli)
            return words("Start it with: {cli} gateway start", cli=cli)
        case FailureKind.NOT_A_GATEWAY:
            return words("Check the port in the address.")
        case FailureKind.UNREACHABLE:
            return words("Check the address and the network.")
        case FailureKind.TLS if failure.fingerprint is not None:
            return words("Compare the certificate in the menu or with clawtray doctor before you accept it.")
        case FailureKind.TLS:
            return words("Check the gateway's certificate.")
        case FailureKind.OTHER_USER:
            return words("If your gateway runs there, confirm that in the menu, or run: clawtray trust")
        case FailureKind.PROXY:
            return words("Add the gateway's host to NO_PROXY and restart ClawTray.")
        case FailureKind.NO_RESPONSE:
            return words("The gateway may be busy or starting. ClawTray retries automatically.")
        case (
            FailureKind.STARTING
            | FailureKind.RESTARTING
            | FailureKind.NO_MESSAGES
            | FailureKind.CONNECTION_LOST
        ):
            return words("ClawTray reconnects automatically.")
        case FailureKind.TOKEN_MISSING | FailureKind.TOKEN_WRONG:
            return _secret("gateway.auth.token", "CLAWTRAY_TOKEN", state.connection.origin, words)
        case FailureKind.PASSWORD_MISSING | FailureKind.PASSWORD_WRONG:
            return _secret("gateway.auth.password", "CLAWTRAY_PASSWORD", state.connection.origin, words)
        case FailureKind.PAIRING if failure.request_id is not None and _is_plain(failure.request_id):
            request = failure.request_id
            return words("On the gateway's computer, run: {cli} devices approve {id}", cli=cli, id=request)
        case FailureKind.PAIRING | FailureKind.SCOPE:
            return words("On the gateway's computer, run: {cli} devices list", cli=cli)
        case FailureKind.CLOCK_SKEW:
            return words("Correct the clock that is wrong.")
        case FailureKind.PROTOCOL:
            return words("Update the older of the two.")
        case FailureKind.RATE_LIMITED:
            if not failure.retry_after:
                return words("ClawTray retries automatically.")
            span = formatting.duration(failure.retry_after, words)
            return words("ClawTray tries again in {span}.", span=span)
        case FailureKind.DEVICE_REJECTED | FailureKind.ORIGIN_REJECTED | FailureKind.REFUSED:
            return words("Check the gateway's log.")
        case FailureKind.ADDRESS | FailureKind.DEVICE_KEY:
            return ""  # their details already say what to do


def command(failure: ConnectionFailure, state: State, words: Words) -> str:
    """Return the command with which `cure` ends, so that it can be copied; empty if it names none."""
    cli = state.connection.command
    match failure.kind:
        case FailureKind.PAIRING if _cannot_be_approved(state):
            return ""
        case FailureKind.NOT_FOUND if failure.profiles:
            return f"{words.program} --profile {failure.profiles[0]}"
        case FailureKind.NOT_RUNNING | FailureKind.STOPPED:
            return f"{cli} gateway start"
        case FailureKind.PAIRING if failure.request_id is not None and _is_plain(failure.request_id):
            return f"{cli} devices approve {failure.request_id}"
        case FailureKind.PAIRING | FailureKind.SCOPE:
            return f"{cli} devices list"
        case FailureKind.OTHER_USER:
            return f"{words.program} trust"
        case _:
            return ""


def _cannot_be_approved(state: State) -> bool:
    """Return whether the gateway's own command line cannot reach it: to 2026.7 it only calls loopback."""
    target = state.connection.target
    return target is not None and target.not_on_loopback


def _secret(key: str, variable: str, origin: SecretOrigin | None, words: Words) -> str:
    """Return where to put the right secret: in place of the wrong one, or where ClawTray looks first."""
    match origin:
        case SecretOrigin(SecretSource.ENVIRONMENT, name):
            return words(
                "Set {name} to {key} from the gateway's configuration and restart ClawTray.",
                name=variable if _other_kind(origin, variable) else formatting.clean(name, 40),
                key=key,
            )
        case SecretOrigin(SecretSource.FILE):
            return words(
                "Restart the gateway so that it reads that file again, or set {name}.", name=variable
            )
        case SecretOrigin(SecretSource.STORE):
            return words(
                "Run clawtray login with {key} from the gateway's configuration, or set {name} to it.",
                key=key,
                name=variable,
            )
        case _:
            return words(
                "Set {name} to {key} from the gateway's configuration; "
                "on Windows, clawtray login can keep it.",
                key=key,
                name=variable,
            )


def _other_kind(origin: SecretOrigin | None, variable: str) -> bool:
    """Return whether the secret came from a variable for the other kind: `_PASSWORD` in place of `_TOKEN`."""
    other = "_PASSWORD" if variable.endswith("_TOKEN") else "_TOKEN"
    return origin is not None and origin.source is SecretSource.ENVIRONMENT and origin.name.endswith(other)


def _is_plain(identity: str) -> bool:
    """Return whether an id from outside is safe in a command that a user pastes into a shell."""
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{,79}", identity) is not None


def host(state: State) -> str:
    """Return the gateway's address without the scheme."""
    target = state.connection.target
    return "" if target is None else formatting.clean(target.url.split("://", 1)[-1], 80)


def fingerprint_command(name: str) -> str:
    """Return the command that shows the gateway's certificate fingerprint on its own computer."""
    return f"openssl x509 -noout -fingerprint -sha256 -in ~/.{name}/gateway/tls/gateway-cert.pem"


def gateway_line(state: State) -> str:
    """Return name, version and address: `OpenClaw 2026.9.6 · 127.0.0.1:18789`."""
    hello = state.connection.hello
    parts = () if hello is None else (formatting.generation(hello.generation), hello.version or "")
    name = " ".join(formatting.clean(part, 30) for part in parts).strip()
    return " · ".join(part for part in (name, host(state)) if part)
