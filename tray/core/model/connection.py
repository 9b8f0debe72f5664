"""The connection to the gateway, and requests that wait for their answer."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import msgspec

from tray.core.errors import ConnectionFailure, FailureKind, Phase
from tray.i18n.message import Message
from tray.protocol.frames import Request
from tray.protocol.handshake import Generation, Hello
from tray.settings.target import SecretOrigin, Target


class Mode(Enum):
    """How much of the gateway this process cares for."""

    ONE_SHOT = "one reading of the sessions"
    WITH_MODELS = "also the models"
    LIVE = "everything, and its changes"


class Step(Enum):
    """Where the connection stands. The protocol as a line: each step waits for exactly one thing."""

    DISCOVERING = "for the settings and secrets to be read"
    DIALING = "for the socket and the upgrade"
    AWAITING_CHALLENGE = "for the challenge"
    LOGGING_IN = "for the answer to connect"
    CONNECTED = "for nothing: it is connected"
    WAITING = "for the time of the next attempt"


class Connection(msgspec.Struct, frozen=True):
    """The connection.

    Attributes:
        step: Where it stands.
        failure: Why it last failed; None before the first attempt and while connected.
        target: The gateway to call; None until one is found.
        searched: Where a gateway was looked for, in words.
        origin: Where the secret that logs in was found; None if there is none.
        device_token: The gateway gave this device a token of its own, which is kept.
        uses_device_token: That is what logs in, in place of the shared secret.
        revision: Counts changes of settings and secrets; a lasting trouble waits for the next one.
        attempt: Number of the last dial; an answer to an older one is void.
        failures: Failed attempts in a row.
        flaps: Connections in a row that stood but did not last.
        connected_at: When it was last welcomed (mono).
        due_at: When this step gives up, or WAITING ends (mono); None while UP.
        last_message_at: When the gateway last said anything (mono).
        hello: What it said of itself; kept while it is down.
        requested_scopes: The scopes asked for.
        scopes: What this connection may do: asked and granted.
        lost_at: When a connection that was up broke (wall); None while up.
        report_outage_at: When that becomes worth telling (mono); None when told, or not worth it.
        told: The user was told that it is down.
        restart_until: An announced restart is believed until then (mono).
        quiet_until: After a wake-up, a loss is not told before then (mono).
    """

    step: Step = Step.WAITING
    failure: ConnectionFailure | None = None
    target: Target | None = None
    searched: tuple[Message, ...] = ()
    origin: SecretOrigin | None = None
    device_token: bool = False
    uses_device_token: bool = False
    revision: int = 0
    attempt: int = 0
    failures: int = 0
    flaps: int = 0
    connected_at: float = 0.0
    due_at: float | None = 0.0
    last_message_at: float = 0.0
    hello: Hello | None = None
    requested_scopes: tuple[str, ...] = ()
    scopes: frozenset[str] = frozenset()
    lost_at: datetime | None = None
    report_outage_at: float | None = None
    notified: bool = False
    restart_until: float | None = None
    quiet_until: float | None = None

    @property
    def command(self) -> str:
        """What the gateway's own command line is called: as the gateway shows, else as its files are called.

        One of which nothing is known is most likely a recent one.
        """
        notified = self.hello or self.failure
        if notified is not None and notified.generation is not Generation.UNKNOWN:
            return "clawdbot" if notified.generation is Generation.CLAWDBOT else "openclaw"
        return (None if self.target is None else self.target.generation) or "openclaw"

    @property
    def phase(self) -> Phase:
        """The connection as a person sees it."""
        if self.step is Step.CONNECTED:
            return Phase.CONNECTED
        if self.failure is None:
            return Phase.CONNECTING
        if self.failure.kind is FailureKind.CONNECTION_LOST and self.failures == 0:
            return Phase.CONNECTING
        return self.failure.phase


class Pending(msgspec.Struct, frozen=True):
    """A request that has not been answered. `due_at` is when that becomes a failure (mono)."""

    id: str
    request: Request
    sent_at: float
    due_at: float
