from __future__ import annotations

from tray.core.model import CronJobs
from tray.protocol.cron import CronJob

WELL, BROKEN = CronJob("a"), CronJob("b", failures=2)


def test_jobs_that_fail_are_found_among_the_others():
    assert CronJobs((WELL, BROKEN)).failing == (BROKEN,)


def test_a_job_is_found_by_its_id():
    assert CronJobs((WELL, BROKEN)).find("b") == BROKEN
    assert CronJobs((WELL, BROKEN)).find("c") is None
