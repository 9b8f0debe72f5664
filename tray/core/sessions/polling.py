"""Reading the sessions: when, and what follows from a reading.

They are read after the login, soon after a run ended or a change was announced, a little after our own model
switch, and otherwise at a long interval. Nothing else is polled.
"""

from collections.abc import Iterable

from tray.core.connection import login
from tray.core.effects import ReadSettings
from tray.core.feature import Feature, Handler
from tray.core.model import (
    RUN_LIMIT_SECONDS,
    Focus,
    Mode,
    Now,
    RunningRun,
    Session,
)
from tray.core.models import switching
from tray.core.requests import answered, is_pending, send
from tray.core.sessions import (
    catalogue,
    confidence,
    focus,
    forecast,
    patience,
    run_ends,
    thresholds,
    titles,
)
from tray.core.sessions.rows import in_our_time, rebuild, sessions_of
from tray.core.state import GatewayData, Outcome, State, for_each
from tray.protocol.frames import ErrorResponse
from tray.protocol.models import AllowList, Catalogue, ConfigGet, ModelsList
from tray.protocol.requests import AnyRequest, Done
from tray.protocol.runs import Compacting, RunEnded, RunStarted
from tray.protocol.sessions import (
    Patched,
    SessionList,
    SessionRow,
    SessionsDescribe,
    SessionsList,
    SessionsPatch,
    SessionsSearch,
    SessionsSubscribe,
)
from tray.settings.target import Target
from tray.values import replace

MAX_SESSIONS = 200
MAX_RUNS = 200
"""Runs in progress to remember; no sane gateway needs more."""
DEBOUNCE_SECONDS = 0.8
"""Seconds after an event: late enough for the run's figure to be stored, and one reading for many events."""
PAUSE_FACTOR = 3.0
"""Seconds of pause for each second that the last reading took, before an event causes another."""
MIN_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 1.0, 15.0
AFTER_SWITCH_SECONDS = 2.0
MAX_POLL_SECONDS_WITHOUT_EVENTS = 30.0
"""Seconds between readings where the gateway does not announce changes."""
RETRY_SECONDS = 5.0
"""Seconds after a failed reading until the next one."""
TRUSTED_INTERVALS = 3
"""Polling intervals for which a reading is trusted: by then, the next ones have failed."""
RUN_LISTED_AFTER_SECONDS = 2.0
"""Seconds after the start of a run from which a reading is sure to list it."""


def start(state: State, now: Now) -> Outcome:
    """Request what is needed after a login."""
    target = state.connection.target
    url = None if target is None else target.url
    state = replace(
        state,
        gateway=replace(
            state.gateway,
            snapshot=replace(state.gateway.snapshot, url=url, read_error=None),
            allowed=None,
            models_error=None,
        ),
    )
    wanted: list[AnyRequest] = [_sessions_list(state)]
    if state.mode is Mode.LIVE and state.announces_changes:
        wanted.insert(0, SessionsSubscribe())  # first, or a change right after the reading would be missed
    wanted += catalogue.requests(state)
    state, effects = for_each(state, wanted, lambda state, request: send(state, request, now))
    return _schedule(state, now), effects


def stop(state: State, _now: Now) -> Outcome:
    """Stop reading, and forget the runs in progress, which only this connection announced."""
    return state.with_snapshot(replace(state.gateway.snapshot, next_read_at=None, runs={})), ()


def schedule(state: State, now: Now, seconds: float | None = None) -> State:
    """Read again after these seconds, or soon after an event; several calls cause one reading.

    Events come in crowds, and each reading costs the gateway: they wait for a pause after the last one.
    """
    due = state.gateway.snapshot.next_read_at
    soon = max(now.mono + DEBOUNCE_SECONDS, state.gateway.snapshot.rested_at)
    at = soon if seconds is None else now.mono + seconds
    if not state.connected or (due is not None and due <= at):
        return state
    return state.with_snapshot(replace(state.gateway.snapshot, next_read_at=at))


def forget(state: State) -> State:
    """Forget everything that was read of the previous gateway."""
    return replace(
        state, gateway=GatewayData(focus=Focus(pinned=state.profile.pins.get(state.settings.profile)))
    )


def is_other_gateway(state: State, target: Target | None) -> bool:
    """Return whether the profile's gateway is found at another address, so it is another gateway."""
    return target is not None and state.gateway.snapshot.url not in (None, target.url)


def gateway_changed(state: State) -> State:
    """Forget the previous gateway, and the model switches made on it."""
    kept = tuple(s for s in state.profile.switches if s.profile != state.settings.profile or not s.in_force)
    return replace(forget(state), profile=replace(state.profile, switches=kept))


def sessions_listed(state: State, request: SessionsList, answer: SessionList, now: Now) -> Outcome:
    """Take in a list. Of one that was cut, sessions that are read by themselves are kept until they are."""
    state, requested_at = answered(state, request)
    snapshot = state.gateway.snapshot
    watched = (
        frozenset(state.watched).difference(row.key for row in answer.rows) if answer.cut else frozenset()
    )
    kept = tuple(session for session in snapshot.sessions if session.key in watched) if watched else ()
    snapshot = replace(
        snapshot,
        default_model=answer.default_model or snapshot.default_model,
        default_context_limit=answer.default_context_limit or snapshot.default_context_limit,
        read_at=now.wall,
        read_seconds=now.mono - requested_at,
        read_error=None,
        rested_at=now.mono + _pause(now.mono - requested_at),
        outdated_at=now.mono + TRUSTED_INTERVALS * _poll_seconds(state),
        cut=answer.cut,
        unread=watched,
        behind_ms=now.clock_difference(answer.at_ms),
        titles=titles.noted(
            snapshot.titles,
            (*answer.rows, *(session.row for session in kept)),
            answer.titles,
            asked=request.titles,
        ),
    )
    return take_in(state.with_snapshot(snapshot), answer.rows, requested_at, now, after=kept)


def take_in(
    state: State,
    rows: Iterable[SessionRow],
    requested_at: float,
    now: Now,
    *,
    before: tuple[Session, ...] = (),
    after: tuple[Session, ...] = (),
) -> Outcome:
    """Make sessions of these rows, and draw the conclusions; sessions kept as they were stand around them."""
    snapshot = state.gateway.snapshot
    rows = tuple(in_our_time(_with_main(state, row), snapshot.behind_ms) for row in rows)
    old = {session.key: session.row for session in snapshot.sessions}
    known = frozenset(row.key for row in rows if row.key in old and old[row.key].session_id == row.session_id)
    observations = {
        session.key: snapshot.observations[session.key]
        for session in (*before, *after)
        if session.key in snapshot.observations
    }
    for row in rows:
        seen = snapshot.observations.get(row.key)
        seen = None if seen is None else confidence.reconcile(seen, row, requested_at)
        if seen is not None:
            observations[row.key] = seen
    runs = _current_runs(state, rows, requested_at)
    state = state.with_snapshot(replace(snapshot, observations=observations, runs=runs))
    sessions = sessions_of(state, rows)
    state = state.with_snapshot(replace(state.gateway.snapshot, sessions=(*before, *sessions, *after)))
    state = forecast.record(state, state.gateway.snapshot.sessions)
    state, effects = switching.check_switches(state, sessions, requested_at)
    state = focus.refocus(state, now)
    if state.mode is Mode.LIVE:  # only the tray owns the latches; a command does not notify
        state, known = thresholds.reopen_undelivered(state, sessions, known)
        latches, crossings = thresholds.cross(state.profile.latches, sessions, state.settings, known)
        state, effects = replace(state, profile=replace(state.profile, latches=latches)), effects + crossings
    state, more = catalogue.sessions_listed(state, now)
    effects += more
    if state.mode is Mode.LIVE and run_ends.are_late(snapshot.run_ends, rows, requested_at):
        state = schedule(state, now, run_ends.LISTED_SECONDS)
    settled = requested_at - confidence.SETTLE_SECONDS
    if any(each.ended_at is not None and each.ended_at > settled for each in observations.values()):
        state = schedule(state, now)  # requested too early to hold the figure of a run that has ended
    return state, effects


def reading_failed(
    state: State, request: SessionsList, error_response: ErrorResponse | None, now: Now
) -> Outcome:
    """Note why, and schedule another reading, unless the scope to read is missing.

    A command that reads once does so only if it has no figures yet.
    """
    if error_response is not None and error_response.missing_scope:
        return login.scope_missing(state, now)
    snapshot = state.gateway.snapshot
    if error_response is None:  # it keeps the gateway busy still
        rows = (session.row for session in snapshot.sessions)
        snapshot = replace(
            snapshot,
            read_error=None,
            rested_at=now.mono + MAX_PAUSE_SECONDS,
            titles=titles.noted(snapshot.titles, rows, {}, asked=request.titles),
        )
    else:
        snapshot = replace(snapshot, read_error=error_response.message or error_response.code)
    state = state.with_snapshot(snapshot)
    wanted = state.mode is Mode.LIVE or state.gateway.snapshot.read_at is None
    return schedule(state, now, RETRY_SECONDS) if wanted else state, ()


def run_started(state: State, push: RunStarted, now: Now) -> State:
    """Note the run, and the session's figure before it, to see later whether it changed."""
    snapshot = state.gateway.snapshot
    # If announced twice, it started at the first announcement.
    runs = {**snapshot.runs, push.run_id: snapshot.runs.get(push.run_id, RunningRun(push.key, now.mono))}
    if len(runs) > MAX_RUNS:
        del runs[next(iter(runs))]
    session = snapshot.find(push.key)
    if session is None:  # new, or never listed: there is no figure that the run could leave unchanged
        return state.with_snapshot(replace(snapshot, runs=runs))
    snapshot = replace(snapshot, run_ends=run_ends.without(snapshot.run_ends, session.key))
    observation = confidence.watch_run(snapshot.observations.get(session.key), session.row, ended_at=None)
    return state.with_snapshot(
        replace(snapshot, runs=runs, observations={**snapshot.observations, session.key: observation})
    )


def run_ended(state: State, push: RunEnded, now: Now) -> State:
    """Read soon. Only a run without an error should have changed the figure."""
    snapshot = state.gateway.snapshot
    started = snapshot.runs.get(push.run_id)
    key = push.key or (None if started is None else started.key)
    runs = {identity: run for identity, run in snapshot.runs.items() if identity != push.run_id}
    observations = snapshot.observations
    if key is not None and key in observations and push.error is None and not push.aborted:
        session = snapshot.find(key)
        row = session.row if session is not None else None
        observations = {**observations, key: confidence.watch_run(observations[key], row, ended_at=now.mono)}
    ends = run_ends.noted(snapshot.run_ends, (key,), now)
    return schedule(
        state.with_snapshot(replace(snapshot, runs=runs, observations=observations, run_ends=ends)),
        now,
    )


def forget_runs(state: State, identities: Iterable[str], now: Now) -> State:
    """Forget runs that were stopped: some releases do not announce their end."""
    snapshot, gone = state.gateway.snapshot, set(identities)
    runs = {identity: run for identity, run in snapshot.runs.items() if identity not in gone}
    ended = (run.key for identity, run in snapshot.runs.items() if identity in gone)
    ends = run_ends.noted(snapshot.run_ends, ended, now)
    return state.with_snapshot(replace(snapshot, runs=runs, run_ends=ends))


def compacting(state: State, push: Compacting, now: Now) -> State:
    """Mark the figure as invalid after a compaction that made room."""
    if not push.done or push.failed or push.key is None:
        return state
    session = state.gateway.snapshot.find(push.key)
    if session is None:  # never listed: there is no figure to mark
        return schedule(state, now)
    observation = confidence.watch_compaction(session.row)
    observations = {**state.gateway.snapshot.observations, session.key: observation}
    state = state.with_snapshot(replace(state.gateway.snapshot, observations=observations))
    return schedule(rebuild(state, now), now)


def tick(state: State, now: Now) -> Outcome:
    """Read what is due, mark what is outdated, and choose the focus again."""
    due_at = focus.focus_deadline(state.gateway.focus)
    if due_at is not None and now.mono >= due_at:
        state = focus.refocus(state, now)
    state = _mark_outdated(state, now)
    due = state.gateway.snapshot.next_read_at
    if due is None or now.mono < due:
        return state, ()
    state = _schedule(
        state.with_snapshot(replace(state.gateway.snapshot, next_read_at=None)),
        now,
    )
    if is_pending(state, SessionsList):  # the one in progress may have been requested before the change
        return schedule(state, now), ()
    state, effects = send(state, _sessions_list(state), now, patience.timeout(state))
    if state.mode is Mode.LIVE:  # an edit of the settings file takes effect at the next reading, too
        effects += (ReadSettings(),)
    return state, effects


def deadline(state: State) -> float | None:
    """Return when `tick` is due (mono)."""
    snapshot = state.gateway.snapshot
    due = [snapshot.next_read_at, snapshot.outdated_at, focus.focus_deadline(state.gateway.focus)]
    due += [run.started_at + RUN_LIMIT_SECONDS for run in snapshot.runs.values()]
    return min((at for at in due if at is not None), default=None)


def is_complete(state: State) -> bool:
    """Return whether everything that this process needs has been read, and nothing is due or in progress."""
    waited_for = (SessionsList, SessionsDescribe, SessionsSearch, ModelsList, ConfigGet)
    due = state.mode is not Mode.LIVE and state.gateway.snapshot.next_read_at is not None
    return (
        state.gateway.snapshot.read_at is not None
        and not due
        and not any(is_pending(state, k) for k in waited_for)
    )


def _sessions_list(state: State) -> SessionsList:
    return SessionsList(MAX_SESSIONS, titles=titles.are_wanted(state))


def _read_back(state: State, now: Now) -> Outcome:
    return schedule(state, now, AFTER_SWITCH_SECONDS if state.mode is Mode.LIVE else 0.0), ()


def _schedule(state: State, now: Now) -> State:
    if state.mode is not Mode.LIVE:
        return state
    return state.with_snapshot(replace(state.gateway.snapshot, next_read_at=now.mono + _poll_seconds(state)))


def _pause(duration: float) -> float:
    return min(max(PAUSE_FACTOR * duration, MIN_PAUSE_SECONDS), MAX_PAUSE_SECONDS)


def _poll_seconds(state: State) -> float:
    seconds = state.settings.poll_seconds
    return seconds if state.announces_changes else min(seconds, MAX_POLL_SECONDS_WITHOUT_EVENTS)


def _current_runs(state: State, rows: Iterable[SessionRow], requested_at: float) -> dict[str, RunningRun]:
    if not state.announces_changes:
        return state.gateway.snapshot.runs
    # Where rows list runs, they know better than an older event.
    idle = {row.key for row in rows if not row.active}
    runs = state.gateway.snapshot.runs.items()
    return {
        identity: run
        for identity, run in runs
        if run.key not in idle or requested_at < run.started_at + RUN_LISTED_AFTER_SECONDS
    }


def _mark_outdated(state: State, now: Now) -> State:
    snapshot = state.gateway.snapshot
    if any(now.mono >= run.started_at + RUN_LIMIT_SECONDS for run in snapshot.runs.values()):
        runs = {i: run for i, run in snapshot.runs.items() if now.mono < run.started_at + RUN_LIMIT_SECONDS}
        snapshot = replace(snapshot, runs=runs)
    if snapshot.outdated_at is not None and now.mono >= snapshot.outdated_at:
        return rebuild(state.with_snapshot(replace(snapshot, outdated_at=None)), now)
    return state.with_snapshot(snapshot)


def _with_main(state: State, row: SessionRow) -> SessionRow:
    """Return the row of the main session as such, whatever its key looks like."""
    hello = state.connection.hello
    if hello is None or row.key != hello.main_key:
        return row
    return replace(row, main=True, background=False)


FEATURE = Feature(
    tick=tick,
    deadline=deadline,
    connected=start,
    disconnected=stop,
    handlers=(
        Handler(SessionsSubscribe, Done),
        Handler(SessionsList, SessionList, sessions_listed, reading_failed),
        Handler(ModelsList, Catalogue, catalogue.models_listed, catalogue.request_failed),
        Handler(ConfigGet, AllowList, catalogue.allow_list_read),
        Handler(
            SessionsPatch,
            Patched,
            answered=lambda state, _request, _answer, now: _read_back(rebuild(state, now), now),
            failed=lambda state, _request, error_response, now: (
                # After a time-out, it may have been switched all the same.
                _read_back(state, now) if error_response is None else (state, ())
            ),
        ),
    ),
)
