"""Makes sessions of the gateway's rows."""

from collections.abc import Iterable

from tray.core.model import Now, Session
from tray.core.models import switching
from tray.core.sessions import confidence, context_limits, focus, titles
from tray.core.state import State
from tray.protocol.session_keys import is_own, short_name
from tray.protocol.sessions import SessionRow
from tray.values import replace


def sessions_of(state: State, rows: Iterable[SessionRow]) -> tuple[Session, ...]:
    """Return what the rows mean, together with all else that is known."""
    snapshot = state.gateway.snapshot
    listed = context_limits.limits_of(state.gateway.models)
    default = (snapshot.default_model, snapshot.default_context_limit)
    switches, announces = state.profile.switches, state.announces_changes
    agent_id, warning, outdated = state.agent_id, state.settings.warning, snapshot.outdated

    def session(row: SessionRow) -> Session:
        switch = switching.in_force(state, row.key) if switches else None
        if switch is not None and not confidence.is_known(switch, row, announces_changes=announces):
            switch = None
        model, limit = context_limits.model_and_context_limit(row, switch, listed, default)
        observation = snapshot.observations.get(row.key)
        usage = confidence.assess(row, limit, observation, warning=warning, outdated=outdated)
        # Our own session is called by its key or by its last question, never by a derived title.
        title = None if is_own(row.key) else titles.title_of(snapshot.titles, row)
        return Session(row, row.name or title or short_name(row.key, agent_id), model, usage)

    return tuple(map(session, rows))


def in_our_time(row: SessionRow, behind_ms: int) -> SessionRow:
    """Return the same row with times of our own clock, so that ages are right if the gateway's is wrong."""
    if not behind_ms:
        return row

    def ours(at_ms: int | None) -> int | None:
        return None if at_ms is None else max(0, at_ms + behind_ms)

    return replace(row, updated_ms=ours(row.updated_ms), ended_ms=ours(row.ended_ms))


def rebuild(state: State, now: Now) -> State:
    """Make the sessions again from the same rows, after a switch or a change of the list of models."""
    sessions = sessions_of(state, (session.row for session in state.gateway.snapshot.sessions))
    return focus.refocus(state.with_snapshot(replace(state.gateway.snapshot, sessions=sessions)), now)
