"""A connection examined layer by layer: what each layer is, and at which one it fails."""

from __future__ import annotations

from enum import Enum

import msgspec

from tray.core.errors import FailureKind
from tray.core.model.connection import Step
from tray.core.state import State
from tray.i18n.message import Message


class Layer(Enum):
    """What must be well, in this order: each stands on the ones before it."""

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


LAYERS = tuple(Layer)


class Certificate(msgspec.Struct, frozen=True):
    """What a server shows of itself.

    Attributes:
        fingerprint: The certificate's SHA-256 as 64 lower-case hex digits.
        objection: Why this computer does not trust it, in the system's words; None if it does.
    """

    fingerprint: str
    objection: str | None = None


class Probe(msgspec.Struct, frozen=True):
    """What was found out about an address without logging in. A layer that failed ends it.

    Attributes:
        seconds: How long each layer took that was tried.
        addresses: What the host's name stands for; empty if for nothing.
        certificate: What was shown; None without TLS, and where the handshake came to nothing.
        http: What the server answered to a plain request: status, and the name it gives itself.
        error: Why the layer that ended it failed, in the system's words or ours; None if none did.
        failed: That layer.
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
"""Where a cause belongs; every other one is the gateway's answer to the login."""

_LAYER_OF_STEP = {
    Step.DISCOVERING: Layer.DISCOVERY,
    Step.DIALING: Layer.TCP,
    Step.AWAITING_CHALLENGE: Layer.WEBSOCKET,
    Step.LOGGING_IN: Layer.LOGIN,
    Step.CONNECTED: Layer.READING,
    Step.WAITING: Layer.DISCOVERY,
}
"""Where it stands still when the patience ends."""


def failed_at(state: State, probe: Probe | None) -> Layer | None:
    """The layer at which the connection fails; None if the sessions were read."""
    if state.connected and state.snapshot.read_at is not None:
        return None
    failure = state.connection.failure
    layer = (
        _LAYER_OF_STEP[state.connection.step]
        if failure is None
        else _LAYER_OF_FAILURE.get(failure.kind, Layer.LOGIN)
    )
    if probe is None or probe.failed is None or layer not in (Layer.TCP, Layer.TLS, Layer.WEBSOCKET):
        return layer
    # Here the probe has looked closer: a name that stands for nothing is no closed port.
    return min(layer, probe.failed, key=LAYERS.index)
