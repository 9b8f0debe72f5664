"""Messages in the user's language."""

from gettext import NullTranslations

import msgspec

from tray.i18n.message import Message

_SOURCE = NullTranslations()


class Words(msgspec.Struct, frozen=True):
    """A language. Called with a message id and its values it gives the sentence.

    Attributes:
        language: Its two letters.
        translations: Its catalogue; what that lacks stays English.
    """

    language: str = "en"
    translations: NullTranslations = _SOURCE

    def __call__(self, text: str, /, **values: object) -> str:
        """Return the message in this language; untrusted values cannot add placeholders of their own."""
        return self.translations.gettext(text).format(**values)

    def plural(self, one: str, many: str, n: int, /, **values: object) -> str:
        """Return the form for `n` of something; `{n}` is that number unless `values` write it otherwise."""
        return self.translations.ngettext(one, many, n).format(**{"n": n, **values})

    def render(self, what: Message | str) -> str:
        """Return what a lower layer handed up: a message in this language, any other text as it is."""
        if isinstance(what, str):
            return what
        return self(what.text, **{name: self._value(value) for name, value in what.values})

    def _value(self, value: object) -> object:
        return self.render(value) if isinstance(value, Message) else value
