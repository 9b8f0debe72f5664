"""Fields of untrusted JSON. A field of another type counts as absent."""

from collections.abc import Mapping
from typing import Any, TypeAlias

Json: TypeAlias = Mapping[str, Any]

_MAX_LENGTH = 1_000_000


def record(value: object) -> Json:
    """Return the value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def records(value: object) -> list[Json]:
    """Return the objects of a JSON array, in order; skip anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def string(value: object) -> str | None:
    """Return a non-empty string, with lone surrogates replaced by question marks; None for anything else."""
    if not isinstance(value, str) or not value:
        return None
    return encodable(value[:_MAX_LENGTH])


def encodable(value: str) -> str:
    """Return the string with each lone surrogate, which cannot be encoded, replaced by a question mark."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def text(source: Json, key: str) -> str | None:
    """Return a field that is a `string`."""
    return string(source.get(key))


def texts(source: Json, key: str) -> tuple[str, ...]:
    """Return the `string`s of a field that is an array; skip anything else."""
    value = source.get(key)
    if not isinstance(value, list):
        return ()
    return tuple(item for item in map(string, value) if item is not None)


def count(source: Json, key: str) -> int | None:
    """Return a whole number from 0 to 2**53 (tokens, milliseconds); a float with a whole value counts."""
    value = source.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not 0 <= value <= 2**53 or value != int(value):
        return None
    return int(value)


def flag(source: Json, key: str) -> bool | None:
    """Return a JSON true or false."""
    value = source.get(key)
    return value if isinstance(value, bool) else None
