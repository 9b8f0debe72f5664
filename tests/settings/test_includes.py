from __future__ import annotations

import json

import pytest

from tray.i18n.words import Message, message
from tray.settings.includes import Document, expand


def _expand(document: Document, **files: object) -> tuple[Document, list[str]]:
    """Expand the keys `gateway` and `env`; a file has the name in which it is included, without a suffix."""

    def read(written: str, file: str) -> tuple[str, str] | Message:
        if written not in files:
            return message("not there")
        content = files[written]
        return content if isinstance(content, str) else json.dumps(content), f"{file}/{written}"

    expanded, problems = expand(document, ("env", "gateway"), read)
    return expanded, [str(problem) for problem in problems]


def test_a_document_without_includes_keeps_the_keys_that_matter() -> None:
    document = {"gateway": {"port": 1, "auth": {"token": "t"}}, "env": {}, "agents": {"$include": "a"}}
    assert _expand(document) == ({"gateway": {"port": 1, "auth": {"token": "t"}}, "env": {}}, [])


@pytest.mark.parametrize(
    ("document", "port"),
    [
        ({"$include": "whole"}, 1),
        ({"$include": ["whole", "other"]}, 2),
        ({"$include": ["other", "whole"]}, 1),
        ({"$include": "whole", "gateway": {"port": 3}}, 3),
        ({"gateway": {"$include": "part"}}, 4),
        ({"gateway": {"$include": ["part"], "port": 5}}, 5),
        ({"$include": "nested"}, 4),
    ],
)
def test_the_last_value_wins_and_one_s_own_is_the_last(document: Document, port: int) -> None:
    expanded, problems = _expand(
        document,
        whole={"gateway": {"port": 1, "mode": "local"}, "agents": {"$include": "gone"}},
        other={"gateway": {"port": 2}},
        part="\ufeff{port: 4, mode: 'local'}",
        nested={"gateway": {"$include": "part"}},
    )
    assert expanded == {"gateway": {"port": port, "mode": "local"}}
    assert problems == []


def test_lists_are_joined() -> None:
    expanded, _ = _expand({"$include": "a", "env": {"x": [3]}}, a={"env": {"x": [1, 2]}})
    assert expanded == {"env": {"x": [1, 2, 3]}}


@pytest.mark.parametrize(
    ("included", "reason"),
    [
        ("gone", "gateway.auth.$include cannot be followed: not there"),
        (3, "gateway.auth.$include cannot be followed: it names no file"),
        ("broken", "gateway.auth.$include cannot be followed: the file is not valid JSON5"),
        ("deep", "gateway.auth.$include cannot be followed: the file is not valid JSON5"),
        ("a_list", "gateway.auth.$include cannot be followed: the file is not valid JSON5"),
        ("itself", "gateway.auth.$include cannot be followed: too many files include each other"),
    ],
)
def test_what_cannot_be_included_is_named_and_left_out(included: object, reason: str) -> None:
    document = {"gateway": {"auth": {"$include": included, "token": "t"}}}
    files = {"broken": "{", "deep": "[" * 100_000, "a_list": "[]", "itself": {"$include": "itself"}}
    assert _expand(document, **files) == ({"gateway": {"auth": {"token": "t"}}}, [reason])
