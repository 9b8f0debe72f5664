from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.protocol.secret_spellings import spellings

SECRET = 'S3cret/"with\\all\tof it é 안 \U0001f600'


def escaped(text, form):
    units = text.encode("utf-16-be").hex()
    return "".join(form.format(units[at : at + 4]) for at in range(0, len(units), 4))


@pytest.mark.parametrize(
    "spelled",
    [
        SECRET,
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        json.dumps(SECRET)[1:-1].replace("/", "\\/"),
        json.dumps(json.dumps(SECRET))[3:-3],
        escaped(SECRET, "\\u{}"),
        escaped(SECRET, "\\\\u{}"),
        escaped(SECRET, "\\u{}").upper().replace("U", "u"),
        "\\u0053" + SECRET[1:],
    ],
)
def test_a_secret_is_found_in_each_spelling(spelled):
    assert re.fullmatch(spellings(SECRET), spelled)
    assert re.fullmatch(spellings(SECRET).encode(), spelled.encode())


@given(st.text(st.characters(codec="utf-8"), min_size=1), st.lists(st.booleans()))
def test_any_secret_is_found_however_its_letters_are_mixed(secret, choices):
    plain = [json.dumps(character, ensure_ascii=False)[1:-1] for character in secret]
    choices = choices + [False] * len(plain)
    mixed = "".join(
        json.dumps(character)[1:-1] if chosen else usual
        for character, usual, chosen in zip(secret, plain, choices, strict=False)
    )
    assert (
        re.fullmatch(spellings(secret), mixed.encode("utf-8", "replace").decode()) or max(secret) >= "\ud800"
    )


@pytest.mark.parametrize("backslashes", [1, 2, 8, 9, 100])
def test_a_secret_is_found_behind_any_number_of_backslashes(backslashes):
    spelled = "\\" * backslashes + "u0053" + "Secret"[1:]
    assert re.sub(spellings("Secret"), "", f"a{spelled}b") == "ab"
    assert re.sub(spellings("\\Secret"), "", "a" + "\\" * backslashes + "Secretb").endswith("b")


def test_an_empty_secret_is_everywhere():
    assert re.fullmatch(spellings(""), "")


def test_another_text_is_not_taken_for_it():
    for other in ("s3cret", "S3cre", "\\u0054\\u0033cret", "S3 cret"):
        assert not re.search(spellings("S3cret"), other)


def test_what_cannot_be_encoded_is_sent_as_a_question_mark():
    assert re.fullmatch(spellings("a\ud800"), "a?")
    assert re.fullmatch(spellings("a\ud800"), "a\\ud800")
