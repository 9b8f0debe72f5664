"""Notices in words: a title and a body that fit the Windows shell."""

from __future__ import annotations

from dataclasses import dataclass

from tray.core.events import (
    BadSettings,
    CameBack,
    ModelDiffers,
    NotFound,
    Notice,
    PromptEnded,
    SwitchFailed,
    ThresholdCrossed,
    WentDown,
)
from tray.core.readings import short_name
from tray.core.state import Prompt, PromptState, State
from tray.view import words as say
from tray.view.words import Words


@dataclass(frozen=True, slots=True)
class Balloon:
    """A notice as it is shown. `urgent` asks for the warning icon."""

    title: str
    body: str
    urgent: bool = False


def balloon(notice: Notice, state: State, words: Words) -> Balloon:
    """The notice, clipped to what the shell takes."""
    made = _balloon(notice, state, words)
    title, body = say.clip(made.title, say.TITLE_UNITS), say.clip(made.body, say.BODY_UNITS)
    return Balloon(title, body or title, made.urgent)


def _balloon(notice: Notice, state: State, words: Words) -> Balloon:
    match notice:
        case ThresholdCrossed(session, level):
            name = say.clean(session.name, 30)
            usage = say.usage_line(session.usage, words)
            title = words("{name}: context {percent} full", name=name, percent=say.percent(session.usage))
            if level > 1:
                body = words("{usage}. The gateway will soon have to compact it.", usage=usage)
            else:
                body = words("{usage}. A good moment to compact it, or to start a new session.", usage=usage)
            return Balloon(title, body, urgent=level > 1)
        case WentDown(trouble):
            return Balloon(words("The gateway is down"), say.why(trouble, state, words), urgent=True)
        case CameBack(after):
            span = say.duration(after, words)
            return Balloon(words("The gateway is back"), words("It was away for {span}.", span=span))
        case NotFound():
            body = words("Open the menu to see where ClawTray looked, and to set an address.")
            return Balloon(words("No gateway found"), body)
        case ModelDiffers(key, asked, answered):
            title = words("{name}: another model answered", name=say.clean(short_name(key), 30))
            body = words("Asked for {asked}, answered by {answered}.", asked=asked, answered=answered)
            return Balloon(title, say.clean(body, 250), urgent=True)
        case SwitchFailed(key, asked, detail):
            title = words("{name}: the model was not switched", name=say.clean(short_name(key), 30))
            wanted = asked or words("the default")
            return Balloon(title, f"{say.clean(wanted, 60)}: {say.clean(detail, 180)}", urgent=True)
        case PromptEnded(prompt):
            return _ended(prompt, state, words)
        case BadSettings(sentence):
            return Balloon(words("The settings need a look"), sentence, urgent=True)


def _ended(prompt: Prompt, state: State, words: Words) -> Balloon:
    name = say.clean(prompt.preset or short_name(prompt.key), 40)
    if prompt.state is PromptState.ANSWERED:
        return Balloon(name, prompt.answer.strip() or words("The answer is empty."))
    if prompt.fault is not None:
        reason = say.fault(prompt.fault, prompt.detail, state.level, words)
        return Balloon(words("{name}: failed", name=name), reason, urgent=True)
    return Balloon(name, say.ending(prompt.state, words), urgent=True)
