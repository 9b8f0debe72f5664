"""A list that was cut is not the whole: what must not be missing is read by itself, or called "not read"."""

from __future__ import annotations

import json
import time

import pytest

from tests.blackbox.fake_gateway import FakeGateway, RefusedError, hello, listing
from tests.blackbox.test_prompts import result, run

LIMIT = 200
OK, WARNING, DOUBTFUL = 0, 10, 30
MAIN, PINNED = "agent:main:main", "agent:main:bee"
OLD = "2026.1.24-3"
OPUS = "anthropic/claude-opus-4-5"


def session(key=MAIN, percent=76, **more):
    name = key.rpartition(":")[2]
    usual = {"key": key, "label": name, "isMain": key == MAIN, "totalTokens": percent * 2_000}
    return {**usual, "updatedAt": int(time.time() * 1000), **more}


JOBS = [session(f"agent:main:cron:{number}", 5, isBackground=True) for number in range(LIMIT)]
"""More recent sessions than a list holds."""


def release(number, *newest, rest=(), describe=None):
    """A gateway of this release that lists the newest sessions, and tells of the others if it is asked."""

    def lists(params):
        if "search" in params:
            found = [row for row in (*newest, *rest) if params["search"] in row["key"]]
            return answer(found[: params["limit"]], more=len(found) > params["limit"])
        return answer(newest[: params["limit"]], more=True)

    def answer(rows, *, more):
        flags = {} if number == OLD else {"hasMore": more, "totalCount": len(newest) + len(rest)}
        return {**listing(*rows), **flags}

    def describes(params):
        return {
            "session": next(iter(listing(*(r for r in rest if r["key"] == params["key"]))["sessions"]), None)
        }

    return FakeGateway(
        connect=lambda params: hello(params, number),
        sessions__list=lists,
        **({} if number == OLD else {"sessions__describe": describe or describes}),
    )


def refuse(_):
    raise RefusedError("UNAVAILABLE", "the session store is locked")


def pin(tmp_path, key):
    (tmp_path / "ClawTray").mkdir()
    memory = {"version": 1, "pins": {"default": key}}
    (tmp_path / "ClawTray" / "state.json").write_text(json.dumps(memory), encoding="utf-8")


def shows(status, text):
    status.until(lambda line: line.replace(" %", "%").startswith(text))


@pytest.mark.parametrize("number", [OLD, "2026.9.6"])
def test_the_main_session_is_shown_however_old_it_is(clawtray, number):
    more = session("agent:main:main-2", 10, updatedAt=1)
    with release(number, *JOBS, rest=(more, session())) as gateway:
        status = clawtray(gateway, "status")
        shows(status, "main  76%")
        assert status.code() == WARNING


def test_the_live_view_shows_it_too(clawtray):
    with release("2026.9.6", *JOBS, rest=(session(),)) as gateway:
        shows(clawtray(gateway, "watch"), "main  76%")


@pytest.mark.parametrize("number", [OLD, "2026.9.6"])
def test_a_pinned_session_is_shown_however_old_it_is(clawtray, tmp_path, number):
    pin(tmp_path, PINNED)
    with release(number, session(MAIN, 1), *JOBS, rest=(session(PINNED),)) as gateway:
        status = clawtray(gateway, "status")
        shows(status, "bee  76%")
        assert status.code() == WARNING


@pytest.mark.parametrize(
    ("describe", "said"),
    [(None, "bee: not there"), (refuse, "bee: not read"), (lambda _: "odd", "bee: not read")],
)
def test_no_other_session_is_shown_in_the_place_of_a_pinned_one(clawtray, tmp_path, describe, said):
    pin(tmp_path, PINNED)
    with release("2026.9.6", session(MAIN, 1), *JOBS, describe=describe) as gateway:
        status = clawtray(gateway, "status")
        shows(status, said)
        assert status.code() == DOUBTFUL


def test_a_main_session_that_was_not_read_is_not_missing(clawtray):
    with release("2026.9.6", *JOBS, describe=refuse) as gateway:
        status = clawtray(gateway, "status")
        shows(status, "main: not read")
        assert status.code() == DOUBTFUL
        report = clawtray(gateway, "status", "--json")
        report.until(lambda line: "main: not read" in line)


def test_a_search_that_was_cut_as_well_proves_nothing(clawtray):
    crowd = [session(f"agent:main:main-{number}", 5, updatedAt=1) for number in range(30)]
    with release(OLD, *JOBS, rest=crowd) as gateway:
        shows(clawtray(gateway, "status"), "main: not read")


def test_where_there_are_only_background_sessions_none_is_shown(clawtray):
    with release("2026.9.6", *JOBS) as gateway:
        status = clawtray(gateway, "status")
        shows(status, "No session to show")
        assert status.code() == OK


@pytest.mark.parametrize("number", [OLD, "2026.9.6"])
def test_a_named_session_is_looked_for_by_itself(clawtray, number):
    def patch(params):
        provider, _, model = params["model"].partition("/")
        entry = {"providerOverride": provider, "modelOverride": model}
        return {"ok": True, "key": params["key"], "entry": entry}

    with release(number, session(), *JOBS[:-1], rest=(session("agent:main:old"),)) as gateway:
        gateway.answers |= {"sessions.patch": patch, "agent": lambda params: run(params, last=result("fine"))}
        ask = clawtray(gateway, "ask", "hello", "--session", "new", "--model", "fake/beta")
        assert ask.ended() == OK
        ask = clawtray(gateway, "ask", "hello", "--session", "old", "--model", "fake/beta")
        assert ask.ended() == 2
        assert "clawtray use fake/beta --session old" in ask.lines[-1]
        assert clawtray(gateway, "use", OPUS, "--session", "old").ended() == OK
        assert clawtray(gateway, "use", OPUS, "--session", "nobody").ended() == 1
        changed = [params["key"] for method, params in gateway.requests if method == "sessions.patch"]
        assert changed == ["agent:main:new", "agent:main:old"]
