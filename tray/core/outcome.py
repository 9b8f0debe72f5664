"""The result of every decision: the next state, and the effects to run."""

from typing import TypeAlias

from tray.core.effects import Effect
from tray.core.state import State

Outcome: TypeAlias = tuple[State, tuple[Effect, ...]]
