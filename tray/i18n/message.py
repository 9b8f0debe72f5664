"""Sentences for the user that lower layers hand up as values, for `Words` to translate where shown."""

import msgspec


class Message(msgspec.Struct, frozen=True):
    """A sentence and its values. `str()` gives it in English, for logs and tests.

    Attributes:
        text: The message id: the English text with placeholders.
        values: For the placeholders, each with its name; a value may be a message itself.
    """

    text: str
    values: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        return self.text.format(**dict(self.values))


class MessageError(Exception):
    """What a user reads: `message` is for `Words`, `str()` is English. A plain text stays as it is."""

    def __init__(self, what: Message | str) -> None:
        super().__init__(what)
        self.message = what if isinstance(what, Message) else Message("{text}", (("text", what),))


def message(text: str, /, **values: object) -> Message:
    """Return a message; the text is a literal, which the catalogues translate."""
    return Message(text, tuple(values.items()))
