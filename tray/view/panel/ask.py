"""Page Ask: a field for a prompt, the last prompt above its answer, and the ones before."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from tray.core import approvals
from tray.core.commands import AskAgain, OpenDashboard, SendDraft, ShowPage, StopPrompt
from tray.core.model import Now, Page, Phase, Prompt, PromptStatus
from tray.core.models import switching
from tray.core.requests import refusal
from tray.core.sessions.actions import may_stop
from tray.core.state import State
from tray.i18n.words import Words
from tray.protocol.runs import Agent
from tray.protocol.session_keys import OWN_SESSION, is_own
from tray.protocol.sessions import SessionsPatch
from tray.view.menu.prompts import preset_error
from tray.view.panel.cards import (
    Action,
    Card,
    Compose,
    Entries,
    Entry,
    Exchange,
    Option,
    Template,
    Tone,
)
from tray.view.panel.hero import hero
from tray.view.panel.notifications import moment
from tray.view.text import formatting, prompts

EARLIER = 4
"""Prompts that are shown below the last one."""
_QUESTION, _TITLE, _BODY = 240, 50, 160
"""Characters of a question; in the list of earlier ones of a question, and of its answer."""
_MARKS = re.compile(r"^[#>*-]+\s+|[*`]+", re.MULTILINE)
"""What Markdown adds to a text."""


def cards(state: State, prompt: Prompt | None, now: Now, words: Words) -> tuple[Card, ...]:
    """Return the page; `prompt` is the one whose answer is shown."""
    trouble = () if state.phase is Phase.CONNECTED else (hero(state, None, now, words),)
    others = [each for each in reversed(state.profile.prompts) if each is not prompt][:EARLIER]
    entries = tuple(_entry(each, state, now, words) for each in others)
    return (
        _compose(state, words),
        *trouble,
        *(() if prompt is None else (_exchange(prompt, state, words),)),
        *((Entries(entries),) if entries else ()),
    )


def _compose(state: State, words: Words) -> Compose:
    error, unswitchable = refusal(state, Agent), refusal(state, SessionsPatch)
    latest = state.profile.prompts[-1] if state.profile.prompts else None
    return Compose(
        sessions=tuple(_sessions(state, words)),
        models=(
            Option("", words("Session's model")),
            *(
                Option(m.name, formatting.clean(m.name, 70), _limit(m.context_limit))
                for m in switching.selectable_models(state)
            ),
        ),
        presets=tuple(
            Template(
                formatting.clean(preset.name) or "?",
                preset.text,
                state.canonical(preset.session or OWN_SESSION),
                preset.model or "",
                enabled=preset_error(state, preset) is None,
            )
            for preset in state.settings.presets
        ),
        cost=words("Ctrl+Enter sends. Spends 8,000 to 14,000 tokens."),
        reason="" if error is None else formatting.action_error(error, "", state.level, words),
        model_reason=""
        if unswitchable is None
        else formatting.action_error(unswitchable, "", state.level, words),
        draft=state.profile.draft,
        latest="" if latest is None else latest.id,
        failed=latest is not None and latest.state is PromptStatus.FAILED,
    )


def _limit(context_limit: int | None) -> str:
    return formatting.tokens(context_limit) if context_limit else ""


def _sessions(state: State, words: Words) -> Iterator[Option]:
    """Return ClawTray's own session, the listed ones, and those that saved prompts go to."""
    busy = {
        prompt.key
        for prompt in state.profile.prompts
        if not prompt.state.ended and prompt.state is not PromptStatus.DRAFT
    }
    ours = state.canonical(OWN_SESSION)
    yield Option(ours, words("ClawTray's session"), own=True, busy=ours in busy)
    known = {ours}
    for session in state.gateway.snapshot.sessions:
        if not session.row.background and session.key not in known:
            known.add(session.key)
            name, figure = formatting.session_name(session, 60), formatting.percent(session.usage)
            yield Option(session.key, name, figure, own=is_own(session.key), busy=session.key in busy)
    for key in dict.fromkeys(state.canonical(p.session) for p in state.settings.presets if p.session):
        if key not in known:
            own = is_own(key) or state.is_absent(key)
            yield Option(key, formatting.name_of(key, state, 60), own=own, busy=key in busy)


def _exchange(prompt: Prompt, state: State, words: Words) -> Exchange:
    about = formatting.clean(prompt.preset or "")
    if not about and prompt.key != state.canonical(OWN_SESSION):
        about = formatting.name_of(prompt.key, state)
    links = []
    if state.connection.target is not None:
        links.append(Action(words("Continue in dashboard"), OpenDashboard(prompt.key)))
    if not prompt.state.ended and prompt.state is not PromptStatus.DRAFT:
        refused = prompt.state is not PromptStatus.WAITING and may_stop(state) is not None
        stop = StopPrompt(prompt.id)
        links.append(Action(words("Stop"), stop, enabled=not refused and not prompt.stopping))
    return Exchange(
        prompt.id,
        formatting.clean(prompt.text, _QUESTION),
        " · ".join(part for part in (about, _status(prompt, state, words)) if part),
        prompt.answer,
        running=not prompt.state.ended and prompt.state is not PromptStatus.DRAFT,
        failed=prompt.state in (PromptStatus.FAILED, PromptStatus.UNKNOWN),
        links=tuple(links),
        actions=tuple(_actions(prompt, state, words)),
    )


def _actions(prompt: Prompt, state: State, words: Words) -> Iterator[Action]:
    if prompt.state is PromptStatus.DRAFT:
        yield Action(words("Discard"), StopPrompt(prompt.id))
        yield Action(words("Send"), SendDraft(prompt.id), enabled=refusal(state, Agent) is None, main=True)
    if prompt.is_repeatable:
        twice = words("The prompt may have run already. Sending it again spends tokens again.")
        yield Action(
            words("Send again as a new run"),
            AskAgain(prompt.id),
            question=(twice,),
            confirm=words("Send again"),
        )


def _status(prompt: Prompt, state: State, words: Words) -> str:
    if prompt.state in (PromptStatus.SENT, PromptStatus.RUNNING):
        return _progress(prompt, state, words)
    match prompt.state:
        case PromptStatus.DRAFT:
            return prompts.size(prompt, words)
        case PromptStatus.WAITING:
            return words("Waiting for the connection…")
        case PromptStatus.SWITCHING:
            return words("Choosing the model…")
        case PromptStatus.CHECKING:
            return words("Checking with the gateway whether it ran…")
        case PromptStatus.FAILED if prompt.error is not None:
            return formatting.action_error(prompt.error, prompt.detail, state.level, words)
        case PromptStatus.ANSWERED if prompt.answered_by is not None:
            return words("Answered by {model}.", model=formatting.short_model(prompt.answered_by))
        case PromptStatus.ANSWERED if not prompt.answer:
            return words("The answer is empty.")
        case _:
            return formatting.prompt_result(prompt, words)


def _progress(prompt: Prompt, state: State, words: Words) -> str:
    if prompt.stopping:
        return words("Stopping…")
    if approvals.awaited(state, prompt):
        return words("Waiting for your approval, on page Now.")
    return words("Answering…") if prompt.answer else words("Sent. Waiting for the answer…")


def _entry(prompt: Prompt, state: State, now: Now, words: Words) -> Entry:
    body = formatting.clean(_MARKS.sub("", prompt.answer[: _BODY * 4]), _BODY)
    if prompt.state is not PromptStatus.ANSWERED or not body:
        body = formatting.clean(_status(prompt, state, words), _BODY)
    sent = datetime.fromtimestamp(prompt.sent_ms / 1000, tz=UTC)
    return Entry(
        formatting.clean(prompt.preset or prompt.text, _TITLE),
        body,
        moment(sent, now, words) if prompt.sent_ms else "",
        _tone(prompt),
        Action(
            words("Show the answer") if prompt.answer else words("Show it"), ShowPage(Page.ASK, prompt.id)
        ),
    )


def _tone(prompt: Prompt) -> Tone:
    if not prompt.state.ended:
        return Tone.PLAIN
    tones = {
        PromptStatus.ANSWERED: Tone.CALM,
        PromptStatus.FAILED: Tone.CRITICAL,
        PromptStatus.UNKNOWN: Tone.WARNING,
    }
    return tones.get(prompt.state, Tone.QUIET)
