"""Reading fields of untrusted JSON. Every reader is total: a field of another type counts as absent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

Json: TypeAlias = Mapping[str, Any]

_MAX_LENGTH = 1_000_000


def record(value: object) -> Json:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def records(value: object) -> list[Json]:
    """The objects of a JSON array, in order; anything else in it is passed over."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def string(value: object) -> str | None:
    """A non-empty string that can be encoded and shown; lone surrogates become question marks."""
    if not isinstance(value, str) or not value:
        return None
    return encodable(value[:_MAX_LENGTH])


def encodable(value: str) -> str:
    """The same with a question mark for each lone surrogate, which no socket, file or window takes."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def text(source: Json, key: str) -> str | None:
    """A field that is a `string`."""
    return string(source.get(key))


def texts(source: Json, key: str) -> tuple[str, ...]:
    """A field that is an array of `string`s; anything else in it is passed over."""
    value = source.get(key)
    if not isinstance(value, list):
        return ()
    return tuple(item for item in map(string, value) if item is not None)


def count(source: Json, key: str) -> int | None:
    """A whole number from 0 up to 2**53 (tokens, milliseconds); a float with a whole value counts."""
    value = source.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not 0 <= value <= 2**53 or value != int(value):
        return None
    return int(value)


def flag(source: Json, key: str) -> bool | None:
    """A JSON true or false."""
    value = source.get(key)
    return value if isinstance(value, bool) else None
