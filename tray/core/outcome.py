"""The result of every decision: the next state, and the effects to run."""

from collections.abc import Callable, Iterable
from typing import TypeAlias, TypeVar

from tray.core.effects import Effect
from tray.core.state import State

Outcome: TypeAlias = tuple[State, tuple[Effect, ...]]

T = TypeVar("T")


def for_each(state: State, items: Iterable[T], decide: Callable[[State, T], Outcome]) -> Outcome:
    """Decide for one item after the other; return the last state, and the effects of all in that order."""
    effects: tuple[Effect, ...] = ()
    for item in items:
        state, more = decide(state, item)
        effects += more
    return state, effects
