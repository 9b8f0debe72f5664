"""All features. One that comes first decides first, and its effects are run first."""

from tray.core import approvals, gateway_control
from tray.core.connection import connection
from tray.core.feature import AnyHandler, Feature
from tray.core.models import switching
from tray.core.notifications import delivery
from tray.core.prompts import prompts
from tray.core.sessions import actions, activity, polling
from tray.core.usage import usage

FEATURES: tuple[Feature, ...] = (
    connection.FEATURE,
    switching.FEATURE,
    polling.FEATURE,
    activity.FEATURE,
    prompts.FEATURE,
    actions.FEATURE,
    approvals.FEATURE,
    gateway_control.FEATURE,
    delivery.FEATURE,
    usage.FEATURE,
)

HANDLERS: tuple[AnyHandler, ...] = tuple(handler for feature in FEATURES for handler in feature.handlers)
