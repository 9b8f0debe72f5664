"""Where a click on each notification leads: to the place that holds its remedy. It never spends a token."""

from collections.abc import Callable, Mapping
from typing import Any

from tray.core.commands import (
    Command,
    CopyText,
    EditSettings,
    OpenDashboard,
    OpenPanel,
    ShowIconSettings,
)
from tray.core.model import Alert, Page, notifications

_PLACES: Mapping[type, Callable[[Any], Command | None]] = {
    notifications.ThresholdCrossed: lambda alert: OpenPanel(subject=alert.session.key),
    notifications.ContextCompacted: lambda alert: OpenPanel(subject=alert.session.key),
    notifications.ModelDiffers: lambda alert: OpenPanel(subject=alert.key),
    notifications.SwitchFailed: lambda alert: OpenPanel(subject=alert.key),
    notifications.ActionFinished: lambda alert: OpenPanel(subject=alert.action.key),
    notifications.LongRunFinished: lambda alert: OpenDashboard(alert.key),
    notifications.PromptFinished: lambda alert: OpenPanel(Page.ASK, alert.prompt.id),
    notifications.PromptNeedsConfirmation: lambda _: None,  # it is sent from the menu
    notifications.ApprovalWaiting: lambda alert: OpenPanel(Page.APPROVAL, alert.approval.id),
    notifications.ApprovalFinished: lambda alert: OpenPanel(Page.APPROVAL, alert.approval.id),
    notifications.GatewayDown: lambda _: OpenPanel(),
    notifications.GatewayUp: lambda _: None,
    notifications.GatewayNotFound: lambda _: OpenPanel(),
    notifications.GatewayControlFinished: lambda _: OpenPanel(),
    notifications.SecretAccepted: lambda _: OpenPanel(),
    notifications.CronFailed: lambda _: OpenPanel(),
    notifications.QuotaCrossed: lambda _: OpenPanel(Page.USAGE),
    notifications.QuotaAvailable: lambda _: OpenPanel(Page.USAGE),
    notifications.QuotaPace: lambda _: OpenPanel(Page.USAGE),
    notifications.SettingsRejected: lambda _: EditSettings(),
    notifications.SaveFailed: lambda _: OpenPanel(Page.NOTIFICATIONS),  # names the file in full
    notifications.OpenFailed: lambda alert: CopyText(alert.place),
    notifications.CopyFailed: lambda _: None,
    notifications.WindowFailed: lambda _: OpenDashboard(),
    notifications.Welcome: lambda _: ShowIconSettings(),
    notifications.AlreadyRunning: lambda _: ShowIconSettings(),
    notifications.LogEmpty: lambda _: None,
    notifications.Digest: lambda _: OpenPanel(Page.NOTIFICATIONS),
}


def place(alert: Alert) -> Command | None:
    """Return what a click on the notification does; None opens the menu."""
    return _PLACES[type(alert)](alert)
