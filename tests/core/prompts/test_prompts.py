from __future__ import annotations

import pytest

from tests.core.playbook import ASK, FAR, HERE, MAIN, NEW, NOON_MS, OLD, SIDE, WATCH, Playbook, row
from tray.core import requests
from tray.core.commands import Ask, AskAgain, SendDraft, StopPrompt, UseModel
from tray.core.effects import LogIn, ReadClipboard, ResolveTarget
from tray.core.events import (
    ClipboardRead,
    CommandReceived,
    ConnectionDropped,
    DialFailed,
    EventReceived,
    LoggedIn,
    ReplyReceived,
    RequestNotSent,
    SettingsRead,
    SocketOpened,
)
from tray.core.model import (
    MAX_PROMPT_BYTES,
    ActionError,
    ConnectionFailure,
    Dialing,
    FailureKind,
    PromptFinished,
    PromptNeedsConfirmation,
    PromptStatus,
    Waiting,
)
from tray.core.prompts import prompts
from tray.protocol.frames import Challenge, ErrorResponse
from tray.protocol.runs import (
    Accepted,
    Agent,
    AgentWait,
    ChatHistory,
    ChatStopped,
    Finished,
    Message,
    RunEnded,
    RunStarted,
    RunText,
    Transcript,
    Waited,
)
from tray.protocol.sessions import Patched, SessionsPatch
from tray.settings.settings import Level, Profile, Settings
from tray.values import replace

TEXT = "how are you?"
UNDECIDED = Waited(None)


def ask(play, text=TEXT, **more):
    """Ask, and see the prompt written."""
    play >> CommandReceived(Ask(text, **more)) << Agent
    return play


def asked(play=None, **more):
    """A prompt that was written, not yet accepted."""
    return ask((play or Playbook()).up(), **more)


def running():
    """A prompt that was accepted."""
    play = asked()
    return play.answer(Agent, Accepted(play.prompt().id))


def end(play):
    prompt = play.prompt()
    return prompt.state, prompt.error, prompt.detail, prompt.answer


def lose(play):
    """The connection breaks."""
    play >> ConnectionDropped(None, "reset")
    return play


def return_to(play, hello=NEW):
    """Connected again; what is asked for then, without the usual."""
    if isinstance(play.connection.step, Waiting):
        play.wait(play.connection.step.due_at - play.mono) << ResolveTarget()
    play.open()
    play >> LoggedIn(hello)
    return [effect for effect in play.skip() if isinstance(effect, Agent | AgentWait | SessionsPatch)]


def said(*turns, at_ms=NOON_MS):
    """A transcript: (mine, text) each."""
    return Transcript(tuple(Message(mine, text, at_ms) for mine, text in turns))


def run_id(play):
    return play.prompt().id


# ---- what is sent ----


def test_a_prompt_goes_to_our_own_side_session(play):
    play.up()
    play >> CommandReceived(Ask(TEXT))
    play << Agent(SIDE, TEXT, run_id(play), 600, TEXT)
    assert play.prompt().state is PromptStatus.SENT


def test_or_where_the_user_says(play):
    ask(play.up(), key="work")
    assert play.prompt().key == "agent:main:work"


def test_placeholders_are_filled_in(play):
    ask(play.up(), "{date} {time} {session} {else}", preset="Plan")
    assert play.prompt().text == f"2026-03-02 12:00 {SIDE} {{else}}"


def test_what_a_person_types_stays_as_it_is(play):
    ask(play.up(), "what does {date} mean?")
    assert play.prompt().text == "what does {date} mean?"


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (Ask(" \n"), ActionError.EMPTY),
        (Ask("가" * 140_000), ActionError.TOO_LONG),
        (Ask(TEXT, key=MAIN, model="fake/beta"), ActionError.NOT_OWN_SESSION),
    ],
)
def test_what_cannot_be_sent_fails_at_once(play, command, error):
    play.up()
    play >> CommandReceived(command)
    assert end(play) == (PromptStatus.FAILED, error, "", "")


def test_offline_a_prompt_fails_at_once(play):
    play >> CommandReceived(Ask(TEXT, preset="Greet"))
    play << PromptFinished(play.prompt())
    assert end(play) == (PromptStatus.FAILED, ActionError.OFFLINE, "", "")


@pytest.mark.parametrize(
    ("settings", "hello", "command", "error"),
    [
        (WATCH, NEW, Ask(TEXT), ActionError.LEVEL),
        (ASK, NEW, Ask(TEXT, model="fake/beta"), ActionError.LEVEL),
        ({}, replace(NEW, scopes=frozenset({"operator.read"})), Ask(TEXT), ActionError.SCOPE),
    ],
)
def test_a_prompt_needs_the_right_to_be_sent(settings, hello, command, error):
    play = Playbook(**settings).up(hello=hello)
    play >> CommandReceived(command)
    assert end(play) == (PromptStatus.FAILED, error, "", "")


def test_a_model_for_somebody_else_s_session_is_refused_even_offline(play):
    play >> CommandReceived(Ask(TEXT, key=MAIN, model="fake/beta"))
    assert end(play)[1] is ActionError.NOT_OWN_SESSION


def test_the_level_ask_may_ask():
    asked(Playbook(**ASK))


# ---- a model of its own ----


def test_the_model_is_set_first_on_our_own_session(play):
    play.up()
    play >> CommandReceived(Ask(TEXT, model="fake/beta")) << SessionsPatch(SIDE, "fake/beta")
    assert play.prompt().state is PromptStatus.SWITCHING
    play.answer(SessionsPatch, Patched(SIDE, "fake/beta", None)) << Agent
    assert play.prompt().state is PromptStatus.SENT


def test_the_model_is_set_first_on_a_session_that_the_prompt_begins(play):
    key = "agent:main:new-one"
    play.up(row())
    play >> CommandReceived(Ask(TEXT, "new-one", "fake/beta", id="mine")) << SessionsPatch(key, "fake/beta")
    assert (play.prompt().id, play.prompt().state) == ("mine", PromptStatus.SWITCHING)
    play >> ConnectionDropped(1006, "")
    play.skip()
    play.wait(2.0).skip()
    play.connect().skip()  # the session may be there by now, and is still the one that the prompt begins
    play.read(row(), row(key))
    assert play.prompt().state is PromptStatus.SWITCHING


def test_what_began_a_session_is_sent_again_without_its_model(play):
    key = "agent:main:new-one"
    play.up(row())
    play >> CommandReceived(Ask(TEXT, key, "fake/beta")) << SessionsPatch
    play.answer(SessionsPatch, Patched(key, "fake/beta", None)) << Agent
    play.read(row(), row(key, model="fake/gamma")).skip()
    play >> ConnectionDropped(1006, "")
    play.skip()
    play.wait(100.0).skip()
    assert play.prompt().state is PromptStatus.UNKNOWN
    play.connect().skip()
    play >> CommandReceived(AskAgain(play.prompt().id)) << Agent
    assert play.prompt().model is None


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("model not allowed: fake/hidden", ActionError.GATEWAY),
        ("missing scope: operator.admin", ActionError.SCOPE),
    ],
)
def test_a_model_that_is_refused_ends_the_prompt(play, message, error):
    play.up()
    play >> CommandReceived(Ask(TEXT, model="fake/hidden")) << SessionsPatch(SIDE, "fake/hidden")
    play.decline(SessionsPatch, ErrorResponse("INVALID_REQUEST", message))
    assert end(play) == (PromptStatus.FAILED, error, message, "")


def test_a_model_that_is_never_confirmed_ends_the_prompt(play):
    play.up()
    play >> CommandReceived(Ask(TEXT, model="fake/beta")) << SessionsPatch(SIDE, "fake/beta")
    play.wait(requests.TIMEOUT_SECONDS).silent()
    assert end(play) == (PromptStatus.FAILED, ActionError.NO_REPLY, "", "")


def test_a_switch_by_hand_does_not_send_a_waiting_prompt(play):
    play.up()
    play >> CommandReceived(Ask(TEXT, model="fake/beta")) << SessionsPatch(SIDE, "fake/beta")
    play >> CommandReceived(UseModel("fake/alpha", SIDE)) << SessionsPatch(SIDE, "fake/alpha")
    play.answer(SessionsPatch, Patched(SIDE, None, "fake/alpha")).silent()
    assert play.prompt().state is PromptStatus.SWITCHING


# ---- answered ----


def test_an_answer(play):
    asked(play).answer(Agent, Accepted(run_id(play)))
    assert play.prompt().state is PromptStatus.RUNNING
    play >> EventReceived(RunText(run_id(play), SIDE, "I am"))
    assert play.prompt().answer == "I am"
    play.answer(Agent, Finished("I am fine", model="fake/beta"))
    assert end(play) == (PromptStatus.ANSWERED, None, "", "I am fine")
    assert play.prompt().answered_by == "fake/beta"
    assert play.state.pending == ()


def test_an_answer_without_text_is_what_was_streamed():
    play = running()
    play >> EventReceived(RunText(run_id(play), SIDE, "I am fine"))
    play.answer(Agent, Finished(""))
    assert end(play)[3] == "I am fine"


def test_an_answer_that_cannot_be_read_is_none_unless_something_was_streamed(play):
    asked(play).answer(Agent, Finished("", readable=False))
    assert end(play) == (PromptStatus.FAILED, ActionError.UNREADABLE, "", "")
    play = running()
    play >> EventReceived(RunText(run_id(play), SIDE, "I am fine"))
    play.answer(Agent, Finished("", readable=False))
    assert end(play)[0] is PromptStatus.ANSWERED


def test_the_answer_of_a_preset_is_notified(play):
    asked(play, preset="Greet").answer(Agent, Finished("hello"))
    play << PromptFinished(play.prompt())
    assert play.prompt().answer == "hello"


def test_a_long_run_is_waited_for():
    play = running()
    play.wait(40.0).skip()
    for _ in range(10):
        play >> EventReceived(RunText(run_id(play), SIDE, "still"))
        play.wait(50.0).skip()
    play.answer(Agent, Finished("at last"))
    assert end(play)[0] is PromptStatus.ANSWERED


def test_what_is_said_of_other_runs_is_passed_over(play):
    asked(play)
    before = play.prompt()
    play >> EventReceived(RunText("other", MAIN, "not for us"))
    play >> EventReceived(ChatStopped("other", MAIN))
    assert play.prompt() == before


# ---- failed ----


def test_a_refusal(play):
    asked(play).decline(Agent, ErrorResponse("INVALID_REQUEST", "invalid agent params"))
    assert end(play) == (PromptStatus.FAILED, ActionError.GATEWAY, "invalid agent params", "")


def test_a_missing_scope(play):
    asked(play).decline(Agent, ErrorResponse("FORBIDDEN", "missing scope: operator.write"))
    assert end(play)[1] is ActionError.SCOPE


def test_a_failure_has_the_message_of_the_provider():
    play = running()
    play >> EventReceived(RunEnded(run_id(play), SIDE, "401: wrong key"))
    play.decline(Agent, ErrorResponse("UNAVAILABLE", "the run failed"))
    assert end(play)[:3] == (PromptStatus.FAILED, ActionError.GATEWAY, "401: wrong key")


@pytest.mark.parametrize("detail", ["402: no credit", ""])
def test_a_failure_in_a_chat_event(detail):
    play = running()
    play >> EventReceived(ChatStopped(run_id(play), SIDE, detail))
    play.answer(Agent, Finished(""))
    assert end(play)[:3] == (PromptStatus.FAILED, ActionError.GATEWAY, detail)


def test_a_try_that_failed_is_forgotten_once_the_next_model_starts():
    play = running()
    for event in (
        RunStarted(run_id(play), SIDE),
        RunEnded(run_id(play), SIDE, "401: wrong key"),
        ChatStopped(run_id(play), SIDE, "401: wrong key"),
        RunStarted(run_id(play), SIDE),
    ):
        play >> EventReceived(event)
    assert play.prompt().event_error is None
    play >> EventReceived(RunText(run_id(play), SIDE, "fine"))
    play >> EventReceived(RunEnded(run_id(play), SIDE))
    play.answer(Agent, Finished("fine", zero_tokens=True))
    assert end(play) == (PromptStatus.ANSWERED, None, "", "fine")


def test_an_answer_with_tokens_wins_over_an_error_that_no_start_followed():
    play = running()
    play >> EventReceived(RunEnded(run_id(play), SIDE, "401: wrong key"))
    play.answer(Agent, Finished("fine"))
    assert end(play) == (PromptStatus.ANSWERED, None, "", "fine")


def test_a_second_model_that_fails_too_gives_its_own_reason():
    play = running()
    play >> EventReceived(RunEnded(run_id(play), SIDE, "401: wrong key"))
    play >> EventReceived(RunStarted(run_id(play), SIDE))
    play >> EventReceived(RunEnded(run_id(play), SIDE, "overloaded"))
    play.answer(Agent, Finished("overloaded", zero_tokens=True))
    assert end(play)[:3] == (PromptStatus.FAILED, ActionError.GATEWAY, "overloaded")


def test_a_failure_in_the_answer():
    play = running().answer(Agent, Finished("", error="overloaded"))
    assert end(play)[:3] == (PromptStatus.FAILED, ActionError.GATEWAY, "overloaded")


def test_an_old_release_hands_the_providers_error_over_as_if_it_were_the_answer():
    play = running().answer(Agent, Finished("HTTP 401: wrong key", zero_tokens=True))
    assert end(play)[:3] == (PromptStatus.FAILED, ActionError.GATEWAY, "HTTP 401: wrong key")


def test_a_streamed_answer_of_a_provider_that_counts_no_tokens():
    play = running()
    play >> EventReceived(RunText(run_id(play), SIDE, "I am fine"))
    play.answer(Agent, Finished("I am fine", zero_tokens=True))
    assert end(play)[0] is PromptStatus.ANSWERED


@pytest.mark.parametrize(
    ("answer", "detail", "text"),
    [
        (Finished("so far", aborted=True), "", "so far"),
        (Finished("", error="it timed out", aborted=True), "it timed out", ""),
    ],
)
def test_a_run_that_ran_out_of_time(answer, detail, text):
    play = running().answer(Agent, answer)
    assert end(play) == (PromptStatus.FAILED, ActionError.TIMED_OUT, detail, text)


# ---- stopped ----


def test_a_run_that_was_stopped():
    play = running()
    play >> EventReceived(RunText(run_id(play), SIDE, "I am"))
    play >> EventReceived(ChatStopped(run_id(play), SIDE))
    play >> EventReceived(RunEnded(run_id(play), SIDE, "aborted", aborted=True))
    play.answer(Agent, Finished("", error="aborted", aborted=True))
    assert end(play) == (PromptStatus.STOPPED, None, "", "I am")


def test_a_stopped_run_that_the_gateway_calls_a_failure():
    play = running()
    play >> EventReceived(ChatStopped(run_id(play), SIDE))
    play.decline(Agent, ErrorResponse("UNAVAILABLE", "aborted"))
    assert end(play)[0] is PromptStatus.STOPPED


# ---- an end is an end ----


def test_nothing_changes_a_prompt_that_has_ended(play):
    asked(play)
    late = play.state.pending
    play.decline(Agent, ErrorResponse("UNAVAILABLE", "no"))
    ended = play.prompt()
    for event in (RunText(ended.id, SIDE, "late"), ChatStopped(ended.id, SIDE), RunEnded(ended.id, SIDE)):
        play >> EventReceived(event)
    for answer in (Accepted(ended.id), Finished("late")):
        play.state = replace(play.state, pending=late)
        play.answer(Agent, answer)
    play.state = replace(play.state, pending=late)
    play.decline(Agent, ErrorResponse("UNAVAILABLE", "again"))
    assert play.prompt() == ended


# ---- lost before it was written ----


def test_not_one_byte_left_so_it_is_sent_again_by_itself(play):
    asked(play)
    play >> RequestNotSent(play.pending(Agent).id)
    assert play.prompt().state is PromptStatus.WAITING
    lose(play)
    assert return_to(play) == [Agent(SIDE, TEXT, run_id(play), 600, TEXT)]
    assert play.prompt().state is PromptStatus.SENT


def test_lost_while_its_model_was_set(play):
    play.up()
    play >> CommandReceived(Ask(TEXT, model="fake/beta")) << SessionsPatch(SIDE, "fake/beta")
    lose(play)
    assert return_to(play) == [SessionsPatch(SIDE, "fake/beta")]
    play.answer(SessionsPatch, Patched(SIDE, "fake/beta", None)) << Agent


def test_nothing_that_waits_surprises_minutes_later(play):
    asked(play)
    play >> RequestNotSent(play.pending(Agent).id)
    lose(play)
    play.wait(0.0) << ResolveTarget()
    play.wait(90.0).skip()
    assert end(play)[:2] == (PromptStatus.FAILED, ActionError.OFFLINE)
    assert return_to(play) == []


def test_what_waits_is_not_sent_where_the_right_is_gone(play):
    asked(play)
    play >> RequestNotSent(play.pending(Agent).id)
    lose(play)
    assert return_to(play, replace(NEW, scopes=frozenset({"operator.read"}))) == []
    assert end(play)[:2] == (PromptStatus.FAILED, ActionError.SCOPE)


def test_a_request_that_is_no_prompt_is_not_sent_again(play):
    play.up(row(used=1000)).ask_for_reading()
    play >> RequestNotSent(play.state.pending[0].id)
    play >> RequestNotSent("unheard of")
    assert play.state.pending == ()


def test_a_prompt_that_moved_on_was_written(play):
    asked(play)
    lose(play)
    for identity in (run_id(play), "unheard of"):
        request = Agent(SIDE, "hello", identity, 600)
        assert prompts.request_not_sent(play.state, request, play.now) == (play.state, ())


# ---- another gateway ----

ELSEWHERE = Settings(profile="far", profiles=(Profile(), Profile("far", url=FAR.url, level=Level.CONTROL)))


def drafted(play):
    """A prompt that waits for the user's word."""
    play.up()
    play >> CommandReceived(Ask("{clipboard}", preset="Explain")) << ReadClipboard
    play >> ClipboardRead(Ask("{clipboard}", preset="Explain"), "x" * 5000) << PromptNeedsConfirmation
    return play


def waiting(play):
    """A prompt of which not one byte left."""
    asked(play)
    play >> RequestNotSent(play.pending(Agent).id)
    return lose(play)


def switching(play):
    """A prompt whose session gets another model first."""
    play.up()
    play >> CommandReceived(Ask(TEXT, model="fake/beta")) << SessionsPatch(SIDE, "fake/beta")
    return play


def going_on(play):
    return asked(play).answer(Agent, Accepted(play.prompt().id))


@pytest.mark.parametrize("prepare", [drafted, waiting, switching, asked, going_on])
@pytest.mark.parametrize("way", ["profile", "address"])
def test_another_gateway_gets_nothing_that_was_meant_for_the_one_before(prepare, way):
    play = prepare(Playbook())
    play.read() if play.state.connected else None
    if way == "profile":
        play >> SettingsRead(ELSEWHERE)
        play.skip()
        play.target = FAR
    else:
        if play.state.connected:
            lose(play)
        play.wait(play.connection.step.due_at - play.mono) << ResolveTarget()
        play.target = FAR
        play.configured(2)
        play.skip()
    written = prepare in (asked, going_on)
    assert end(play)[:2] == (
        (PromptStatus.UNKNOWN, None) if written else (PromptStatus.FAILED, ActionError.GATEWAY_CHANGED)
    )
    if isinstance(play.connection.step, Dialing):
        play >> SocketOpened(play.connection.attempt)
        play >> EventReceived(Challenge("nonce", NOON_MS)) << LogIn
        play >> LoggedIn(NEW)
    else:
        play.open() >> LoggedIn(NEW)
    sent = [effect for effect in play.skip() if isinstance(effect, Agent | AgentWait | SessionsPatch)]
    assert sent == []
    play >> CommandReceived(AskAgain(run_id(play)))
    play.silent()


@pytest.mark.parametrize("url", ["wss://gateway.example", "ws://127.0.0.1:19001"])
def test_an_address_that_the_user_changed_is_of_another_gateway(play, url):
    going_on(play) >> SettingsRead(Settings(profiles=(Profile(url=url),)))
    play.skip()
    assert (play.prompt().state, play.prompt().abandoned) == (PromptStatus.UNKNOWN, True)


@pytest.mark.parametrize("prepare", [waiting, going_on])
def test_at_another_port_of_this_computer_it_is_the_same_gateway(prepare):
    play = prepare(Playbook())
    if play.state.connected:
        lose(play.read())
    play.wait(play.connection.step.due_at - play.mono) << ResolveTarget()
    play.target = replace(HERE, url="ws://127.0.0.1:19001")
    play.configured(2).skip()
    play >> SocketOpened(play.connection.attempt)
    play >> EventReceived(Challenge("nonce", NOON_MS)) << LogIn
    play >> LoggedIn(NEW)
    (sent,) = [effect for effect in play.skip() if isinstance(effect, Agent | AgentWait)]
    assert isinstance(sent, Agent if prepare is waiting else AgentWait)


def test_an_abandoned_preset_is_reported():
    play = drafted(Playbook())
    play >> SettingsRead(ELSEWHERE) << PromptFinished(play.prompt())
    assert play.prompt().error is ActionError.GATEWAY_CHANGED
    play.skip()


def test_what_may_have_run_there_is_not_offered_here():
    play = lose(running())
    return_to(play)
    play.answer(AgentWait, UNDECIDED) << ChatHistory(SIDE)
    play.answer(ChatHistory, said())
    assert play.prompt().is_repeatable
    play >> SettingsRead(ELSEWHERE)
    play.skip()
    assert play.prompt().state is PromptStatus.UNKNOWN
    assert not play.prompt().is_repeatable
    play >> CommandReceived(AskAgain(run_id(play)))
    play.silent()


# ---- lost after it was written ----


@pytest.mark.parametrize("prepare", [asked, running])
def test_what_was_written_is_asked_about_and_never_sent_again(prepare):
    play = lose(prepare())
    assert play.prompt().state is PromptStatus.CHECKING
    assert return_to(play) == [AgentWait(run_id(play), 3.0)]


@pytest.mark.parametrize("waited", [Waited("ok"), UNDECIDED])
def test_the_transcript_has_the_answer(waited):
    play = lose(running())
    return_to(play)
    play.answer(AgentWait, waited) << ChatHistory(SIDE)
    play.answer(ChatHistory, said((True, f"[Mon 12:00] {TEXT}"), (False, "let me see"), (False, "fine")))
    assert end(play) == (PromptStatus.ANSWERED, None, "", "fine")


@pytest.mark.parametrize(
    "transcript",
    [
        said(),
        said((False, "fine")),
        said((True, TEXT)),
        said((True, TEXT), (False, "")),
        said((True, "another question"), (False, "fine")),
        said((True, TEXT), (True, "another question"), (False, "not for us")),
        said((True, TEXT), (False, "fine"), at_ms=NOON_MS - 60_000),
        said((True, TEXT), (False, "fine"), at_ms=None),
    ],
)
def test_a_prompt_missing_in_the_transcript_is_unknown(transcript):
    play = lose(running())
    return_to(play)
    play.answer(AgentWait, UNDECIDED) << ChatHistory(SIDE)
    play.answer(ChatHistory, transcript)
    assert end(play)[:2] == (PromptStatus.UNKNOWN, None)


def test_a_run_that_failed_meanwhile():
    play = lose(running())
    return_to(play)
    play.answer(AgentWait, Waited("error", "401: wrong key"))
    assert end(play)[:3] == (PromptStatus.FAILED, ActionError.GATEWAY, "401: wrong key")


def test_a_run_that_failed_without_a_message():
    play = lose(running())
    return_to(play)
    play.answer(AgentWait, Waited("error"))
    assert end(play)[:3] == (PromptStatus.FAILED, ActionError.GATEWAY, "")


def test_a_failure_announced_before_the_loss():
    play = running()
    play >> EventReceived(RunEnded(run_id(play), SIDE, "overloaded"))
    lose(play)
    return_to(play)
    play.answer(AgentWait, UNDECIDED) << ChatHistory(SIDE)
    play.answer(ChatHistory, said((True, TEXT)))
    assert end(play)[:3] == (PromptStatus.FAILED, ActionError.GATEWAY, "overloaded")


def test_a_stop_announced_before_the_loss():
    play = running()
    play >> EventReceived(ChatStopped(run_id(play), SIDE))
    lose(play)
    return_to(play)
    play.answer(AgentWait, Waited("error", "aborted"))
    assert end(play)[0] is PromptStatus.STOPPED


@pytest.mark.parametrize("declined", [AgentWait, ChatHistory])
def test_a_gateway_that_cannot_say(declined):
    play = lose(running())
    return_to(play)
    if declined is ChatHistory:
        play.answer(AgentWait, UNDECIDED) << ChatHistory(SIDE)
        play.decline(ChatHistory, ErrorResponse("INVALID_REQUEST", "no such session"))
    else:
        play.decline(AgentWait, ErrorResponse("INVALID_REQUEST", "unknown method")) << ChatHistory(SIDE)
        play.answer(ChatHistory, said())
    assert play.prompt().state is PromptStatus.UNKNOWN


def test_a_run_that_still_goes_on_is_followed_to_its_end():
    play = lose(running())
    return_to(play)
    play >> EventReceived(RunText(run_id(play), SIDE, "I am"))
    assert play.prompt().state is PromptStatus.RUNNING
    play.answer(AgentWait, UNDECIDED).silent()
    play >> EventReceived(RunEnded(run_id(play), SIDE)) << AgentWait(run_id(play), 3.0)
    play.answer(AgentWait, Waited("ok")) << ChatHistory(SIDE)
    play.answer(ChatHistory, said((True, TEXT), (False, "I am fine")))
    assert end(play) == (PromptStatus.ANSWERED, None, "", "I am fine")


def test_a_run_that_starts_after_the_loss_is_followed():
    play = lose(asked())
    return_to(play)
    play >> EventReceived(RunStarted(run_id(play), SIDE))
    assert play.prompt().state is PromptStatus.RUNNING
    play.answer(AgentWait, UNDECIDED).silent()
    play >> EventReceived(RunEnded(run_id(play), SIDE)) << AgentWait
    play.answer(AgentWait, Waited("ok")) << ChatHistory
    play.answer(ChatHistory, said((True, TEXT), (False, "fine")))
    assert end(play)[0] is PromptStatus.ANSWERED


def test_the_end_of_a_run_that_is_asked_about_already_asks_nothing_more():
    play = lose(asked())
    return_to(play)
    for _ in range(3):
        play >> EventReceived(RunEnded(run_id(play), SIDE))
    play.silent()
    assert sum(isinstance(pending.request, AgentWait) for pending in play.state.pending) == 1


def test_a_gateway_that_stays_away_leaves_it_unknown():
    play = lose(running())
    play.wait(0.0) << ResolveTarget()
    play.configured().skip()
    play >> DialFailed(play.connection.attempt, ConnectionFailure(FailureKind.NOT_RUNNING))
    play.wait(89.0).skip()
    assert play.prompt().state is PromptStatus.CHECKING
    play.wait(1.0).skip()
    assert end(play)[:2] == (PromptStatus.UNKNOWN, None)


def test_a_second_loss_asks_once_more():
    play = lose(running())
    return_to(play)
    lose(play)
    assert return_to(play) == [AgentWait(run_id(play), 3.0)]


def test_two_prompts_are_distinguished():
    play = running()
    ask(play, "and the weather?")
    first, second = play.state.profile.prompts
    lose(play)
    assert return_to(play) == [AgentWait(first.id, 3.0), AgentWait(second.id, 3.0)]
    play.answer(AgentWait, Waited("ok")) << ChatHistory(SIDE)
    transcript = said((True, TEXT), (False, "fine"), (True, "and the weather?"), (False, "sunny"))
    play.answer(ChatHistory, transcript)
    assert [prompt.answer for prompt in play.state.profile.prompts] == ["fine", "sunny"]


def test_each_prompt_gets_its_own_hearing():
    play = running()
    ask(play, "and the weather?")
    first, second = play.state.profile.prompts
    lose(play)
    return_to(play)
    wait = next(pending for pending in play.state.pending if pending.request == AgentWait(first.id, 3.0))
    play >> ReplyReceived(wait.id, Waited("ok")) << ChatHistory(SIDE)
    play.answer(ChatHistory, said((True, TEXT), (False, "fine")))
    assert [prompt.state for prompt in play.state.profile.prompts] == [
        PromptStatus.ANSWERED,
        PromptStatus.CHECKING,
    ]
    play.answer(AgentWait, UNDECIDED) << ChatHistory(SIDE)
    play.answer(ChatHistory, said((True, TEXT), (False, "fine")))
    assert play.prompt().state is PromptStatus.UNKNOWN
    assert play.prompt().id == second.id


# ---- a gateway that says nothing ----


def test_a_prompt_that_is_not_accepted_is_asked_about(play):
    asked(play)
    play.wait(30.0) << AgentWait(run_id(play), 3.0)
    play.answer(AgentWait, UNDECIDED) << ChatHistory(SIDE)
    play.answer(ChatHistory, said())
    assert play.prompt().state is PromptStatus.UNKNOWN


def test_a_run_that_never_ends_is_asked_about():
    play = running()
    asks = []
    for _ in range(16):
        play.wait(45.0)
        asks += [effect for effect in play.skip() if isinstance(effect, AgentWait)]
        play >> EventReceived(RunText("other", MAIN, "alive"))
    assert len(asks) == 1
    play.wait(45.0).skip()
    assert play.prompt().state is PromptStatus.UNKNOWN


# ---- again ----


def test_asking_again_is_a_new_run():
    play = lose(running())
    play.wait(0.0) << ResolveTarget()
    play.wait(91.0).skip()
    first = play.prompt()
    assert first.state is PromptStatus.UNKNOWN
    return_to(play)
    play >> CommandReceived(AskAgain(first.id)) << Agent
    second = play.prompt()
    assert (second.key, second.text) == (first.key, first.text)
    assert second.id != first.id


@pytest.mark.parametrize("identity", ["unheard of", None])
def test_asking_again_what_has_not_ended(play, identity):
    asked(play)
    play >> CommandReceived(AskAgain(identity or run_id(play)))
    assert len(play.state.profile.prompts) == 1


def test_old_prompts_are_dropped_unless_they_are_in_progress(play):
    asked(play)
    under_way = run_id(play)
    for _ in range(30):
        play >> CommandReceived(Ask(" "))
    assert len(play.state.profile.prompts) == prompts.MAX_PROMPTS + 1
    assert play.state.profile.prompts[0].id == under_way


def test_answers_to_prompts_that_are_forgotten(play):
    play.up()
    gone = Agent(SIDE, "hello", "gone", 600)
    assert prompts.finished(play.state, gone, Finished("late"), play.now) == (play.state, ())
    assert prompts.request_failed(play.state, gone, None, play.now) == (play.state, ())
    wait = AgentWait("gone", 3.0)
    assert prompts.wait_answered(play.state, wait, UNDECIDED, play.now) == (play.state, ())


def test_a_remote_gateway_is_asked_with_the_right_level():
    play = Playbook(FAR).up(hello=OLD)
    play >> CommandReceived(Ask(TEXT))
    assert end(play)[1] is ActionError.LEVEL


# ---- the clipboard ----

EXPLAIN = Ask("Explain at {time}: {clipboard}", preset="Explain")


def test_the_clipboard_is_read_when_the_preset_is_chosen_and_goes_into_it(play):
    play.up()
    play >> CommandReceived(EXPLAIN) << ReadClipboard(EXPLAIN)
    assert play.state.profile.prompts == ()
    play >> ClipboardRead(EXPLAIN, "so much for {date} {clipboard}") << Agent
    text = play.prompt().text
    assert text.startswith("Explain at ")
    assert text.endswith(": so much for {date} {clipboard}")


@pytest.mark.parametrize("text", [None, "", " \n"])
def test_without_a_text_on_it_nothing_is_sent(play, text):
    play.up()
    play >> ClipboardRead(EXPLAIN, text) << PromptFinished
    assert (play.prompt().state, play.prompt().error) == (PromptStatus.FAILED, ActionError.NO_CLIPBOARD)


def test_a_long_one_waits_for_confirmation(play):
    play.up()
    (
        play
        >> ClipboardRead(EXPLAIN, "x" * (prompts.MAX_CLIPBOARD_CHARACTERS + 1))
        << PromptNeedsConfirmation(play.prompt())
    )
    assert play.prompt().state is PromptStatus.DRAFT
    play >> CommandReceived(SendDraft(play.prompt().id)) << Agent
    assert play.prompt().state is PromptStatus.SENT
    play >> CommandReceived(SendDraft(play.prompt().id))
    play >> CommandReceived(SendDraft("nobody"))


def test_a_held_one_may_be_discarded_and_survives_a_loss(play):
    play.up()
    play >> ClipboardRead(EXPLAIN, "x" * 5_000) << PromptNeedsConfirmation
    play >> ConnectionDropped(None, "")
    play.skip()
    assert play.prompt().state is PromptStatus.DRAFT
    play >> CommandReceived(StopPrompt(play.prompt().id)) << PromptFinished
    assert play.prompt().state is PromptStatus.STOPPED


def test_a_held_one_fails_where_it_may_not_be_sent_any_more(play):
    play.up()
    play >> ClipboardRead(EXPLAIN, "x" * 5_000) << PromptNeedsConfirmation
    play >> ConnectionDropped(None, "")
    play.skip()
    play >> CommandReceived(SendDraft(play.prompt().id)) << PromptFinished
    assert play.prompt().error is ActionError.OFFLINE


def test_a_prompt_too_long_for_every_gateway_is_refused(play):
    play.up()
    play >> ClipboardRead(EXPLAIN, "x" * MAX_PROMPT_BYTES) << PromptFinished
    assert play.prompt().error is ActionError.TOO_LONG


def test_where_no_prompt_may_be_sent_the_clipboard_is_not_read():
    play = Playbook(**WATCH).up()
    play >> CommandReceived(EXPLAIN) << PromptFinished
    assert play.prompt().error is ActionError.LEVEL


def test_what_a_person_types_is_no_placeholder(play):
    play.up()
    play >> CommandReceived(Ask("what is {clipboard}?")) << Agent
    assert play.prompt().text == "what is {clipboard}?"


def test_a_prompt_sent_again_has_the_same_text(play):
    play.up()
    play >> ClipboardRead(EXPLAIN, "{clipboard}") << Agent
    text = play.prompt().text
    lose(play).wait(0.0) << ResolveTarget()
    play.wait(90.0).skip()
    return_to(play)
    play >> CommandReceived(AskAgain(play.prompt().id)) << Agent
    assert play.prompt().text == text


def test_no_text_of_a_clipboard_is_in_a_repr():
    assert "secret" not in repr(ClipboardRead(EXPLAIN, "secret"))
    assert "Explain at" not in repr(ReadClipboard(EXPLAIN))


def test_a_prompt_that_was_not_written_is_cancelled_and_one_that_was_only_notes_that_it_is_being_stopped(
    play,
):
    play.up(row(used=20_000))
    play >> CommandReceived(Ask("hello")) << Agent
    identity = play.prompt().id
    assert prompts.cancel(play.state, identity) == (play.state, ())
    assert prompts.stopping(play.state, play.prompt().key, identity).profile.prompts[-1].stopping
    waiting = replace(
        play.state,
        profile=replace(play.state.profile, prompts=(replace(play.prompt(), state=PromptStatus.SWITCHING),)),
    )
    assert prompts.cancel(waiting, identity)[0].profile.prompts[-1].state is PromptStatus.STOPPED
