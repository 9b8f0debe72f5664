"""Each catalogue has all texts of the program and no others, with the same placeholders and keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from build.hatch_hook import catalogue
from tests.i18n.texts import ROOT, fields, messages
from tray.storage.translations import languages, words_in

SOURCES = sorted((ROOT / "i18n" / "locale").glob("*/LC_MESSAGES/clawtray.po"))


@pytest.fixture(params=SOURCES, ids=[path.parent.parent.name for path in SOURCES])
def source(request) -> Path:
    return request.param


def entries(source: Path) -> dict[tuple[str, ...], tuple[str, ...]]:
    """The forms of each message, and their translations."""
    with source.open("rb") as file:
        read = read_po(file, abort_invalid=True)
    found = [each for each in read if each.id]
    assert not any(each.fuzzy for each in found)
    assert not read.obsolete
    return {_forms(each.id): _forms(each.string) for each in found}


def _forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def test_it_has_every_message_and_no_other(source):
    used = {(one,) if many is None else (one, many) for one, many in messages().items()}
    assert sorted(used - set(entries(source))) == [], f"add these to {source.relative_to(ROOT)}"
    assert sorted(set(entries(source)) - used) == [], f"remove these from {source.relative_to(ROOT)}"


def test_translations_have_the_placeholders_and_keys_of_the_message(source):
    for forms, translations in entries(source).items():
        for text in translations:
            assert text, forms
            assert text == text.strip(), forms
            assert fields(text) in map(fields, forms), forms  # a singular may do without its number
            assert text.count("_") == forms[-1].count("_") or "CLAWTRAY_" in text, forms
            assert text.endswith("…") == forms[-1].endswith("…"), forms


def test_what_is_installed_was_compiled_from_it(source):
    compiled = source.with_suffix(".mo")
    assert compiled.is_file(), "run: uv sync --reinstall-package clawtray"
    assert compiled.read_bytes() == catalogue(source), "run: uv sync"


def test_every_language_has_its_words():
    assert languages() == ("en", *(source.parent.parent.name for source in SOURCES))
    for language in languages()[1:]:
        assert words_in(language)("Quit") != "Quit"
