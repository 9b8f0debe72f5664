"""Windows that are open, as values. What opens and closes them is in `windows`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class WindowKind(StrEnum):
    """What a window is for."""

    ASK = "ask"
    ANSWER = "answer"
    SETTINGS = "settings"
    DIAGNOSTICS = "diagnostics"


@dataclass(frozen=True, slots=True)
class Window:
    """A window.

    Attributes:
        id: Its own; no two windows of this process ever share one.
        kind: What it is for.
        prompt: The id of the prompt that it shows; None for none yet.
    """

    id: str
    kind: WindowKind
    prompt: str | None = None
