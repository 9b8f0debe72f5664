"""The submenus with the waiting approvals."""

from tray.core.approvals import lists_commands, may_decide, waiting
from tray.core.commands import CopyText, Decide, OpenDashboard, OpenPanel, OpenSettings
from tray.core.model import ActionError, Approval, ApprovalStatus, Now, Page
from tray.core.state import State
from tray.i18n.words import Words
from tray.protocol.approvals import Decision, ExecRequest
from tray.view.menu.item import LINE, Item, note, notes, reason_for
from tray.view.text import approvals, exact, formatting

RECENT = 5
"""Approvals that stay in the menu after they have ended."""


def line(state: State, words: Words) -> str:
    """Return the text of the menu's item, with the number waiting."""
    number = len(waiting(state))
    return words("Approvals ({n})", n=number) if number else words("Approvals")


def submenu(state: State, now: Now, words: Words) -> tuple[Item, ...]:
    """Return an item for each waiting approval, and the results of the last ones."""
    error = may_decide(state)
    if error in (ActionError.LEVEL, ActionError.SCOPE):
        reason = words("Approvals are not shown. {reason}", reason=reason_for(error, state, words))
        return tuple(notes(reason, OpenSettings() if error is ActionError.LEVEL else None))
    items = [_line(approval, now, words) for approval in waiting(state)]
    if unread := approvals.unread(state, words):
        items += notes(unread)
    elif not items:
        items.append(note(words("No approvals waiting")))
    own = (approval for approval in state.gateway.approvals if approval.profile == state.settings.profile)
    ended = [approval for approval in own if not approval.state.waits][-RECENT:]
    if ended:
        items.append(LINE)
        items += (
            note(_ended(approval, state, words), OpenPanel(Page.APPROVAL, approval.id))
            for approval in reversed(ended)
        )
    if not lists_commands(state) and error is None:
        text = words("This gateway reports commands only while ClawTray is connected.")
        items += [LINE, *notes(text)]
    return tuple(items)


def details(state: State, identity: str, now: Now, words: Words) -> tuple[Item, ...]:
    """Return a waiting approval in full, and the items that decide on it."""
    approval = next((a for a in waiting(state) if a.id == identity), None)
    if approval is None:
        return (note(approvals.unread(state, words) or words("This approval is no longer waiting.")),)
    request = approval.request
    whole = approvals.fits(request)
    items = []
    if isinstance(request, ExecRequest):
        lines = exact.escaped(request.command)
        items += [note(text, CopyText("\n".join(lines))) for text in lines[: approvals.LINES]]
        if not whole:
            more = words.plural("… and {n} more line", "… and {n} more lines", len(lines) - approvals.LINES)
            items.append(note(more, OpenPanel(Page.APPROVAL, identity)))
            items.append(Item(words("Show the whole command…"), OpenPanel(Page.APPROVAL, identity)))
    else:
        items.append(note(approvals.title(request, words)))
    items += [LINE, *map(note, approvals.details(approval, _session(state, approval), now, words)), LINE]
    items += _answers(approval, words, whole=whole)
    key = request.session_key if isinstance(request, ExecRequest) else None
    items += [
        LINE,
        Item(words("Open in dashboard"), OpenDashboard(key), enabled=state.connection.target is not None),
    ]
    return tuple(items)


def _answers(approval: Approval, words: Words, *, whole: bool) -> list[Item]:
    # Items that allow are enabled only if the whole request is shown.
    request, identity = approval.request, approval.id
    undecided = approval.state is ApprovalStatus.WAITING
    items = [
        Item(
            text,
            Decide(identity, decision),
            enabled=undecided and (whole or decision is Decision.DENY),
        )
        for decision, text in approvals.answers(request, words).items()
    ]
    if not whole:
        items.append(
            note(words("Show the whole command before you allow it."), OpenPanel(Page.APPROVAL, identity))
        )
    return items


def _line(approval: Approval, now: Now, words: Words) -> Item:
    text = approvals.title(approval.request, words)
    age = approvals.age(approval.request, now, words)
    return Item(f"{text}\t{age}" if age else text, path=("approvals", approval.id))


def _ended(approval: Approval, state: State, words: Words) -> str:
    title = approvals.title(approval.request, words)
    return formatting.clean(f"{title}: {approvals.outcome(approval, state.level, words)}", 120)


def _session(state: State, approval: Approval) -> str:
    request = approval.request
    key = request.session_key if isinstance(request, ExecRequest) else None
    return formatting.name_of(key, state)
