from __future__ import annotations

from tests.parts import having
from tray.core.commands import OpenDashboard
from tray.core.model import CronJobs, FailureKind
from tray.protocol.cron import CronJob
from tray.view.panel import cron, now
from tray.view.panel.cards import Action, Note


def failing(state, number):
    jobs = (CronJob(str(n), f"Job {n}", n + 1, error="no space") for n in range(number))
    return having(state, cron=CronJobs((*jobs, CronJob("w", "Works"))))


def test_without_a_failed_job_there_is_no_card(make, words):
    assert cron.cards(failing(make.connected(), 0), make.now(), words) == ()
    lost = failing(make.troubled(FailureKind.CONNECTION_LOST), 1)
    assert cron.cards(lost, make.now(), words) == ()


def test_the_card_is_on_page_now(make, words):
    state = failing(make.connected(make.session()), 2)
    card = Note(
        "2 scheduled jobs failed",
        ("Job 0: failed", "no space", "Job 1: failed 2 times in a row", "no space"),
        (Action("Open in dashboard", OpenDashboard()),),
    )
    assert cron.cards(state, make.now(), words) == (card,)
    assert card in now.cards(state, None, make.now(), words)


def test_many_jobs_are_counted(make, words):
    (card,) = cron.cards(failing(make.connected(), 13), make.now(), words)
    assert card.lines[-1] == "3 more…"
    assert len(card.lines) == 21
