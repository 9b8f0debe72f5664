"""Models on the wire: `models.list`, and the allow-list that the oldest releases keep in their config."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from tray.protocol.json_fields import Json, count, flag, record, records, string, text
from tray.protocol.runs import model_name
from tray.protocol.scopes import ADMIN, READ


class Model(msgspec.Struct, frozen=True):
    """A model that may be chosen.

    Attributes:
        name: `provider/model`.
        context_limit: Its usable context window in tokens, else the catalogue's; None if not told.
        alias: A short name that the user configured.
    """

    name: str
    context_limit: int | None = None
    alias: str | None = None


class Catalogue(msgspec.Struct, frozen=True):
    """The answer to `models.list`."""

    models: tuple[Model, ...]


class ModelsList(msgspec.Struct, frozen=True):
    """List the models. Under protocol 3 the oldest release ignores its allow-list here: see `ConfigGet`."""

    method: ClassVar[str] = "models.list"
    scope: ClassVar[str] = READ
    spends: ClassVar[bool] = False

    def params(self) -> dict[str, object]:
        """None: what may be asked for differs by release, and an unknown key is refused."""
        return {}

    def read(self, payload: Json) -> Catalogue:
        """Models that the gateway says are not available are passed over."""
        models = []
        for row in records(payload.get("models")):
            name = model_name(text(row, "provider"), text(row, "id"))
            if name is not None and flag(row, "available") is not False:
                window = count(row, "contextTokens") or count(row, "contextWindow") or None
                models.append(Model(name, window, text(row, "alias")))
        return Catalogue(tuple(models))


class AllowList(msgspec.Struct, frozen=True):
    """The models that `sessions.patch` will take, as `provider/model`; empty means: all of them."""

    names: tuple[str, ...]


class ConfigGet(msgspec.Struct, frozen=True):
    """Read the gateway's settings for their allow-list.

    2026.1 answers with the gateway's token in clear; nothing but the names of models is taken from it.
    """

    method: ClassVar[str] = "config.get"
    scope: ClassVar[str] = ADMIN
    spends: ClassVar[bool] = False

    def params(self) -> dict[str, object]:
        """None."""
        return {}

    def read(self, payload: Json) -> AllowList:
        """The keys of `agents.defaults.models`."""
        defaults = record(record(record(payload.get("config")).get("agents")).get("defaults"))
        names = map(string, record(defaults.get("models")))
        return AllowList(tuple(name for name in names if name is not None and "/" in name))
