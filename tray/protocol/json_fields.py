"""Fields of untrusted JSON. A field of another type counts as absent."""

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

Json: TypeAlias = Mapping[str, Any]

MAX_LENGTH = 5_000
"""Characters of a string; longer ones are cut off."""
MAX_LONG_LENGTH = 1_000_000
"""Characters of the text of an answer; longer ones are cut off."""
MAX_STRINGS = 1_000
"""Strings of an array; more are left out."""
MAX_COUNT = 2**53


def decode(content: str | bytes) -> Any:  # noqa: ANN401 - any JSON
    """Return the value of a JSON text.

    Raises:
        ValueError, RecursionError: It is not JSON.
    """
    try:
        return msgspec.json.decode(content)
    except msgspec.DecodeError:  # it refuses lone surrogates, as JavaScript cuts them off from a long text
        return json.loads(content)


def payload(content: bytes) -> Json:
    """Return the payload of a response as an object; a bare array is the field `list` of one.

    Raises:
        ValueError, RecursionError: It is not JSON.
    """
    value = decode(content)
    return record({"list": value} if isinstance(value, list) else value)


def record(value: object) -> Json:
    """Return the value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def records(value: object) -> list[Json]:
    """Return the objects of a JSON array, in order; skip anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def string(value: object) -> str | None:
    """Return a non-empty string, with lone surrogates replaced by question marks; None for anything else."""
    return _string(value, MAX_LENGTH)


def encodable(value: str) -> str:
    """Return the string with each lone surrogate, which cannot be encoded, replaced by a question mark."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def text(source: Json, key: str) -> str | None:
    """Return a field that is a `string`."""
    return string(source.get(key))


def long_text(source: Json, key: str) -> str | None:
    """Return a field as `text` does, but with up to `MAX_LONG_LENGTH` characters."""
    return long_string(source.get(key))


def long_string(value: object) -> str | None:
    """Return a string as `string` does, but with up to `MAX_LONG_LENGTH` characters."""
    return _string(value, MAX_LONG_LENGTH)


def strings(value: object) -> tuple[str, ...]:
    """Return the `string`s of a JSON array; skip anything else."""
    if not isinstance(value, list):
        return ()
    return tuple(item for item in map(string, value[:MAX_STRINGS]) if item is not None)


def texts(source: Json, key: str) -> tuple[str, ...]:
    """Return the `strings` of a field."""
    return strings(source.get(key))


def count(source: Json, key: str) -> int | None:
    """Return a field that is a `whole` number."""
    return whole(source.get(key))


def whole(value: object) -> int | None:
    """Return a whole number from 0 to 2**53 (tokens, milliseconds); a float with a whole value counts."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not 0 <= value <= MAX_COUNT or value != int(value):
        return None
    return int(value)


def flag(source: Json, key: str) -> bool | None:
    """Return a field that is JSON's true or false."""
    return truth(source.get(key))


def truth(value: object) -> bool | None:
    """Return JSON's true or false; None for anything else."""
    return value if isinstance(value, bool) else None


def _string(value: object, longest: int) -> str | None:
    if not isinstance(value, str) or not value:
        return None
    return encodable(value[:longest])
