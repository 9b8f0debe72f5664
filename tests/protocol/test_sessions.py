from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.protocol.requests import Done
from tray.protocol.sessions import (
    MAX_NAME_LENGTH,
    MAX_THINKING_LEVELS,
    Patched,
    PromptBudget,
    SessionList,
    SessionRead,
    SessionRow,
    SessionsDescribe,
    SessionsList,
    SessionsPatch,
    SessionsSearch,
    SessionsSubscribe,
)

POLLED = ("2026.1.24-3", "2026.2.26")
"""The releases without `sessions.subscribe`, which list the model of the last run."""


def rows(release, name):
    payload = release.recording(name).answer("sessions.list")["payload"]
    return {row.key: row for row in SessionsList(20).read(payload).rows}


def read(**row):
    return SessionsList(20).read({"sessions": [{"key": "agent:main:main", **row}]}).rows[0]


def test_the_gateways_defaults(release):
    payload = release.recording("sessions.list-used").answer("sessions.list")["payload"]
    listed = SessionsList(20).read(payload)
    assert (listed.default_model, listed.default_context_limit) == ("fake/alpha", 200000)
    assert listed.at_ms == payload["ts"]
    assert SessionsList(20).decode(json.dumps(payload).encode()).at_ms == payload["ts"]


@pytest.mark.parametrize("ts", [None, -1, "soon", 1e300, 2**63])
def test_a_list_that_does_not_say_when_it_was_made(ts):
    for read in (
        SessionsList(20).read,
        lambda payload: SessionsList(20).decode(json.dumps(payload).encode()),
    ):
        assert read({"ts": ts, "sessions": []}).at_ms is None


def test_rows_come_newest_first(release):
    changed = [row.updated_ms for row in rows(release, "sessions.list-used").values()]
    assert len(changed) >= 4
    assert changed == sorted(changed, reverse=True)


def test_a_used_session_has_its_tokens(release):
    row = rows(release, "sessions.list-used")["agent:main:upsell-customer1"]
    assert (row.used, row.last_run_tokens, row.has_run, row.active, row.background) == (
        2000,
        2010,
        True,
        False,
        False,
    )
    assert row.fresh is (None if release.name == "2026.1.24-3" else True)
    # On 2026.1 this session ran under another spelling of its key, and so without the override.
    ran = ("fake/alpha", 200000) if release.name == "2026.1.24-3" else ("fake/beta", 64000)
    assert (row.model, row.context_limit) == ran
    assert row.session_id


def test_a_session_that_only_failed_to_run_is_unused(release):
    row = rows(release, "sessions.list-used")["agent:main:thinks"]
    refused = release.name in ("2026.7.1", "2026.9.6")  # they check the thinking level before they run
    assert row.has_run is not refused
    assert (row.used is None) is refused


def test_a_session_that_never_ran_is_unused(release):
    row = rows(release, "sessions.list-after-reset")["agent:main:nothere"]
    assert not row.has_run
    assert row.used in (0, None)
    assert row.last_run_tokens == 0
    assert row.model == (None if release.name == "2026.1.24-3" else "fake/alpha")


def test_a_reset_session_is_unused(release):
    row = rows(release, "sessions.list-after-reset")["agent:main:main"]
    assert row.name == "My label"
    if release.name == "2026.1.24-3":  # the row mixes in an older entry of the same session
        assert row.used == 7790
    else:
        assert not row.has_run
        assert row.used in (0, None)
        assert row.model == "fake/beta"


def test_a_reset_session_of_the_oldest_releases_keeps_its_model_but_is_unused():
    left = {
        "systemSent": False,
        "abortedLastRun": False,
        "totalTokens": 0,
        "inputTokens": 0,
        "outputTokens": 0,
    }
    of_2026_1 = read(**left, contextTokens=64000, modelProvider="fake", model="beta")
    of_2026_2 = read(**left, contextTokens=64000, modelProvider="fake", model="beta", totalTokensFresh=True)
    for row in (of_2026_1, of_2026_2):
        assert (row.has_run, row.used, row.model) == (False, 0, "fake/beta")


def test_a_session_with_nothing_but_an_override_is_unused():
    of_2026_1 = read(totalTokens=0)
    of_2026_2 = read(totalTokensFresh=False, modelProvider="fake", model="beta")
    of_2026_9 = read(totalTokensFresh=False, contextTokens=64000, modelProvider="fake", model="beta")
    assert [row.has_run for row in (of_2026_1, of_2026_2, of_2026_9)] == [False] * 3


def test_a_compacted_session_stays_used():
    of_2026_1 = read(totalTokens=0, abortedLastRun=False, modelProvider="fake", model="alpha")
    of_2026_2 = read(totalTokensFresh=False, abortedLastRun=False, modelProvider="fake", model="alpha")
    of_2026_5 = read(totalTokensFresh=False, endedAt=1795359871010, modelProvider="fake", model="alpha")
    of_2026_9 = read(totalTokensFresh=False, lastRunId="run-1", modelProvider="fake", model="alpha")
    assert [row.has_run for row in (of_2026_1, of_2026_2, of_2026_5, of_2026_9)] == [True] * 4
    assert [row.used for row in (of_2026_1, of_2026_2, of_2026_5, of_2026_9)] == [0, None, None, None]


def test_an_override_is_listed_at_once_only_where_changes_are_announced(release):
    row = rows(release, "sessions.list-after-patch")["agent:main:main"]
    assert row.model == ("fake/alpha" if release.name in POLLED else "fake/gamma")
    # 2026.5 does not know the window of the new model before the next run.
    assert (row.context_limit is None) is (release.name == "2026.5.7")


def test_a_run_in_progress(release):
    row = rows(release, "chat.abort")["agent:main:main"]
    assert row.active is (release.name not in POLLED)
    assert row.has_run


@pytest.mark.parametrize(
    ("row", "active", "failed"),
    [
        ({"status": "running"}, True, False),  # a release that has nothing else to say
        ({"status": "running", "hasActiveRun": True}, True, False),
        ({"status": "running", "hasActiveRun": False}, False, False),  # it crashed
        ({"status": "done", "hasActiveRun": True}, True, False),
        ({"status": "running", "hasActiveRun": "no"}, True, False),
        ({"hasActiveRun": None}, False, False),
        ({"status": "failed"}, False, True),
        ({"status": "timeout", "hasActiveRun": False}, False, True),
        ({"status": "failed", "hasActiveRun": True}, True, False),
    ],
)
def test_how_the_last_run_stands(row, active, failed):
    (read,) = SessionsList(1).read({"sessions": [{"key": "agent:main:main", **row}]}).rows
    assert (read.active, read.failed) == (active, failed)


@pytest.mark.parametrize(
    ("given", "budget"),
    [
        (
            {
                "promptBudgetBeforeReserve": 44_000,
                "estimatedPromptTokens": 46_000,
                "shouldCompact": True,
                "route": "compact_only",
            },
            PromptBudget(44_000, 46_000, must_compact=True),
        ),
        ({"promptBudgetBeforeReserve": 44_000, "shouldCompact": False}, PromptBudget(44_000)),
        (
            {"promptBudgetBeforeReserve": -1, "estimatedPromptTokens": 2**60, "shouldCompact": 1},
            PromptBudget(),
        ),
        ({"shouldCompact": True, "estimatedPromptTokens": 0}, PromptBudget(must_compact=True)),
        ({}, None),
        ("full", None),
        (None, None),
    ],
)
def test_the_budget_of_a_prompt(given, budget):
    payload = {"sessions": [{"key": "agent:main:main", "contextBudgetStatus": given}]}
    assert SessionsList(1).read(payload).rows[0].budget == budget
    decoded = SessionsList(1).decode(json.dumps(payload).encode()).rows[0].budget
    assert decoded == (PromptBudget() if given == {} else budget)


def test_an_empty_gateway_has_no_rows(release):
    payload = release.recording("sessions.list-empty").answer("sessions.list")["payload"]
    assert SessionsList(20).read(payload).rows == ()


@pytest.mark.parametrize(
    ("key", "background"),
    [
        ("agent:main:main", False),
        ("agent:main:cronology", False),
        ("agent:main:telegram:group:-100", False),
        ("agent:main:subagent:5f0c", True),
        ("agent:main:cron:daily", True),
        ("agent:main:telegram:1:subagent:2", True),
        ("global", True),
        ("unknown", True),
        ("main", False),
        ("agent:main:main:heartbeat", True),
    ],
)
def test_background_sessions_are_known_by_their_keys(key, background):
    assert SessionsList(1).read({"sessions": [{"key": key}]}).rows == (
        SessionRow(key, background=background),
    )


def test_later_releases_say_what_a_machine_made():
    assert read(isBackground=True).background
    assert not read(isBackground=False).background


def test_the_gateways_own_flag_goes_before_the_key():
    row = {"key": "agent:main:main:heartbeat", "isBackground": False}
    assert not SessionsList(1).read({"sessions": [row]}).rows[0].background
    assert not read(key="global", isMain=True).background
    assert read(key="global", isMain=True).main
    assert read(key="global", isMain=False).background


def test_the_main_session_is_marked_where_the_release_does_so(release):
    main = [row.key for row in rows(release, "sessions.list-global").values() if row.main]
    assert main == (["agent:main:main"] if release.name == "2026.9.6" else [])


def test_a_label_goes_before_a_title():
    assert read(label="mine", displayName="theirs").name == "mine"
    assert read(label="", displayName="theirs").name == "theirs"
    assert read(key="agent:main:tray", displayName="theirs").name is None
    assert read(key="agent:main:tray", label="mine", displayName="theirs").name == "mine"
    assert read().name is None


def test_rows_without_a_key_are_passed_over():
    listed = SessionsList(3).read({"sessions": [{"sessionId": "x"}, {"key": ""}, 5, {"key": "global"}]})
    assert [row.key for row in listed.rows] == ["global"]
    assert SessionsList(3).read({"sessions": {"key": "global"}}) == SessionList(None, None, ())


PATCHES = {
    "sessions.patch-new": ("agent:main:upsell-customer1", "fake/beta"),
    "sessions.patch-model": ("agent:main:main", "fake/beta"),
    "sessions.patch-alias": ("agent:main:main", "fake/beta"),
    "sessions.patch-bare": ("agent:main:main", "fake/gamma"),
    "sessions.patch-main": ("agent:main:main", "fake/beta"),
    "sessions.patch-default": ("agent:main:main", None),
}


@pytest.mark.parametrize("name", PATCHES)
def test_the_response_to_a_patch_has_the_override_on_every_release(release, name):
    conversation = release.recording(name)
    asked = conversation.requests("sessions.patch")[-1]["params"]
    patched = SessionsPatch(asked["key"], asked["model"]).read(
        conversation.answer("sessions.patch")["payload"]
    )
    assert (patched.key, patched.override) == PATCHES[name]
    assert patched.session_id


def test_what_a_patch_resolves_to_is_wrong_on_2026_2(release):
    answer = release.recording("sessions.patch-model").answer("sessions.patch")
    resolved = SessionsPatch("agent:main:main", "fake/beta").read(answer["payload"]).resolved
    assert resolved == {"2026.1.24-3": None, "2026.2.26": "fake/alpha"}.get(release.name, "fake/beta")


@pytest.mark.parametrize(
    ("more", "cut"),
    [
        ({}, False),
        ({"hasMore": True}, True),
        ({"hasMore": False, "totalCount": 2}, False),
        ({"totalCount": 3}, True),
        ({"hasMore": "yes", "totalCount": "3"}, False),
    ],
)
def test_a_list_that_was_cut_is_known_as_such(more, cut):
    payload = {"sessions": [{"key": "agent:main:a"}, {"key": "agent:main:b"}], **more}
    assert SessionsList(3).read(payload).cut is cut
    assert SessionsList(3).decode(json.dumps(payload).encode()).cut is cut
    assert SessionsList(2).read(payload).cut


def test_no_recorded_list_was_cut(release):
    payload = release.recording("sessions.list-global").answer("sessions.list")["payload"]
    assert not SessionsList(200).read(payload).cut


def test_one_session_is_read_by_its_key(release):
    (answer,) = release.recording("sessions.describe").answers("sessions.describe")
    if release.name in POLLED:
        assert answer["error"]["message"] == "unknown method: sessions.describe"
        return
    read = SessionsDescribe("agent:main:main").read(answer["payload"])
    assert (read.row.key, read.row.name, read.unsure) == ("agent:main:main", "My label", False)
    assert read.row.used > 0
    assert SessionsDescribe("agent:main:other").read(answer["payload"]) == SessionRead(None, unsure=True)


def test_a_session_that_is_not_there_differs_from_one_that_was_not_read():
    describe = SessionsDescribe("agent:main:main")
    assert describe.read({"session": None}) == SessionRead(None)
    assert describe.read({}) == SessionRead(None, unsure=True)
    assert describe.read({"session": {"key": 5}}) == SessionRead(None, unsure=True)
    assert describe.params() == {"key": "agent:main:main"}


def test_one_session_is_found_among_those_with_a_longer_key(release):
    payload = release.recording("sessions.list-search").answer("sessions.list")["payload"]
    (found,) = payload["sessions"]
    assert SessionsSearch(found["key"]).read(payload).row.key == found["key"]
    assert SessionsSearch("agent:main:upsell").read(payload) == SessionRead(None)
    assert SessionsSearch("agent:main:upsell", 1).read(payload) == SessionRead(None, unsure=True)
    assert SessionsSearch("a").params() == {"search": "a", "limit": 20, "includeGlobal": True}


def test_a_patch_whose_answer_says_nothing_follows_the_default():
    assert SessionsPatch("agent:main:main", None).read({}) == Patched("agent:main:main", None, None)


@pytest.mark.parametrize(
    ("row", "title"),
    [
        ({"derivedTitle": "Plan the move"}, "Plan the move"),
        ({"derivedTitle": "[Sun 2026-11-22 15:01 UTC] thinking high"}, "thinking high"),
        ({"derivedTitle": "[Sun 2026-11-22 15:01 GMT+9]"}, None),
        ({"derivedTitle": "[draft] a letter"}, "[draft] a letter"),
        ({"derivedTitle": "x" * 5000}, "x" * 1000),
        ({"derivedTitle": "work", "label": "work"}, None),
        ({"derivedTitle": "work", "displayName": "work"}, None),
        ({"derivedTitle": "c213815c (2026-11-22)", "sessionId": "c213815c-8bdf"}, None),
        ({"derivedTitle": "Plan", "key": "k" * 2000}, None),
        ({"derivedTitle": 7}, None),
        ({}, None),
    ],
)
def test_the_title_of_a_session_without_a_name_is_read(row, title):
    payload = {"sessions": [{"key": "agent:main:main", **row}]}
    wanted = {} if title is None else {"agent:main:main": title}
    assert SessionsList(20).read(payload).titles == wanted
    assert SessionsList(20).decode(json.dumps(payload).encode()).titles == wanted


def test_the_titles_of_each_release(release):
    listed = SessionsList(20).read(
        release.recording("sessions.list-titles").answer("sessions.list")["payload"]
    )
    assert listed.titles.get("agent:main:explicit:some-new-id") == (
        "only a session id" if release.name in ("2026.5.7", "2026.7.1") else None
    )
    assert not any("2026-11" in title for title in listed.titles.values())


def test_subscribing_takes_and_gives_nothing():
    assert SessionsSubscribe().params() == {}
    assert SessionsSubscribe().read({"subscribed": True, "sessions": [1]}) == Done()


def test_what_is_sent():
    assert SessionsList(30).params() == {"limit": 30, "includeGlobal": True}
    titled = SessionsList(30, titles=True).params()
    assert titled == {"limit": 30, "includeGlobal": True, "includeDerivedTitles": True}
    assert SessionsPatch("agent:main:main", None).params() == {"key": "agent:main:main", "model": None}
    assert [kind.spends for kind in (SessionsList, SessionsPatch, SessionsSubscribe)] == [False] * 3


@given(data=st.data())
def test_a_spoilt_answer_is_still_read(release, spoil, data):
    listed = release.recording("sessions.list-used").answer("sessions.list")["payload"]
    patched = release.recording("sessions.patch-model").answer("sessions.patch")["payload"]
    spoilt = spoil(data, listed)
    assert SessionsList(20).decode(json.dumps(spoilt).encode()) == SessionsList(20).read(spoilt)
    for row in SessionsList(20).read(spoilt).rows:
        assert row.key.encode("utf-8")
        assert row.last_run_tokens >= 0
        assert row.used is None or row.used >= 0
        assert row.context_limit is None or row.context_limit > 0
    assert SessionsPatch("k", "m").read(spoil(data, patched)).key


@given(data=st.data())
def test_any_object_is_an_answer(any_json, data):
    keys = st.sampled_from(["sessions", "defaults", "entry", "resolved", "key"])
    payload = data.draw(st.dictionaries(keys, any_json, max_size=5))
    assert isinstance(SessionsList(20).read(payload), SessionList)
    assert SessionsList(20).decode(json.dumps(payload).encode()) == SessionsList(20).read(payload)
    assert isinstance(SessionsPatch("k", None).read(payload), Patched)


def test_a_gateway_that_sends_more_than_was_asked_for_is_cut_short():
    rows = [{"key": f"agent:main:{n}", "label": "x" * 5_000} for n in range(50)]
    rows.insert(0, {"key": "k" * 5_000})
    read = SessionsList(20).read({"sessions": rows}).rows
    assert [row.key for row in read] == [f"agent:main:{n}" for n in range(19)]
    assert {len(row.name) for row in read} == {MAX_NAME_LENGTH}


@pytest.mark.parametrize(
    ("row", "levels"),
    [
        ({}, ()),
        ({"thinkingOptions": ["off", "low"]}, ("off", "low")),
        ({"thinkingLevels": [{"id": "off", "label": "Off"}], "thinkingOptions": ["Off"]}, ("off",)),
        ({"thinkingLevels": "off", "thinkingOptions": [1, ""]}, ()),
        (
            {"thinkingOptions": [str(n) for n in range(100)]},
            tuple(str(n) for n in range(MAX_THINKING_LEVELS)),
        ),
    ],
)
def test_thinking_levels_are_those_that_the_row_offers(row, levels):
    assert read(**row).thinking_levels == levels


def test_thinking_levels_and_groups():
    notified = read(thinkingLevel="low", thinkingDefault="medium", kind="group")
    assert (notified.thinking, notified.thinking_default, notified.group) == ("low", "medium", True)
    assert (read().thinking, read().thinking_default, read().group) == (None, None, False)
