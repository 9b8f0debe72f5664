"""Messages: what is said, and its words in the user's language.

Lower layers hand up messages as values; `Words` translates them where they are shown.
"""

import re
from gettext import NullTranslations

import msgspec

_SOURCE = NullTranslations()
PROGRAM = "clawtray"
_COMMAND = re.compile(rf"\b{PROGRAM} (?=[a-z]|--)")
"""A command of this program in a message."""


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


class Words(msgspec.Struct, frozen=True):
    """A language. Called with a message id and its values it gives the sentence.

    Attributes:
        language: Its two letters.
        translations: Its catalogue; what that lacks stays English.
        program: How this program is called in a terminal here; messages name its commands so.
    """

    language: str = "en"
    translations: NullTranslations = _SOURCE
    program: str = PROGRAM

    def __call__(self, text: str, /, **values: object) -> str:
        """Return the message in this language; untrusted values cannot add placeholders of their own."""
        return self._here(self.translations.gettext(text)).format(**values)

    def plural(self, one: str, many: str, n: int, /, **values: object) -> str:
        """Return the form for `n` of something; `{n}` is that number unless `values` write it otherwise."""
        return self._here(self.translations.ngettext(one, many, n)).format(**{"n": n, **values})

    def render(self, what: Message | str) -> str:
        """Return what a lower layer handed up: a message in this language, any other text as it is."""
        if isinstance(what, str):
            return what
        return self(what.text, **{name: self._value(value) for name, value in what.values})

    def _here(self, text: str) -> str:
        """Return a message id with commands that exist in this installation."""
        if self.program == PROGRAM:
            return text
        program = self.program.replace("{", "{{").replace("}", "}}")
        return _COMMAND.sub(lambda _: f"{program} ", text)

    def _value(self, value: object) -> object:
        return self.render(value) if isinstance(value, Message) else value
