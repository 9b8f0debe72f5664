"""Every text that a user reads passes through the catalogues, as a literal with named values."""

from __future__ import annotations

import string

from tests.i18n.texts import ENGLISH_FILES, ENGLISH_TEXTS, KINDS, ROOT, fields, is_prose, texts, untranslated


def test_every_text_is_a_literal_whose_placeholders_are_the_given_names():
    found = texts()
    assert len(found) > 100
    for text in found:
        call, where = text.call, text.where
        assert len(call.args) == KINDS[text.kind], where
        assert len(text.ids) == min(2, KINDS[text.kind]), where
        given = {word.arg for word in call.keywords} | ({"n"} if text.kind == "plural" else set())
        for each in text.ids:
            assert isinstance(each, str), where
            assert each == each.strip(), where
            parsed = [(name, spec, how) for _, name, spec, how in string.Formatter().parse(each) if name]
            assert all(not spec and how is None for _, spec, how in parsed), where
        assert fields(text.ids[-1]) == given, where
        assert fields(text.ids[0]) <= given, where


def test_no_text_bypasses_the_catalogues():
    assert untranslated() == [], "pass these through `words`, or `message` where there are none"


def test_what_is_excepted_is_still_there():
    for name in ENGLISH_FILES:
        assert (ROOT / name).exists(), name
    source = "".join(path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py"))
    for text in ENGLISH_TEXTS:
        assert text.split("{}")[-1].split("\r")[0].strip() in source, text


def test_prose_is_distinguished_from_names_and_commands():
    prose = ("The demo changes no settings", "no profile {}", "set it, please")
    other = (
        "agent:main:main",
        "settings.toml",
        "{}: {}",
        "ClawTray {}",
        "gateway",
        "--url",
        "%Y-%m-%d %H:%M",
        "A B",
    )
    assert all(map(is_prose, prose))
    assert not any(map(is_prose, other))
