"""Finds the texts of tray/ in its syntax trees: those for a catalogue, and those that bypass it."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import tray

ROOT = Path(tray.__file__).parent
KINDS = {"words": 1, "message": 1, "plural": 3}
"""What a text passes through, and how many arguments that takes before the values."""


class Text(NamedTuple):
    """A call that gives a text for translation."""

    where: str
    kind: str
    call: ast.Call

    @property
    def ids(self) -> tuple[str, ...]:
        """The message id; for a plural, both forms."""
        return tuple(arg.value for arg in self.call.args[:2] if isinstance(arg, ast.Constant))


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(ROOT.rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def name_of(call: ast.Call) -> str:
    return getattr(call.func, "id", None) or getattr(call.func, "attr", None) or ""


def texts() -> list[Text]:
    """Every call of `words`, `message` and `words.plural`."""
    return [
        Text(f"{file}:{node.lineno}", name_of(node), node)
        for file, tree in trees()
        if not file.startswith("i18n/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and name_of(node) in KINDS
    ]


def messages() -> dict[str, str | None]:
    """Every message id, with its plural form or None."""
    return {text.ids[0]: text.ids[1] if text.kind == "plural" else None for text in texts()}


def fields(text: str) -> set[str]:
    """The names of the placeholders."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


# ---- texts that bypass the catalogue ----

ENGLISH_FILES = {
    "cli/parser.py": "argparse's messages, beside what stands in their place",
    "demo/": "what a simulated gateway says",
    "protocol/": "the gateway's wire language",
    "settings/edit.py": "the comments of a new settings file",
    "view/icon/contact_sheet.py": "its font has Latin letters only",
    "view/reports/diagnostics.py": "people who help read it",
}
"""Files and folders whose texts stay English, with the reason."""
ENGLISH_CALLS = {
    "report",
    "debug",
    "info",
    "warning",
    "error",
    "exception",
    "compile",
    "fullmatch",
    "run_in_background",
}
"""The log is English; a pattern is no text."""
ENGLISH_TEXTS = {
    "%(asctime)s %(levelname)s %(name)s: %(message)s": "the log",
    "clawtray: %(message)s": "the log, on standard error",
    "GET / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n": "HTTP",
    "clawtray approve {}": "a command",
    "local machine": "a word of keyring",
    "{} -m pip install": "a command",
    "uv pip install --python {}": "a command",
    "uv tool install clawtray --with": "a command",
    "pipx inject clawtray": "a command",
    "uv run clawtray": "a command",
    "sudo apt install gir1.2-gtk-3.0 gir1.2-ayatanaappindicator3-0.1": "a command",
    "clawtray sessions": "a command",
    "clawtray trust": "a command",
    "{} devices approve {}": "a command",
    "{} devices list": "a command",
    "{} gateway restart": "a command",
    "{} gateway start": "a command",
}
"""Texts that look like prose and are none, with what they are."""
INTERNAL_ERRORS = {"AssertionError", "Closed", "InvalidFrame", "TypeError", "Unknown", "ValueError"}
"""What these say goes to the log at most."""


def untranslated() -> list[str]:
    """Prose in the code that no catalogue sees, as `file:line: text`."""
    found = []
    for file, tree in trees():
        if file.startswith((*ENGLISH_FILES, "i18n/")):
            continue
        exempt = set(_exempt(tree))
        found += [
            f"{file}:{node.lineno}: {text}"
            for node in ast.walk(tree)
            if id(node) not in exempt and is_prose(text := _literal(node)) and text not in ENGLISH_TEXTS
        ]
    return found


def is_prose(text: str) -> bool:
    """Whether a user could read this as words: two or more, one of them in small letters."""
    words = re.findall(r"(?<![\w./\\-])[A-Za-z][a-z']+(?![\w/\\=])", text)
    return " " in text and len(words) > 1 and any(word.islower() for word in words)


def _literal(node: ast.AST) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in values)
        case _:
            return ""


def _exempt(tree: ast.Module) -> Iterator[int]:
    """The nodes that no user reads, or that are inside of what was already looked at."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant() as docstring):
                yield id(docstring)
            case ast.JoinedStr(values=values):
                yield from map(id, values)
            case ast.Call() if name_of(node) in {*KINDS, *ENGLISH_CALLS, *INTERNAL_ERRORS}:
                yield from (id(inner) for argument in node.args for inner in ast.walk(argument))
            case ast.keyword(arg="examples", value=value):  # command lines
                yield from map(id, ast.walk(value))
            case ast.ClassDef(bases=bases) if any("Enum" in ast.unparse(base) for base in bases):
                yield from (id(each.value) for each in node.body if isinstance(each, ast.Assign))
