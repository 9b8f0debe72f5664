"""Scheduled jobs as last known, and what was reported of them."""

import msgspec

from tray.protocol.cron import CronJob


class CronLatch(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A job whose failures were reported, until it succeeds."""

    profile: str
    id: str


class CronJobs(msgspec.Struct, frozen=True):
    """Scheduled jobs.

    Attributes:
        jobs: As last known.
        pages: What the reading in progress has brought so far.
        read_at: When a reading was last started (mono).
        next_at: When to read them (mono); None if nothing may have changed.
    """

    jobs: tuple[CronJob, ...] = ()
    pages: tuple[CronJob, ...] = ()
    read_at: float | None = None
    next_at: float | None = None

    @property
    def failing(self) -> tuple[CronJob, ...]:
        """Return the jobs that failed when they last ran."""
        return tuple(job for job in self.jobs if job.failures)

    def find(self, identity: str) -> CronJob | None:
        """Return the job with this id."""
        return next((job for job in self.jobs if job.id == identity), None)
