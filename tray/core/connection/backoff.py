"""How long to wait before the next attempt."""

from tray.core.model import FailureKind, Phase
from tray.core.state import State

DISCOVERY_INTERVAL_SECONDS = 5.0
"""Seconds between two looks at the settings while only their change can help."""

SLOW_RETRY_SECONDS = 30.0
"""Seconds between attempts that wait for a change of the gateway: an approval, an upgrade."""

RATE_LIMIT_RETRY_SECONDS = 60.0
"""Seconds to wait for a gateway that limits attempts without saying for how long."""

FIRST_RETRY_SECONDS = 0.25

MAX_RETRY_SECONDS_LOOPBACK = 3.0
"""A refused connection on loopback costs nothing, so it is retried often."""

MAX_RETRY_SECONDS = 30.0


def retry_delay(state: State) -> float:
    """Return the seconds to wait before the next attempt: exponential, with jitter."""
    connection, failure = state.connection, state.connection.failure
    if failure is not None and failure.retry_after is not None:
        return max(failure.retry_after, FIRST_RETRY_SECONDS)
    if failure is not None and failure.is_persistent:
        return DISCOVERY_INTERVAL_SECONDS
    if failure is not None and failure.phase is Phase.REFUSED:
        return RATE_LIMIT_RETRY_SECONDS if failure.kind is FailureKind.RATE_LIMITED else SLOW_RETRY_SECONDS
    # Retry at once after one loss, but not after several.
    failures = max(connection.failures, connection.flaps - 1)
    if failures == 0:
        return 0.0
    cap = (
        MAX_RETRY_SECONDS_LOOPBACK
        if connection.target is not None and connection.target.is_loopback
        else MAX_RETRY_SECONDS
    )
    longest: float = min(cap, FIRST_RETRY_SECONDS * 2 ** min(failures, 10))
    return longest * (0.75 + 0.25 * state.chance())
