"""The places at which a simulated gateway may do other than the real one would; this one never does.

The tests override them to inject faults.
"""

from collections.abc import Callable

from websockets.http11 import Response
from websockets.sync.server import ServerConnection

from tray.demo.client import Client
from tray.demo.schema import Json

Reply = Callable[[Json], None]
"""Takes the body of a response: `{ok, payload}` or `{ok, error}`."""


class Behaviour:
    """A gateway that works. Every method is asked once for each connection, request or run."""

    def client(self, connection: ServerConnection, number: int) -> Client:
        """Return the gateway's side of a new connection."""
        return Client(connection, number)

    def upgrade(self, connection: ServerConnection) -> Response | None:
        """Return what answers the upgrade to WebSocket in its place, or None."""

    def challenges(self) -> bool:
        """Tell whether the challenge is sent."""
        return True

    def judge(self, params: Json) -> None:
        """Raise `Turned` to refuse a `connect` whatever it says."""

    def grant(self, scopes: tuple[str, ...]) -> tuple[str, ...]:
        """Return the scopes to grant, given those that the client may have."""
        return scopes

    def welcome(self) -> Callable[[Client], None]:
        """Return what to do to a client as soon as it is in."""
        return lambda _: None

    def answers(self, method: str, client: Client, reply: Reply) -> bool:
        """Answer a request in place of the gateway; False leaves it to the gateway."""
        return False

    def model(self, chosen: str) -> str:
        """Return the model that answers a run, given the one that was chosen."""
        return chosen

    def failure(self, model: str) -> str | None:
        """Return why the provider fails a run, or None."""

    def holds(self) -> bool:
        """Tell whether a run stops after its first words until it is released or aborted."""
        return False

    def reports_usage(self) -> bool:
        """Tell whether a run ends with a report of its usage."""
        return True

    def compaction_failure(self) -> str | None:
        """Return why a compaction gives up, or None."""
