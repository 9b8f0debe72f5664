"""Windows with a text to read, an optional chart above it, and buttons."""

from datetime import datetime
from typing import ClassVar, TypeAlias

import msgspec

from tray.core import approvals as waiting
from tray.core.commands import Decide, ReadUsage
from tray.core.model import Approval, ApprovalStatus, Now, PastNotification
from tray.core.requests import refusal
from tray.core.state import State
from tray.core.usage.totals import as_of, daily
from tray.i18n.words import Words
from tray.protocol.approvals import ExecRequest
from tray.protocol.usage import UsageCost
from tray.values import PrivateStruct
from tray.view.notifications import render_notification
from tray.view.reports import usage as usage_report
from tray.view.text import approvals, exact, formatting

ButtonCommand: TypeAlias = Decide | ReadUsage

DAYS = usage_report.CHART_DAYS


class Button(msgspec.Struct, frozen=True):
    """A button, its command, and whether it can be used now."""

    label: str
    command: ButtonCommand
    enabled: bool = True


class TextPane(PrivateStruct, frozen=True, tag=True):
    """A text to read.

    Attributes:
        title: The window's title.
        intro: A sentence above the text; may be empty.
        text: Lines for a fixed-width font; empty to keep the previous text.
        bars: The values of the chart, the latest last; none is negative.
        caption: What the chart shows.
        buttons: What can be done besides copying.
    """

    private_fields: ClassVar[frozenset[str]] = frozenset({"text"})

    title: str
    intro: str
    text: str
    bars: tuple[int, ...] = ()
    caption: str = ""
    buttons: tuple[Button, ...] = ()


def usage(state: State, now: Now, words: Words) -> TextPane:
    """Return the usage: a bar per day, and below it the text of `clawtray usage`."""
    error = refusal(state, UsageCost)
    refresh = Button(words("Refresh"), ReadUsage(), enabled=error is None)
    if not usage_report.has_totals(state, now):
        reason = usage_report.no_totals_reason(state, now, words)
        return TextPane(words("Usage"), "", reason, buttons=(refresh,))
    days = daily(as_of(state, now.today), DAYS)
    bars = tuple(tally.tokens for _, tally in days)
    caption = ""
    if any(bars):
        most = f"{max(bars):,}"
        caption = words("Tokens per day, last {n} days (highest: {most})", n=len(bars), most=most)
    text = usage_report.usage_text(state, DAYS, now, words, drawn=False)
    return TextPane(words("Usage"), "", text, bars if caption else (), caption, (refresh,))


def notifications(state: State, now: Now, words: Words) -> TextPane:
    """Return the last notifications in full, newest first, including delayed ones."""
    blocks = [_past_notification(past, state, now, words) for past in reversed(state.process.recent)]
    text = "\n\n".join(blocks) or words("No notifications yet")
    return TextPane(words("Recent notifications"), "", text)


def approval(state: State, identity: str | None, now: Now, words: Words) -> TextPane:
    """Return a whole approval, exactly; it can be allowed here, since the window can show all of it."""
    error = waiting.may_decide(state)
    ours = (a for a in state.gateway.approvals if a.profile == state.settings.profile)
    found = next((a for a in ours if a.id == identity), None)
    name = words("Approval")
    if error is not None:
        return TextPane(name, formatting.action_error(error, "", state.level, words), "")
    if found is None:
        gone = approvals.unread(state, words) or words("This approval is no longer waiting.")
        return TextPane(name, gone, "")
    request = found.request
    text = approvals.title(request, words)
    if isinstance(request, ExecRequest):
        text = "\n".join(exact.escaped(request.command))
    if not found.state.waits:
        return TextPane(name, approvals.outcome(found, state.level, words), text)
    intro = "\n".join(approvals.details(found, _session(state, found), now, words))
    buttons = (
        Button(label, Decide(found.id, decision), enabled=found.state is ApprovalStatus.WAITING)
        for decision, label in approvals.answers(request, words).items()
    )
    return TextPane(name, intro, text, buttons=tuple(buttons))


def diagnostics(state: State, words: Words) -> TextPane:
    """Return the diagnostics, exactly as they would be shared."""
    intro = words("For the person who helps you. Read it before you share it. Nothing is sent automatically.")
    return TextPane(words("Diagnostics"), intro, state.process.diagnostics)


def _past_notification(past: PastNotification, state: State, now: Now, words: Words) -> str:
    shown = render_notification(past.alert, state, now, words)
    held = f" ({words('delayed')})" if past.deferred else ""
    lines = [f"{_moment(past.at, now)}  {formatting.clean(shown.title, 200)}{held}"]
    lines += (f"    {formatting.clean(line, 400)}" for line in shown.body.splitlines())
    return "\n".join(lines)


def _moment(at: datetime, now: Now) -> str:
    local = now.local(at)
    return f"{local:%H:%M}" if local.date() == now.today else f"{local:%Y-%m-%d %H:%M}"


def _session(state: State, found: Approval) -> str:
    key = found.request.session_key if isinstance(found.request, ExecRequest) else None
    return formatting.name_of(key, state)
