"""Titles of sessions that have no name: asked for rarely, since they cost the gateway a look into files."""

from collections.abc import Iterable, Mapping

from tray.core.state import State
from tray.protocol.session_keys import is_own
from tray.protocol.sessions import SessionRow


def are_wanted(state: State) -> bool:
    """Return whether the next list should have titles: the first one, and where a new session has no name.

    A list that was too slow with titles is asked for without them.
    """
    snapshot = state.gateway.snapshot
    if not state.announces_changes:  # older releases answer nothing else until they have read all files
        return False
    if snapshot.read_at is None:
        return not snapshot.rested_at
    return any(
        _needs_title(session.row) and snapshot.titles.get(session.key, ("",))[0] != session.row.session_id
        for session in snapshot.sessions
    )


def noted(
    known: Mapping[str, tuple[str | None, str | None]],
    rows: Iterable[SessionRow],
    titles: Mapping[str, str],
    *,
    asked: bool,
) -> dict[str, tuple[str | None, str | None]]:
    """Return the title of each of these sessions, by its key, beside the session id that it belongs to.

    None is the title of one that has none, so that it is not asked for again.
    """
    found: dict[str, tuple[str | None, str | None]] = {}
    for row in rows:
        before = known.get(row.key)
        if before is not None and before[0] != row.session_id:
            before = None  # it was reset
        if row.key in titles:
            found[row.key] = (row.session_id, titles[row.key])
        elif before is not None:
            found[row.key] = before
        elif asked and _needs_title(row):
            found[row.key] = (row.session_id, None)
    return found


def title_of(known: Mapping[str, tuple[str | None, str | None]], row: SessionRow) -> str | None:
    """Return what to call a session without a name; None if nothing is known, or its key says it better."""
    session_id, title = known.get(row.key, (None, None))
    return title if session_id == row.session_id and not row.main else None


def _needs_title(row: SessionRow) -> bool:
    return row.name is None and row.has_run and not (row.main or row.background or is_own(row.key))
