"""The Python API: `from tray import api`. docs/api.md has examples.

    with api.connect() as gateway:
        print(gateway.status().context.percent)

Only `Gateway.ask` costs tokens. Errors are `GatewayError` and its subclasses: `str()` of one is a sentence
for a person.
"""

from tray.api.gateway import Answer, Gateway, connect, status
from tray.api.values import (
    Connection,
    Context,
    Day,
    Model,
    ModelTally,
    Period,
    Quota,
    Session,
    SessionTally,
    Status,
    Tally,
    Usage,
)
from tray.runtime.client import (
    GatewayError,
    LoginRefusedError,
    MisuseError,
    NoReplyError,
    NotConnectedError,
    UnknownOutcomeError,
)

__all__ = [
    "Answer",
    "Connection",
    "Context",
    "Day",
    "Gateway",
    "GatewayError",
    "LoginRefusedError",
    "MisuseError",
    "Model",
    "ModelTally",
    "NoReplyError",
    "NotConnectedError",
    "Period",
    "Quota",
    "Session",
    "SessionTally",
    "Status",
    "Tally",
    "UnknownOutcomeError",
    "Usage",
    "connect",
    "status",
]
