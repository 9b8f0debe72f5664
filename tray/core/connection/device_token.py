"""Which of two secrets to log in with: the shared one, or the token that the gateway issued to this device.

A gateway that has approved a device issues a token to it, which outlives a change of the shared secret and
can be revoked without one. The shared secret is tried first, because it is the one that the user sees and
sets.
"""

from tray.core.effects import Effect, ForgetDeviceToken
from tray.core.events import TargetResolved
from tray.core.model import Connection
from tray.protocol.handshake import Refusal
from tray.values import replace

SECRET_REFUSALS = frozenset(
    {
        Refusal.TOKEN_MISSING,
        Refusal.TOKEN_WRONG,
        Refusal.PASSWORD_MISSING,
        Refusal.PASSWORD_WRONG,
        Refusal.DEVICE_TOKEN,
    }
)
"""What another secret can help against, or none."""


def is_chosen(connection: Connection, event: TargetResolved) -> bool:
    """Return whether the next attempts log in with the device's own token."""
    if not event.device_token or connection.device_token_is_narrow:
        return False
    return event.origin is None or (connection.uses_device_token and event.revision == connection.revision)


def login_refused(connection: Connection, refusal: Refusal) -> tuple[Connection, tuple[Effect, ...], bool]:
    """Return the connection, the effects, and whether to retry at once, with the other secret or none."""
    if connection.device_token_is_narrow:  # this was the attempt without it
        return replace(connection, device_token_is_narrow=False), (), False
    if refusal is Refusal.DEVICE_TOKEN_SCOPES and connection.uses_device_token and connection.origin is None:
        # It is kept: at a lower trust level it still logs in.
        return replace(connection, uses_device_token=False, device_token_is_narrow=True), (), True
    if refusal not in SECRET_REFUSALS or not connection.device_token:
        return connection, (), False
    if not connection.uses_device_token:
        return replace(connection, uses_device_token=True), (), True
    # It was revoked. Without a shared secret, retry once to learn what the gateway requires instead.
    left = replace(connection, uses_device_token=False, device_token=False)
    return left, (ForgetDeviceToken(),), connection.origin is None
