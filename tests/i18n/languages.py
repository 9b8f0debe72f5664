"""Languages for tests."""

from __future__ import annotations

from tray.i18n.translate import Words, words_in


def korean() -> Words:
    return words_in("ko")
