"""What windows show that is there to be read: a text, perhaps a chart above it, and what can be done."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, TypeAlias

import msgspec

from tray.core import approvals as waiting
from tray.core.commands import Decide, ReadUsage
from tray.core.model.approvals import Approval, ApprovalStatus
from tray.core.model.clock import Now
from tray.core.model.notifications import PastNotification
from tray.core.requests import refusal
from tray.core.state import State
from tray.core.usage.totals import as_of, daily
from tray.i18n.translate import Words
from tray.protocol.approvals import ExecRequest
from tray.protocol.usage import UsageCost
from tray.values import PrivateStruct
from tray.view.notifications import render_notification
from tray.view.reports import usage as usage_report
from tray.view.text import amounts, approvals, formatting

Act: TypeAlias = Decide | ReadUsage

DAYS = usage_report.CHART_DAYS


class Button(msgspec.Struct, frozen=True):
    """A button: what is read on it, what it does, and whether it can be done now."""

    label: str
    command: Act
    enabled: bool = True


class TextPane(PrivateStruct, frozen=True):
    """A text to be read.

    Attributes:
        title: Of the window.
        notified: A sentence above; may be empty.
        text: All of it, in lines, for letters of one width; empty for what was shown before.
        bars: A chart of whole numbers, the latest last; none of them is below 0.
        caption: What the chart shows.
        offers: What can be done beside copying.
    """

    private_fields: ClassVar[frozenset[str]] = frozenset({"text"})

    title: str
    notified: str
    text: str
    bars: tuple[int, ...] = ()
    caption: str = ""
    offers: tuple[Button, ...] = ()


def usage(state: State, now: Now, words: Words) -> TextPane:
    """What was spent: each day as a bar, and below it what `clawtray usage` says."""
    error = refusal(state, UsageCost)
    offer = Button(words("Refresh"), ReadUsage(), enabled=error is None)
    if not usage_report.is_told(state, now):
        return TextPane(words("Usage"), "", usage_report.error_response(state, now, words), offers=(offer,))
    days = daily(as_of(state.usage_totals, amounts.today(now)), DAYS)
    bars = tuple(tally.tokens for _, tally in days)
    caption = ""
    if any(bars):
        most = f"{max(bars):,}"
        caption = words("Tokens per day, last {n} days (highest: {most})", n=len(bars), most=most)
    text = usage_report.usage_text(state, DAYS, now, words, drawn=False)
    return TextPane(words("Usage"), "", text, bars if caption else (), caption, (offer,))


def notices(state: State, now: Now, words: Words) -> TextPane:
    """The last notices whole, the newest first, also those that were held back."""
    blocks = [_notice(notified, state, now, words) for notified in reversed(state.recent)]
    text = "\n\n".join(blocks) or words("No notifications yet")
    return TextPane(words("Recent notifications"), "", text)


def approval(state: State, identity: str | None, now: Now, words: Words) -> TextPane:
    """All that waits for a word, exactly; it can be allowed here, since all of it can be seen."""
    error = waiting.may_decide(state)
    ours = (a for a in state.approvals if a.profile == state.settings.profile)
    found = next((a for a in ours if a.id == identity), None)
    name = words("Approval")
    if error is not None:
        return TextPane(name, formatting.action_error(error, "", state.level, words), "")
    if found is None:
        return TextPane(name, words("This approval is no longer waiting."), "")
    request = found.request
    text = approvals.title(request, words)
    if isinstance(request, ExecRequest):
        text = "\n".join(approvals.exactly(request.command))
    if not found.state.waits:
        return TextPane(name, approvals.outcome(found, state.level, words), text)
    notified = "\n".join(approvals.details(found, _session(state, found), now, words))
    offers = (
        Button(label, Decide(found.id, decision), enabled=found.state is ApprovalStatus.WAITING)
        for decision, label in approvals.answers(request, words).items()
    )
    return TextPane(name, notified, text, offers=tuple(offers))


def diagnostics(state: State, words: Words) -> TextPane:
    """What the user may hand on, exactly as it would be handed on."""
    notified = words(
        "For the person who helps you. Read it before you share it. Nothing is sent automatically."
    )
    return TextPane(words("Diagnostics"), notified, state.diagnostics)


def _notice(notified: PastNotification, state: State, now: Now, words: Words) -> str:
    shown = render_notification(notified.alert, state, words)
    held = f" ({words('delayed')})" if notified.deferred else ""
    lines = [f"{_moment(notified.at, now)}  {formatting.clean(shown.title, 200)}{held}"]
    lines += (f"    {formatting.clean(line, 400)}" for line in shown.body.splitlines())
    return "\n".join(lines)


def _moment(at: datetime, now: Now) -> str:
    local = at.astimezone()
    today = local.date() == now.wall.astimezone().date()
    return f"{local:%H:%M}" if today else f"{local:%Y-%m-%d %H:%M}"


def _session(state: State, found: Approval) -> str:
    key = found.request.session_key if isinstance(found.request, ExecRequest) else None
    session = state.snapshot.find(key)
    return formatting.clean(key or "", 60) if session is None else formatting.session_name(session)
