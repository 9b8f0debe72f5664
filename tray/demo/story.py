"""What happens in the demo, as a table of steps, and the thread that takes them.

Knows the gateway only as a `Stage`; times are the demo's seconds, which its speed divides.
"""

import itertools
from collections.abc import Callable, Iterable
from typing import Protocol

import msgspec

from tray.demo.schema import Json, now_ms
from tray.demo.sessions import MAIN, model

OPUS, SONNET = "anthropic/claude-opus-4-5", "anthropic/claude-sonnet-4-5"
GEMINI, QWEN = "google/gemini-2.5-pro", "ollama/qwen3-8b"
TEAM = "agent:main:slack:channel:c-release"
NOTES = "agent:main:notes"
DIGEST = "agent:main:cron:morning-digest"


class Ask(msgspec.Struct, frozen=True):
    """The session is asked something: `total` tokens in all, answered by model `by` (None: its own)."""

    session: str
    prompt: str
    total: int
    by: str | None = None


class Compact(msgspec.Struct, frozen=True):
    """The session is compacted: its usage is unknown until it runs again."""

    session: str


class Restart(msgspec.Struct, frozen=True):
    """The gateway announces a restart of `expected` seconds, and is away for `down_for`."""

    expected: float
    down_for: float


class Wish(msgspec.Struct, frozen=True):
    """The session's agent wants to run a command, and waits for approval."""

    session: str
    command: str


Act = Ask | Compact | Restart | Wish


class Step(msgspec.Struct, frozen=True):
    """An act, and when it happens: seconds since the story began."""

    at: float
    act: Act


# main has 200,000 tokens: it passes 75 % at 150,000 and 90 % at 180,000, and begins at 62 %.
STORY = (
    Step(3, Ask(MAIN, "Summarise the mail that came in overnight", 133_000)),
    Step(10, Ask(MAIN, "Which of these mails need an answer today?", 144_000)),
    Step(16, Ask(TEAM, "Has the release branch been cut?", 61_500)),
    Step(20, Ask(MAIN, "Draft an answer to the supplier", 153_000)),
    Step(24, Wish(TEAM, "git push origin release/2.4")),
    Step(28, Ask(MAIN, "Compare the offer with last year's contract", 169_000)),
    Step(36, Ask(MAIN, "Read the attached report as well", 183_000)),
    Step(43, Ask(MAIN, "List the open points of the report", 190_000)),
    Step(50, Compact(MAIN)),
    Step(57, Ask(MAIN, "Where were we?", 31_000)),
    Step(63, Restart(expected=1.5, down_for=2.5)),
    Step(70, Ask(MAIN, "Plan the week from the open points", 58_000, by=SONNET)),
    Step(77, Ask(MAIN, "Add the travel times to the plan", 92_000)),
    Step(84, Ask(MAIN, "Write the plan down in full", 124_000)),
)
STORY_SECONDS = 90.0

MODELS = (
    model(OPUS, "Claude Opus 4.5", 200_000, alias="opus"),
    model(SONNET, "Claude Sonnet 4.5", 200_000, alias="sonnet"),
    model(GEMINI, "Gemini 2.5 Pro", 1_048_576, alias="gemini"),
    model(QWEN, "Qwen3 8B (local)", 32_768, alias="small"),
)


def opening() -> dict[str, Json]:
    """Return the sessions as the story finds them: the fields of each row, by its key."""
    now, minute = now_ms(), 60_000
    used = {"totalTokensFresh": True, "status": "done"}
    local = {
        "modelProvider": "ollama",
        "model": "qwen3-8b",
        "contextTokens": 32_768,
        "modelOverrideSource": "user",
    }
    cron = {"isBackground": True, "classification": "cron"}
    group = {"kind": "group", "chatType": "channel", "displayName": "slack:#release", "lastChannel": "slack"}
    return {
        MAIN: used | {"totalTokens": 124_000, "inputTokens": 124_000, "updatedAt": now - minute},
        TEAM: used | group | {"totalTokens": 58_000, "inputTokens": 58_000, "updatedAt": now - 9 * minute},
        NOTES: used | local | {"totalTokens": 12_400, "inputTokens": 12_400, "updatedAt": now - 95 * minute},
        DIGEST: used | cron | {"totalTokens": 21_000, "inputTokens": 21_000, "updatedAt": now - 180 * minute},
    }


class Stage(Protocol):
    """What the story needs of a gateway."""

    def run(self, key: str, prompt: str, *, total: int | None = None, by: str | None = None) -> str:
        """Have a session asked something."""

    def compact(self, key: str) -> None:
        """Compact a session."""

    def announce_restart(self, expected: float, down_for: float) -> None:
        """Restart, as announced."""

    def wish(self, key: str, command: str) -> str:
        """Have a session's agent want to run a command."""


class Story:
    """The teller: performs one step after the other, for ever; by hand (`step`) or in time (`play`)."""

    def __init__(self, stage: Stage, steps: Iterable[Step] = STORY) -> None:
        self.steps = tuple(steps)
        self._stage = stage
        self._following = itertools.cycle(self.steps)

    def step(self) -> Step:
        """Perform the next step now, and return it."""
        step = next(self._following)
        match step.act:
            case Ask(session, prompt, total, by):
                self._stage.run(session, prompt, total=total, by=by)
            case Compact(session):
                self._stage.compact(session)
            case Restart(expected, down_for):
                self._stage.announce_restart(expected, down_for)
            case Wish(session, command):
                self._stage.wish(session, command)
        return step

    def play(self, over: Callable[[float], bool]) -> None:
        """Perform the story in its own time, until `over`, which waits for some seconds, says so."""
        while True:
            elapsed = 0.0
            for upcoming in self.steps:
                if over(upcoming.at - elapsed):
                    return
                elapsed = upcoming.at
                self.step()
            if over(STORY_SECONDS - elapsed):
                return
