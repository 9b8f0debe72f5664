"""The level of the menu that sends prompts, and tells how they ended."""

from __future__ import annotations

from tray.core.commands import (
    Ask,
    AskAgain,
    OpenSettings,
    SendDraft,
    ShowAnswer,
    StopPrompt,
)
from tray.core.errors import ActionError
from tray.core.model.prompts import Prompt, PromptStatus
from tray.i18n.translate import Words
from tray.protocol.session_keys import is_own, short_name
from tray.settings.settings import Preset
from tray.view.menu.item import LINE, Item, note, reason_for
from tray.view.text import formatting
from tray.view.tray_view import MenuSource

PER_TOKEN = 4
"""Characters of a token, roughly; of other writings than the Latin one there are fewer."""


def prompts(source: MenuSource, words: Words) -> tuple[Item, ...]:
    """The presets, what they cost or why they cannot be sent, and how the last ones ended."""
    results = [_under_way(prompt, words) for prompt in source.running]
    results += [_result(prompt, source, words) for prompt in source.recent]
    if results:
        results.insert(0, LINE)
    presets = source.settings.presets
    if not presets:
        return (
            note(words("No saved prompts. Add some in Settings")),
            Item(words("Settings…"), OpenSettings()),
            *results,
        )
    faults = [_preset_fault(source, preset) for preset in presets]
    items = [
        Item(
            formatting.clean(preset.name) or "?",
            Ask(preset.text, preset.session, preset.model, preset.name),
            enabled=error is None,
        )
        for preset, error in zip(presets, faults, strict=True)
    ]
    notes = [reason_for(error, source, words) for error in dict.fromkeys(faults) if error is not None]
    if None in faults:
        notes.append(words("Each prompt spends tokens: 8,000 to 14,000 even for a short one"))
    return (*items, LINE, *map(note, notes), *results)


def details(source: MenuSource, identity: str, words: Words) -> tuple[Item, ...]:
    """A prompt under way, and what ends it; one that is held, what it is, and what sends it."""
    prompt = next((prompt for prompt in source.running if prompt.id == identity), None)
    if prompt is None:
        return (note(words("This prompt has ended.")),)
    session = words("To: {name}", name=formatting.clean(short_name(prompt.key, source.agent_id), 60) or "?")
    if prompt.state is not PromptStatus.DRAFT:
        error = source.stop_fault if prompt.state is not PromptStatus.WAITING else None
        stop = Item(words("Stop"), StopPrompt(identity), enabled=error is None and not prompt.stopping)
        reason = [] if error is None else [note(reason_for(error, source, words))]
        return (note(session), LINE, stop, *reason)
    size = words(
        "With the clipboard text: {n} characters, about {tokens} tokens.",
        n=f"{len(prompt.text):,}",
        tokens=formatting.tokens(len(prompt.text) // PER_TOKEN),
    )
    sending = Item(words("Send"), SendDraft(identity), enabled=source.ask_fault is None)
    return (note(session), note(size), LINE, sending, Item(words("Discard"), StopPrompt(identity)))


def _under_way(prompt: Prompt, words: Words) -> Item:
    name = _name(prompt)
    if prompt.state is PromptStatus.DRAFT:
        return Item(words("{name}: send it?", name=name), path=("prompts", prompt.id))
    return Item(words("{name}: running", name=name), path=("prompts", prompt.id))


def _name(prompt: Prompt) -> str:
    return formatting.clean(prompt.preset or "", 24) or formatting.clean(prompt.key, 24) or "?"


def _preset_fault(source: MenuSource, preset: Preset) -> ActionError | None:
    if source.ask_fault is not None or preset.model is None:
        return source.ask_fault
    if preset.session is not None and not is_own(preset.session):
        return ActionError.NOT_OWN_SESSION
    return source.use_fault


def _result(prompt: Prompt, source: MenuSource, words: Words) -> Item:
    """How a prompt ended. One that may have run can be sent again, by a click that says what it does."""
    name = _name(prompt)
    match prompt.state:
        case PromptStatus.ANSWERED:
            end = formatting.clean(prompt.answer) or words("The answer is empty.")
            return Item(formatting.clean(f"{name}: {end}"), ShowAnswer(prompt.id))
        case PromptStatus.STOPPED:
            end = words("stopped")
        case PromptStatus.UNKNOWN if prompt.abandoned:
            end = words("may have run on the previous gateway")
        case PromptStatus.UNKNOWN:
            text = words("{name}: may have run. Send again as a new run", name=name)
            error = source.ask_fault or (None if prompt.model is None else source.use_fault)
            return Item(text, AskAgain(prompt.id), enabled=error is None)
        case _:
            reason = formatting.action_error(
                prompt.error or ActionError.GATEWAY, prompt.detail, source.level, words
            )
            end = words("failed: {reason}", reason=reason)
    return note(formatting.clean(f"{name}: {end}"))
