from __future__ import annotations

from tests.parts import having
from tray.core.commands import CopyText, OpenDashboard, OpenPanel
from tray.core.model import CronJobs, FailureKind
from tray.protocol.cron import CronJob
from tray.view.menu import cron
from tray.view.menu.item import LINE, Item
from tray.view.menu.menu import menu


def failing(make, number):
    jobs = (CronJob(str(n), f"Job {n}", n + 1, error="no space") for n in range(number))
    return having(make.connected(make.session()), cron=CronJobs((*jobs, CronJob("w", "Works"))))


def test_the_line_is_there_only_while_a_job_fails(make, words):
    assert cron.line(failing(make, 0), words) == ()
    line = Item("Failed jobs (2)", path=("jobs",))
    assert cron.line(failing(make, 2), words) == (line,)
    assert line in menu(failing(make, 2), (), make.now(), words)
    lost = having(make.troubled(FailureKind.CONNECTION_LOST), cron=failing(make, 2).gateway.cron)
    assert cron.line(lost, words) == ()


def test_each_job_with_its_error_and_the_way_to_change_it(make, words):
    assert menu(failing(make, 1), ("jobs",), make.now(), words) == (
        Item("Job 0: failed", OpenPanel()),
        Item("no space", CopyText("no space")),
        LINE,
        Item("Open in dashboard", OpenDashboard()),
    )


def test_many_jobs_are_counted(make, words):
    texts = [item.text for item in cron.submenu(failing(make, 8), make.now(), words)]
    assert "3 more…" in texts
    assert "Job 5: failed 6 times in a row" not in texts


def test_jobs_that_work_again_meanwhile(make, words):
    assert cron.submenu(failing(make, 0), make.now(), words)[0].text == "No job has failed."
