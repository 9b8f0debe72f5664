"""The submenu that sends prompts and shows their results."""

from tray.core.commands import (
    Ask,
    AskAgain,
    OpenPanel,
    OpenSettings,
    SendDraft,
    StopPrompt,
)
from tray.core.model import ActionError, Page, Prompt, PromptStatus
from tray.core.prompts import checks
from tray.core.requests import refusal
from tray.core.sessions.actions import may_stop
from tray.core.state import State
from tray.i18n.words import Words
from tray.protocol.runs import Agent
from tray.protocol.session_keys import OWN_SESSION
from tray.settings.settings import Preset
from tray.view.menu.item import LINE, Item, note, reason
from tray.view.text import formatting
from tray.view.text import prompts as prompt_texts

RECENT = 5
"""Finished prompts that stay in the menu."""


def line(state: State, words: Words) -> str:
    """Return the text of the menu's item, with the number running."""
    number = len(_running(state))
    return words("Prompts ({n} running)", n=number) if number else words("Prompts")


def prompts(state: State, words: Words) -> tuple[Item, ...]:
    """Return the presets, their cost or why they cannot be sent, and the last results."""
    results = [_line(prompt, state, words) for prompt in _running(state)]
    ended = [prompt for prompt in state.profile.prompts if prompt.state.ended][-RECENT:]
    results += [_result(prompt, state, words) for prompt in reversed(ended)]
    if results:
        results.insert(0, LINE)
    presets = state.settings.presets
    if not presets:
        return (
            note(words("No saved prompts. Add some in Settings"), OpenSettings()),
            Item(words("Settings…"), OpenSettings()),
            *results,
        )
    errors = [preset_error(state, preset) for preset in presets]
    items = [
        Item(
            formatting.clean(preset.name) or "?",
            Ask(preset.text, preset.session, preset.model, preset.name),
            enabled=error is None,
        )
        for preset, error in zip(presets, errors, strict=True)
    ]
    items.append(LINE)
    for error in dict.fromkeys(errors):
        if error is not None:
            items += reason(error, state, words)
    if None in errors:
        items.append(note(words("Each prompt spends tokens: 8,000 to 14,000 even for a short one")))
    return (*items, *results)


def details(state: State, identity: str, words: Words) -> tuple[Item, ...]:
    """Return a running prompt with Stop, or a draft with its size, Send and Discard."""
    prompt = next((prompt for prompt in _running(state) if prompt.id == identity), None)
    if prompt is None:
        return (note(words("This prompt has ended.")),)
    session = words("To: {name}", name=formatting.name_of(prompt.key, state, 60))
    if prompt.state is not PromptStatus.DRAFT:
        error = may_stop(state) if prompt.state is not PromptStatus.WAITING else None
        stop = Item(words("Stop"), StopPrompt(identity), enabled=error is None and not prompt.stopping)
        return (note(session), LINE, stop, *([] if error is None else reason(error, state, words)))
    send = Item(words("Send"), SendDraft(identity), enabled=refusal(state, Agent) is None)
    return (
        note(session),
        note(prompt_texts.size(prompt, words)),
        LINE,
        send,
        Item(words("Discard"), StopPrompt(identity)),
    )


def _running(state: State) -> list[Prompt]:
    return [prompt for prompt in state.profile.prompts if not prompt.state.ended]


def _line(prompt: Prompt, state: State, words: Words) -> Item:
    name = prompt_texts.name(prompt, state)
    if prompt.state is PromptStatus.DRAFT:
        return Item(words("{name}: send it?", name=name), path=("prompts", prompt.id))
    return Item(words("{name}: running", name=name), path=("prompts", prompt.id))


def preset_error(state: State, preset: Preset) -> ActionError | None:
    """Return why a saved prompt cannot be sent now; None if it can."""
    error = refusal(state, Agent)
    if error is not None or preset.model is None:
        return error
    key = state.canonical(preset.session or OWN_SESSION)
    if not checks.takes_model(state, key, preset.model):
        return ActionError.NOT_OWN_SESSION
    return checks.refusal(state, preset.model)


def _result(prompt: Prompt, state: State, words: Words) -> Item:
    name = prompt_texts.name(prompt, state)
    match prompt.state:
        case PromptStatus.ANSWERED:
            end = formatting.clean(prompt.answer) or words("The answer is empty.")
            return Item(formatting.clean(f"{name}: {end}"), OpenPanel(Page.ASK, prompt.id))
        case PromptStatus.STOPPED:
            end = words("stopped")
        case PromptStatus.UNKNOWN if prompt.abandoned:
            end = words("may have run on the previous gateway")
        case PromptStatus.UNKNOWN:
            text = words("{name}: may have run. Send again as a new run", name=name)
            error = checks.refusal(state, prompt.model)
            return Item(text, OpenPanel(Page.ASK, prompt.id) if error else AskAgain(prompt.id))
        case _:
            error = prompt.error or ActionError.GATEWAY
            why = formatting.action_error(error, prompt.detail, state.level, words)
            end = words("failed: {reason}", reason=why)
    return Item(formatting.clean(f"{name}: {end}"), OpenPanel(Page.ASK, prompt.id))
