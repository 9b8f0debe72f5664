"""Errors as values. `tray.view` turns them into sentences.

- `ConnectionFailure` (its `kind` is a `FailureKind`): why there is no connection.
- `ActionError`: why a prompt, a model switch, a session action or a decision failed.
- `StaleReason`: why a context figure is not fresh.
- `Phase`: what the user sees of the connection.

Elsewhere: `protocol.frames.ErrorResponse` is the gateway's response to a request,
`protocol.handshake.Refusal` its reason for refusing a login, and `settings.problem.SettingsProblem` a mistake
in the settings.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from tray.i18n.message import Message
from tray.protocol.handshake import Generation


class Phase(Enum):
    """The connection as the user sees it."""

    NOT_SET_UP = "not set up"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    DOWN = "down"
    REFUSED = "refused"


class FailureKind(Enum):
    """Why there is no connection. Each has one sentence and one safe action."""

    NOT_FOUND = "no gateway was found"
    ADDRESS = "the address cannot be used"
    DEVICE_KEY = "the key of this device cannot be used"
    NOT_RUNNING = "nothing listens there"
    NOT_A_GATEWAY = "something else listens there"
    UNREACHABLE = "the host cannot be reached"
    TLS = "encryption failed"
    PROXY = "a proxy is in the way"
    STARTING = "the gateway is starting"
    RESTARTING = "the gateway announced a restart"
    STOPPED = "the gateway announced that it stops"
    NO_RESPONSE = "the connection is accepted, and nothing is sent"
    NO_MESSAGES = "connected, but no messages"
    CONNECTION_LOST = "the connection broke"
    TOKEN_MISSING = "a token is needed"  # noqa: S105 - a word, not a secret
    TOKEN_WRONG = "the token is wrong"  # noqa: S105 - a word, not a secret
    PASSWORD_MISSING = "a password is needed"  # noqa: S105 - a word, not a secret
    PASSWORD_WRONG = "the password is wrong"  # noqa: S105 - a word, not a secret
    PAIRING = "this device must be approved"
    CLOCK_SKEW = "the clocks differ"
    DEVICE_REJECTED = "the device key is refused"
    ORIGIN_REJECTED = "the origin is refused"
    PROTOCOL = "the protocol version is not supported"
    RATE_LIMITED = "too many attempts"
    SCOPE = "reading was not granted"
    REFUSED = "refused for another reason"


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
_PERSISTENT = {
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
    """Why there is no connection.

    Attributes:
        detail: What the gateway or the system said; untrusted text.
        request_id: The pairing request to approve.
        retry_after: Seconds that the gateway asks to wait.
        generation: Of the gateway that refuses, if its response shows it.
        upgrade: The device is paired, and requests more scopes than it was approved for.
        fingerprint: SHA-256 of the untrusted certificate, as 64 lower-case hex digits.
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
        """Return the phase that the user sees."""
        if self.kind is FailureKind.NOT_FOUND:
            return Phase.NOT_SET_UP
        if self.kind in _CONNECTING:
            return Phase.CONNECTING
        return Phase.DOWN if self.kind in _DOWN else Phase.REFUSED

    @property
    def is_persistent(self) -> bool:
        """Return whether retrying is useless or harmful until the user or the settings change it."""
        return self.kind in _PERSISTENT


class ActionError(Enum):
    """Why a prompt, a model switch, a session action or a decision failed."""

    GATEWAY = "the gateway's own reason"
    OFFLINE = "there is no connection"
    GATEWAY_CHANGED = "the program connects to another gateway now"
    LEVEL = "the trust level does not allow it"
    SCOPE = "the gateway did not grant it"
    NOT_OWN_SESSION = "a prompt may choose a model only in ClawTray's own sessions"
    TOO_LONG = "longer than every gateway accepts"
    EMPTY = "there is nothing to send"
    NO_CLIPBOARD = "there is no text on the clipboard"
    TIMED_OUT = "it took too long"
    NO_REPLY = "the gateway did not answer the request"
    UNCONFIRMED = "it is not known whether the model was switched"
    OTHER_MODEL = "the gateway chose another model"
    ONLY_TRUNCATES = "this release truncates the history instead of summarising it"
    BUSY = "a run is in progress in this session"
    NO_RUN = "no run is in progress in this session"
    NO_THINKING_LEVELS = "the gateway offers no thinking levels for this session"
    DID_NOT_COME_UP = "it did not come up after a start or restart"
    NOT_DOWN = "it is not known to be down"
    OTHER_COMPUTER = "it runs on another computer, and has no restart request"
    NO_CLI = "the gateway's own command is not on this computer"
    OTHER_GATEWAY = "another gateway than that of its command listens at the port"
    CLI_FAILED = "the gateway's own command failed"
    STILL_RUNNING = "the run did not end after a stop"


class StaleReason(Enum):
    """Why a context figure is not fresh."""

    NEVER_USED = "no run yet"
    NOT_REPORTED = "the gateway reports no figure"
    NO_CONTEXT_LIMIT = "the context limit is not known"
    REPORTED_STALE = "the gateway marks the figure as old"
    OUTDATED = "the last reading is too old"
    TOO_LARGE = "the context limit or more"
    UNCHANGED = "the last run did not report its usage"
    COMPACTED = "just compacted"
