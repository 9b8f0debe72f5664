"""Markdown as runs of text with styles: headings, lists, code, quotes and links. Used by windows only."""

from collections.abc import Iterator, Sequence

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tray.view.text import formatting

_PARSER = MarkdownIt("commonmark", {"html": False})
_INLINE = {"strong": "strong", "em": "em"}
_DEEPEST = 4
"""The deepest level of indentation; deeper ones are drawn like this one."""
_HEADINGS = 3


class Run(msgspec.Struct, frozen=True):
    """Text with the same styles.

    Attributes:
        text: The characters, including line breaks.
        styles: Names such as `h1`, `strong`, `code`, `block` (of code), `quote`, `in2` (an indentation).
        link: The address of a link, else None.
    """

    text: str
    styles: tuple[str, ...] = ()
    link: str | None = None


def parse(text: str) -> tuple[Run, ...]:
    """Parse Markdown into runs. Accepts any text; HTML stays as written."""
    return tuple(_Reader().read(_PARSER.parse(formatting.printable(text))))


def is_safe(url: str) -> bool:
    """Return whether an address may be a link: http or https, printable ASCII without blanks."""
    return url.startswith(("http://", "https://")) and url.isascii() and url.isprintable() and " " not in url


class _Reader:
    """Converts tokens to runs and tracks the enclosing blocks."""

    def __init__(self) -> None:
        self._lists: list[int | None] = []  # the next number, or None for bullets
        self._quotes = 0
        self._heading = ""
        self._mark = ""
        self._started = False

    def read(self, tokens: Sequence[Token]) -> Iterator[Run]:
        for token in tokens:
            yield from self._block(token)

    def _block(self, token: Token) -> Iterator[Run]:
        match token.type:
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_open":
                self._lists.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                self._mark = self._next_mark()
            case "list_item_close":
                if self._mark:  # an empty item
                    yield from self._start_block(())
            case "blockquote_open":
                self._quotes += 1
            case "blockquote_close":
                self._quotes -= 1
            case "heading_open":
                self._heading = f"h{min(int(token.tag[1:]), _HEADINGS)}"
            case "heading_close":
                self._heading = ""
            case "fence" | "code_block":
                yield from self._start_block(("block",))
                yield Run(token.content.rstrip("\n"), (*self._around(), "block"))
            case "hr":
                yield from self._start_block(())
                yield Run("―" * 12, ("rule",))
            case "inline":
                yield from self._start_block(())
                yield from self._inline(token.children or ())
            case _:
                pass

    def _next_mark(self) -> str:
        number = self._lists[-1]
        if number is None:
            return "•\t"
        self._lists[-1] = number + 1
        return f"{number}.\t"

    def _start_block(self, styles: tuple[str, ...]) -> Iterator[Run]:
        """Start a paragraph, with the list mark if it is the first of an item."""
        if self._started:
            tight = bool(self._mark) and bool(self._lists)
            yield Run("\n", () if tight else ("gap",))
            if not tight:
                yield Run("\n", ("gap",))
        self._started = True
        mark, self._mark = self._mark, ""
        if mark:
            yield Run(mark, (*self._around(), "mark", *styles))

    def _around(self) -> tuple[str, ...]:
        styles = [self._heading] if self._heading else []
        if self._quotes:
            styles.append("quote")
        if self._lists:
            styles.append(f"in{min(len(self._lists), _DEEPEST)}")
        return tuple(styles)

    def _inline(self, children: Sequence[Token]) -> Iterator[Run]:
        open_styles: list[str] = []
        link: str | None = None
        for token in children:
            name = token.type.removesuffix("_open").removesuffix("_close")
            if name in _INLINE and token.nesting > 0:
                open_styles.append(_INLINE[name])
            elif name in _INLINE:
                open_styles.remove(_INLINE[name])
            elif name == "link":
                href = str(token.attrs.get("href", ""))
                link = href if token.nesting > 0 and is_safe(href) else None
            else:
                text = "\n" if token.type in ("softbreak", "hardbreak") else token.content
                styles = [*self._around(), *open_styles]
                if token.type == "code_inline":
                    styles.append("code")
                if link is not None:
                    styles.append("link")
                yield Run(text, tuple(styles), link)
