"""Sessions that programs use are never shown in the place of a conversation, whatever the release tells."""

from __future__ import annotations

import time

import pytest

from tests.blackbox.fake_gateway import FakeGateway, listing

FLAG = "isBackground"
OK = 0


def before_main(key, **more):
    """The main session at 20 %, and a newer one at 95 % under this key; nothing says which is which."""
    now = int(time.time() * 1000)
    rows = listing(
        {"key": key, "label": None, "totalTokens": 190_000, "updatedAt": now},
        {"totalTokens": 40_000, "updatedAt": now - 60_000},
    )
    for row in rows["sessions"]:
        del row["isMain"], row[FLAG]
        row.update(more if row["key"] == key else {})
    return rows


@pytest.mark.parametrize(
    "key",
    [
        "agent:main:main:heartbeat",
        "agent:main:dreaming-narrative-light-1775894400455",
        "agent:main:hook:gmail:17",
        "agent:main:acp:5f0c",
        "agent:main:harness:codex:thread-1",
        "agent:main:boot",
        "agent:main:cron:daily:run:3",
        "agent:main:subagent:5f0c",
    ],
)
def test_a_background_session_never_takes_the_icon(clawtray, key):
    with FakeGateway(sessions__list=before_main(key)) as gateway:
        status = clawtray(gateway, "status")
        status.until(lambda line: line.replace(" %", "%").startswith("main  20%"))
        assert status.code() == OK


def test_where_the_gateway_says_so_a_session_is_a_conversation_under_any_key(clawtray):
    with FakeGateway(sessions__list=before_main("agent:main:cron:daily", **{FLAG: False})) as gateway:
        clawtray(gateway, "status").until(lambda line: line.replace(" %", "%").startswith("cron:daily  95%"))
