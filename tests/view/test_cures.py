"""Each urgent notification leads to a place that holds a remedy."""

from __future__ import annotations

from typing import get_args

import pytest

from tests.parts import having
from tests.view.test_notifications import every_notice
from tray.core.commands import (
    Compact,
    CopyText,
    Decide,
    EditSettings,
    NewSession,
    OpenDashboard,
    OpenPanel,
    OpenSettings,
    Reconnect,
    UseModel,
)
from tray.core.model import (
    Alert,
    CronJobs,
    FailureKind,
    PastNotification,
    Window,
    WindowKind,
    notifications,
)
from tray.protocol.usage import Quotas
from tray.values import replace
from tray.view import cures
from tray.view.notifications import render_notification
from tray.view.panel.cards import Entries, Rows
from tray.view.panel.panel import panel

KEY = "agent:main:main"
DIRECT = (CopyText, EditSettings, OpenDashboard, OpenSettings)
"""Commands that are a remedy, or open a window that is about nothing else."""
REMEDIES = {
    notifications.ThresholdCrossed: (Compact, NewSession),
    notifications.ModelDiffers: (UseModel,),
    notifications.SwitchFailed: (UseModel,),
    notifications.ActionFinished: (Compact, NewSession),
    notifications.GatewayDown: (Reconnect,),
    notifications.GatewayControlFinished: (Reconnect,),
    notifications.ApprovalWaiting: (Decide,),
    notifications.ApprovalFinished: (Decide,),
    notifications.CronFailed: (OpenDashboard,),
}
"""What is on the page that they open."""
READ = (notifications.QuotaCrossed, notifications.SaveFailed, notifications.Digest)
"""Nothing here helps but to know more: the page has all of it."""


def state_of(make, alert):
    """The gateway as it is when this is reported."""
    session = make.session(key=KEY)
    match alert:
        case notifications.GatewayDown() | notifications.GatewayControlFinished():
            return make.troubled(FailureKind.NOT_RUNNING, session)
        case notifications.PromptFinished(prompt):
            return having(make.connected(session), prompts=(prompt,))
        case notifications.ApprovalWaiting(approval) | notifications.ApprovalFinished(approval):
            return having(make.connected(session), approvals=(replace(approval, profile="default"),))
        case notifications.CronFailed(job):
            return having(make.connected(session), cron=CronJobs((job,)))
        case notifications.QuotaCrossed(quota):
            state = make.connected(session)
            totals = replace(state.gateway.usage_totals, quotas=Quotas((quota,)))
            return having(state, usage_totals=totals)
        case _:
            return make.connected(session)


def commands_in(value):
    """Every command on a page."""
    if isinstance(value, tuple | list):
        return [found for each in value for found in commands_in(each)]
    fields = getattr(value, "__struct_fields__", ())
    own = [value.command] if "command" in fields else []
    return own + [found for name in fields for found in commands_in(getattr(value, name))]


def shown(make, words, alert):
    """The page that a click opens."""
    state = state_of(make, alert)
    past = PastNotification(alert, make.now().wall, deferred=False)
    state = having(state, recent=(past,))
    command = cures.place(alert)
    window = Window("w", WindowKind.PANEL, command.page, {command.page: command.subject or KEY})
    return panel(window, state, make.now(), words).cards


def test_every_kind_has_a_place(make):
    assert {type(alert) for alert in every_notice(make)} == set(get_args(Alert)) == set(cures._PLACES)


def test_each_urgent_one_leads_to_its_remedy(make, words):
    urgent = 0
    for alert in every_notice(make, KEY):
        if not render_notification(alert, state_of(make, alert), make.now(), words).urgent:
            continue
        urgent += 1
        command = cures.place(alert)
        assert command is not None, alert
        if isinstance(command, DIRECT):
            continue
        assert isinstance(command, OpenPanel), alert
        cards = shown(make, words, alert)
        if isinstance(alert, READ):
            assert any(isinstance(card, Rows | Entries) for card in cards), alert
        else:
            assert {type(found) for found in commands_in(cards)} & set(REMEDIES[type(alert)]), alert
    assert urgent > 10


@pytest.mark.parametrize("kind", REMEDIES)
def test_what_is_expected_of_a_page_opens_the_panel(make, kind):
    (alert,) = (each for each in every_notice(make, KEY) if type(each) is kind)
    assert isinstance(cures.place(alert), OpenPanel)
