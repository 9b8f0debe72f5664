"""Mistakes in what the user wrote."""

import msgspec

from tray.i18n.words import Message


class SettingsProblem(msgspec.Struct, frozen=True):
    """One mistake, as a sentence for the user. It never repeats a value, which may be a secret.

    Attributes:
        message: One or two sentences: what and where it is, and what is used instead or what to do.
    """

    message: Message
