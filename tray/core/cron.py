"""Scheduled jobs that fail, heartbeats among them: one notification for each until it succeeds."""

from tray.core.effects import Notify
from tray.core.feature import Feature, Handler
from tray.core.model import CronFailed, CronJobs, CronLatch, Mode, Now
from tray.core.requests import is_pending, send
from tray.core.state import Outcome, State
from tray.protocol.cron import MAX_JOBS, CronFinished, CronJob, CronList, CronPage
from tray.protocol.frames import ErrorResponse
from tray.values import replace

FIRST_READ_AFTER_SECONDS = 6.0
"""Seconds after the login; sessions and usage are read first."""
AFTER_EVENT_SECONDS = 2.0
"""Seconds after a change, so that several cause one reading."""
PAUSE_SECONDS = 30.0
"""Seconds from one reading to the next."""
MAX_LATCHES = 500
"""Latches to keep; the oldest are dropped first."""


def connected(state: State, now: Now) -> Outcome:
    """Schedule the first reading after a login."""
    if state.mode is not Mode.LIVE:
        return state, ()
    return _with(state, replace(state.gateway.cron, next_at=now.mono + FIRST_READ_AFTER_SECONDS)), ()


def disconnected(state: State, _now: Now) -> Outcome:
    """Stop reading: the connection is gone."""
    return _with(state, replace(state.gateway.cron, pages=(), next_at=None)), ()


def tick(state: State, now: Now) -> Outcome:
    """Read the jobs if it is time."""
    cron = state.gateway.cron
    if cron.next_at is None or now.mono < cron.next_at:
        return state, ()
    if is_pending(state, CronList):  # an old reading; what it brings may be out of date
        return _with(state, replace(cron, next_at=now.mono + PAUSE_SECONDS)), ()
    return send(_with(state, replace(cron, pages=(), read_at=now.mono, next_at=None)), CronList(), now)


def deadline(state: State) -> float | None:
    """Return when `tick` is due (mono)."""
    return state.gateway.cron.next_at


def changed(state: State, now: Now) -> State:
    """Read the jobs again soon, for something about them has changed."""
    cron = state.gateway.cron
    at = now.mono + AFTER_EVENT_SECONDS
    if cron.read_at is not None:
        at = max(at, cron.read_at + PAUSE_SECONDS)
    if state.mode is not Mode.LIVE or not state.connected or cron.next_at is not None:
        return state
    return _with(state, replace(cron, next_at=at))


def finished(state: State, event: CronFinished, now: Now) -> Outcome:
    """Note how a run ended. An event that does not count failures adds one to those known."""
    cron, job = state.gateway.cron, event.job
    before = cron.find(job.id)
    if not event.known:
        state = changed(state, now)
        cron = state.gateway.cron
        failures = job.failures and 1 + (before.failures if before is not None else 0)
        job = replace(job, name="" if before is None else before.name, failures=failures)
    others = tuple(other for other in cron.jobs if other.id != job.id)
    return _noted(state, (*others, job)[-MAX_JOBS:])


def page_read(state: State, _request: CronList, answer: CronPage, now: Now) -> Outcome:
    """Collect the pages; after the last one, believe them."""
    cron = state.gateway.cron
    pages = (*cron.pages, *answer.jobs)[:MAX_JOBS]
    if answer.next_offset is not None:
        return send(_with(state, replace(cron, pages=pages)), CronList(answer.next_offset), now)
    jobs = tuple({job.id: _counted(job, cron.find(job.id)) for job in pages}.values())
    state, effects = _noted(_with(state, replace(cron, pages=())), jobs)
    failing = {job.id for job in jobs if job.failures}
    here = state.settings.profile
    kept = tuple(
        latch for latch in state.profile.cron_latches if latch.profile != here or latch.id in failing
    )
    return replace(state, profile=replace(state.profile, cron_latches=kept)), effects


def not_read(state: State, _request: CronList, _error_response: ErrorResponse | None, _now: Now) -> Outcome:
    """Keep what is known, and do not ask again before something changes: the method may be missing."""
    return _with(state, replace(state.gateway.cron, pages=())), ()


def _counted(job: CronJob, before: CronJob | None) -> CronJob:
    """Return the job with the number of its failures, if only we have counted them."""
    if job.counted or not job.failures or before is None:
        return job
    return replace(job, failures=max(job.failures, before.failures))


def _noted(state: State, jobs: tuple[CronJob, ...]) -> Outcome:
    """Keep the jobs, report each that fails and was not reported, and release the latches of the others."""
    state = _with(state, replace(state.gateway.cron, jobs=jobs))
    latches, effects = list(state.profile.cron_latches), []
    for job in jobs:
        latch = CronLatch(state.settings.profile, job.id)
        if job.failures and latch not in latches:
            latches.append(latch)
            effects.append(Notify(CronFailed(job)))
        elif not job.failures and latch in latches:
            latches.remove(latch)
    profile = replace(state.profile, cron_latches=tuple(latches)[-MAX_LATCHES:])
    return replace(state, profile=profile), tuple(effects)


def _with(state: State, cron: CronJobs) -> State:
    return replace(state, gateway=replace(state.gateway, cron=cron))


FEATURE = Feature(
    tick=tick,
    deadline=deadline,
    connected=connected,
    disconnected=disconnected,
    handlers=(
        Handler(
            CronList,
            CronPage,
            page_read,
            not_read,
            lambda state, request, now: not_read(state, request, None, now),
        ),
    ),
)
