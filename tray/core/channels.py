"""The gateway's channels: read once, when somebody asks what is wrong."""

from tray.core.feature import Feature, Handler
from tray.core.model import Now
from tray.core.requests import send
from tray.core.state import Outcome, State
from tray.protocol.channels import Channels, ChannelsStatus
from tray.values import replace


def read(state: State, now: Now) -> Outcome:
    """Request how the channels are."""
    state, effects = send(state, ChannelsStatus(), now)
    return (state, effects) if effects else (_noted(state, Channels()), ())


def channels_read(state: State, _request: ChannelsStatus, answer: Channels, _now: Now) -> Outcome:
    """Note the channels that are not healthy."""
    return _noted(state, answer), ()


def _noted(state: State, answer: Channels) -> State:
    return replace(state, gateway=replace(state.gateway, channels=answer.troubles))


FEATURE = Feature(
    handlers=(
        Handler(
            ChannelsStatus,
            Channels,
            channels_read,
            # Nothing is said of channels about which the gateway tells nothing.
            lambda state, _request, _error_response, _now: (_noted(state, Channels()), ()),
            lambda state, _request, _now: (_noted(state, Channels()), ()),
        ),
    )
)
