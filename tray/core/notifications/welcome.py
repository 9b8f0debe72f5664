"""The welcome: one notification at the first start, once it is known what the user finds."""

from tray.core.effects import Notify
from tray.core.feature import Feature
from tray.core.model import Now, Welcome
from tray.core.state import Outcome, State
from tray.values import replace


def _is_due(state: State) -> bool:
    known = state.connected or state.connection.failure is not None
    return known and state.process.setup.awaits_welcome


def _tick(state: State, now: Now) -> Outcome:  # noqa: ARG001 - as features are called
    if not _is_due(state):
        return state, ()
    return state.with_setup(replace(state.process.setup, welcomed=True)), (Notify(Welcome()),)


def _deadline(state: State) -> float | None:
    return 0.0 if _is_due(state) else None


FEATURE = Feature(tick=_tick, deadline=_deadline)
