"""What a notification can report. No secret is in any of these values."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

import msgspec

from tray.core.model.actions import SessionAction
from tray.core.model.approvals import Approval
from tray.core.model.errors import ActionError, ConnectionFailure
from tray.core.model.gateway_control import GatewayControl
from tray.core.model.prompts import Prompt
from tray.core.model.sessions import Session
from tray.i18n.words import Message
from tray.protocol.cron import CronJob
from tray.protocol.usage import Quota


class ThresholdCrossed(msgspec.Struct, frozen=True):
    """A session's context usage crossed a threshold: level 1 is warning, 2 is critical."""

    session: Session
    level: int


class GatewayDown(msgspec.Struct, frozen=True):
    """The gateway was connected and has been gone long enough to report."""

    failure: ConnectionFailure


class GatewayUp(msgspec.Struct, frozen=True):
    """The gateway is back."""

    seconds_down: float


class GatewayNotFound(msgspec.Struct, frozen=True):
    """No gateway was found; reported once."""


class ModelDiffers(msgspec.Struct, frozen=True):
    """Another model than the requested one answered in a session."""

    key: str
    requested: str
    answered: str


class SwitchFailed(msgspec.Struct, frozen=True):
    """A session's model was not switched; `detail` is the gateway's message."""

    key: str
    requested: str | None
    error: ActionError
    detail: str


class PromptFinished(msgspec.Struct, frozen=True):
    """A prompt ended that no open window shows."""

    prompt: Prompt


class PromptNeedsConfirmation(msgspec.Struct, frozen=True):
    """A prompt with a long clipboard text waits until the user confirms it."""

    prompt: Prompt


class ActionFinished(msgspec.Struct, frozen=True):
    """A compaction ended; or another session action failed, or its result is unknown."""

    action: SessionAction


class ContextCompacted(msgspec.Struct, frozen=True):
    """The gateway compacted a session by itself; `before` is what it used until then, in tokens."""

    session: Session
    before: int


class LongRunFinished(msgspec.Struct, frozen=True):
    """A run in a session ended after many seconds; `error` is why it failed, if it did."""

    key: str
    seconds: int
    error: str | None


class ApprovalWaiting(msgspec.Struct, frozen=True):
    """A command or a device asks for approval; reported once each."""

    approval: Approval


class ApprovalFinished(msgspec.Struct, frozen=True):
    """The user's decision was not accepted, or it is not known whether it was."""

    approval: Approval


class CopyFailed(msgspec.Struct, frozen=True):
    """There is no usable clipboard, so the text is shown."""

    text: str


class QuotaCrossed(msgspec.Struct, frozen=True):
    """A provider's quota crossed a threshold: level 1 is warning, 2 is critical."""

    quota: Quota
    level: int


class QuotaAvailable(msgspec.Struct, frozen=True):
    """A provider's quota was exhausted and is available again."""

    quota: Quota


class QuotaPace(msgspec.Struct, frozen=True):
    """Less than half of a quota's window is over, and at this pace it is exhausted after these seconds."""

    quota: Quota
    seconds: int


class SecretAccepted(msgspec.Struct, frozen=True):
    """The gateway refused the shared secret; it has changed since, and the new one logged in."""


class CronFailed(msgspec.Struct, frozen=True):
    """A scheduled job or a heartbeat failed; reported once until it succeeds."""

    job: CronJob


class SettingsRejected(msgspec.Struct, frozen=True):
    """The settings file has a mistake; the sentence names file, line and mistake."""

    sentence: Message


class SaveFailed(msgspec.Struct, frozen=True):
    """A file could not be written; the sentence names file and reason."""

    sentence: Message


class OpenFailed(msgspec.Struct, frozen=True):
    """No program opened a file or page; `place` is its path, its address or the way to it."""

    place: str


class WindowFailed(msgspec.Struct, frozen=True):
    """A requested window could not be shown."""


class Welcome(msgspec.Struct, frozen=True):
    """The program was started for the first time: where to find the icon."""


class AlreadyRunning(msgspec.Struct, frozen=True):
    """The program was started a second time: where to find the icon."""


class GatewayControlFinished(msgspec.Struct, frozen=True):
    """A start or restart of the gateway that the user requested ended."""

    gateway_control: GatewayControl


class LogEmpty(msgspec.Struct, frozen=True):
    """The log was opened, and it is empty."""


class Digest(msgspec.Struct, frozen=True):
    """Several deferred alerts, oldest first, and how many more there were. None of them is a digest."""

    alerts: tuple[Alert, ...]
    dropped: int = 0


Alert: TypeAlias = (
    ThresholdCrossed
    | GatewayDown
    | GatewayUp
    | GatewayNotFound
    | ModelDiffers
    | SwitchFailed
    | PromptFinished
    | PromptNeedsConfirmation
    | ActionFinished
    | ContextCompacted
    | LongRunFinished
    | ApprovalWaiting
    | ApprovalFinished
    | CopyFailed
    | QuotaCrossed
    | QuotaAvailable
    | QuotaPace
    | SecretAccepted
    | CronFailed
    | SettingsRejected
    | SaveFailed
    | OpenFailed
    | WindowFailed
    | Welcome
    | AlreadyRunning
    | GatewayControlFinished
    | LogEmpty
    | Digest
)


class PastNotification(msgspec.Struct, frozen=True):
    """An alert, when it came up (wall), and whether it was deferred."""

    alert: Alert
    at: datetime
    deferred: bool
