"""The connection: when to dial, when to give up, when to try again, and why it is down.

Everything that changes `State.link` lives here. The line is LOOKING, DIALING, OPENED, LOGGING_IN, UP; every
way off it leads to WAITING, and from there to LOOKING again.
"""

from __future__ import annotations

from typing import assert_never
from urllib.parse import quote

from tray.core.connection import device_token
from tray.core.effects import Dial, Effect, HangUp, LogIn, Notify, ReadConfig
from tray.core.errors import Cause, Phase, Trouble
from tray.core.events import Configured
from tray.core.model.clock import Now
from tray.core.model.connection import Interest, Link, Step
from tray.core.model.notifications import CameBack, NotFound, WentDown
from tray.core.outcome import Outcome
from tray.core.state import State
from tray.protocol import handshake
from tray.protocol.frames import Challenge, Failure, ShuttingDown
from tray.protocol.handshake import Hello, Refusal
from tray.protocol.scopes import READ
from tray.settings.settings import Level
from tray.settings.target import Target
from tray.values import replace

LOOK_AGAIN = 5.0
"""Seconds between two looks at the settings while only their change can help."""
DIAL_PATIENCE = 20.0
"""Seconds for the settings to be read, and again for the socket to stand."""
STEP_PATIENCE = 10.0
"""Seconds for the challenge, and again for the answer to `connect`."""
SLOW_RETRY = 30.0
"""Seconds between attempts that wait for a change at the gateway's end: an approval, an upgrade."""
RATE_LIMIT_RETRY = 60.0
"""Seconds to leave a gateway alone that says "too often" without saying for how long."""
FIRST_RETRY = 0.25
LAST_RETRY_LOOPBACK = 3.0
"""A refused connection on loopback costs nothing, so the cap is low there."""
LAST_RETRY = 30.0
TELL_AFTER = 30.0
"""A gateway that comes back sooner was never worth a balloon."""
TELL_AFTER_RESUME = 60.0
"""After a wake-up gateways were seen to need 30 to 60 s (openclaw#140010)."""
RESTART_PATIENCE = 90.0
LASTED = 10.0
"""Seconds after which a connection was one; a gateway that welcomes and drops is no reason to hurry."""
RESUME_PATIENCE = 10.0
"""Seconds for a connection to show that it survived a wake-up."""

_SERVICE_RESTART, _TRY_AGAIN_LATER = 1012, 1013

_CAUSES = {
    Refusal.TOKEN_MISSING: Cause.TOKEN_MISSING,
    Refusal.TOKEN_WRONG: Cause.TOKEN_WRONG,
    Refusal.PASSWORD_MISSING: Cause.PASSWORD_MISSING,
    Refusal.PASSWORD_WRONG: Cause.PASSWORD_WRONG,
    Refusal.PAIRING: Cause.PAIRING,
    Refusal.CLOCK: Cause.CLOCK,
    Refusal.DEVICE: Cause.DEVICE,
    Refusal.ORIGIN: Cause.ORIGIN,
    Refusal.PROTOCOL: Cause.PROTOCOL,
    Refusal.RATE_LIMITED: Cause.RATE_LIMITED,
    Refusal.STARTING: Cause.STARTING,
    Refusal.OTHER: Cause.REFUSED,
}

_TOO_SLOW = {
    Step.DIALING: Cause.UNREACHABLE,
    Step.OPENED: Cause.FOREIGN,
    Step.LOGGING_IN: Cause.SILENT,
}
"""What it means that a step took too long; a gateway that sent its challenge is nothing foreign."""


def look(state: State, now: Now, *, anew: bool = False) -> Outcome:
    """Read settings and secrets, which is how every attempt begins."""
    return replace(state, link=replace(state.link, step=Step.LOOKING, wake_at=now.mono + DIAL_PATIENCE)), (
        ReadConfig(anew),
    )


def configured(state: State, event: Configured, now: Now) -> Outcome:
    """Settings and secrets are known: dial, unless nothing that matters has changed."""
    link = state.link
    changed = event.revision != link.revision
    if link.step is not Step.LOOKING and not (link.step is Step.WAITING and changed):
        # The attempt under way keeps its revision: should it fail, the newer one is worth another.
        moved = event.target is not None and event.target != link.target
        return reconnect(state, now) if moved and link.step is not Step.WAITING else (state, ())
    state = replace(
        state,
        link=replace(
            state.link,
            target=event.target,
            looked=event.looked,
            origin=event.origin,
            device_token=event.device_token,
            by_device=device_token.is_chosen(link, event),
            revision=event.revision,
        ),
    )
    if link.trouble is not None and link.trouble.lasts and not changed:
        return _wait(state, now, LOOK_AGAIN), ()
    target = event.target
    if event.trouble is not None or target is None:
        trouble = event.trouble or Trouble(Cause.NOT_FOUND)
        news = trouble.cause is Cause.NOT_FOUND and state.interest is Interest.LIVE and link.trouble is None
        state = _wait(
            replace(state, link=replace(state.link, trouble=trouble, failures=link.failures + 1)),
            now,
            LOOK_AGAIN,
        )
        return state, (Notify(NotFound()),) if news else ()
    attempt = link.attempt + 1
    state = replace(
        state, link=replace(state.link, step=Step.DIALING, attempt=attempt, wake_at=now.mono + DIAL_PATIENCE)
    )
    return state, (Dial(attempt, target),)


def opened(state: State, attempt: int, now: Now) -> Outcome:
    """The upgrade went through; now the gateway must send its challenge."""
    if state.link.step is not Step.DIALING or attempt != state.link.attempt:
        return state, ()
    return replace(
        state, link=replace(state.link, step=Step.OPENED, wake_at=now.mono + STEP_PATIENCE, heard_at=now.mono)
    ), ()


def dial_failed(state: State, attempt: int, trouble: Trouble, now: Now) -> Outcome:
    """The dial came to nothing."""
    if state.link.step is not Step.DIALING or attempt != state.link.attempt:
        return state, ()
    return fail(state, trouble, now)


def challenged(state: State, challenge: Challenge, now: Now) -> Outcome:
    """Log in with exactly the scopes that the trust level needs; none would mean all, on old releases."""
    if state.link.step is not Step.OPENED:
        return state, ()
    scopes, caps = _wanted(state.level)
    if state.interest is not Interest.LIVE:  # who glances in is nobody to wait for
        caps = ()
    state = replace(
        state, link=replace(state.link, step=Step.LOGGING_IN, wake_at=now.mono + STEP_PATIENCE, asked=scopes)
    )
    signed_at_ms = now.ms if challenge.at_ms is None else challenge.at_ms
    return state, (LogIn(challenge.nonce, signed_at_ms, scopes, caps, state.link.by_device),)


def welcomed(state: State, hello: Hello, now: Now) -> Outcome:
    """We are in. What this connection may do is what was asked for and granted."""
    link = state.link
    if link.step is not Step.LOGGING_IN:
        return state, ()
    asked = frozenset(link.asked)
    scopes = asked if hello.scopes is None else asked & hello.scopes
    if READ not in scopes:
        return _hang_up(replace(state, link=replace(state.link, hello=hello)), Trouble(Cause.SCOPE), now)
    effects: tuple[Effect, ...] = ()
    if link.told and link.lost_at is not None:
        effects = (Notify(CameBack((now.wall - link.lost_at).total_seconds())),)
    state = replace(
        state,
        link=Link(
            step=Step.UP,
            target=link.target,
            looked=link.looked,
            origin=link.origin,
            device_token=link.device_token,
            by_device=link.by_device,
            revision=link.revision,
            attempt=link.attempt,
            flaps=link.flaps,
            up_at=now.mono,
            wake_at=None,
            heard_at=now.mono,
            hello=hello,
            asked=link.asked,
            scopes=scopes,
        ),
    )
    return state, effects


def login_declined(state: State, failure: Failure, now: Now) -> Outcome:
    """The gateway gave its reason; whether trying again can help depends on it."""
    if state.link.step is not Step.LOGGING_IN:
        return state, ()
    detail = failure.message
    if failure.expected_protocol is not None:
        detail = str(failure.expected_protocol)
    cause = _CAUSES[handshake.read_refusal(failure)]
    link, effects, again = device_token.declined(state.link, cause)
    if again:
        return _wait(replace(state, link=link), now, 0.0), (HangUp(), *effects)
    state = replace(state, link=link)
    refuser = handshake.refused_by(failure)
    trouble = Trouble(cause, detail, failure.request_id, failure.retry_after, refuser, failure.upgrade)
    state, more = _hang_up(state, trouble, now)
    return state, more + effects


def scope_missing(state: State, now: Now) -> Outcome:
    """The first reading showed that even reading was not granted."""
    return _hang_up(state, Trouble(Cause.SCOPE), now)


def dropped(state: State, code: int | None, reason: str, now: Now) -> Outcome:
    """The connection ended without our doing."""
    match state.link.step:
        case Step.OPENED | Step.LOGGING_IN | Step.UP:
            pass
        case Step.LOOKING | Step.DIALING | Step.WAITING:
            return state, ()
        case _ as never:
            assert_never(never)
    cause = Cause.LOST
    if code == _TRY_AGAIN_LATER:
        cause = Cause.STARTING
    elif code == _SERVICE_RESTART and state.link.trouble is not None:
        cause = state.link.trouble.cause  # announced a moment ago: a restart, or the end
    elif state.link.step is Step.OPENED:
        cause = Cause.FOREIGN  # it upgraded, said nothing a gateway would say, and left
    return fail(state, Trouble(cause, reason), now)


def shutting_down(state: State, push: ShuttingDown, now: Now) -> Outcome:
    """The gateway announced its end, or a restart; the close frame follows."""
    if push.restart_in is None:
        return replace(
            state, link=replace(state.link, trouble=Trouble(Cause.STOPPED), restart_until=None)
        ), ()
    until = now.mono + max(RESTART_PATIENCE, 3 * push.restart_in)
    return replace(
        state, link=replace(state.link, trouble=Trouble(Cause.RESTARTING), restart_until=until)
    ), ()


def resumed(state: State, now: Now) -> Outcome:
    """The computer slept: what was known about time and sockets is void."""
    link = state.link
    quiet_until = now.mono + TELL_AFTER_RESUME
    if link.step is Step.UP:
        heard_at = now.mono + RESUME_PATIENCE - _silence(link)
        return replace(state, link=replace(state.link, heard_at=heard_at, quiet_until=quiet_until)), ()
    notice_at = None if link.notice_at is None else max(link.notice_at, quiet_until)
    return hurry(replace(state, link=replace(state.link, notice_at=notice_at, failures=0)), now)


def reconnect(state: State, now: Now, *, anew: bool = False) -> Outcome:
    """The user wants a new attempt, whatever stood in the way; `anew`, it is looked for everywhere."""
    effects: tuple[Effect, ...] = (HangUp(),) if state.link.step is not Step.WAITING else ()
    trouble = state.link.trouble
    if trouble is not None and trouble.lasts:
        trouble = None
    if state.link.step is Step.UP:
        state = _lose(state, now)
    state, more = look(replace(state, link=replace(state.link, trouble=trouble, failures=0)), now, anew=anew)
    return state, effects + more


def start_over(state: State, now: Now) -> Outcome:
    """Another gateway, or other rights on this one; of the old connection nothing is left to tell."""
    state, effects = reconnect(state, now) if state.link.step is not Step.LOOKING else (state, ())
    state = replace(
        state, link=replace(state.link, trouble=None, hello=None, lost_at=None, notice_at=None, told=False)
    )
    return replace(state, link=replace(state.link, restart_until=None, quiet_until=None)), effects


def hurry(state: State, now: Now) -> Outcome:
    """Somebody is looking: do not sit out a long back-off."""
    link = state.link
    waits = link.step is Step.WAITING and link.trouble is not None and not link.trouble.lasts
    if waits and link.trouble is not None and link.trouble.cause is not Cause.RATE_LIMITED:
        return look(state, now)
    return state, ()


def tick(state: State, now: Now) -> Outcome:
    """Whatever is due: the next attempt, a step that took too long, silence, the notice that it is down."""
    link = state.link
    if link.restart_until is not None and now.mono >= link.restart_until:
        if link.trouble is not None and link.trouble.cause is Cause.RESTARTING:
            # It may also have thought better of it, and be up all the while.
            state = replace(
                state,
                link=replace(
                    state.link, trouble=None if link.step is Step.UP else Trouble(Cause.NOT_RUNNING)
                ),
            )
        state = replace(state, link=replace(state.link, restart_until=None))
    effects: tuple[Effect, ...] = ()
    if link.notice_at is not None and now.mono >= link.notice_at:
        trouble = state.link.trouble or Trouble(Cause.LOST)
        state = replace(state, link=replace(state.link, notice_at=None, told=True))
        effects = (Notify(WentDown(trouble)),)
    if link.step is Step.UP:
        if now.mono >= _silent_at(link):
            state, more = fail(state, Trouble(Cause.SILENT), now, hang_up=True)
            return state, effects + more
        return state, effects
    if link.wake_at is None or now.mono < link.wake_at:
        return state, effects
    if link.step in (Step.WAITING, Step.LOOKING):  # a look that was never answered is no reason to stop
        state, more = look(state, now)
    else:
        state, more = fail(state, Trouble(_TOO_SLOW[link.step]), now, hang_up=True)
    return state, effects + more


def heard(state: State, now: Now) -> State:
    """The gateway said something, so it is alive."""
    return replace(state, link=replace(state.link, heard_at=now.mono))


def dashboard(target: Target, key: str | None = None) -> str:
    """The gateway's own page, or a session's: never an address with a token in it."""
    page = target.url.replace("ws", "http", 1) + "/"
    return page if key is None else f"{page}chat?session={quote(key, safe='')}"


def deadline(link: Link) -> float | None:
    """When `tick` will next have something to do (mono)."""
    due = [link.wake_at, link.notice_at, link.restart_until]
    if link.step is Step.UP:
        due.append(_silent_at(link))
    return min((at for at in due if at is not None), default=None)


def fail(state: State, trouble: Trouble, now: Now, *, hang_up: bool = False) -> Outcome:
    """Note why it failed, and wait for the next attempt: longer each time, and never quite as long."""
    link = state.link
    if link.restart_until is not None and trouble.phase in (Phase.DOWN, Phase.CONNECTING):
        trouble = replace(trouble, cause=Cause.RESTARTING)
    elif _was_announced_stop(link, trouble):
        trouble = Trouble(Cause.STOPPED)
    first_loss = link.step is Step.UP and trouble.cause is Cause.LOST
    failures = 0 if first_loss else link.failures + 1
    if link.step is Step.UP:
        state = _lose(state, now)
        if trouble.cause is Cause.STOPPED:
            state = replace(state, link=replace(state.link, notice_at=None))
    state = replace(state, link=replace(state.link, trouble=trouble, failures=failures))
    return _wait(state, now, _delay(state)), (HangUp(),) if hang_up else ()


def _lose(state: State, now: Now) -> State:
    """It was up, and is no more: worth telling unless it comes back in good time."""
    link = state.link
    grace = (now.mono + TELL_AFTER, link.restart_until or 0.0, link.quiet_until or 0.0)
    flaps = 0 if now.mono - link.up_at >= LASTED else link.flaps + 1
    return replace(
        state,
        link=replace(state.link, scopes=frozenset(), lost_at=now.wall, notice_at=max(grace), flaps=flaps),
    )


def _was_announced_stop(link: Link, trouble: Trouble) -> bool:
    """An announced stop explains a refused connection better than the refusal does."""
    stopped = link.trouble is not None and link.trouble.cause is Cause.STOPPED
    return stopped and trouble.cause in (Cause.NOT_RUNNING, Cause.LOST, Cause.UNANSWERED, Cause.SILENT)


def _hang_up(state: State, trouble: Trouble, now: Now) -> Outcome:
    """A login that came to nothing: close it ourselves, the gateway may keep it open."""
    return fail(state, trouble, now, hang_up=True)


def _delay(state: State) -> float:
    link, trouble = state.link, state.link.trouble
    if trouble is not None and trouble.retry_after is not None:
        return max(trouble.retry_after, FIRST_RETRY)
    if trouble is not None and trouble.lasts:
        return LOOK_AGAIN
    if trouble is not None and trouble.phase is Phase.REFUSED:
        return RATE_LIMIT_RETRY if trouble.cause is Cause.RATE_LIMITED else SLOW_RETRY
    failures = max(link.failures, link.flaps - 1)  # one loss is answered at once, a habit is not
    if failures == 0:
        return 0.0
    cap = LAST_RETRY_LOOPBACK if link.target is not None and link.target.is_loopback else LAST_RETRY
    longest: float = min(cap, FIRST_RETRY * 2 ** min(failures, 10))
    return longest * (0.75 + 0.25 * state.chance())


def _silent_at(link: Link) -> float:
    return link.heard_at + _silence(link)


def _silence(link: Link) -> float:
    """Two of its ticks without a word, in seconds: the official client takes that for dead, too."""
    tick_seconds = link.hello.tick if link.hello is not None else STEP_PATIENCE
    return 2 * tick_seconds


def _wanted(level: Level) -> tuple[tuple[str, ...], tuple[str, ...]]:
    match level:
        case Level.WATCH:
            return handshake.WATCH_SCOPES, ()
        case Level.ASK:
            return handshake.ASK_SCOPES, ()
        case Level.CONTROL:
            return handshake.CONTROL_SCOPES, handshake.CONTROL_CAPS
        case _ as never:
            assert_never(never)


def _wait(state: State, now: Now, seconds: float) -> State:
    return replace(state, link=replace(state.link, step=Step.WAITING, wake_at=now.mono + seconds))
