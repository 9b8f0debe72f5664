"""Which of two secrets logs in: the one that the user shares with the gateway, or the token of this device.

A gateway that has let a device in once gives it a token of its own, which outlives a change of the shared
secret and can be taken back without it. The shared one is tried first, for it is what the user sees and sets.
"""

from __future__ import annotations

from tray.core.effects import Effect, ForgetDeviceToken
from tray.core.errors import FailureKind
from tray.core.events import TargetResolved
from tray.core.model.connection import Connection
from tray.values import replace

_SECRET_FAILURES = frozenset(
    {
        FailureKind.TOKEN_MISSING,
        FailureKind.TOKEN_WRONG,
        FailureKind.PASSWORD_MISSING,
        FailureKind.PASSWORD_WRONG,
    }
)


def is_chosen(connection: Connection, event: TargetResolved) -> bool:
    """Whether the attempts from now on log in with the device's own token."""
    if not event.device_token:
        return False
    return event.origin is None or (connection.uses_device_token and event.revision == connection.revision)


def login_refused(connection: Connection, kind: FailureKind) -> tuple[Connection, tuple[Effect, ...], bool]:
    """What a refusal means for both secrets; the last value tells whether to try at once with the other."""
    if kind not in _SECRET_FAILURES or not connection.device_token:
        return connection, (), False
    if not connection.uses_device_token:
        return replace(connection, uses_device_token=True), (), True
    # It was taken back. Without a shared secret the gateway is asked once more, for what it wants then.
    left = replace(connection, uses_device_token=False, device_token=False)
    return left, (ForgetDeviceToken(),), connection.origin is None
