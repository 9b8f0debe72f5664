"""An approval as a card, and the page that shows one of them whole."""

from tray.core import approvals as core
from tray.core.commands import Decide, ShowPage
from tray.core.model import Approval, ApprovalStatus, Now, Page
from tray.core.state import State
from tray.i18n.words import Words
from tray.protocol.approvals import Decision, ExecRequest
from tray.values import replace
from tray.view.panel.cards import Action, Card, Entries, Entry, Note, Request, Tone
from tray.view.text import approvals, exact, formatting

CODE_WIDTH = 44
"""Characters of a line of a command."""
_TITLE = 36


def cards(state: State, identity: str | None, now: Now, words: Words) -> tuple[Card, ...]:
    """Return the page: an approval whole, also after its end, and what waits besides."""
    error = core.may_decide(state)
    if error is not None:
        return (Note(words("Approval"), (formatting.action_error(error, "", state.level, words),)),)
    waiting = core.waiting(state)
    ours = (each for each in state.gateway.approvals if each.profile == state.settings.profile)
    found = next((each for each in ours if each.id == identity), None)
    gone = approvals.unread(state, words) or words("This approval is no longer waiting.")
    card = Note(words("Approval"), (gone,)) if found is None else request(found, state, now, words)
    entries = tuple(
        Entry(
            formatting.clean(approvals.title(each.request, words), _TITLE),
            "",
            _left(each, now, words),
            Tone.WARNING,
            Action(words("Show it"), ShowPage(Page.APPROVAL, each.id)),
        )
        for each in waiting
        if each is not found
    )
    return (card, *((Entries(entries),) if entries else ()))


def request(approval: Approval, state: State, now: Now, words: Words, most: int | None = None) -> Request:
    """Return the card of an approval; with more than `most` lines it is cut off, and only denied."""
    asked, key, notes = approval.request, None, []
    lines: list[str] = []
    if isinstance(asked, ExecRequest):
        lines, key = exact.escaped(asked.command, CODE_WIDTH), asked.session_key
        if code := exact.hidden(asked.command):
            notes.append(words("Hidden characters, shown as codes: {code}", code=code))
    more = 0 if most is None else max(0, len(lines) - most)
    if more:
        notes.append(words.plural("… and {n} more line", "… and {n} more lines", more))
    whole = not more
    details = approvals.details(replace(approval, due_at=None), formatting.name_of(key, state), now, words)
    title = words("Allow this command?") if lines else approvals.title(asked, words)
    if not approval.state.waits:
        title = approvals.outcome(approval, state.level, words)
        title = title[:1].upper() + title[1:]
    return Request(
        approval.id,
        title,
        _left(approval, now, words) if approval.state.waits else "",
        tuple(details),
        tuple(lines[:most]),
        "\n".join(notes),
        _answers(approval, words, whole=whole) if approval.state.waits else (),
    )


def _answers(approval: Approval, words: Words, *, whole: bool) -> tuple[Action, ...]:
    """Return the buttons; what allows can be used only where the whole command is shown."""
    undecided = approval.state is ApprovalStatus.WAITING
    deny, *allow = (
        Action(
            label,
            Decide(approval.id, decision),
            enabled=undecided and (whole or decision is Decision.DENY),
            main=decision is Decision.ALLOW_ONCE,
        )
        for decision, label in approvals.answers(approval.request, words).items()
    )
    show = Action(words("Show the whole command…"), ShowPage(Page.APPROVAL, approval.id))
    return (deny, *allow) if whole else (deny, show, *allow)


def _left(approval: Approval, now: Now, words: Words) -> str:
    if approval.due_at is None:
        return ""
    return words("{span} left", span=formatting.duration(approval.due_at - now.mono, words))
