"""Messages in the user's language."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Words(msgspec.Struct, frozen=True):
    """A language. Called with a message id and its values it gives the sentence."""

    catalogue: Mapping[str, str] = msgspec.field(default_factory=dict)

    def __call__(self, message: str, /, **values: object) -> str:
        """The message in this language; untrusted values cannot add placeholders of their own."""
        return self.catalogue.get(message, message).format(**values)


def words_in(language: str) -> Words:
    """The words of a language, `en` or `ko`; English for any other."""
    if language != "ko":
        return Words()
    from tray.i18n.korean import KOREAN  # noqa: PLC0415 - most do without

    return Words(KOREAN)
