"""What a person is told in a balloon, as values. No secret is in any of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from tray.core.own import Approval, Deed, Lifecycle, Prompt
from tray.core.state import Session
from tray.core.trouble import Fault, Trouble
from tray.wire.usage import Quota


@dataclass(frozen=True, slots=True)
class ThresholdCrossed:
    """A session's context passed a threshold: level 1 warning, 2 critical."""

    session: Session
    level: int


@dataclass(frozen=True, slots=True)
class WentDown:
    """The gateway was up and has been gone for long enough to tell."""

    trouble: Trouble


@dataclass(frozen=True, slots=True)
class CameBack:
    """It is back, `after` so many seconds."""

    after: float


@dataclass(frozen=True, slots=True)
class NotFound:
    """No gateway was found at all; told once."""


@dataclass(frozen=True, slots=True)
class ModelDiffers:
    """A session (`key`) was answered by another model than the one asked for."""

    key: str
    asked: str
    answered: str


@dataclass(frozen=True, slots=True)
class SwitchFailed:
    """A session (`key`) was not switched to the model asked for; `detail` is the gateway's own word on it."""

    key: str
    asked: str | None
    fault: Fault
    detail: str


@dataclass(frozen=True, slots=True)
class PromptEnded:
    """A preset's prompt ended, in one of its four ways."""

    prompt: Prompt


@dataclass(frozen=True, slots=True)
class DraftHeld:
    """A prompt waits for the user's word: what the clipboard put into it is long."""

    prompt: Prompt


@dataclass(frozen=True, slots=True)
class DeedEnded:
    """A compaction ended; or something else was not done to a session, or may have been."""

    deed: Deed


@dataclass(frozen=True, slots=True)
class ContextCompacted:
    """The gateway compacted a session by itself; `before` is what it used until then, in tokens."""

    session: Session
    before: int


@dataclass(frozen=True, slots=True)
class LongRunEnded:
    """A run in a session (`key`) ended after many seconds; `error` is why it failed, if it did."""

    key: str
    seconds: int
    error: str | None


@dataclass(frozen=True, slots=True)
class ApprovalWaiting:
    """A command or a device waits for the person's word; told once of each."""

    approval: Approval


@dataclass(frozen=True, slots=True)
class ApprovalEnded:
    """A word that the person gave was not taken, or it is not known whether it was."""

    approval: Approval


@dataclass(frozen=True, slots=True)
class NotCopied:
    """There is no clipboard that takes this text; so it is shown."""

    text: str


@dataclass(frozen=True, slots=True)
class QuotaCrossed:
    """A provider's quota passed a threshold: level 1 warning, 2 critical."""

    quota: Quota
    level: int


@dataclass(frozen=True, slots=True)
class BadSettings:
    """The settings file could not be used, or not all of it; a sentence with file, line and problem."""

    sentence: str


@dataclass(frozen=True, slots=True)
class NotSaved:
    """A file of ours could not be written; a sentence that says which and why."""

    sentence: str


@dataclass(frozen=True, slots=True)
class NotOpened:
    """No program showed a file or a page; `place` is its path, its address or the way to it."""

    place: str


@dataclass(frozen=True, slots=True)
class NoWindow:
    """A window that was asked for could not be shown."""


@dataclass(frozen=True, slots=True)
class Welcome:
    """The first start of all: where the icon hides."""


@dataclass(frozen=True, slots=True)
class AlreadyRunning:
    """The answer to a second start: where the icon is, and what it says."""


@dataclass(frozen=True, slots=True)
class LifecycleEnded:
    """A start or restart of the gateway that the user asked for came to an end."""

    lifecycle: Lifecycle


@dataclass(frozen=True, slots=True)
class LogIsEmpty:
    """The log was asked for, and nothing has been written into it."""


@dataclass(frozen=True, slots=True)
class Digest:
    """Several that were held back, oldest first; none of them is a digest itself."""

    notices: tuple[Notice, ...]


Notice: TypeAlias = (
    ThresholdCrossed
    | WentDown
    | CameBack
    | NotFound
    | ModelDiffers
    | SwitchFailed
    | PromptEnded
    | DraftHeld
    | DeedEnded
    | ContextCompacted
    | LongRunEnded
    | ApprovalWaiting
    | ApprovalEnded
    | NotCopied
    | QuotaCrossed
    | BadSettings
    | NotSaved
    | NotOpened
    | NoWindow
    | Welcome
    | AlreadyRunning
    | LifecycleEnded
    | LogIsEmpty
    | Digest
)
