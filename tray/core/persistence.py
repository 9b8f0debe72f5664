"""What must survive a restart, as JSON text.

Pins, latches of thresholds, quotas and scheduled jobs, undelivered thresholds and model switches by profile;
whether the user was welcomed; the snooze; and, if the settings say so, the last prompts with their answers.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

import msgspec

from tray.core.model import (
    CronLatch,
    Focus,
    Mode,
    ModelSwitch,
    Prompt,
    QuotaLatch,
    QuotaMark,
    SwitchStatus,
    ThresholdCrossed,
    ThresholdLatch,
)
from tray.core.state import State
from tray.values import replace

T = TypeVar("T")

MAX_ANSWER_CHARACTERS = 400_000
"""Of prompts and answers. The file is read up to 5 MB; a character takes up to 12 bytes of JSON."""
MAX_UNDELIVERED = 20
"""Crossed thresholds to keep until they are reported; the oldest are dropped first."""
_VERSION = 1
_SWITCH = {
    "profile": "profile",
    "key": "key",
    "asked": "requested",
    "model": "model",
    "session_id": "session_id",
    "mark": "tokens_before",
}
_PROMPT = {
    "id": "id",
    "key": "key",
    "text": "text",
    "model": "model",
    "preset": "preset",
    "state": "state",
    "answer": "answer",
    "fault": "error",
    "detail": "detail",
    "answered_by": "answered_by",
    "left": "abandoned",
}
"""The keys in the file, which stay, and the fields that they hold."""


_IDENTITY: dict[str, tuple[int | str, ...]] = {
    "pins": (),
    "latches": (0, 1),
    "untold": (0, 1, 2, 3),  # codespell:ignore
    "quotas": (0, 1, 2),
    "jobs": (0, 1),
    "quota_marks": (0, 1, 2, 3),
    "switches": ("profile", "key"),
    "prompts": ("id",),
}
"""What tells the items of a part of the file from each other; each of another part is one."""
_MAX_ITEMS = 400
_MAX_PROMPTS = 20

PersistentPart: TypeAlias = tuple[
    dict[str, str],
    tuple[ThresholdLatch, ...],
    tuple[ThresholdLatch, ...],
    tuple[QuotaLatch, ...],
    tuple[CronLatch, ...],
    tuple[QuotaMark, ...],
    tuple[ModelSwitch, ...],
    bool,
    datetime | None,
    tuple[Prompt, ...],
]


def persistent_part(state: State) -> PersistentPart:
    """Return the part of the state that must survive a restart."""
    kept = tuple(switch for switch in state.profile.switches if switch.state is SwitchStatus.CONFIRMED)
    return (
        state.profile.pins,
        state.profile.latches,
        _undelivered(state),
        state.profile.quota_latches,
        state.profile.cron_latches,
        state.profile.quota_marks,
        kept,
        state.process.setup.welcomed,
        state.process.snoozed_until,
        _ended(state) if state.settings.keep_answers else (),
    )


def may_save(state: State) -> bool:
    """Return whether this process saves changes: the tray does, and a command its own model switch."""
    return state.mode is Mode.LIVE or any(s.set_at is not None for s in state.profile.switches)


def dump(state: State) -> str:
    """Return that part as JSON text."""
    pins, latches, undelivered, quotas, jobs, marks, switches, greeted, snoozed, prompts = persistent_part(
        state
    )
    memory = {
        "version": _VERSION,
        "pins": pins,
        "latches": latches,
        "untold": undelivered,  # codespell:ignore
        "quotas": quotas,
        "jobs": jobs,
        "quota_marks": marks,
        "switches": [{key: getattr(x, field) for key, field in _SWITCH.items()} for x in switches],
        "greeted": greeted,
        "snoozed_until": None if snoozed is None else snoozed.isoformat(),
        "prompts": [{key: getattr(x, field) for key, field in _PROMPT.items()} for x in prompts],
    }
    return json.dumps(msgspec.to_builtins(memory), indent=1)


def merge(base: str | None, ours: str, theirs: str | None) -> str:
    """Return what to save where another process has saved something since: its changes, and after them ours.

    Args:
        base: What this process last had to save, or had loaded.
        ours: What it has to save now.
        theirs: What is saved.
    """
    old, new, other = _document(base) or {}, _document(ours), _document(theirs)
    if other is None or new is None or other == old:
        return ours
    merged = {name: _merged(name, old.get(name), part, other.get(name)) for name, part in new.items()}
    room, kept = MAX_ANSWER_CHARACTERS, []
    for prompt in reversed(merged["prompts"][-_MAX_PROMPTS:]):
        room -= sum(len(str(prompt.get(part))) for part in ("text", "answer", "detail"))
        kept += [prompt] if room >= 0 else []
    return json.dumps({**merged, "prompts": kept[::-1]}, indent=1)


def load(state: State, text: str | None) -> State:
    """Return a state with what the text holds. Items that cannot be read are skipped."""
    try:
        memory = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return state
    if not isinstance(memory, dict) or memory.get("version") != _VERSION:
        return state
    held = memory.get("pins")
    pins = {name: key for name, key in held.items() if isinstance(key, str)} if isinstance(held, dict) else {}
    switches = _items(memory.get("switches"), ModelSwitch, _SWITCH, state=SwitchStatus.CONFIRMED.value)
    snoozed = _items([memory.get("snoozed_until")], datetime)
    prompts = _items(memory.get("prompts"), Prompt, _PROMPT) if state.settings.keep_answers else ()
    return replace(
        state,
        gateway=replace(state.gateway, focus=Focus(pinned=pins.get(state.settings.profile))),
        profile=replace(
            state.profile,
            pins=pins,
            latches=_items(memory.get("latches"), ThresholdLatch),
            undelivered=_items(memory.get("untold"), ThresholdLatch),  # codespell:ignore
            quota_latches=_items(memory.get("quotas"), QuotaLatch),
            cron_latches=_items(memory.get("jobs"), CronLatch),
            quota_marks=_items(memory.get("quota_marks"), QuotaMark),
            switches=tuple(switch for switch in switches if switch.model is not None),
            prompts=tuple(prompt for prompt in prompts if prompt.state.ended),
        ),
        process=replace(
            state.process,
            setup=replace(state.process.setup, welcomed=memory.get("greeted") is True),
            snoozed_until=next((at for at in snoozed if at.tzinfo is not None), None),
        ),
    )


def _document(text: str | None) -> dict[str, Any] | None:
    try:
        document = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    is_ours = isinstance(document, dict) and document.get("version") == _VERSION
    return document if is_ours else None


def _merged(name: str, old: Any, new: Any, other: Any) -> Any:  # noqa: ANN401 - parts of JSON
    """Return a part of the other document with what we changed, removed and added in it."""
    if name not in _IDENTITY:
        unchanged = new == old or (old is None and not new)
        return other if unchanged and other is not None else new
    olds, news, others = (_by_identity(name, part) for part in (old, new, other))
    changed = {key: item for key, item in news.items() if key not in olds or olds[key] != item}
    gone = changed.keys() | (olds.keys() - news.keys())
    whole = {key: item for key, item in others.items() if key not in gone} | changed
    return whole if isinstance(new, dict) else list(whole.values())[-_MAX_ITEMS:]


def _by_identity(name: str, part: Any) -> dict[Any, Any]:  # noqa: ANN401 - as above
    """Return the items of a part by what identifies them; without those that are damaged."""
    if name == "pins":
        return part if isinstance(part, dict) else {}
    items = {}
    for item in part if isinstance(part, list) else ():
        with suppress(KeyError, IndexError, TypeError):
            items[tuple(item[index] for index in _IDENTITY[name])] = item
    return items


def _undelivered(state: State) -> tuple[ThresholdLatch, ...]:
    """Return the thresholds that were crossed and not reported yet, by this process or an earlier one."""
    deferred = (alert for alert in state.process.deferred if isinstance(alert, ThresholdCrossed))
    crossed = (
        ThresholdLatch(state.settings.profile, each.session.key, each.session.row.session_id, each.level)
        for each in deferred
    )
    return (*state.profile.undelivered, *crossed)[-MAX_UNDELIVERED:]


def _ended(state: State) -> tuple[Prompt, ...]:
    kept, room = [], MAX_ANSWER_CHARACTERS
    for prompt in reversed([prompt for prompt in state.profile.prompts if prompt.state.ended]):
        room -= len(prompt.text) + len(prompt.answer) + len(prompt.detail)
        if room < 0:
            break
        kept.append(replace(prompt, sent_at=0.0, sent_ms=0, event_error=None, stopped=False, stopping=False))
    return tuple(reversed(kept))


def _items(
    items: object, kind: type[T], fields: Mapping[str, str] | None = None, **known: object
) -> tuple[T, ...]:
    """Return the items that are of this type.

    `fields` names the keys that an item must have, and the fields that they hold; `known` are other fields.
    """
    read = []
    for item in items if isinstance(items, list) else ():
        with suppress(KeyError, TypeError, ValueError, msgspec.ValidationError):
            content = item if fields is None else known | {name: item[key] for key, name in fields.items()}
            read.append(msgspec.convert(content, kind))
    return tuple(read)
