"""Which of two secrets to log in with: the shared one, or the token that the gateway issued to this device.

A gateway that has approved a device issues a token to it, which outlives a change of the shared secret and
can be revoked without one. The shared secret is tried first, because it is the one that the user sees and
sets.
"""

from tray.core.effects import Effect, ForgetDeviceToken
from tray.core.events import TargetResolved
from tray.core.model import Connection, FailureKind
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
    """Return whether the next attempts log in with the device's own token."""
    if not event.device_token:
        return False
    return event.origin is None or (connection.uses_device_token and event.revision == connection.revision)


def login_refused(connection: Connection, kind: FailureKind) -> tuple[Connection, tuple[Effect, ...], bool]:
    """Return the connection, the effects, and whether to retry at once with the other secret."""
    if kind not in _SECRET_FAILURES or not connection.device_token:
        return connection, (), False
    if not connection.uses_device_token:
        return replace(connection, uses_device_token=True), (), True
    # It was revoked. Without a shared secret, retry once to learn what the gateway requires instead.
    left = replace(connection, uses_device_token=False, device_token=False)
    return left, (ForgetDeviceToken(),), connection.origin is None
