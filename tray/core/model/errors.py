"""Errors as values. `tray.view` turns them into sentences.

- `ConnectionFailure` (its `kind` is a `FailureKind`): why there is no connection.
- `ActionError`: why a prompt, a model switch, a session action or a decision failed.
- `StaleReason`: why a context figure is not fresh.
- `Phase`: what the user sees of the connection.

Elsewhere: `protocol.frames.ErrorResponse` is the gateway's response to a request,
and `protocol.handshake.Refusal` its reason for refusing a login.
"""

from enum import Enum, auto

import msgspec

from tray.i18n.words import Message
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

    NOT_FOUND = auto()  # no gateway was found
    ADDRESS = auto()  # the address cannot be used
    DEVICE_KEY = auto()  # the key of this device cannot be used
    NOT_RUNNING = auto()  # nothing listens there
    NOT_A_GATEWAY = auto()  # something else listens there
    UNREACHABLE = auto()  # the host cannot be reached
    TLS = auto()  # encryption failed
    PROXY = auto()  # a proxy is in the way
    OTHER_USER = auto()  # another user of this computer listens there
    STARTING = auto()  # the gateway is starting
    RESTARTING = auto()  # the gateway announced a restart
    STOPPED = auto()  # the gateway announced that it stops
    NO_RESPONSE = auto()  # the connection is accepted, and nothing is sent
    NO_MESSAGES = auto()  # connected, but no messages
    CONNECTION_LOST = auto()  # the connection broke
    TOKEN_MISSING = auto()  # a token is needed
    TOKEN_WRONG = auto()  # the token is wrong
    PASSWORD_MISSING = auto()  # a password is needed
    PASSWORD_WRONG = auto()  # the password is wrong
    PAIRING = auto()  # this device must be approved
    CLOCK_SKEW = auto()  # the clocks differ
    DEVICE_REJECTED = auto()  # the device key is refused
    ORIGIN_REJECTED = auto()  # the origin is refused
    PROTOCOL = auto()  # the protocol version is not supported
    RATE_LIMITED = auto()  # too many attempts
    SCOPE = auto()  # reading was not granted
    REFUSED = auto()  # refused for another reason


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
        user: The system's id of the other user who listens there; empty if it is not known which one.
        profiles: The gateway's own profiles on this computer, if nothing else was found.
    """

    kind: FailureKind
    detail: Message | str = ""
    request_id: str | None = None
    retry_after: float | None = None
    generation: Generation = Generation.UNKNOWN
    upgrade: bool = False
    fingerprint: str | None = None
    user: str | None = None
    profiles: tuple[str, ...] = ()

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
    """Why a prompt, a model switch, a session action or a decision failed.

    The values are those of the state file, and stay when a member is renamed.
    """

    GATEWAY = "GATEWAY"  # the gateway's own reason
    OFFLINE = "OFFLINE"  # there is no connection
    GATEWAY_CHANGED = "MOVED"  # the program connects to another gateway now
    LEVEL = "LEVEL"  # the trust level does not allow it
    SCOPE = "SCOPE"  # the gateway did not grant it
    NOT_OWN_SESSION = "NOT_OURS"  # a prompt sets a model only in own or new sessions
    TOO_LONG = "TOO_LONG"  # longer than every gateway accepts
    EMPTY = "EMPTY"  # there is nothing to send
    NO_CLIPBOARD = "NO_CLIPBOARD"  # there is no text on the clipboard
    TIMED_OUT = "TIMED_OUT"  # it took too long
    NOT_OFFERED = "NOT_OFFERED"  # this decision on an approval is not offered
    NO_REPLY = "NO_REPLY"  # the gateway did not answer the request
    UNCONFIRMED = "UNCONFIRMED"  # it is not known whether the model was switched
    OTHER_MODEL = "OTHER_MODEL"  # the gateway chose another model
    ONLY_TRUNCATES = "ONLY_TRUNCATES"  # this release truncates the history instead of summarising it
    BUSY = "BUSY"  # a run is in progress in this session
    NO_RUN = "NO_RUN"  # no run is in progress in this session
    NO_THINKING_LEVELS = "NO_THINKING_LEVELS"  # the gateway offers no thinking levels for this session
    NO_SUCH_APPROVAL = "NO_SUCH_APPROVAL"  # nothing waits under this id
    QUESTION = "QUESTION"  # a question has no yes or no; the dashboard shows its answers
    BLANK_COMMAND = "BLANK_COMMAND"  # nothing of the command can be seen, so nobody can allow it
    DID_NOT_COME_UP = "DID_NOT_COME_UP"  # it did not come up after a start or restart
    NOT_DOWN = "NOT_DOWN"  # it is not known to be down
    OTHER_COMPUTER = "OTHER_COMPUTER"  # it runs on another computer, and has no restart request
    NO_CLI = "NO_CLI"  # the gateway's own command is not on this computer
    OTHER_GATEWAY = "OTHER_GATEWAY"  # another gateway than that of its command listens at the port
    CLI_FAILED = "CLI_FAILED"  # the gateway's own command failed
    UNREADABLE = "UNREADABLE"  # the answer is none that any release gives
    STILL_RUNNING = "STILL_RUNNING"  # the run did not end after a stop


class StaleReason(Enum):
    """Why a context figure is not fresh."""

    NEVER_USED = "no run yet"
    NOT_REPORTED = "the gateway reports no figure"
    NO_CONTEXT_LIMIT = "the context limit is not known"
    REPORTED_STALE = "the gateway marks the figure as old"
    OUTDATED = "the last reading is too old"
    TOO_LARGE = "the context limit or more"
    LIMITS_DIFFER = "the session and its model have different context limits"
    MUST_COMPACT = "the gateway compacts before the next run"
    UNCHANGED = "the last run did not report its usage"
    COMPACTED = "just compacted"
