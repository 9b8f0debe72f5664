"""The submenus with the waiting approvals."""

from tray.core.commands import Decide, OpenDashboard, ShowApproval
from tray.core.errors import ActionError
from tray.core.model import Approval, ApprovalStatus, Now
from tray.i18n.translate import Words
from tray.protocol.approvals import Decision, ExecRequest
from tray.view.menu.item import LINE, Item, note, reason_for, wrapped
from tray.view.text import approvals, formatting
from tray.view.tray_view import MenuSource

RECENT = 5
"""Approvals that stay in the menu after they have ended."""


def line(source: MenuSource, words: Words) -> str:
    """Return the text of the menu's item, with the number waiting."""
    waiting = len(_waiting(source))
    return words("Approvals ({n})", n=waiting) if waiting else words("Approvals")


def waiting(source: MenuSource, now: Now, words: Words) -> tuple[Item, ...]:
    """Return an item for each waiting approval, and the results of the last ones."""
    error = source.approve_error
    if error in (ActionError.LEVEL, ActionError.SCOPE):
        reason = words("Approvals are not shown. {reason}", reason=reason_for(error, source, words))
        return tuple(map(note, wrapped(reason)))
    items = [_line(approval, now, words) for approval in _waiting(source)]
    if not items:
        items.append(note(words("No approvals waiting")))
    ended = [approval for approval in source.approvals if not approval.state.waits][-RECENT:]
    if ended:
        items.append(LINE)
        items += (note(_ended(approval, source, words)) for approval in reversed(ended))
    if not source.lists_commands and error is None:
        text = words("This gateway reports commands only while ClawTray is connected.")
        items += [LINE, *map(note, wrapped(text))]
    return tuple(items)


def details(source: MenuSource, identity: str, now: Now, words: Words) -> tuple[Item, ...]:
    """Return a waiting approval in full, and the items that decide on it."""
    approval = next((a for a in _waiting(source) if a.id == identity), None)
    if approval is None:
        return (note(words("This approval is no longer waiting.")),)
    request = approval.request
    whole = approvals.fits(request)
    items = []
    if isinstance(request, ExecRequest):
        lines = approvals.escaped(request.command)
        items += [note(text) for text in lines[: approvals.LINES]]
        if not whole:
            more = len(lines) - approvals.LINES
            items.append(note(words.plural("… and {n} more line", "… and {n} more lines", more)))
            items.append(Item(words("Show the whole command…"), ShowApproval(identity)))
    else:
        items.append(note(approvals.title(request, words)))
    items += [LINE, *map(note, approvals.details(approval, _session(source, approval), now, words)), LINE]
    items += _answers(approval, words, whole=whole)
    key = request.session_key if isinstance(request, ExecRequest) else None
    items += [LINE, Item(words("Open in dashboard"), OpenDashboard(key), enabled=source.target is not None)]
    return tuple(items)


def ages(source: MenuSource, now: Now, words: Words) -> tuple[str, ...]:
    """Return the ages shown here."""
    return tuple(approvals.age(approval.request, now, words) for approval in _waiting(source))


def _answers(approval: Approval, words: Words, *, whole: bool) -> list[Item]:
    """Items that allow are enabled only if the whole request is shown."""
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
        items.append(note(words("Show the whole command before you allow it.")))
    return items


def _line(approval: Approval, now: Now, words: Words) -> Item:
    text = approvals.title(approval.request, words)
    age = approvals.age(approval.request, now, words)
    return Item(f"{text}\t{age}" if age else text, path=("approvals", approval.id))


def _ended(approval: Approval, source: MenuSource, words: Words) -> str:
    title = approvals.title(approval.request, words)
    return formatting.clean(f"{title}: {approvals.outcome(approval, source.level, words)}", 120)


def _session(source: MenuSource, approval: Approval) -> str:
    request = approval.request
    key = request.session_key if isinstance(request, ExecRequest) else None
    if key is None:
        return ""
    session = next((session for session in source.sessions if session.key == key), None)
    return formatting.clean(key, 60) if session is None else formatting.session_name(session)


def _waiting(source: MenuSource) -> list[Approval]:
    if source.approve_error is not None:
        return []
    return [approval for approval in source.approvals if approval.state.waits]
