"""Scheduled jobs that failed, in words: for the menu, the panel and notifications."""

from tray.core.model import Now
from tray.i18n.words import Words
from tray.protocol.cron import CronJob
from tray.view.text import amounts, formatting


def title(job: CronJob, words: Words) -> str:
    """Return the job and how often it failed in a row."""
    name = formatting.clean(job.name, 60) or words("Scheduled job")
    if not job.failures:  # a past notification of a job that works again
        return words("{name}: works again", name=name)
    return words.plural(
        "{name}: failed", "{name}: failed {n} times in a row", job.failures, name=name, n=f"{job.failures:,}"
    )


def details(job: CronJob, now: Now, words: Words) -> tuple[str, ...]:
    """Return why it failed, and when it runs next; nothing that is not known."""
    error = formatting.clean(job.error, 300)
    at = "" if job.next_ms is None else amounts.local_time(job.next_ms, now)
    following = words("Next run: {when}.", when=at) if at and (job.next_ms or 0) > now.ms else ""
    return tuple(line for line in (error, following) if line)
