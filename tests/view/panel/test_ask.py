from __future__ import annotations

import pytest

from tests.parts import having
from tray.core.commands import AskAgain, OpenDashboard, SendDraft, ShowPage, StopPrompt
from tray.core.model import ActionError, Approval, FailureKind, Page, Prompt, PromptStatus
from tray.protocol.approvals import ExecRequest
from tray.protocol.requests import READ
from tray.settings.settings import Level, Preset, Settings
from tray.values import replace
from tray.view.panel.ask import EARLIER, cards
from tray.view.panel.cards import Action, Compose, Entries, Exchange, Hero, Option, Template, Tone

SIDE, MAIN = "agent:main:tray", "agent:main:main"
PROMPT = Prompt("p", SIDE, "What\n is on?", state=PromptStatus.ANSWERED, answer="# All", sent_ms=0)


@pytest.fixture
def show(make, words):
    def shown(state, number=-1):
        asked = state.profile.prompts
        return cards(state, asked[number] if asked else None, make.now(), words)

    return shown


@pytest.fixture
def field(show):
    return lambda state: show(state)[0]


@pytest.fixture
def exchange(make, show):
    def shown(at=None, **prompt):
        state = having(at or make.connected(make.session()), prompts=(replace(PROMPT, **prompt),))
        return next(card for card in show(state) if isinstance(card, Exchange))

    return shown


def test_clawtrays_own_session_comes_first_and_machines_are_not_asked(field, make):
    state = make.connected(
        make.session("main"),
        make.session("tray", key=SIDE),
        make.session("side", key="agent:main:tray-2"),
        make.session("cron", key="agent:main:cron:1", background=True),
        settings=Settings(presets=(Preset("a", "text", "main"), Preset("b", "text", "other"))),
    )
    assert field(state).sessions == (
        Option(SIDE, "ClawTray's session", own=True),
        Option(MAIN, "main", "62%"),
        Option("agent:main:tray-2", "side", "62%", own=True),
        Option("agent:main:other", "other", own=True),
    )


def test_a_session_that_answers_is_busy_but_not_with_a_draft(field, make):
    def busy(**prompt):
        state = make.connected(make.session("main"), prompts=(replace(PROMPT, **prompt),))
        return [session.busy for session in field(state).sessions]

    assert busy(state=PromptStatus.RUNNING) == [True, False]
    assert busy(state=PromptStatus.WAITING, key=MAIN) == [False, True]
    assert busy(state=PromptStatus.DRAFT) == busy() == [False, False]


def test_the_models_with_their_limits(field, make):
    assert [(model.key, model.detail) for model in field(make.connected()).models] == [
        ("", ""),
        ("anthropic/claude-opus-4-5", "200k"),
        ("anthropic/claude-sonnet-4-5", "1M"),
        ("local/small", "32k"),
        ("local/unsized", ""),
    ]


def test_the_saved_prompts_and_where_they_go(field, make):
    presets = (
        Preset("Greet", "hello", "main"),
        Preset("\u202e", "hm", None, "local/small"),
        Preset("c", "no", "main", "x"),
    )
    assert field(make.connected(settings=Settings(presets=presets))).presets == (
        Template("Greet", "hello", MAIN, "", enabled=True),
        Template("?", "hm", SIDE, "local/small", enabled=True),
        Template("c", "no", MAIN, "x", enabled=False),
    )


def test_what_a_prompt_costs_is_always_said(field, make):
    for state in (make.connected(), make.connected(prompts=(PROMPT,))):
        assert "8,000 to 14,000 tokens" in field(state).cost


def test_why_nothing_can_be_sent(field, make):
    assert field(make.connected()).reason == ""
    watching = field(make.connected(level=Level.WATCH))
    assert "“watch” does not allow this" in watching.reason
    assert "did not give" in field(make.connected(granted={READ})).reason
    assert "Not connected" in field(make.troubled(FailureKind.NOT_RUNNING)).reason


def test_without_a_connection_its_cause_and_cure_are_there(show, make):
    assert [type(card) for card in show(make.troubled(FailureKind.NOT_RUNNING))] == [Compose, Hero]
    assert [type(card) for card in show(make.connected())] == [Compose]


def test_why_no_model_can_be_chosen(field, make):
    assert field(make.connected()).model_reason == ""
    asking = field(make.connected(level=Level.ASK))
    assert (asking.reason, bool(asking.model_reason)) == ("", True)


def test_what_was_typed_comes_back_and_whether_the_last_prompt_failed(field, make):
    shown = field(make.connected(draft="half a wish"))
    assert (shown.draft, shown.latest, shown.failed) == ("half a wish", "", False)
    assert "half a wish" not in repr(shown)
    failed = field(make.connected(prompts=(PROMPT, replace(PROMPT, id="q", state=PromptStatus.FAILED))))
    assert (failed.latest, failed.failed) == ("q", True)


@pytest.mark.parametrize(
    ("prompt", "status"),
    [
        ({"state": PromptStatus.DRAFT}, "With the clipboard text: 12 characters, about 3 tokens."),
        ({"state": PromptStatus.WAITING}, "Waiting for the connection…"),
        ({"state": PromptStatus.SWITCHING}, "Choosing the model…"),
        ({"state": PromptStatus.SENT}, "Sent. Waiting for the answer…"),
        ({"state": PromptStatus.RUNNING}, "Sent. Waiting for the answer…"),
        ({"state": PromptStatus.RUNNING, "answer": "so far"}, "Answering…"),
        ({"state": PromptStatus.RUNNING, "stopping": True}, "Stopping…"),
        ({"state": PromptStatus.CHECKING}, "Checking with the gateway whether it ran…"),
        ({"state": PromptStatus.ANSWERED, "answer": "x", "answered_by": "a/opus"}, "Answered by opus."),
        ({"state": PromptStatus.ANSWERED, "answer": "x"}, "The prompt was answered."),
        ({"state": PromptStatus.ANSWERED}, "The answer is empty."),
        ({"state": PromptStatus.STOPPED}, "The prompt was stopped."),
        ({"state": PromptStatus.FAILED}, "The prompt failed."),
        (
            {"state": PromptStatus.FAILED, "error": ActionError.GATEWAY, "detail": "full"},
            "Gateway error: full",
        ),
        (
            {"state": PromptStatus.UNKNOWN},
            "The connection broke and the prompt may have run. Check the session before you send it again.",
        ),
        (
            {"state": PromptStatus.UNKNOWN, "abandoned": True},
            "The prompt may have run on the previous gateway.",
        ),
        (
            {"state": PromptStatus.FAILED, "error": ActionError.GATEWAY_CHANGED, "abandoned": True},
            "ClawTray now watches another gateway, so this was not sent.",
        ),
    ],
)
def test_what_is_happening_to_a_prompt_and_how_it_ended(exchange, prompt, status):
    shown = exchange(**{"answer": "", **prompt})
    assert shown.status == status
    assert shown.running is (not prompt["state"].ended and prompt["state"] is not PromptStatus.DRAFT)
    assert shown.failed is (prompt["state"] in (PromptStatus.FAILED, PromptStatus.UNKNOWN))
    assert bool(shown.actions) is (
        prompt == {"state": PromptStatus.UNKNOWN} or prompt["state"] is PromptStatus.DRAFT
    )
    assert shown.answer == prompt.get("answer", "")


def test_a_run_that_waits_for_an_approval_says_so(exchange, make):
    approval = Approval("default", ExecRequest("c1", "ls", session_key=SIDE))
    at = make.connected(make.session(), approvals=(approval,))
    assert exchange(at, state=PromptStatus.RUNNING).status == "Waiting for your approval, on page Now."
    assert exchange(at, state=PromptStatus.RUNNING, key=MAIN).status == "main · Answering…"


def test_the_question_stays_above_its_answer_with_the_session_that_got_it(exchange):
    shown = exchange()
    assert (shown.question, shown.answer, shown.status) == (
        "What is on?",
        "# All",
        "The prompt was answered.",
    )
    assert exchange(key=MAIN).status == "main · The prompt was answered."
    assert exchange(preset="Today").status == "Today · The prompt was answered."
    assert "What is on?" not in repr(shown)
    assert "# All" not in repr(shown)


def test_a_running_prompt_can_be_stopped_once(exchange, make):
    def stop(at=None, **prompt):
        links = exchange(at, **prompt).links
        return next(((link.command, link.enabled) for link in links if link.label == "Stop"), None)

    assert stop(state=PromptStatus.RUNNING) == (StopPrompt("p"), True)
    assert stop(state=PromptStatus.RUNNING, stopping=True) == (StopPrompt("p"), False)
    assert stop(make.troubled(FailureKind.NOT_RUNNING), state=PromptStatus.WAITING) == (StopPrompt("p"), True)
    assert stop(make.troubled(FailureKind.NOT_RUNNING), state=PromptStatus.CHECKING) == (
        StopPrompt("p"),
        False,
    )
    assert stop() is stop(state=PromptStatus.DRAFT) is None


def test_an_answer_is_continued_in_the_dashboard_where_there_is_one(exchange, make):
    assert exchange().links == (Action("Continue in dashboard", OpenDashboard(SIDE)),)
    assert exchange(make.troubled(FailureKind.NOT_FOUND, target=None)).links == ()


def test_a_draft_is_sent_or_discarded_by_a_click(exchange):
    discard, send = exchange(state=PromptStatus.DRAFT).actions
    assert (discard.command, send.command, send.main) == (StopPrompt("p"), SendDraft("p"), True)


def test_a_prompt_that_may_have_run_is_sent_again_only_after_a_question(exchange):
    (again,) = exchange(state=PromptStatus.UNKNOWN).actions
    assert again.command == AskAgain("p")
    assert again.question == ("The prompt may have run already. Sending it again spends tokens again.",)


def test_the_prompts_before_are_a_short_thread(show, make):
    endings = (PromptStatus.ANSWERED, PromptStatus.STOPPED, PromptStatus.FAILED, PromptStatus.UNKNOWN)
    asked = [replace(PROMPT, id=f"p{n}", state=state, answer="") for n, state in enumerate(endings)]
    asked[0] = replace(asked[0], answer="# All\n\n- **well**", preset="Today", sent_ms=make.now().ms)
    running = replace(PROMPT, id="r", state=PromptStatus.RUNNING)
    state = make.connected(prompts=(*asked, running))
    entries = show(state)[-1].entries
    assert [entry.tone for entry in entries] == [Tone.WARNING, Tone.CRITICAL, Tone.QUIET, Tone.CALM]
    last = entries[-1]
    assert (last.title, last.body, last.end) == ("Today", "All well", "12:00")
    assert last.action == Action("Show the answer", ShowPage(Page.ASK, "p0"))
    assert (entries[0].title, entries[0].end, entries[0].action.label) == ("What is on?", "", "Show it")
    assert "well" not in repr(last)
    assert show(state, 0)[-1].entries[0].tone is Tone.PLAIN
    many = make.connected(prompts=tuple(replace(PROMPT, id=str(n)) for n in range(9)))
    assert len(show(many)[-1].entries) == EARLIER
    assert not isinstance(show(make.connected(prompts=(PROMPT,)))[-1], Entries)
