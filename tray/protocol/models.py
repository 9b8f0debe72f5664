"""Messages about models: `models.list`, and the allow-list in the configuration of the oldest releases."""

import itertools
import re
from typing import ClassVar

import msgspec

from tray.protocol.json_fields import Json, count, flag, record, records, string, text
from tray.protocol.requests import ADMIN, Reply, Request
from tray.protocol.runs import model_name

DETAILS_SINCE = (2026, 9)
"""The first release, by year and month, whose `models.list` takes `includeDetails`."""
MAX_MODELS = 2_000
"""No sane gateway lists more."""


class Model(msgspec.Struct, frozen=True):
    """A model that may be chosen.

    Attributes:
        name: `provider/model`.
        context_limit: In tokens: the usable one, else that of the catalogue; None if unknown.
        alias: A short name that the user configured.
        needs_login: The gateway has no credentials for its provider, as it knows (2026.7 on).
    """

    name: str
    context_limit: int | None = None
    alias: str | None = None
    needs_login: bool = False


class Catalogue(Reply, frozen=True):
    """The response to `models.list`."""

    models: tuple[Model, ...]


class ModelsList(Request[Catalogue], frozen=True):
    """List the models. The oldest release (protocol 3) ignores its allow-list here: see `ConfigGet`.

    The supported parameters differ by release, and an unknown one is refused.

    Attributes:
        detailed: Ask for the usable context limit, too, where the release takes it (`takes_details`).
    """

    method: ClassVar[str] = "models.list"
    useful_late: ClassVar[bool] = True

    detailed: bool = False

    def params(self) -> dict[str, object]:
        """Send nothing but what is asked for."""
        return {"includeDetails": True} if self.detailed else {}

    def read(self, payload: Json) -> Catalogue:
        """Skip models that were listed before."""
        models: dict[str, Model] = {}
        for row in records(payload.get("models"))[:MAX_MODELS]:
            name = model_name(text(row, "provider"), text(row, "id"))
            if name is not None and name not in models:
                window = count(row, "contextTokens") or count(row, "contextWindow") or None
                needs_login = flag(row, "available") is False
                models[name] = Model(name, window, text(row, "alias"), needs_login)
        return Catalogue(tuple(models.values()))


def takes_details(version: str | None) -> bool:
    """Return whether `models.list` of this release takes `includeDetails`."""
    found = re.match(r"(\d{4})\.(\d{1,2})\.", version or "", re.ASCII)
    return found is not None and (int(found[1]), int(found[2])) >= DETAILS_SINCE


class AllowList(Reply, frozen=True):
    """The models that `sessions.patch` accepts, as `provider/model`; empty means all."""

    names: tuple[str, ...]


class ConfigGet(Request[AllowList], frozen=True):
    """Read the gateway's configuration for its allow-list.

    2026.1 returns the gateway's token in clear; only the names of models are taken from the response.
    """

    method: ClassVar[str] = "config.get"
    scope: ClassVar[str] = ADMIN
    useful_late: ClassVar[bool] = True

    def read(self, payload: Json) -> AllowList:
        """Read the keys of `agents.defaults.models`."""
        defaults = record(record(record(payload.get("config")).get("agents")).get("defaults"))
        names = map(string, record(defaults.get("models")))
        allowed = (name for name in names if name is not None and "/" in name)
        return AllowList(tuple(itertools.islice(allowed, MAX_MODELS)))
