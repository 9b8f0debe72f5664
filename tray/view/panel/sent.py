"""What the panel can send: commands of the core."""

from typing import TypeAlias

from tray.core.commands import (
    AskAgain,
    AskInWindow,
    Compact,
    Decide,
    EditSettings,
    KeepDraft,
    KeepModel,
    NewSession,
    OpenDashboard,
    OpenLink,
    OpenSettings,
    ReadUsage,
    Reconnect,
    SaveSettings,
    SendDraft,
    SetNotifications,
    ShowDiagnostics,
    ShowIconSettings,
    ShowPage,
    Snooze,
    StartGateway,
    StopPrompt,
    StopRun,
    UseModel,
)

PanelCommand: TypeAlias = (
    AskAgain
    | AskInWindow
    | Compact
    | Decide
    | EditSettings
    | KeepDraft
    | KeepModel
    | NewSession
    | OpenDashboard
    | OpenLink
    | OpenSettings
    | ReadUsage
    | Reconnect
    | SaveSettings
    | SendDraft
    | SetNotifications
    | ShowDiagnostics
    | ShowIconSettings
    | ShowPage
    | Snooze
    | StartGateway
    | StopPrompt
    | StopRun
    | UseModel
)
"""The commands that the panel can send."""
