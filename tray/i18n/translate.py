"""Messages in the user's language."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tray.i18n.message import Message


class Words(msgspec.Struct, frozen=True):
    """A language. Called with a message id and its values it gives the sentence."""

    catalogue: Mapping[str, str] = msgspec.field(default_factory=dict)

    def __call__(self, text: str, /, **values: object) -> str:
        """Return the message in this language; untrusted values cannot add placeholders of their own."""
        return self.catalogue.get(text, text).format(**values)

    def plural(self, one: str, many: str, n: int, /, **values: object) -> str:
        """Return the form for `n` of something; `{n}` is that number unless `values` write it otherwise."""
        return self.catalogue.get(many, one if n == 1 else many).format(**{"n": n, **values})

    def render(self, what: Message | str) -> str:
        """Return what a lower layer handed up: a message in this language, any other text as it is."""
        if isinstance(what, str):
            return what
        return self(what.text, **{name: self._value(value) for name, value in what.values})

    def _value(self, value: object) -> object:
        return self.render(value) if isinstance(value, Message) else value


def words_in(language: str) -> Words:
    """The words of a language, `en` or `ko`; English for any other."""
    if language != "ko":
        return Words()
    from tray.i18n.korean import KOREAN  # noqa: PLC0415 - most do without

    return Words(KOREAN)
