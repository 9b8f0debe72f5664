"""What must survive a restart, as text: the pinned session, the latches, our own switches."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from tray.core.state import Focus, Latch, State, Switch, SwitchState

_VERSION = 1


def of(state: State) -> tuple[str | None, tuple[Latch, ...], tuple[Switch, ...]]:
    """The part of the state that must survive a restart."""
    held = tuple(switch for switch in state.switches if switch.state is SwitchState.SET)
    return state.focus.pinned, state.latches, held


def dump(state: State) -> str:
    """That part as JSON text."""
    pinned, latches, switches = of(state)
    memory = {
        "version": _VERSION,
        "pinned": pinned,
        "latches": [[x.profile, x.key, x.session_id, x.level] for x in latches],
        "switches": [
            {
                "key": x.key,
                "asked": x.asked,
                "model": x.model,
                "session_id": x.session_id,
                "mark": list(x.mark),
            }
            for x in switches
        ],
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
    pinned = memory.get("pinned")
    latches = (_latch(item) for item in _items(memory, "latches"))
    switches = (_switch(item) for item in _items(memory, "switches"))
    return replace(
        state,
        focus=Focus(pinned=pinned if isinstance(pinned, str) else None),
        latches=tuple(latch for latch in latches if latch is not None),
        switches=tuple(switch for switch in switches if switch is not None),
    )


def _items(memory: dict[str, Any], name: str) -> list[Any]:
    items = memory.get(name)
    return items if isinstance(items, list) else []


def _latch(item: object) -> Latch | None:
    match item:
        case [str(profile), str(key), str() | None as session_id, (1 | 2) as level]:
            return Latch(profile, key, session_id, level)
        case _:
            return None


def _switch(item: object) -> Switch | None:
    match item:
        case {
            "key": str(key),
            "asked": str() | None as asked,
            "model": str(model),
            "session_id": str() | None as session_id,
            "mark": [int() | None as used, int(spent)],
        }:
            return Switch(key, asked, SwitchState.SET, model, session_id=session_id, mark=(used, spent))
        case _:
            return None
