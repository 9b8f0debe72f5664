"""What must survive a restart, as text.

By profile: pinned sessions, latches (those of quotas too), thresholds not told yet, our own switches.
Also that the user was greeted, and until when notices are snoozed.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeAlias

from tray.core import held
from tray.core.own import Switch, SwitchState
from tray.core.spending import QuotaLatch
from tray.core.state import Focus, Interest, Latch, State

_VERSION = 1


Remembered: TypeAlias = tuple[
    dict[str, str],
    tuple[Latch, ...],
    tuple[Latch, ...],
    tuple[QuotaLatch, ...],
    tuple[Switch, ...],
    bool,
    datetime | None,
]


def of(state: State) -> Remembered:
    """The part of the state that must survive a restart."""
    kept = tuple(switch for switch in state.switches if switch.state is SwitchState.SET)
    untold = held.crossings(state)
    return state.pins, state.latches, untold, state.quota_latches, kept, state.greeted, state.snoozed_until


def is_kept(state: State) -> bool:
    """Whether a change of it is this process's to save: the tray's is, and a command's own switch."""
    return state.interest is Interest.LIVE or any(s.set_at is not None for s in state.switches)


def dump(state: State) -> str:
    """That part as JSON text."""
    pins, latches, untold, quotas, switches, greeted, snoozed = of(state)
    memory = {
        "version": _VERSION,
        "pins": pins,
        "latches": [[x.profile, x.key, x.session_id, x.level] for x in latches],
        "untold": [[x.profile, x.key, x.session_id, x.level] for x in untold],
        "quotas": [[x.profile, x.provider, x.label, x.level, x.resets_ms] for x in quotas],
        "switches": [
            {
                "profile": x.profile,
                "key": x.key,
                "asked": x.asked,
                "model": x.model,
                "session_id": x.session_id,
                "mark": list(x.mark),
            }
            for x in switches
        ],
        "greeted": greeted,
        "snoozed_until": None if snoozed is None else snoozed.isoformat(),
    }
    return json.dumps(memory, indent=1)


def load(state: State, text: str | None) -> State:
    """A state that remembers; what cannot be read is forgotten, item by item."""
    try:
        memory = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        memory = {}
    if not isinstance(memory, dict) or memory.get("version") != _VERSION:
        return state
    pins = _pins(memory.get("pins"))
    latches = (_latch(item) for item in _items(memory, "latches"))
    untold = (_latch(item) for item in _items(memory, "untold"))
    quotas = (_quota(item) for item in _items(memory, "quotas"))
    switches = (_switch(item) for item in _items(memory, "switches"))
    return replace(
        state,
        focus=Focus(pinned=pins.get(state.settings.profile)),
        pins=pins,
        latches=tuple(latch for latch in latches if latch is not None),
        untold=tuple(latch for latch in untold if latch is not None),
        quota_latches=tuple(latch for latch in quotas if latch is not None),
        switches=tuple(switch for switch in switches if switch is not None),
        greeted=memory.get("greeted") is True,
        snoozed_until=_instant(memory.get("snoozed_until")),
    )


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


def _latch(item: object) -> Latch | None:
    match item:
        case [str(profile), str(key), str() | None as session_id, (1 | 2) as level]:
            return Latch(profile, key, session_id, level)
        case _:
            return None


def _quota(item: object) -> QuotaLatch | None:
    match item:
        case [str(profile), str(provider), str(label), (1 | 2) as level, int() | None as resets_ms]:
            return QuotaLatch(profile, provider, label, level, resets_ms)
        case _:
            return None


def _switch(item: object) -> Switch | None:
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
            return Switch(profile, key, asked, SwitchState.SET, model, session_id=session_id, mark=mark)
        case _:
            return None
