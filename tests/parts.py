"""Lets a test name a part of the state without saying how long it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.values import replace

if TYPE_CHECKING:
    from tray.core.state import State


def having(state: State, **parts: object) -> State:
    """Return a state with these parts, each where it belongs."""
    for name, value in parts.items():
        for lifetime in ("process", "profile", "gateway"):
            if hasattr(held := getattr(state, lifetime), name):
                state = replace(state, **{lifetime: replace(held, **{name: value})})
                break
        else:
            state = replace(state, **{name: value})
    return state
