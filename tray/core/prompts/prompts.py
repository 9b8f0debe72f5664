"""Prompts: sent once, followed to one of four ends, and never run twice without a click.

A prompt that was not written to a socket is sent once there is a connection. One that was is never sent
again: after a reconnect the gateway is asked for its result, and if it cannot tell, the result is *unknown*.
"""

from tray.core.commands import Ask
from tray.core.effects import Notify, ReadClipboard
from tray.core.feature import Feature, Handler
from tray.core.model import (
    GRACE_SECONDS,
    RUN_LIMIT_SECONDS,
    RUN_TIMEOUT_SECONDS,
    ActionError,
    History,
    Now,
    Prompt,
    PromptFinished,
    PromptNeedsConfirmation,
    PromptStatus,
)
from tray.core.models import switching
from tray.core.prompts import checks, labels, placeholders, thread
from tray.core.requests import error_of, refusal, send, wait_longer
from tray.core.state import Outcome, State, for_each
from tray.protocol.frames import ErrorResponse
from tray.protocol.runs import (
    Accepted,
    Agent,
    AgentWait,
    ChatHistory,
    ChatStopped,
    Finished,
    RunEnded,
    RunStarted,
    RunText,
    Transcript,
    Waited,
)
from tray.protocol.session_keys import OWN_SESSION
from tray.protocol.sessions import Patched, SessionsPatch
from tray.values import replace

RECONNECT_TIMEOUT_SECONDS = 90.0
"""Without a connection a prompt ends after this: as unknown if it was written, else as failed."""
CHECK_TIMEOUT_SECONDS = 3.0
"""Seconds that `agent.wait` may take to tell that it does not know a run."""
MAX_PROMPTS = 20
"""Ended prompts to keep; the oldest are dropped first."""
_HISTORY: History[Prompt] = History(MAX_PROMPTS, lambda prompt: prompt.id, lambda prompt: prompt.state.ended)
CLOCK_SLACK_MS = 5_000
MAX_CLIPBOARD_CHARACTERS = 4_000
"""A longer clipboard text needs confirmation; this is about a thousand tokens."""

_UNWRITTEN = (PromptStatus.DRAFT, PromptStatus.WAITING, PromptStatus.SWITCHING)


def send_prompt(state: State, command: Ask, now: Now) -> Outcome:
    """Accept a prompt from the user. What cannot be sent now fails now, not minutes later."""
    wants_clipboard = command.preset is not None and placeholders.CLIPBOARD in command.text
    if wants_clipboard and refusal(state, Agent) is None:
        return state, (ReadClipboard(command),)
    return _submit(*_new(state, command, "", now), now)


def clipboard_read(state: State, command: Ask, pasted_text: str | None, now: Now) -> Outcome:
    """Fill in the clipboard text of a preset. The user must confirm a long one, which nobody has seen."""
    if pasted_text is None or not pasted_text.strip():
        state, prompt = _new(state, command, "", now)
        return _fail(state, prompt, ActionError.NO_CLIPBOARD)
    if len(pasted_text) <= MAX_CLIPBOARD_CHARACTERS:
        return _submit(*_new(state, command, pasted_text, now), now)
    state, prompt = _new(state, command, pasted_text, now)
    if error := checks.error(state, prompt):
        return _fail(state, prompt, error)
    draft = replace(prompt, state=PromptStatus.DRAFT)
    return _put(state, draft), (Notify(PromptNeedsConfirmation(draft)),)


def send_draft(state: State, identity: str, now: Now) -> Outcome:
    """Send a prompt that the user has confirmed."""
    prompt = find(state, identity)
    if prompt is None or prompt.state is not PromptStatus.DRAFT:
        return state, ()
    prompt = replace(prompt, state=PromptStatus.WAITING)
    return _submit(_put(state, prompt), prompt, now)


def send_again(state: State, identity: str, now: Now) -> Outcome:
    """Send a prompt again as a new run, by the user's click."""
    old = find(state, identity)
    if old is None or not old.is_repeatable:
        return state, ()
    state, identity = state.next_id("clawtray")
    prompt = Prompt(identity, old.key, old.text, old.model, old.preset)
    if checks.error(state, prompt) is ActionError.NOT_OWN_SESSION:  # it began the session, with this model
        prompt = replace(prompt, model=None)
    return _submit(_put(state, prompt), prompt, now)


def cancel(state: State, identity: str) -> Outcome:
    """Stop a prompt that was not written yet."""
    prompt = find(state, identity)
    if prompt is None or prompt.state not in _UNWRITTEN:
        return state, ()
    return _end(state, replace(prompt, state=PromptStatus.STOPPED))


def stopping(state: State, key: str, identity: str | None) -> State:
    """Note that the runs of this session, or the one with this id, are being stopped by the user."""
    for prompt in state.profile.prompts:
        if prompt.key == key and identity in (None, prompt.id) and not prompt.state.ended:
            state = _put(state, replace(prompt, stopping=True))
    return state


def send_waiting(state: State, now: Now) -> Outcome:
    """Send the prompts that wait: first the model, if one was chosen, then the prompt."""
    waiting = (p for p in state.profile.prompts if p.state is PromptStatus.WAITING and state.connected)
    return for_each(state, waiting, lambda state, prompt: _write(state, prompt, now))


def accepted(state: State, request: Agent, _answer: Accepted, now: Now) -> Outcome:
    """Handle the response that the prompt was accepted, and wait for the final one."""
    state = wait_longer(state, request, now.mono + 2 * RUN_LIMIT_SECONDS)
    prompt = find(state, request.idempotency_key)
    if prompt is None or prompt.state.ended:
        return state, ()
    return _put(state, replace(prompt, state=PromptStatus.RUNNING, due_at=now.mono + RUN_LIMIT_SECONDS)), ()


def finished(state: State, request: Agent, answer: Finished, _now: Now) -> Outcome:
    """Handle the final response."""
    prompt = find(state, request.idempotency_key)
    if prompt is None or prompt.state.ended:
        return state, ()
    prompt = replace(prompt, answered_by=answer.model)
    streamed, reason = prompt.answer, prompt.event_error  # a failure without a text is one all the same
    if answer.error is not None:
        reason = reason or answer.error
    elif answer.text and not answer.zero_tokens:
        reason = None  # another model answered after the one that failed
    if prompt.stopped or (prompt.stopping and answer.aborted):  # its text may be from another answer
        return _end(state, replace(prompt, state=PromptStatus.STOPPED, answer=streamed or answer.text))
    if reason is None and answer.zero_tokens and not streamed and answer.text:
        reason = answer.text  # 2026.1 returns the provider's error as if it were the answer
    if reason is not None:
        error = ActionError.TIMED_OUT if answer.aborted else ActionError.GATEWAY
        return _fail(state, prompt, error, reason)
    prompt = replace(prompt, answer=answer.text or streamed)
    if answer.aborted or not (answer.readable or streamed):
        return _fail(state, prompt, ActionError.TIMED_OUT if answer.aborted else ActionError.UNREADABLE)
    state, effects = _end(state, prompt := replace(prompt, state=PromptStatus.ANSWERED))
    state, more = switching.run_answered(state, prompt)
    return state, effects + more


def request_failed(state: State, request: Agent, error_response: ErrorResponse | None, now: Now) -> Outcome:
    """Handle an error response, or (None) a time-out."""
    prompt = find(state, request.idempotency_key)
    if prompt is None or prompt.state.ended:
        return state, ()
    if error_response is None:
        return _check(state, prompt, now)
    if prompt.stopped:
        return _end(state, replace(prompt, state=PromptStatus.STOPPED))
    return _fail(state, prompt, error_of(error_response), prompt.event_error or error_response.message)


def request_not_sent(state: State, request: Agent, _now: Now) -> Outcome:
    """Let a prompt of which not one byte was sent wait again, unless it was stopped."""
    prompt = find(state, request.idempotency_key)
    if prompt is None or prompt.state is not PromptStatus.SENT:
        return state, ()
    if prompt.stopping:
        return _end(state, replace(prompt, state=PromptStatus.STOPPED))
    return _put(state, replace(prompt, state=PromptStatus.WAITING, due_at=None)), ()


def model_set(state: State, request: SessionsPatch, _answer: Patched, now: Now) -> Outcome:
    """Send the prompt that waited for a switch of its model."""
    prompt = _switching(state, request)
    return (state, ()) if prompt is None else _send(state, prompt, now)


def model_not_set(
    state: State, request: SessionsPatch, error_response: ErrorResponse | None, _now: Now
) -> Outcome:
    """Let the prompt fail that waited for a switch of its model."""
    prompt = _switching(state, request)
    if prompt is None:
        return state, ()
    detail = "" if error_response is None else error_response.message
    return _fail(state, prompt, error_of(error_response), detail)


def connection_lost(state: State, now: Now) -> Outcome:
    """Handle the loss of the connection: what was written may be running."""
    due_at = now.mono + RECONNECT_TIMEOUT_SECONDS
    for prompt in state.profile.prompts:
        if prompt.state in (PromptStatus.SENT, PromptStatus.RUNNING, PromptStatus.CHECKING):
            state = _put(state, replace(prompt, state=PromptStatus.CHECKING, due_at=due_at))
        elif prompt.state in (PromptStatus.WAITING, PromptStatus.SWITCHING):
            state = _put(state, replace(prompt, state=PromptStatus.WAITING, due_at=due_at))
    return state, ()


def abandoned(state: State) -> Outcome:
    """End all prompts: the program connects to another gateway, which must not get them."""
    return for_each(state, state.profile.prompts, _abandon)


def reconnected(state: State, now: Now) -> Outcome:
    """Ask for the results of prompts that were in progress, and send those that wait."""
    checking = [prompt for prompt in state.profile.prompts if prompt.state is PromptStatus.CHECKING]
    state, effects = send_waiting(state, now)
    state, more = for_each(state, checking, lambda state, prompt: _check(state, prompt, now))
    return state, effects + more


def wait_answered(
    state: State, request: AgentWait, answer: Waited | ErrorResponse | None, now: Now
) -> Outcome:
    """Handle any response to `agent.wait`: the transcript has the answer, if there is one."""
    prompt = find(state, request.run_id)
    if prompt is None or prompt.state is not PromptStatus.CHECKING:
        return state, ()
    if prompt.stopped:
        return _end(state, replace(prompt, state=PromptStatus.STOPPED))
    if isinstance(answer, Waited) and answer.status == "error":
        return _fail(state, prompt, ActionError.GATEWAY, answer.error or prompt.event_error or "")
    return send(state, ChatHistory(prompt.key), now)


def history_read(
    state: State, request: ChatHistory, answer: Transcript | ErrorResponse | None, _now: Now
) -> Outcome:
    """Take the answer after our own message from the transcript, or end the prompt as unknown."""
    transcript = answer if isinstance(answer, Transcript) else Transcript(())
    checking = (p for p in state.profile.prompts if (p.key, p.state) == (request.key, PromptStatus.CHECKING))
    return for_each(state, checking, lambda state, prompt: _look_up(state, prompt, transcript))


def event_received(state: State, push: RunStarted | RunText | RunEnded | ChatStopped, now: Now) -> Outcome:
    """Handle an event of a run; most runs are not ours."""
    prompt = find(state, push.run_id)
    if prompt is None or prompt.state.ended or not state.connected:
        return state, ()
    if isinstance(push, RunStarted | RunText) and prompt.state is PromptStatus.CHECKING:  # it is running
        prompt = replace(prompt, state=PromptStatus.RUNNING, due_at=now.mono + RUN_LIMIT_SECONDS)
    match push:
        case RunStarted():  # also with another model, after one that failed
            return _put(state, replace(prompt, event_error=None)), ()
        case RunText():
            return _put(state, replace(prompt, answer=push.text)), ()
        case ChatStopped(error=None):
            return _put(state, replace(prompt, stopped=True)), ()
        case ChatStopped():
            return _put(state, replace(prompt, event_error=push.error)), ()
        case RunEnded():
            stopped = prompt.stopped or (push.aborted and prompt.stopping)
            error = prompt.event_error if push.error is None or stopped else push.error
            prompt = replace(prompt, stopped=stopped, event_error=error)
            state = _put(state, prompt)
            if _is_awaited(state, Agent, prompt):
                return state, ()
            return _check(state, prompt, now)  # its final response went to the connection that broke


def tick(state: State, now: Now) -> Outcome:
    """Give up on what takes too long."""
    due = (p for p in state.profile.prompts if p.due_at is not None and now.mono >= p.due_at)
    return for_each(state, due, lambda state, prompt: _give_up(state, prompt, now))


def deadline(state: State) -> float | None:
    """Return when `tick` is due (mono)."""
    return min((p.due_at for p in state.profile.prompts if p.due_at is not None), default=None)


def _abandon(state: State, prompt: Prompt) -> Outcome:
    prompt, was = replace(prompt, abandoned=True), prompt.state
    if was.ended:
        return _put(state, prompt), ()
    if was in _UNWRITTEN:
        return _fail(state, prompt, ActionError.GATEWAY_CHANGED)
    return _end(state, replace(prompt, state=PromptStatus.UNKNOWN))


def _look_up(state: State, prompt: Prompt, transcript: Transcript) -> Outcome:
    answer = transcript.answer_to(prompt.text, prompt.sent_ms - CLOCK_SLACK_MS)
    if answer is not None:
        return _end(state, replace(prompt, state=PromptStatus.ANSWERED, answer=answer))
    if prompt.id in state.gateway.snapshot.runs or _is_awaited(state, AgentWait, prompt):
        return state, ()  # its end will be announced, or `agent.wait` will answer
    if prompt.event_error is not None:
        return _fail(state, prompt, ActionError.GATEWAY, prompt.event_error)
    return _end(state, replace(prompt, state=PromptStatus.UNKNOWN))


def _give_up(state: State, prompt: Prompt, now: Now) -> Outcome:
    if prompt.state is PromptStatus.RUNNING:
        return _check(state, prompt, now)
    if prompt.state is PromptStatus.WAITING:
        return _fail(state, prompt, ActionError.OFFLINE)
    return _end(state, replace(prompt, state=PromptStatus.UNKNOWN))


def _switching(state: State, request: SessionsPatch) -> Prompt | None:
    waiting = (p for p in state.profile.prompts if p.state is PromptStatus.SWITCHING)
    return next((p for p in waiting if (p.key, p.model) == (request.key, request.model)), None)


def _submit(state: State, prompt: Prompt, now: Now) -> Outcome:
    if error := checks.error(state, prompt):
        return _fail(state, prompt, error)
    return send_waiting(state, now)


def _new(state: State, command: Ask, pasted_text: str, now: Now) -> tuple[State, Prompt]:
    state, identity = state.next_id("clawtray") if command.id is None else (state, command.id)
    key = state.canonical(command.key or OWN_SESSION)
    text = command.text if command.preset is None else placeholders.fill(command.text, key, pasted_text, now)
    prompt = Prompt(identity, key, text, command.model, command.preset)
    return _put(state, prompt), prompt


def _write(state: State, prompt: Prompt, now: Now) -> Outcome:
    if error := checks.refusal(state, prompt.model):  # the previous connection may have had more scopes
        return _fail(state, prompt, error)
    if prompt.model is None:
        return _send(state, prompt, now)
    state = _put(state, replace(prompt, state=PromptStatus.SWITCHING, due_at=None))
    return send(state, SessionsPatch(prompt.key, prompt.model), now)


def _send(state: State, prompt: Prompt, now: Now) -> Outcome:
    sent = replace(prompt, state=PromptStatus.SENT, sent_at=now.mono, sent_ms=now.ms, due_at=None)
    request = Agent(prompt.key, prompt.text, prompt.id, RUN_TIMEOUT_SECONDS, labels.of_session(state, prompt))
    return send(_put(state, sent), request, now, timeout=GRACE_SECONDS)


def _check(state: State, prompt: Prompt, now: Now) -> Outcome:
    due_at = now.mono + RECONNECT_TIMEOUT_SECONDS
    state = _put(state, replace(prompt, state=PromptStatus.CHECKING, due_at=due_at))
    if _is_awaited(state, AgentWait, prompt):
        return state, ()
    return send(state, AgentWait(prompt.id, CHECK_TIMEOUT_SECONDS), now)


def _is_awaited(state: State, kind: type[Agent | AgentWait], prompt: Prompt) -> bool:
    requests = (pending.request for pending in state.pending if isinstance(pending.request, kind))
    return prompt.id in (r.run_id if isinstance(r, AgentWait) else r.idempotency_key for r in requests)


def _fail(state: State, prompt: Prompt, error: ActionError, detail: str = "") -> Outcome:
    return _end(state, replace(prompt, state=PromptStatus.FAILED, error=error, detail=detail))


def _end(state: State, prompt: Prompt) -> Outcome:
    prompt = replace(prompt, due_at=None)
    is_asked = prompt.preset is not None or prompt.in_window
    notified = is_asked and not thread.is_shown(state, prompt.id)
    return _put(state, prompt), (Notify(PromptFinished(prompt)),) if notified else ()


def find(state: State, identity: str) -> Prompt | None:
    """Return the prompt with this id, if it is still known."""
    return _HISTORY.find(state.profile.prompts, identity)


def _put(state: State, prompt: Prompt) -> State:
    prompts = _HISTORY.put(state.profile.prompts, prompt, in_place=True)
    return replace(state, profile=replace(state.profile, prompts=prompts))


FEATURE = Feature(
    tick=tick,
    deadline=deadline,
    connected=reconnected,
    disconnected=connection_lost,
    handlers=(
        Handler(SessionsPatch, Patched, model_set, model_not_set),
        Handler(Agent, Accepted, accepted),
        Handler(Agent, Finished, finished, request_failed, request_not_sent),
        Handler(AgentWait, Waited, wait_answered, wait_answered),
        Handler(ChatHistory, Transcript, history_read, history_read),
    ),
)
