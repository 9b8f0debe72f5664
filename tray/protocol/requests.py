"""What all requests have in common, their scopes, and what all replies have in common."""

from abc import abstractmethod
from typing import ClassVar, Generic, TypeAlias, TypeVar

import msgspec

from tray.protocol.json_fields import Json, payload

READ = "operator.read"
WRITE = "operator.write"
ADMIN = "operator.admin"
APPROVALS = "operator.approvals"
PAIRING = "operator.pairing"


class Reply(msgspec.Struct, frozen=True):
    """A successful response, as the `read` method of its request returns it."""


ReplyT_co = TypeVar("ReplyT_co", bound=Reply, covariant=True)


class Request(msgspec.Struct, Generic[ReplyT_co], frozen=True, rename="camel"):
    """A request, in one class per method; it names its reply.

    Attributes:
        method: Its name in the protocol.
        scope: The scope that every release accepts for it (by the measured table of methods); the least one
            unless it says otherwise.
        spends: Whether the gateway calls a model for it, which costs tokens.
        useful_late: Whether the answer is still of use after the time-out.
    """

    method: ClassVar[str]
    scope: ClassVar[str] = READ
    spends: ClassVar[bool] = False
    useful_late: ClassVar[bool] = False

    def params(self) -> dict[str, object]:
        """Return the parameters exactly as sent: the fields, by the gateway's names.

        Its schemas are closed: extra keys are refused.
        """
        params: dict[str, object] = msgspec.to_builtins(self)
        return params

    def decode(self, content: bytes) -> ReplyT_co:
        """Return the typed response; see `read` and `json_fields.payload`."""
        return self.read(payload(content))

    @abstractmethod
    def read(self, payload: Json) -> ReplyT_co:
        """Return the typed response, whatever the payload holds."""


AnyRequest: TypeAlias = Request[Reply]


class Done(Reply, frozen=True):
    """The gateway did what was requested."""


class SimpleRequest(Request[Done], frozen=True):
    """A request whose response says only that it was done."""

    def read(self, payload: Json) -> Done:
        del payload
        return Done()
