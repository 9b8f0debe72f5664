"""Reading fields of untrusted JSON. Every reader is total: a field of another type counts as absent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

Json: TypeAlias = Mapping[str, Any]

_LONGEST = 1_000_000


def record(value: object) -> Json:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def records(value: object) -> list[Json]:
    """The objects of a JSON array, in order; anything else in it is passed over."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(source: Json, key: str) -> str | None:
    """A non-empty string that can be encoded and shown; lone surrogates become question marks."""
    value = source.get(key)
    if not isinstance(value, str) or not value:
        return None
    if value.isascii():
        return value[:_LONGEST]
    return value[:_LONGEST].encode("utf-8", "replace").decode("utf-8")


def texts(source: Json, key: str) -> tuple[str, ...]:
    """The strings of an array of strings."""
    value = source.get(key)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


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
