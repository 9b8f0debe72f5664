"""All features. One that comes first decides first, and its effects are run first."""

import functools

from tray.core.connection import connection
from tray.core.feature import Feature
from tray.core.model import ApprovalUse, Mode
from tray.core.models import switching
from tray.core.sessions import polling, unlisted
from tray.core.state import State

READING: tuple[Feature, ...] = (connection.FEATURE, switching.FEATURE, polling.FEATURE, unlisted.FEATURE)


def features(state: State) -> tuple[Feature, ...]:
    """Return the features that may have something to do, and load no others."""
    if state.mode is Mode.LIVE or state.process.beyond_reading:
        return _all_features()
    return READING if state.process.approval_use is not ApprovalUse.READ else _with_approvals()


@functools.cache
def _with_approvals() -> tuple[Feature, ...]:
    from tray.core import approvals

    return (*READING, approvals.FEATURE)


@functools.cache
def _all_features() -> tuple[Feature, ...]:
    from tray.core import approvals, channels, cron, gateway_control
    from tray.core.notifications import delivery, welcome
    from tray.core.prompts import prompts
    from tray.core.sessions import actions, activity
    from tray.core.usage import usage

    return (
        *READING,
        activity.FEATURE,
        prompts.FEATURE,
        actions.FEATURE,
        approvals.FEATURE,
        channels.FEATURE,
        cron.FEATURE,
        gateway_control.FEATURE,
        welcome.FEATURE,
        delivery.FEATURE,
        usage.FEATURE,
    )
