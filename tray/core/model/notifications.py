"""What a person is told in a balloon, as values. No secret is in any of them."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

import msgspec

from tray.core.errors import ActionError, ConnectionFailure
from tray.core.model.actions import SessionAction
from tray.core.model.approvals import Approval
from tray.core.model.gateway_control import GatewayControl
from tray.core.model.prompts import Prompt
from tray.core.model.sessions import Session
from tray.i18n.message import Message
from tray.protocol.usage import Quota


class ThresholdCrossed(msgspec.Struct, frozen=True):
    """A session's context passed a threshold: level 1 warning, 2 critical."""

    session: Session
    level: int


class GatewayDown(msgspec.Struct, frozen=True):
    """The gateway was up and has been gone for long enough to tell."""

    failure: ConnectionFailure


class GatewayUp(msgspec.Struct, frozen=True):
    """It is back, `after` so many seconds."""

    seconds_down: float


class GatewayNotFound(msgspec.Struct, frozen=True):
    """No gateway was found at all; told once."""


class ModelDiffers(msgspec.Struct, frozen=True):
    """A session (`key`) was answered by another model than the one asked for."""

    key: str
    requested: str
    answered: str


class SwitchFailed(msgspec.Struct, frozen=True):
    """A session (`key`) was not switched to the model asked for; `detail` is the gateway's own word on it."""

    key: str
    requested: str | None
    error: ActionError
    detail: str


class PromptFinished(msgspec.Struct, frozen=True):
    """A preset's prompt ended, in one of its four ways."""

    prompt: Prompt


class PromptNeedsConfirmation(msgspec.Struct, frozen=True):
    """A prompt waits for the user's word: what the clipboard put into it is long."""

    prompt: Prompt


class ActionFinished(msgspec.Struct, frozen=True):
    """A compaction ended; or something else was not done to a session, or may have been."""

    action: SessionAction


class ContextCompacted(msgspec.Struct, frozen=True):
    """The gateway compacted a session by itself; `before` is what it used until then, in tokens."""

    session: Session
    before: int


class LongRunFinished(msgspec.Struct, frozen=True):
    """A run in a session (`key`) ended after many seconds; `error` is why it failed, if it did."""

    key: str
    seconds: int
    error: str | None


class ApprovalWaiting(msgspec.Struct, frozen=True):
    """A command or a device waits for the person's word; told once of each."""

    approval: Approval


class ApprovalFinished(msgspec.Struct, frozen=True):
    """A word that the person gave was not taken, or it is not known whether it was."""

    approval: Approval


class CopyFailed(msgspec.Struct, frozen=True):
    """There is no clipboard that takes this text; so it is shown."""

    text: str


class QuotaCrossed(msgspec.Struct, frozen=True):
    """A provider's quota passed a threshold: level 1 warning, 2 critical."""

    quota: Quota
    level: int


class SettingsRejected(msgspec.Struct, frozen=True):
    """The settings file could not be used, or not all of it; a sentence with file, line and problem."""

    sentence: Message


class SaveFailed(msgspec.Struct, frozen=True):
    """A file of ours could not be written; a sentence that says which and why."""

    sentence: Message


class OpenFailed(msgspec.Struct, frozen=True):
    """No program showed a file or a page; `place` is its path, its address or the way to it."""

    place: str


class WindowFailed(msgspec.Struct, frozen=True):
    """A window that was asked for could not be shown."""


class Welcome(msgspec.Struct, frozen=True):
    """The first start of all: where the icon hides."""


class AlreadyRunning(msgspec.Struct, frozen=True):
    """The answer to a second start: where the icon is, and what it says."""


class GatewayControlFinished(msgspec.Struct, frozen=True):
    """A start or restart of the gateway that the user asked for came to an end."""

    gateway_control: GatewayControl


class LogEmpty(msgspec.Struct, frozen=True):
    """The log was asked for, and nothing has been written into it."""


class Digest(msgspec.Struct, frozen=True):
    """Several that were held back, oldest first; none of them is a digest itself."""

    alerts: tuple[Alert, ...]


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
    """A notice, when it came up (wall), and whether it was held back then."""

    alert: Alert
    at: datetime
    deferred: bool
