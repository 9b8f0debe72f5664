"""Closed parameter schemas of the simulated gateway, and how OpenClaw 2026.9.6 words a breach of one.

Knows no method and no session.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

_TYPE_NAMES: Mapping[type, str] = {
    str: "string",
    int: "number",
    bool: "boolean",
    list: "array",
    dict: "object",
}

Json = dict[str, Any]
Check = Callable[[object], str | None]


class Shape(msgspec.Struct, frozen=True):
    """A closed object: what each member must be, and which members must be there."""

    required: tuple[str, ...] = ()
    members: Mapping[str, Check | Shape] = msgspec.field(default_factory=dict)


def now_ms() -> int:
    """The wall clock as the gateway writes it: whole milliseconds since 1970."""
    return int(time.time() * 1000)


def a(kind: type) -> Check:
    """Accept a value of the JSON type that `kind` stands for; a boolean is never a number."""

    def check(value: object) -> str | None:
        fits = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
        return None if fits else f"must be {_TYPE_NAMES[kind]}"

    return check


def text(value: object) -> str | None:
    """Accept a string of at least one character."""
    if not isinstance(value, str):
        return "must be string"
    return None if value else "must not have fewer than 1 characters"


def text_or_null(value: object) -> str | None:
    """Accept null, or a string of at least one character."""
    return None if value is None else text(value)


def at_least(least: int) -> Check:
    """Accept a whole number that is not below `least`."""

    def check(value: object) -> str | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return "must be integer"
        return None if value >= least else f"must be >= {least}"

    return check


def one_of(*allowed: str) -> Check:
    """Accept one of the given words."""

    def check(value: object) -> str | None:
        return None if value in allowed else "must be equal to one of the allowed values"

    return check


def complaints(shape: Shape, value: object, path: str = "") -> Iterator[str]:
    """Yield every breach of `shape` in `value`, which stands at `path` in the whole."""
    here = f"at {path}: " if path else ""
    if not isinstance(value, dict):
        yield f"{here}must be object"
        return
    for name in shape.required:
        if name not in value:
            yield f"{here}must have required property '{name}'"
    for name, member in value.items():
        rule = shape.members.get(name)
        if rule is None:
            yield f"at {path or 'root'}: unexpected property '{name}'"
        elif isinstance(rule, Shape):
            yield from complaints(rule, member, f"{path}/{name}")
        elif fault := rule(member):
            yield f"at {path}/{name}: {fault}"
