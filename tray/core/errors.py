"""Why something is not as it should be, as values. `view.words` turns them into sentences."""

from __future__ import annotations

from enum import Enum

import msgspec

from tray.i18n.message import Message
from tray.protocol.handshake import Generation


class Phase(Enum):
    """The connection as a person sees it."""

    NOT_SET_UP = "not set up"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    DOWN = "down"
    REFUSED = "refused"


class FailureKind(Enum):
    """Why there is no connection; each has one sentence and one safe action."""

    NOT_FOUND = "no gateway was ever found"
    ADDRESS = "the address cannot be used"
    DEVICE_KEY = "this computer's own key cannot be used"
    NOT_RUNNING = "nothing listens there"
    NOT_A_GATEWAY = "something else listens there"
    UNREACHABLE = "the host cannot be reached"
    TLS = "encryption failed"
    PROXY = "a proxy is in the way"
    STARTING = "the gateway is starting"
    RESTARTING = "the gateway announced a restart"
    STOPPED = "the gateway announced its end"
    NO_RESPONSE = "it takes the connection and says nothing"
    NO_MESSAGES = "connected, but not a word"
    CONNECTION_LOST = "the connection broke"
    TOKEN_MISSING = "it wants a token"  # noqa: S105 - a word, not a secret
    TOKEN_WRONG = "it does not know the token"  # noqa: S105 - a word, not a secret
    PASSWORD_MISSING = "it wants a password"  # noqa: S105 - a word, not a secret
    PASSWORD_WRONG = "it does not know the password"  # noqa: S105 - a word, not a secret
    PAIRING = "this computer must be approved"
    CLOCK_SKEW = "the clocks differ"
    DEVICE_REJECTED = "it refuses the device key"
    ORIGIN_REJECTED = "it refuses where the connection comes from"
    PROTOCOL = "it speaks another protocol"
    RATE_LIMITED = "too many attempts"
    SCOPE = "it lets us in, but not read"
    REFUSED = "it refuses, in its own words"


_CONNECTING = {FailureKind.STARTING, FailureKind.RESTARTING}
_DOWN = {
    FailureKind.NOT_RUNNING,
    FailureKind.NOT_A_GATEWAY,
    FailureKind.UNREACHABLE,
    FailureKind.PROXY,
    FailureKind.STOPPED,
    FailureKind.NO_RESPONSE,
    FailureKind.NO_MESSAGES,
    FailureKind.CONNECTION_LOST,
}
_LASTING = {
    FailureKind.ADDRESS,
    FailureKind.DEVICE_KEY,
    FailureKind.TOKEN_MISSING,
    FailureKind.TOKEN_WRONG,
    FailureKind.PASSWORD_MISSING,
    FailureKind.PASSWORD_WRONG,
    FailureKind.DEVICE_REJECTED,
    FailureKind.REFUSED,
}


class ConnectionFailure(msgspec.Struct, frozen=True):
    """One reason why there is no connection.

    Attributes:
        cause: Which kind.
        detail: What the gateway or the system said, which is untrusted text, or a message of ours.
        request_id: The pairing request that must be approved.
        retry_after: Seconds that the gateway asks us to wait.
        generation: Of the gateway that refuses, as far as its words give that away.
        upgrade: This computer is known there, and asks to do more than it was approved for.
        fingerprint: SHA-256 of the certificate shown that is not trusted, as 64 lower-case hex digits.
    """

    kind: FailureKind
    detail: Message | str = ""
    request_id: str | None = None
    retry_after: float | None = None
    generation: Generation = Generation.UNKNOWN
    upgrade: bool = False
    fingerprint: str | None = None

    @property
    def phase(self) -> Phase:
        """How this looks from outside."""
        if self.kind is FailureKind.NOT_FOUND:
            return Phase.NOT_SET_UP
        if self.kind in _CONNECTING:
            return Phase.CONNECTING
        return Phase.DOWN if self.kind in _DOWN else Phase.REFUSED

    @property
    def is_persistent(self) -> bool:
        """Trying again is useless, or harms, until settings or secret change or a person clicks."""
        return self.kind in _LASTING


class ActionError(Enum):
    """Why a prompt, a switch or a deed did not succeed."""

    GATEWAY = "the gateway's own reason"
    OFFLINE = "there is no connection"
    GATEWAY_CHANGED = "another gateway is watched by now"
    LEVEL = "the trust level does not allow it"
    SCOPE = "the gateway did not grant it"
    NOT_OWN_SESSION = "a model may be forced only on a session of our own"
    TOO_LONG = "longer than every gateway takes"
    EMPTY = "there is nothing to send"
    NO_CLIPBOARD = "there is no text on the clipboard"
    TIMED_OUT = "it took too long"
    NO_REPLY = "the gateway did not answer the request"
    UNCONFIRMED = "whether the gateway switched the model is not known"
    OTHER_MODEL = "the gateway chose another model than the one asked for"
    ONLY_TRUNCATES = "this release cuts the history off where it should summarise it"
    BUSY = "a run is in progress in this session"
    NO_RUN = "no run is in progress in this session"
    NO_THINKING_LEVELS = "the gateway offers no thinking levels for this session"
    DID_NOT_COME_UP = "it was told to start or restart, and has not come up"
    NOT_DOWN = "it is not known to be down"
    OTHER_COMPUTER = "it runs on another computer, and its release cannot be asked"
    NO_CLI = "the gateway's own command is not on this computer"
    OTHER_GATEWAY = "what listens at the port is not the gateway that its command knows"
    CLI_FAILED = "the gateway's own command says so"
    STILL_RUNNING = "told to stop, the run has not been said to end"


class StaleReason(Enum):
    """Why a context figure is not to be trusted."""

    NEVER_USED = "no run yet"
    NOT_REPORTED = "the gateway tells no figure"
    NO_CONTEXT_LIMIT = "the size of the window is not known"
    REPORTED_STALE = "the gateway says that the figure is old"
    OUTDATED = "the last reading is long ago"
    TOO_LARGE = "as much as the window holds, or more"
    UNCHANGED = "the last run did not report its usage"
    COMPACTED = "just compacted"
