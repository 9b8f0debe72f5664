"""Puts the files that a gateway's configuration includes into it. The last value wins."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from tray.i18n.words import Message, message

Document: TypeAlias = Mapping[str, Any]
Reader: TypeAlias = Callable[[str, str], tuple[str, str] | Message]
"""Given the path as written and the file in which it is written (empty for the configuration itself), returns
the text of the included file and its own name for the next call, or why it cannot be used."""

_KEY = "$include"
_MAX_DEPTH = 10
"""Files that include each other in a row, as in the gateways themselves."""


def expand(document: Document, keys: tuple[str, ...], read: Reader) -> tuple[Document, tuple[Message, ...]]:
    """Return these keys of a document with all that they include, and what could not be included.

    Raises:
        RecursionError: It is nested too deeply.
    """
    expander = _Expander(keys, read)
    return expander.document(document, "", 0), tuple(expander.problems)


class _Expander:
    def __init__(self, keys: tuple[str, ...], read: Reader) -> None:
        self._keys, self._read = (*keys, _KEY), read
        self.problems: list[Message] = []

    def document(self, value: Document, file: str, depth: int) -> Document:
        """Expand a whole file, of which only some keys matter."""
        kept = {key: inner for key, inner in value.items() if key in self._keys}
        return self._object(kept, "", file, depth, whole=True)

    def _object(self, value: Document, path: str, file: str, depth: int, *, whole: bool = False) -> Document:
        own = {
            key: self._object(inner, f"{path}{key}.", file, depth) if isinstance(inner, dict) else inner
            for key, inner in value.items()
            if key != _KEY
        }
        written = value.get(_KEY, [])
        merged: Document = {}
        for each in written if isinstance(written, list) else [written]:
            merged = _merge(merged, self._included(each, path, file, depth, whole=whole))
        return _merge(merged, own)

    def _included(self, written: object, path: str, file: str, depth: int, *, whole: bool) -> Document:
        reason = message("it names no file")
        if depth >= _MAX_DEPTH:
            reason = message("too many files include each other")
        elif isinstance(written, str):
            match self._read(written, file):
                case Message() as reason:
                    pass
                case text, name:
                    value = load(text)
                    if isinstance(value, dict):
                        if whole:
                            return self.document(value, name, depth + 1)
                        return self._object(value, path, name, depth + 1)
                    reason = message("the file is not valid JSON5")
        self.problems.append(
            message("{key} cannot be followed: {reason}", key=f"{path}{_KEY}", reason=reason)
        )
        return {}


def load(text: str) -> object:
    """Return the value of a JSON5 text, or None if it is not valid."""
    text = text.removeprefix("\ufeff")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    import pyjson5  # noqa: PLC0415 - most files are plain JSON

    try:
        return pyjson5.decode(text)
    except pyjson5.Json5Exception:
        return None


def _merge(first: Document, second: Document) -> Document:
    merged = dict(first)
    for key, value in second.items():
        before = merged.get(key)
        if isinstance(before, dict) and isinstance(value, dict):
            merged[key] = _merge(before, value)
        elif isinstance(before, list) and isinstance(value, list):
            merged[key] = before + value
        else:
            merged[key] = value
    return merged
