"""The user's way to a connection: the welcome, and tests of what was typed. No value has a secret."""

import msgspec

from tray.core.model.errors import ConnectionFailure, FailureKind
from tray.i18n.words import Message
from tray.protocol.handshake import Hello
from tray.settings.target import Target

_SECRET = frozenset(
    {
        FailureKind.TOKEN_MISSING,
        FailureKind.TOKEN_WRONG,
        FailureKind.PASSWORD_MISSING,
        FailureKind.PASSWORD_WRONG,
    }
)


class Trial(msgspec.Struct, frozen=True):
    """A test of an address and a secret that the user typed in a window.

    Attributes:
        profile: The profile that it is for.
        saves: What was typed is saved if it works.
        running: It has not ended.
        target: What was called; None if it must not be called.
        failure: Why it could not log in.
        hello: What the gateway said about itself; None if it could not log in.
        seconds: How long that took.
        problem: What is wrong with what was typed, or why it was not saved.
        in_secret: The problem is in the secret, not in the address.
        id: What the window knows it by.
    """

    profile: str
    saves: bool
    running: bool = False
    target: Target | None = None
    failure: ConnectionFailure | None = None
    hello: Hello | None = None
    seconds: float = 0.0
    problem: Message | None = None
    in_secret: bool = False
    id: str = ""

    @property
    def is_about_secret(self) -> bool:
        """Return whether another secret would help."""
        return self.in_secret or (self.failure is not None and needs_secret(self.failure))

    @property
    def is_usable(self) -> bool:
        """Return whether what was typed is right, as far as the gateway tells before it is asked for more."""
        if self.hello is not None:
            return True
        failure = self.failure
        return failure is not None and (
            failure.kind is FailureKind.PAIRING or failure.fingerprint is not None or bool(failure.user)
        )


class Setup(msgspec.Struct, frozen=True):
    """How far the user has come.

    Attributes:
        icon_shown: The icon is in place, on a system that hides new ones.
        welcomed: The user has seen the welcome notification; saved.
        trial: The last test of what was typed; None if there is none.
        store: The name of the system's credential store; empty where ClawTray uses none.
        has_windows: There is a panel, so what is missing can be typed there.
    """

    icon_shown: bool = False
    welcomed: bool = False
    trial: Trial | None = None
    store: str = ""
    has_windows: bool = False

    @property
    def awaits_welcome(self) -> bool:
        """Return whether the first report comes with the welcome."""
        return self.icon_shown and not self.welcomed


def needs_secret(failure: ConnectionFailure) -> bool:
    """Return whether the gateway asks for another secret."""
    return failure.kind in _SECRET
