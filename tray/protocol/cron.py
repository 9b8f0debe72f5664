"""Messages about scheduled jobs, since 2026.9 heartbeats among them: `cron.list` and the event `cron`."""

from collections.abc import Mapping
from typing import ClassVar, TypeAlias

import msgspec

from tray.protocol.json_fields import Json, count, flag, record, records, text
from tray.protocol.requests import Reply, Request

MAX_JOBS = 1000
"""Jobs that are looked at, over all pages."""
MAX_FAILURES = 1_000_000
"""A job fails no more often in a row than this."""
MAX_NAME, MAX_ERROR = 200, 1000
"""Characters of a name and of an error."""


class CronJob(msgspec.Struct, frozen=True):
    """A scheduled job.

    Attributes:
        id: Its id.
        name: Its name; empty if unknown.
        failures: How often it failed in a row; 0 after a success.
        counted: The gateway counted them; otherwise only the last run is known.
        error: Why it failed last, in the gateway's words; empty if it does not say.
        next_ms: When it runs next, milliseconds since 1970; None if it does not.
    """

    id: str
    name: str = ""
    failures: int = 0
    counted: bool = False
    error: str = ""
    next_ms: int | None = None


class CronPage(Reply, frozen=True):
    """The response to `cron.list`: some of the jobs, and the offset of the next ones; None after the last."""

    jobs: tuple[CronJob, ...] = ()
    next_offset: int | None = None


class CronList(Request[CronPage], frozen=True):
    """Read the jobs that are switched on, 50 at a time; 2026.1 knows no offset, and lists all at once."""

    method: ClassVar[str] = "cron.list"

    offset: int = 0

    def params(self) -> dict[str, object]:
        """Send an offset only where there is one."""
        return {"offset": self.offset} if self.offset else {}

    def read(self, payload: Json) -> CronPage:
        """Skip jobs without an id, and those that are switched off."""
        listed = records(payload.get("jobs"))[:MAX_JOBS]
        jobs = (read_job(job) for job in listed if flag(job, "enabled") is not False)
        following = count(payload, "nextOffset") if flag(payload, "hasMore") else None
        if following is not None and not self.offset < following < MAX_JOBS:
            following = None
        return CronPage(tuple(job for job in jobs if job is not None), following)


class CronFinished(msgspec.Struct, frozen=True):
    """A job has run. `job` is it afterwards, as far as the event tells; `known` if that is everything."""

    job: CronJob
    known: bool


class CronChanged(msgspec.Struct, frozen=True):
    """A job was added, changed or removed."""


CronEvent: TypeAlias = CronFinished | CronChanged


def read_job(job: Json) -> CronJob | None:
    """Return a job of a list or an event; None without an id."""
    identity = text(job, "id")
    if identity is None:
        return None
    state = record(job.get("state"))
    failed = (text(state, "lastRunStatus") or text(state, "lastStatus")) == "error"
    found = count(state, "consecutiveErrors")
    failures = min(found or 0, MAX_FAILURES)
    return CronJob(
        identity,
        (text(job, "displayName") or text(job, "name") or "")[:MAX_NAME],
        max(failures, 1) if failed else failures,
        found is not None,
        (text(state, "lastError") or "")[:MAX_ERROR],
        count(state, "nextRunAtMs") or None,
    )


def read_event(payload: Json) -> CronEvent | None:
    """Return an event about a job; None if it changes nothing that is shown."""
    match text(payload, "action"):
        case "finished":
            return _finished(payload)
        case "added" | "updated" | "removed":
            return CronChanged()
        case _:
            return None


def _finished(payload: Mapping[str, object]) -> CronFinished | None:
    identity, status = text(payload, "jobId"), text(payload, "status")
    if identity is None or status not in ("ok", "error"):  # a run that was skipped tells nothing
        return None
    found = read_job(record(payload.get("job")))  # 2026.5 on
    if found is not None and found.id == identity:
        return CronFinished(found, known=True)
    error = (text(payload, "error") or "")[:MAX_ERROR]
    failures = 1 if status == "error" else 0
    following = count(payload, "nextRunAtMs") or None
    return CronFinished(CronJob(identity, "", failures, error=error, next_ms=following), known=False)
