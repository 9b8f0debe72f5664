"""How long an answer with the sessions is waited for."""

from tray.core.requests import TIMEOUT_SECONDS
from tray.core.state import State

MAX_TIMEOUT_SECONDS = 120.0


def timeout(state: State) -> float:
    """Return the seconds: more for a gateway that took long for the last one."""
    return max(TIMEOUT_SECONDS, min(2 * state.gateway.snapshot.read_seconds, MAX_TIMEOUT_SECONDS))
