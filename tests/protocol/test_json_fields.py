from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.protocol.json_fields import (
    count,
    decode,
    encodable,
    flag,
    long_string,
    long_text,
    payload,
    record,
    records,
    string,
    text,
    texts,
)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (0, 0),
        (30072, 30072),
        (200000.0, 200000),
        (2**53, 2**53),
        (2**53 + 1, None),
        (10**400, None),
        (-1, None),
        (0.5, None),
        (float("nan"), None),
        (float("inf"), None),
        (True, None),
        ("5", None),
        (None, None),
    ],
)
def test_a_count_is_a_whole_number_that_a_float_can_hold(value, read):
    assert count({"n": value}, "n") == read


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (b'{"a":[1.5,null]}', {"a": [1.5, None]}),
        (b'{"cut":"\\ud83e"}', {"cut": "\ud83e"}),
        (b'{"n":NaN}', None),
        (b'[{"key":"a"}]', {"list": [{"key": "a"}]}),
        (b'"text"', {}),
    ],
)
def test_a_payload_is_an_object_whatever_it_is(content, read):
    assert read is None or payload(content) == read
    assert read is not None or math.isnan(payload(content)["n"])


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b'"\x01"'])
def test_what_is_not_json_is_an_error(content):
    with pytest.raises(ValueError, match=r"."):
        decode(content)


def test_an_absent_field_is_none_or_empty():
    assert count({}, "n") is None
    assert text({}, "t") is None
    assert flag({}, "f") is None
    assert texts({}, "l") == ()


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("plain", "plain"),
        ("한글", "한글"),
        ("pair 😀", "pair 😀"),
        ("half \ud83d", "half ?"),
        ("", None),
        (7, None),
        (["list"], None),
        ("x" * 10_000, "x" * 5_000),
    ],
)
def test_a_string_is_not_empty_and_can_be_shown(value, read):
    assert string(value) == read
    assert text({"t": value}, "t") == read


def test_the_text_of_an_answer_may_be_long():
    assert long_text({"text": "x" * 2_000_000}, "text") == "x" * 1_000_000
    assert long_string(7) is None


def test_encodable_leaves_what_can_be_encoded():
    assert encodable("") == ""
    assert encodable("é") == "é"
    assert encodable("\udc00é") == "?é"


def test_texts_passes_over_what_is_no_string():
    assert texts({"l": ["a", 1, None, "", ["b"], "c\ud800"]}, "l") == ("a", "c?")
    assert texts({"l": {"a": "b"}}, "l") == ()


def test_a_flag_is_true_or_false_and_nothing_alike():
    assert flag({"f": True}, "f") is True
    assert flag({"f": False}, "f") is False
    assert flag({"f": 1}, "f") is None
    assert flag({"f": "true"}, "f") is None


def test_records_are_objects_only():
    assert record({"a": 1}) == {"a": 1}
    assert record([]) == {}
    assert records([{"a": 1}, 2, None, {"b": 2}]) == [{"a": 1}, {"b": 2}]
    assert records({"a": 1}) == []


@given(
    st.integers() | st.floats() | st.text(st.characters(exclude_categories=())) | st.booleans() | st.none()
)
def test_every_reader_takes_every_value(value):
    source = {"field": value}
    number, words = count(source, "field"), text(source, "field")
    assert number is None or 0 <= number <= 2**53
    assert words is None or json.loads(json.dumps(words).encode("utf-8")) == words
    assert words is None or words.encode("utf-8")
    assert texts(source, "field") == ()
    assert flag(source, "field") in (None, value)
