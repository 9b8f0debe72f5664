"""Problem: what is wrong with a text that a person wrote, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake, in plain words. The message never repeats a value, for a value may be a secret.

    Attributes:
        line: Where it is, counted from 1; None when the message names the key instead.
        message: One or two sentences: what is wrong, what is used instead or what to do.
        fatal: The whole text could not be used. Otherwise only the named part of it is ignored.
    """

    line: int | None
    message: str
    fatal: bool = False
