"""Diagnosis of a connection, layer by layer."""

from enum import Enum

import msgspec

from tray.core.model import (
    AwaitingChallenge,
    Connected,
    Dialing,
    Discovering,
    FailureKind,
    LoggingIn,
    Step,
    Waiting,
)
from tray.core.state import State
from tray.i18n.words import Message


class Layer(Enum):
    """What a connection needs, in order: each layer rests on those before it."""

    SETTINGS = "settings"
    DISCOVERY = "discovery"
    NAME = "name"
    TCP = "tcp"
    TLS = "tls"
    HTTP = "http"
    WEBSOCKET = "websocket"
    LOGIN = "login"
    SCOPES = "scopes"
    METHODS = "methods"
    READING = "reading"
    CHANNELS = "channels"


LAYERS = tuple(layer for layer in Layer if layer is not Layer.CHANNELS)
"""What every connection needs. Of channels nothing is said where they are well."""


class Certificate(msgspec.Struct, frozen=True):
    """The certificate that a server presents.

    Attributes:
        fingerprint: SHA-256 of the certificate as 64 lower-case hex digits.
        objection: Why this computer does not trust it, in the system's words; None if it does.
    """

    fingerprint: str
    objection: str | None = None


class Probe(msgspec.Struct, frozen=True):
    """What was found out about an address without logging in. The first layer that fails ends it.

    Attributes:
        seconds: How long each layer took that was tried.
        addresses: The addresses of the host name; empty if there are none.
        certificate: None without TLS, and if the handshake failed.
        http: Status of a plain request, and the name that the server gives itself.
        error: Why a layer failed, in the system's words; None if none did.
        failed: The layer that failed.
        proxy: The environment variable that sends the connection through a proxy; None if none does.
    """

    seconds: dict[Layer, float]
    addresses: tuple[str, ...] = ()
    certificate: Certificate | None = None
    http: tuple[int, str] | None = None
    error: Message | None = None
    failed: Layer | None = None
    proxy: str | None = None


_LAYER_OF_FAILURE = {
    FailureKind.NOT_FOUND: Layer.DISCOVERY,
    FailureKind.ADDRESS: Layer.DISCOVERY,
    FailureKind.DEVICE_KEY: Layer.LOGIN,
    FailureKind.NOT_RUNNING: Layer.TCP,
    FailureKind.RESTARTING: Layer.TCP,
    FailureKind.STOPPED: Layer.TCP,
    FailureKind.UNREACHABLE: Layer.TCP,
    FailureKind.PROXY: Layer.TCP,
    FailureKind.TLS: Layer.TLS,
    FailureKind.STARTING: Layer.WEBSOCKET,
    FailureKind.NO_RESPONSE: Layer.WEBSOCKET,
    FailureKind.NOT_A_GATEWAY: Layer.WEBSOCKET,
    FailureKind.CONNECTION_LOST: Layer.WEBSOCKET,
    FailureKind.SCOPE: Layer.SCOPES,
}
"""Every other failure is a response to the login."""

_LAYER_OF_STEP: dict[type[Step], Layer] = {
    Discovering: Layer.DISCOVERY,
    Dialing: Layer.TCP,
    AwaitingChallenge: Layer.WEBSOCKET,
    LoggingIn: Layer.LOGIN,
    Connected: Layer.READING,
    Waiting: Layer.DISCOVERY,
}
"""Where the connection is stuck when the time is over."""


def failed_at(state: State, probe: Probe | None) -> Layer | None:
    """Return the layer at which the connection fails; None if the sessions were read."""
    if state.connected and state.gateway.snapshot.read_at is not None:
        return None
    failure, step = state.connection.failure, state.connection.step
    if failure is None and isinstance(step, Dialing) and probe is not None:
        return probe.failed or Layer.WEBSOCKET  # it waits for the socket or for its upgrade
    layer = (
        _LAYER_OF_STEP[type(step)] if failure is None else _LAYER_OF_FAILURE.get(failure.kind, Layer.LOGIN)
    )
    if probe is None or probe.failed is None or layer not in (Layer.TCP, Layer.TLS, Layer.WEBSOCKET):
        return layer
    # The probe knows more: it tells a name without an address from a closed port.
    return min(layer, probe.failed, key=LAYERS.index)
