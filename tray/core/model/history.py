"""Records kept in a tuple: found by their key, replaced when they change, and limited in number."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class History(Generic[T]):
    """The rules by which records of one kind are kept; it holds no records itself.

    Args:
        limit: How many records that have ended are kept.
        key: Returns what identifies a record.
        has_ended: Returns whether nothing more will happen to a record. Others are never dropped.
    """

    def __init__(self, limit: int, key: Callable[[T], object], has_ended: Callable[[T], bool]) -> None:
        self._limit, self._key, self._has_ended = limit, key, has_ended

    def find(self, records: tuple[T, ...], key: object) -> T | None:
        """Return the record with this key."""
        return next((record for record in records if self._key(record) == key), None)

    def put(self, records: tuple[T, ...], new: T, *, in_place: bool) -> tuple[T, ...]:
        """Return the records with `new` instead of the one with its key.

        Args:
            records: The oldest first.
            new: The record to put.
            in_place: Keep the position of a record that is replaced; otherwise `new` becomes the latest.
        """
        old = self.find(records, self._key(new))
        if in_place and old is not None:
            return tuple(new if record is old else record for record in records)
        others = tuple(record for record in records if record is not old)
        ended = [record for record in others if self._has_ended(record)]
        dropped = ended[: max(0, len(ended) + 1 - self._limit)]
        return (*(record for record in others if record not in dropped), new)
