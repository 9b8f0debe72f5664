from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.protocol.runs import (
    Accepted,
    Agent,
    AgentWait,
    ChatHistory,
    ChatStopped,
    Compacting,
    FellBack,
    Finished,
    Message,
    Receipt,
    RunEnded,
    RunStarted,
    RunText,
    RunWaits,
    Transcript,
    Waited,
    model_name,
    read_agent,
    read_chat,
)

OLD = ("2026.1.24-3", "2026.2.26")
KEY = "agent:main:main"


def agent(message="hi"):
    return Agent(KEY, message, "run-1", 60)


def run_events(conversation, run_id):
    """What is read of this run's `agent` events, and of the `chat` events, in their order."""
    notified = [read_agent(frame["payload"]) for frame in conversation.events("agent")]
    stops = [read_chat(frame["payload"]) for frame in conversation.events("chat")]
    mine = [event for event in notified + stops if getattr(event, "run_id", None) == run_id]
    assert mine
    return mine


def ends(conversation, run_id):
    return [event for event in run_events(conversation, run_id) if isinstance(event, RunEnded)]


def test_only_the_newest_release_has_a_receipt_at_the_end(release):
    (end, *_) = ends(release.recording("agent-main"), "idem-3")
    has_receipt = release.name == "2026.9.6"
    assert end.receipt == (Receipt("fake/alpha", "fake/alpha") if has_receipt else None)


@pytest.mark.parametrize(
    ("receipt", "read"),
    [
        (
            {
                "requested": {"provider": "fake", "model": "alpha"},
                "effective": {"provider": "other", "model": "delta"},
                "rerouted": True,
            },
            Receipt("fake/alpha", "other/delta"),
        ),
        ({"requested": {"provider": "fake", "model": "alpha"}}, None),
        ({"requested": "alpha", "effective": "beta"}, None),
        ("alpha", None),
    ],
    ids=str,
)
def test_a_receipt_names_both_models_or_is_none(receipt, read):
    data = {"phase": "end", "terminalReceipt": receipt}
    assert read_agent({"runId": "r", "stream": "lifecycle", "data": data}) == RunEnded(
        "r", None, receipt=read
    )


def test_an_answer_comes_twice(release):
    first, last = release.recording("agent-main").answers("agent")
    assert agent().read(first["payload"]) == Accepted("idem-3")
    answer = agent().read(last["payload"])
    assert "main please" in answer.text
    assert (answer.error, answer.aborted, answer.zero_tokens, answer.model) == (
        None,
        False,
        False,
        "fake/alpha",
    )


def test_the_override_answers(release):
    answer = agent().read(release.recording("agent-after-model").answer("agent")["payload"])
    assert answer.model == "fake/beta"


def test_the_same_key_again_is_answered_at_once(release):
    answers = release.recording("agent-same-key-again").answers("agent")
    assert len(answers) == 1
    assert "main please" in agent().read(answers[0]["payload"]).text


def test_a_providers_failure_looks_like_an_answer_on_the_oldest_releases(release):
    answer = release.recording("agent-provider-401").answer("agent")
    read = agent().read(answer["payload"])
    if release.name in OLD:
        assert answer["ok"] is True
        assert (read.text, read.error, read.zero_tokens) == ("401 fake failure 401", None, True)
    else:
        assert answer["ok"] is False
        assert read.error == answer["error"]["message"]
        assert "401" in read.error


def test_the_event_has_a_provider_failure_on_all_but_the_oldest(release):
    (end,) = ends(release.recording("agent-provider-401"), "idem-11")
    assert not end.aborted
    if release.name == "2026.1.24-3":
        assert end.error is None
    else:
        assert "401" in end.error


def test_a_run_that_was_refused_has_the_gateways_reason(release):
    answer = release.recording("agent-no-session").answer("agent")
    read = agent().read(answer["payload"])
    if release.name in ("2026.7.1", "2026.9.6"):  # they make up a session
        assert read.error is None
    else:
        assert read.error == answer["error"]["message"]
        assert "choose a session" in read.error


def test_a_time_out_keeps_the_text_so_far(release):
    answer = agent().read(release.recording("agent-timeout").answer("agent")["payload"])
    assert answer.aborted
    assert answer.text.startswith("word1 word2 word3 word4 word5 word6")
    assert "timed out" not in answer.text
    assert answer.model == "fake/beta"
    if release.name == "2026.9.6":
        assert answer.error.startswith("Request timed out")
    else:
        assert answer.error is None


def test_the_event_has_a_time_out(release):
    (end,) = ends(release.recording("agent-timeout"), "idem-31")
    assert end.aborted
    assert (end.error is None) is (release.name != "2026.9.6")


def test_a_time_out_is_not_a_stop(release):
    events = run_events(release.recording("agent-timeout"), "idem-31")
    assert ChatStopped("idem-31", KEY) not in events


def test_a_stopped_run_is_no_failure(release):
    conversation = release.recording("chat.abort")
    run_id = "chat-1" if release.name == "2026.5.7" else "chat-2"  # there the second was queued
    events = run_events(conversation, run_id)
    assert ChatStopped(run_id, KEY) in events
    stops = [event for event in events if isinstance(event, RunEnded) and event.aborted]
    assert all(event.error is None for event in stops)
    # The two oldest releases tell a stop by the chat event alone, the two latest end the run twice.
    assert len(stops) == {"2026.1.24-3": 0, "2026.2.26": 0, "2026.5.7": 1}.get(release.name, 2)


def test_a_session_is_stopped_without_naming_its_run(release):
    if release.name in OLD:  # unknown there
        assert release.recording("sessions.abort").answer("sessions.abort")["ok"] is False
        return
    events = run_events(release.recording("sessions.abort"), "ss1")
    assert ChatStopped("ss1", KEY) in events
    assert RunEnded("ss1", KEY, aborted=True) in events


def test_the_text_of_a_run_grows(release):
    events = run_events(release.recording("agent-timeout"), "idem-31")
    assert events[0] == RunStarted("idem-31", KEY)
    texts = [event.text for event in events if isinstance(event, RunText)]
    assert len(texts) >= 2
    assert all(later.startswith(earlier) for earlier, later in pairwise(texts))
    assert any(isinstance(event, RunEnded) for event in events)


def test_compaction():
    def read(**data):
        return read_agent({"runId": "r", "sessionKey": KEY, "stream": "compaction", "data": data})

    assert read(phase="start") == Compacting(KEY, done=False)
    assert read(phase="end", willRetry=False) == Compacting(KEY, done=True)
    assert read(phase="end", completed=True, outcome="completed") == Compacting(KEY, done=True)
    assert read(phase="end", completed=False, outcome="failed") == Compacting(KEY, done=True, failed=True)
    assert read(phase="resumed") is None
    assert read_agent({"stream": "compaction", "data": {"phase": "start"}}) == Compacting(None, done=False)


def lifecycle(**data):
    return {"runId": "r", "sessionKey": KEY, "stream": "lifecycle", "data": data}


@pytest.mark.parametrize(
    ("outcome", "answered"),
    [("next_fallback", False), ("succeeded", True), (None, False), (["succeeded"], False)],
)
def test_each_step_to_another_model_is_read(outcome, answered):
    step = lifecycle(
        phase="fallback_step",
        fallbackStepFromModel="fake/alpha",
        fallbackStepToModel="fake/beta",
        fallbackStepFinalOutcome=outcome,
    )
    assert read_agent(step) == FellBack("r", KEY, Receipt("fake/alpha", "fake/beta"), answered)


@pytest.mark.parametrize(("phase", "active"), [("fallback", "beta"), ("fallback_cleared", "alpha")])
def test_that_a_session_falls_back_and_that_it_is_over_is_read(phase, active):
    announced = lifecycle(
        phase=phase, selectedProvider="fake", selectedModel="alpha", activeProvider="fake", activeModel=active
    )
    receipt = Receipt("fake/alpha", f"fake/{active}")
    assert read_agent(announced) == FellBack("r", KEY, receipt, answered=True)
    del announced["data"]["activeModel"]
    assert read_agent(announced) is None


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"stream": "assistant", "data": {"text": ""}},
        {"stream": "assistant", "data": "text"},
        {"stream": "lifecycle", "data": {"phase": "finishing", "error": "LLM request failed."}},
        {"stream": "lifecycle", "data": {"phase": "model"}},
        lifecycle(
            phase="fallback_step",
            fallbackStepFromModel="fake/alpha",
            fallbackStepFinalOutcome="chain_exhausted",
        ),
        {"stream": "lifecycle"},
        {"stream": "tool", "data": {"phase": "start"}},
        {"stream": ["lifecycle"], "data": {"phase": ["start"]}},
    ],
)
def test_what_does_not_matter_of_a_run_is_nothing(payload):
    assert read_agent(payload) is None


def test_a_failure_without_a_reason_is_still_one():
    failed = {"runId": "r", "stream": "lifecycle", "data": {"phase": "error"}}
    assert read_agent(failed) == RunEnded("r", None, "")
    assert read_chat({"runId": "r", "state": "error"}) == ChatStopped("r", None, "")
    assert agent().read({"status": "error"}).error == ""
    assert agent().read({"status": "error", "error": {"message": "why"}, "summary": "what"}).error == "why"
    assert agent().read({"result": {"payloads": [{"isError": True}]}}).error == ""


def test_a_chat_that_failed(release):
    if release.name in ("2026.1.24-3", "2026.5.7"):  # they tell no failed chat run in these events
        return
    conversation = release.recording("events-provider-400")
    stops = [read_chat(frame["payload"]) for frame in conversation.events("chat")]
    assert any(isinstance(stop, ChatStopped) and stop.error for stop in stops)


def test_a_failing_part_is_no_part_of_the_answer():
    parts = [{"text": "one"}, {"text": "exec failed", "isError": True}, {"text": "two"}, {"mediaUrl": None}]
    read = agent().read({"status": "ok", "result": {"payloads": parts}})
    assert (read.text, read.error) == ("one\n\ntwo", "exec failed")


def test_a_time_out_without_a_text():
    read = agent().read({"status": "timeout", "summary": "aborted"})
    assert read == Finished("", aborted=True)


def test_usage_of_the_last_call_counts_too():
    def silent(**agent_meta):
        return agent().read({"result": {"meta": {"agentMeta": agent_meta}}}).zero_tokens

    assert not silent()  # it counted nothing at all
    assert silent(usage={"input": 0, "output": 0})
    assert not silent(usage={"output": 3})
    assert not silent(lastCallUsage={"input": 9516})


def test_an_accepted_run_without_an_id_has_ours():
    assert agent().read({"status": "accepted"}) == Accepted("run-1")


@pytest.mark.parametrize(
    ("provider", "model", "name"),
    [
        ("fake", "beta", "fake/beta"),
        (None, "beta", "beta"),
        ("fake", None, None),
        ("openrouter", "openrouter/auto", "openrouter/auto"),
        ("openrouter", "meta/llama", "openrouter/meta/llama"),
    ],
)
def test_a_models_name(provider, model, name):
    assert model_name(provider, model) == name


def test_what_became_of_a_run(release):
    def waited(name):
        conversation = release.recording(name)
        run_id = conversation.requests("agent.wait")[-1]["params"]["runId"]
        return AgentWait(run_id, 1).read(conversation.answer("agent.wait")["payload"])

    assert waited("agent.wait-done") == Waited("ok")
    # The run lasts longer than the patience on 2026.5 only, which starts it late.
    assert waited("agent.wait-running") == Waited(None if release.name == "2026.5.7" else "ok")
    assert waited("agent.wait-unknown") == Waited(None)


def test_a_failed_run_is_reported_with_its_reason():
    assert AgentWait("r", 1).read({"status": "error", "error": "401"}) == Waited("error", "401")
    assert AgentWait("r", 1).read({"status": ["ok"]}) == Waited(None)


def test_the_transcript_holds_both_sides(release):
    payload = release.recording("chat.history").answer("chat.history")["payload"]
    messages = ChatHistory(KEY, 5).read(payload).messages
    assert {message.from_user for message in messages} == {True, False}
    assert all(message.text for message in messages)
    times = [message.at_ms for message in messages]
    assert times == sorted(times)


def test_a_message_is_text_or_parts_of_text():
    messages = [
        {"role": "user", "content": "plain", "timestamp": 5},
        {"role": "toolResult", "content": "left out"},
        {
            "role": "assistant",
            "content": [{"type": "text", "text": "a"}, {"type": "toolCall"}, {"text": "b"}],
        },
        {"role": "assistant", "content": ""},
        {"role": "assistant"},
    ]
    assert ChatHistory(KEY).read({"messages": messages}) == Transcript(
        (
            Message(from_user=True, text="plain", at_ms=5),
            Message(from_user=False, text="a\nb", at_ms=None),
            Message(from_user=False, text="", at_ms=None),
            Message(from_user=False, text="", at_ms=None),
        )
    )


def test_what_is_sent():
    assert agent("hi").params() == {
        "sessionKey": KEY,
        "message": "hi",
        "idempotencyKey": "run-1",
        "timeout": 60,
    }
    assert Agent(KEY, "hi", "run-1", 60, "hi").params()["label"] == "hi"
    assert AgentWait("run-1", 0.5).params() == {"runId": "run-1", "timeoutMs": 500}
    assert ChatHistory(KEY).params() == {"sessionKey": KEY, "limit": 20}
    assert (Agent.spends, AgentWait.spends, ChatHistory.spends) == (True, False, False)


def test_neither_prompt_nor_answer_is_in_a_log():
    private = "my secret"
    shown = repr(
        [
            agent(private),
            RunText("r", KEY, private),
            Finished(private),
            Message(from_user=True, text=private, at_ms=1),
        ]
    )
    assert private not in shown


@given(data=st.data())
def test_a_spoilt_answer_is_still_read(release, spoil, data):
    for name, method, read in (
        ("agent-timeout", "agent", agent().read),
        ("agent.wait-done", "agent.wait", AgentWait("r", 1).read),
        ("chat.history", "chat.history", ChatHistory(KEY).read),
    ):
        assert read(spoil(data, release.recording(name).answer(method)["payload"])) is not None


@given(data=st.data())
def test_a_spoilt_event_is_still_read(release, spoil, data):
    conversation = release.recording("chat.abort")
    event = data.draw(st.sampled_from(conversation.events("agent") + conversation.events("chat")))
    payload = spoil(data, event["payload"])
    notified, stopped = read_agent(payload), read_chat(payload)
    assert notified is None or isinstance(notified, RunStarted | RunText | RunEnded | Compacting)
    assert stopped is None or isinstance(stopped, ChatStopped)


QUESTION, ANSWER = (
    Message(from_user=True, text="hello", at_ms=1000),
    Message(from_user=False, text="hi", at_ms=1100),
)


@pytest.mark.parametrize(
    ("messages", "answer"),
    [
        ((QUESTION, ANSWER), "hi"),
        (
            (
                QUESTION,
                ANSWER,
                Message(from_user=False, text="", at_ms=1200),
                Message(from_user=False, text="more", at_ms=1300),
            ),
            "more",
        ),
        ((QUESTION, Message(from_user=True, text="another", at_ms=1050), ANSWER), None),
        ((Message(from_user=True, text="hello", at_ms=500), ANSWER), None),
        ((Message(from_user=True, text="hello", at_ms=None), ANSWER), None),
        ((QUESTION,), None),
        ((ANSWER,), None),
        ((), None),
    ],
)
def test_the_answer_to_a_prompt_follows_it_before_the_next_one(messages, answer):
    assert Transcript(messages).answer_to(" hello ", 1000) == answer


@pytest.mark.parametrize(("phase", "identity"), [("waiting-approval", "a1"), ("approval-resolved", None)])
def test_a_run_that_waits_names_its_approval(phase, identity):
    data = {"phase": phase, "approvalId": "a1"}
    payload = {"runId": "run", "sessionKey": "agent:main:main", "stream": "lifecycle", "data": data}
    assert read_agent(payload) == RunWaits("run", "agent:main:main", identity)


@pytest.mark.parametrize(
    ("payload", "readable"),
    [
        ({}, False),
        ({"status": "fine"}, False),
        ({"result": []}, False),
        ({"status": "ok"}, True),
        ({"status": "error"}, True),
        ({"result": {"payloads": []}}, True),
    ],
)
def test_what_is_no_end_of_a_run_is_not_taken_for_one(payload, readable):
    assert Agent(KEY, "hi", "run-1", 60).read(payload).readable is readable
