from __future__ import annotations

import pytest

from tray.protocol.cron import CronJob
from tray.view.text import cron


@pytest.mark.parametrize(
    ("job", "title"),
    [
        (CronJob("a", "Backup", 1), "Backup: failed"),
        (CronJob("a", "Backup", 1200), "Backup: failed 1,200 times in a row"),
        (CronJob("a", "Back\nup\x1b", 2), "Back up: failed 2 times in a row"),
        (CronJob("a", "", 1), "Scheduled job: failed"),
        (CronJob("a", "Backup", 0), "Backup: works again"),
    ],
)
def test_title(words, job, title):
    assert cron.title(job, words) == title


@pytest.mark.parametrize(
    ("seconds", "following"), [(3600, ("Next run: 2026-11-23 13:00.",)), (-60, ()), (2**50, ())]
)
def test_details(make, words, seconds, following):
    job = CronJob("a", "Backup", 1, error="no space", next_ms=make.now().ms + seconds * 1000)
    assert cron.details(job, make.now(), words) == ("no space", *following)


def test_nothing_is_said_that_is_not_known(make, words):
    assert cron.details(CronJob("a", failures=1), make.now(), words) == ()
