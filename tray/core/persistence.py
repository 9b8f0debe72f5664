"""What must survive a restart, as JSON text.

Pins, latches, undelivered thresholds and model switches by profile; whether the user was welcomed; the
snooze; and, if the settings say so, the last prompts with their answers.
"""

import json
from datetime import datetime
from typing import Any, TypeAlias

from tray.core.errors import ActionError
from tray.core.model import (
    Focus,
    Mode,
    ModelSwitch,
    Prompt,
    PromptStatus,
    QuotaLatch,
    SwitchStatus,
    ThresholdLatch,
)
from tray.core.notifications import delivery
from tray.core.state import State
from tray.values import replace

MAX_ANSWER_CHARACTERS = 400_000
"""Of prompts and answers. The file is read up to 5 MB; a character takes up to 12 bytes of JSON."""
_VERSION = 1
_STORED_NAMES = {ActionError.GATEWAY_CHANGED: "MOVED", ActionError.NOT_OWN_SESSION: "NOT_OURS"}
_ERRORS = {_STORED_NAMES.get(error, error.name): error for error in ActionError}
"""By the name in the file, which stays when a member is renamed."""
_ENDS = {state.name: state for state in PromptStatus if state.ended}


PersistentPart: TypeAlias = tuple[
    dict[str, str],
    tuple[ThresholdLatch, ...],
    tuple[ThresholdLatch, ...],
    tuple[QuotaLatch, ...],
    tuple[ModelSwitch, ...],
    bool,
    datetime | None,
    tuple[Prompt, ...],
]


def persistent_part(state: State) -> PersistentPart:
    """Return the part of the state that must survive a restart."""
    kept = tuple(switch for switch in state.switches if switch.state is SwitchStatus.CONFIRMED)
    undelivered = delivery.crossings(state)
    return (
        state.pins,
        state.latches,
        undelivered,
        state.quota_latches,
        kept,
        state.welcomed,
        state.snoozed_until,
        _ended(state) if state.settings.keep_answers else (),
    )


def may_save(state: State) -> bool:
    """Return whether this process saves changes: the tray does, and a command its own model switch."""
    return state.mode is Mode.LIVE or any(s.set_at is not None for s in state.switches)


def dump(state: State) -> str:
    """Return that part as JSON text."""
    pins, latches, undelivered, quotas, switches, greeted, snoozed, prompts = persistent_part(state)
    memory = {
        "version": _VERSION,
        "pins": pins,
        "latches": [[x.profile, x.key, x.session_id, x.level] for x in latches],
        "untold": [[x.profile, x.key, x.session_id, x.level] for x in undelivered],  # codespell:ignore
        "quotas": [[x.profile, x.provider, x.label, x.level, x.resets_ms] for x in quotas],
        "switches": [
            {
                "profile": x.profile,
                "key": x.key,
                "asked": x.requested,
                "model": x.model,
                "session_id": x.session_id,
                "mark": list(x.tokens_before),
            }
            for x in switches
        ],
        "greeted": greeted,
        "snoozed_until": None if snoozed is None else snoozed.isoformat(),
        "prompts": [
            {
                "id": x.id,
                "key": x.key,
                "text": x.text,
                "model": x.model,
                "preset": x.preset,
                "state": x.state.name,
                "answer": x.answer,
                "fault": None if x.error is None else _STORED_NAMES.get(x.error, x.error.name),
                "detail": x.detail,
                "answered_by": x.answered_by,
                "left": x.abandoned,
            }
            for x in prompts
        ],
    }
    return json.dumps(memory, indent=1)


def load(state: State, text: str | None) -> State:
    """Return a state with what the text holds. Items that cannot be read are skipped."""
    try:
        memory = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        memory = {}
    if not isinstance(memory, dict) or memory.get("version") != _VERSION:
        return state
    pins = _pins(memory.get("pins"))
    latches = (_latch(item) for item in _items(memory, "latches"))
    undelivered = (_latch(item) for item in _items(memory, "untold"))  # codespell:ignore
    quotas = (_quota(item) for item in _items(memory, "quotas"))
    switches = (_switch(item) for item in _items(memory, "switches"))
    return replace(
        state,
        focus=Focus(pinned=pins.get(state.settings.profile)),
        pins=pins,
        latches=tuple(latch for latch in latches if latch is not None),
        undelivered=tuple(latch for latch in undelivered if latch is not None),
        quota_latches=tuple(latch for latch in quotas if latch is not None),
        switches=tuple(switch for switch in switches if switch is not None),
        welcomed=memory.get("greeted") is True,
        snoozed_until=_instant(memory.get("snoozed_until")),
        prompts=_prompts(memory) if state.settings.keep_answers else (),
    )


def _ended(state: State) -> tuple[Prompt, ...]:
    kept, room = [], MAX_ANSWER_CHARACTERS
    for prompt in reversed([prompt for prompt in state.prompts if prompt.state.ended]):
        room -= len(prompt.text) + len(prompt.answer) + len(prompt.detail)
        if room < 0:
            break
        kept.append(replace(prompt, sent_at=0.0, sent_ms=0, event_error=None, stopped=False, stopping=False))
    return tuple(reversed(kept))


def _prompts(memory: dict[str, Any]) -> tuple[Prompt, ...]:
    read = (_prompt(item) for item in _items(memory, "prompts"))
    return tuple(prompt for prompt in read if prompt is not None)


def _items(memory: dict[str, Any], name: str) -> list[Any]:
    items = memory.get(name)
    return items if isinstance(items, list) else []


def _instant(item: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(item) if isinstance(item, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None


def _pins(item: object) -> dict[str, str]:
    if not isinstance(item, dict):
        return {}
    return {profile: key for profile, key in item.items() if isinstance(key, str)}


def _latch(item: object) -> ThresholdLatch | None:
    match item:
        case [str(profile), str(key), str() | None as session_id, (1 | 2) as level]:
            return ThresholdLatch(profile, key, session_id, level)
        case _:
            return None


def _quota(item: object) -> QuotaLatch | None:
    match item:
        case [str(profile), str(provider), str(label), (1 | 2) as level, int() | None as resets_ms]:
            return QuotaLatch(profile, provider, label, level, resets_ms)
        case _:
            return None


def _switch(item: object) -> ModelSwitch | None:
    match item:
        case {
            "profile": str(profile),
            "key": str(key),
            "asked": str() | None as asked,
            "model": str(model),
            "session_id": str() | None as session_id,
            "mark": [int() | None as used, int(spent)],
        }:
            mark = (used, spent)
            return ModelSwitch(
                profile, key, asked, SwitchStatus.CONFIRMED, model, session_id=session_id, tokens_before=mark
            )
        case _:
            return None


def _prompt(item: object) -> Prompt | None:
    match item:
        case {
            "id": str(identity),
            "key": str(key),
            "text": str(text),
            "model": str() | None as model,
            "preset": str() | None as preset,
            "state": str(state),
            "answer": str(answer),
            "fault": str() | None as error,
            "detail": str(detail),
            "answered_by": str() | None as answered_by,
            "left": bool(left),
        } if state in _ENDS and error in (None, *_ERRORS):
            return Prompt(
                identity,
                key,
                text,
                model,
                preset,
                _ENDS[state],
                answer=answer,
                error=None if error is None else _ERRORS[error],
                detail=detail,
                answered_by=answered_by,
                abandoned=left,
            )
        case _:
            return None
