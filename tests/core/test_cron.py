from __future__ import annotations

import pytest

from tests.core.playbook import Playbook, row
from tests.parts import having
from tray.core import cron, persistence
from tray.core.events import ConnectionDropped, EventReceived, RequestNotSent
from tray.core.model import CronFailed, CronJobs, CronLatch, Mode
from tray.protocol.cron import MAX_JOBS, CronChanged, CronFinished, CronJob, CronList, CronPage
from tray.protocol.frames import ErrorResponse
from tray.values import replace

WELL = CronJob("a", "Nightly report", 0, counted=True)
OTHER = CronJob("b", "Backup", 0, counted=True)


def failing(failures, job=WELL, **more):
    return replace(job, failures=failures, error="no space", **more)


def ran(job, *, known=True):
    return EventReceived(CronFinished(job, known=known))


@pytest.fixture
def read(play):
    """A playbook after the first reading, which found two jobs that work."""
    play.schedules = True
    play.up(row(used=1000))
    play.wait(cron.FIRST_READ_AFTER_SECONDS) << CronList()
    return play.answer(CronList, CronPage((WELL, OTHER)))


def test_a_job_that_fails_three_times_is_one_notification_until_it_succeeds(read):
    read >> ran(failing(1)) << CronFailed(failing(1))
    read >> ran(failing(2)) >> ran(failing(3))
    assert read.state.gateway.cron.failing == (failing(3),)
    read >> ran(WELL)
    assert read.state.gateway.cron.failing == ()
    assert read.state.profile.cron_latches == ()
    read >> ran(failing(1)) << CronFailed(failing(1))


def test_each_job_has_a_latch_of_its_own(read):
    read >> ran(failing(1)) << CronFailed(failing(1))
    read >> ran(failing(1, OTHER)) << CronFailed(failing(1, OTHER))
    read >> ran(WELL)
    assert read.state.profile.cron_latches == (CronLatch("default", "b"),)


def test_an_event_that_does_not_count_is_counted(read):
    given = CronJob("a", "", 1, error="no space")
    read >> ran(given, known=False) << CronFailed(replace(given, name="Nightly report"))
    read >> ran(given, known=False) >> ran(given, known=False)
    assert read.state.gateway.cron.find("a") == replace(given, name="Nightly report", failures=3)
    read >> ran(replace(given, failures=0, error=""), known=False)
    assert read.state.gateway.cron.failing == ()


def test_an_uncounted_reading_keeps_our_count(read):
    given = CronJob("a", "", 1, error="no space")
    read >> ran(given, known=False) << CronFailed
    read >> ran(given, known=False)
    read.wait(cron.PAUSE_SECONDS) << CronList()
    listed = CronJob("a", "Nightly report", 1, error="no space")
    read.answer(CronList, CronPage((listed, OTHER)))
    assert read.state.gateway.cron.find("a") == replace(listed, failures=2)


def test_a_job_that_failed_while_nobody_watched_is_reported_at_the_first_reading(play):
    play.schedules = True
    play.up(row(used=1000)).wait(cron.FIRST_READ_AFTER_SECONDS) << CronList()
    play.answer(CronList, CronPage((failing(9),))) << CronFailed(failing(9))


def test_a_restart_does_not_report_it_again(read):
    read >> ran(failing(1)) << CronFailed
    again = Playbook()
    again.schedules = True
    again.state = persistence.load(again.state, read.saved[-1])
    again.up(row(used=1000)).wait(cron.FIRST_READ_AFTER_SECONDS) << CronList()
    again.answer(CronList, CronPage((failing(2),))).silent()
    again >> ran(WELL) >> ran(failing(1)) << CronFailed


def test_a_reading_goes_on_to_the_last_page(play):
    play.schedules = True
    play.up(row(used=1000)).wait(cron.FIRST_READ_AFTER_SECONDS) << CronList()
    play.answer(CronList, CronPage((WELL,), 50)) << CronList(50)
    assert play.state.gateway.cron.jobs == ()
    play.answer(CronList, CronPage((failing(1, OTHER),))) << CronFailed
    assert play.state.gateway.cron.jobs == (WELL, failing(1, OTHER))


def test_a_job_that_is_gone_leaves_no_latch(read):
    here = having(read.state, cron_latches=(CronLatch("other", "a"), CronLatch("default", "gone")))
    read.state = here
    read >> EventReceived(CronChanged())
    read.wait(cron.PAUSE_SECONDS) << CronList()
    read.answer(CronList, CronPage((WELL,)))
    assert read.state.profile.cron_latches == (CronLatch("other", "a"),)


def test_many_changes_are_one_reading_and_none_comes_soon_after_another(read):
    for _ in range(20):
        read >> EventReceived(CronChanged())
    read.wait(cron.PAUSE_SECONDS - 1).silent()
    read.wait(1) << CronList()
    read >> EventReceived(CronChanged())
    assert CronList() not in read.wait(cron.PAUSE_SECONDS - 1).skip()


def test_a_change_before_the_first_reading_is_part_of_it(play):
    play.schedules = True
    play.up(row(used=1000))
    play >> EventReceived(CronChanged())
    play.wait(cron.FIRST_READ_AFTER_SECONDS) << CronList()
    play.wait(20.0)


def test_a_reading_that_is_not_answered_is_not_overtaken(read):
    read >> EventReceived(CronChanged())
    read.wait(cron.PAUSE_SECONDS) << CronList()
    read.state = replace(
        read.state, pending=tuple(replace(p, due_at=p.due_at + 100) for p in read.state.pending)
    )
    read >> EventReceived(CronChanged())
    assert CronList() not in read.wait(cron.PAUSE_SECONDS + 1).skip()


def test_a_gateway_without_the_method_is_left_in_peace(play):
    play.schedules = True
    play.up(row(used=1000)).wait(cron.FIRST_READ_AFTER_SECONDS) << CronList()
    play.decline(CronList, ErrorResponse("INVALID_REQUEST", "unknown method: cron.list"))
    play.wait(20.0).silent()
    assert play.state.gateway.cron.jobs == ()


def test_what_was_not_sent_is_forgotten(read):
    read >> EventReceived(CronChanged())
    read.wait(cron.PAUSE_SECONDS) << CronList()
    read >> RequestNotSent(read.pending(CronList).id)
    assert read.state.gateway.cron.jobs == (WELL, OTHER)


def test_a_lost_connection_ends_the_reading(read):
    read >> EventReceived(CronChanged())
    read >> ConnectionDropped(1006, "")
    read.skip()
    assert read.state.gateway.cron.next_at is None


def test_commands_of_the_console_read_no_jobs():
    play = Playbook(mode=Mode.ONE_SHOT)
    play.schedules = True
    play.up(row(used=1000))
    play >> EventReceived(CronChanged())
    assert play.state.gateway.cron == CronJobs()


def test_jobs_and_latches_are_bounded(read):
    many = tuple(CronJob(str(n), failures=1, counted=True) for n in range(MAX_JOBS))
    read >> EventReceived(CronChanged())
    read.wait(cron.PAUSE_SECONDS) << CronList()
    read.answer(CronList, CronPage(many)).skip()
    read >> ran(failing(1))
    read.skip()
    assert len(read.state.gateway.cron.jobs) == MAX_JOBS
    assert len(read.state.profile.cron_latches) == cron.MAX_LATCHES
