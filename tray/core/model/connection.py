"""The connection to the gateway, and requests that wait for a response."""

from datetime import datetime
from enum import Enum, auto
from typing import TypeAlias

import msgspec

from tray.core.model.errors import ConnectionFailure, FailureKind, Phase
from tray.i18n.words import Message
from tray.protocol.handshake import Generation, Hello
from tray.protocol.requests import AnyRequest
from tray.settings.target import SecretOrigin, Target


class Mode(Enum):
    """How much of the gateway this process reads."""

    ONE_SHOT = auto()  # read the sessions once
    WITH_MODELS = auto()  # also read the models
    LIVE = auto()  # read everything, and follow changes


class _TimedStep(msgspec.Struct, frozen=True):
    due_at: float  # mono


class Discovering(_TimedStep, frozen=True):
    """Waits for settings and secrets."""


class Dialing(_TimedStep, frozen=True):
    """Waits for the socket and its upgrade."""


class AwaitingChallenge(_TimedStep, frozen=True):
    """Waits for the challenge."""


class LoggingIn(_TimedStep, frozen=True):
    """Waits for the response to `connect`, which requested these scopes."""

    scopes: tuple[str, ...]


class Connected(msgspec.Struct, frozen=True):
    """Logged in.

    Attributes:
        since: When the login succeeded (mono).
        last_message_at: When the gateway last sent anything (mono).
        requested_scopes: The scopes requested at login.
        scopes: What this connection may do: requested and granted.
    """

    since: float
    last_message_at: float
    requested_scopes: tuple[str, ...] = ()
    scopes: frozenset[str] = frozenset()


class Waiting(_TimedStep, frozen=True):
    """Waits for the time of the next attempt."""


Step: TypeAlias = Discovering | Dialing | AwaitingChallenge | LoggingIn | Connected | Waiting
"""The steps of connecting, in order. Each waits for exactly one thing; a failure leads to the last."""


class Connection(msgspec.Struct, frozen=True):
    """The connection to the gateway.

    Attributes:
        failure: Why it last failed; None before the first attempt and while connected.
        target: The gateway to connect to; None until one is found.
        searched: Where a gateway was searched, as sentences.
        origin: Where the secret used to log in was found; None if there is none.
        device_token: The gateway has issued a token to this device, and it is stored.
        uses_device_token: Log in with that token instead of the shared secret.
        device_token_is_narrow: That token was refused because it allows less than is requested, so the next
            attempt goes without it, to learn what the gateway requires instead.
        revision: Counts changes of settings and secrets. A persistent failure is retried after the next one.
        secret_refused_at: The revision whose shared secret was refused; None if none was.
        attempt: Number of the last dial; answers to older ones are ignored.
        failures: Failed attempts in a row.
        flaps: Connections in a row that were established but did not last.
        hello: What the gateway said about itself; kept while it is down.
        lost_at: When an established connection broke (wall); None while connected.
        report_outage_at: When the user is notified of the outage (mono); None if notified, or not needed.
        notified: The user was notified of the outage.
        restart_until: Until when an announced restart explains failures (mono).
        quiet_until: After the computer resumed, an outage is not reported before then (mono).
    """

    step: Step = Waiting(0.0)
    failure: ConnectionFailure | None = None
    target: Target | None = None
    searched: tuple[Message, ...] = ()
    origin: SecretOrigin | None = None
    device_token: bool = False
    uses_device_token: bool = False
    device_token_is_narrow: bool = False
    revision: int = 0
    secret_refused_at: int | None = None
    attempt: int = 0
    failures: int = 0
    flaps: int = 0
    hello: Hello | None = None
    lost_at: datetime | None = None
    report_outage_at: float | None = None
    notified: bool = False
    restart_until: float | None = None
    quiet_until: float | None = None

    @property
    def command(self) -> str:
        """Return the name of the gateway's own command: by its hello or refusal, else by its files.

        A gateway of which neither is known is most likely a recent one.
        """
        response = self.hello or self.failure
        if response is not None and response.generation is not Generation.UNKNOWN:
            return "clawdbot" if response.generation is Generation.CLAWDBOT else "openclaw"
        return (None if self.target is None else self.target.generation) or "openclaw"

    @property
    def scopes(self) -> frozenset[str]:
        """Return what it may do now."""
        return self.step.scopes if isinstance(self.step, Connected) else frozenset()

    @property
    def phase(self) -> Phase:
        """Return the phase that the user sees."""
        if isinstance(self.step, Connected):
            return Phase.CONNECTED
        if self.failure is None:
            return Phase.CONNECTING
        if self.failure.kind is FailureKind.CONNECTION_LOST and self.failures == 0:
            return Phase.CONNECTING
        return self.failure.phase


class Pending(msgspec.Struct, frozen=True):
    """A request without a response yet. At `due_at` (mono) it times out.

    `late`: it has timed out, and nothing waits for it; its answer is still of use until `due_at`.
    """

    id: str
    request: AnyRequest
    sent_at: float
    due_at: float
    late: bool = False
