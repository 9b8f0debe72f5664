"""The event loop: the only owner of socket, clock and state. Everything else posts events to it."""

import base64
import hashlib
import re
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Protocol

from tray import __version__
from tray.core.effects import Dial, Effect, HangUp, LogIn, Send
from tray.core.events import (
    ConnectionDropped,
    DialFailed,
    Event,
    EventReceived,
    LoggedIn,
    LoginRefused,
    ReplyReceived,
    RequestFailed,
    RequestNotSent,
    SocketOpened,
    Tick,
)
from tray.core.model import ConnectionFailure, FailureKind
from tray.core.state import State
from tray.core.update import deadline, update
from tray.net.websocket import Closed, Dialer, WebSocketConnection
from tray.protocol import frames, handshake
from tray.protocol.frames import Frame, Response
from tray.protocol.json_fields import Json, payload
from tray.protocol.requests import AnyRequest
from tray.protocol.runs import Accepted
from tray.protocol.secret_spellings import spellings
from tray.runtime.clock import now
from tray.runtime.mailbox import Mailbox
from tray.settings.address import user_at
from tray.settings.target import Secrets, Target
from tray.storage import bugs
from tray.system import peer

_LOGIN = "login"
_MAX_MESSAGES = 200
"""Messages taken from the socket before the mailbox gets its turn again."""
_MAX_READING_SECONDS = 0.05
"""Seconds after which no further message is taken from the socket in the same turn."""
_MAX_REQUESTS = 50
"""Requests to remember; those that nobody waits for any more are forgotten then."""
_LONGEST_WAIT = 3600.0
_PAUSE_AFTER_BUG = 1.0
_MAX_FAILED_TURNS = 3
_MASK = b"[secret]"
_MIN_MASKED = 16
"""Characters; a shorter secret is not masked in what the gateway says, as it may be an ordinary word."""


class EffectHandler(Protocol):
    """Runs every effect that does not touch the socket; see `tray.runtime.worker`."""

    def run_effect(self, effect: Effect, state: State) -> None:
        """Start an effect and return at once; a result comes as an event."""

    def secrets(self) -> Secrets:
        """Return what logs in, as last read."""

    def device_seed(self) -> bytes:
        """Return the 32 bytes of this computer's Ed25519 key."""

    def keep_device_token(self, token: str, state: State) -> None:
        """Save the token that the state's gateway gave this device, and return at once."""


class EventLoop:
    """Keeps one connection to one gateway; in the tray on a thread of its own, else on the caller's."""

    def __init__(self, state: State, mailbox: Mailbox, effect_handler: EffectHandler) -> None:
        self._state = state
        self._mailbox = mailbox
        self._effect_handler = effect_handler
        self._connection: WebSocketConnection | None = None
        self._dialed: dict[int, WebSocketConnection] = {}
        self._attempt = 0
        self._dialer: Dialer | None = None
        self._requests: dict[str, AnyRequest] = {}
        self._own_secrets: tuple[tuple[bytes, re.Pattern[bytes]], ...] = ()
        self._not_before = 0.0
        self._logs_in = False
        self._failed_turns = 0

    def post(self, event: Event) -> None:
        """Post an event, from any thread."""
        self._mailbox.post(event)

    @property
    def state(self) -> State:
        """The current state; it is frozen, so any thread may read it."""
        return self._state

    def run(
        self, observe: Callable[[State], bool], call_at: Callable[[], float | None] = lambda: None
    ) -> State:
        """Run until `observe` says so.

        Args:
            observe: Called with the state whenever socket and mailbox are drained; True ends the loop.
            call_at: Returns when `observe` must be called even if nothing happens (mono).

        Returns:
            The last state.
        """
        with self._mailbox.woken_by_signals():
            try:
                self._handle(Tick())
                while not observe(self._state):
                    self._run_turn(call_at())
            finally:
                self._hang_up()
        return self._state

    def _run_turn(self, until: float | None) -> None:
        """Run once. A bug costs the connection; one in every turn ends the loop, so that it is noticed."""
        try:
            self._run_once(until)
        except Exception as error:
            bugs.report("a turn of the event loop", error)
            self._failed_turns += 1
            if self._failed_turns >= _MAX_FAILED_TURNS:
                raise
            self._hang_up()
            self._handle(ConnectionDropped(None, ""))
        else:
            self._failed_turns = 0

    def _run_once(self, until: float | None) -> None:
        # Bytes that TLS has already decrypted do not wake `select`.
        buffered = self._connection is not None and self._connection.pending()
        readable = self._mailbox.wait(
            self._connection.sock if self._connection is not None else None,
            0.0 if buffered else self._timeout(until),
            writes=self._connection is not None and self._connection.has_unsent,
        )
        for event in self._mailbox.take():
            self._handle(event)
        # A flood on the socket must not starve a click, so it gets a bounded share of each turn.
        if readable or buffered:
            self._read()
        self._flush()
        due = deadline(self._state)
        if due is not None and time.monotonic() >= max(due, self._not_before):
            self._handle(Tick())

    def _timeout(self, until: float | None) -> float | None:
        due = deadline(self._state)
        due = None if due is None else max(due, self._not_before)
        earliest = min((at for at in (due, until) if at is not None), default=None)
        # `select` takes no number that is too large.
        return None if earliest is None else min(max(0.0, earliest - time.monotonic()), _LONGEST_WAIT)

    def _handle(self, event: Event) -> None:
        """Update the state and run the effects. A bug in it must neither end the program nor make it spin."""
        if isinstance(event, SocketOpened):
            self._adopt_socket(event.attempt)
        try:
            self._state, effects = update(self._state, event, now())
        except Exception as error:  # noqa: BLE001 - the loop outlives a bug
            bugs.report(f"handling {type(event).__name__}", error)
            self._not_before = time.monotonic() + _PAUSE_AFTER_BUG
            return
        for effect in effects:
            try:
                self._run_effect(effect)
            except Exception as error:  # noqa: BLE001 - as above; the state waits no longer than it must
                bugs.report(f"carrying out {type(effect).__name__}", error)

    def _adopt_socket(self, attempt: int) -> None:
        """Take over the socket of a dial; one that came too late is closed already."""
        connection = self._dialed.pop(attempt, None)
        if connection is not None:
            self._connection, self._dialer = connection, None

    def _run_effect(self, effect: Effect) -> None:
        match effect:
            case Send(identity, request):
                self._send(identity, request)
            case Dial(attempt, target):
                self._dial(attempt, target)
            case LogIn():
                self._log_in(effect)
            case HangUp():
                self._hang_up()
            case _:
                self._effect_handler.run_effect(effect, self._state)

    def _read(self) -> None:
        until = time.monotonic() + _MAX_READING_SECONDS
        try:
            for _ in range(_MAX_MESSAGES):
                message = self._connection.receive() if self._connection is not None else None
                if message is None:
                    return
                self._handle(self._to_event(message))
                if time.monotonic() >= until:
                    return
        except Closed as closed:
            self._hang_up()
            self._handle(
                ConnectionDropped(
                    closed.code, self._mask_secrets(closed.reason.encode(errors="replace")).decode()
                )
            )

    def _to_event(self, message: bytes) -> Event:
        """Return a message as an event. Readers accept anything; should one fail, the message is garbage."""
        try:
            return self._frame_to_event(frames.parse(self._mask_secrets(message)))
        except Exception as error:  # noqa: BLE001 - one bad reader must not cost the connection to all others
            bugs.report("reading what the gateway sent", error)
            return EventReceived(frames.InvalidFrame("a bug in its reader"))

    def _mask_secrets(self, message: bytes) -> bytes:
        """Remove our own secrets from a message: from here on it may be shown or copied."""
        for plain, spelled in self._own_secrets:
            # Without a backslash nothing is spelled otherwise, and long lists are searched in no time.
            message = spelled.sub(_MASK, message) if b"\\" in message else message.replace(plain, _MASK)
        return message

    def _frame_to_event(self, frame: Frame) -> Event:
        """Return a frame as an event. Answers are parsed here, so that no raw payload goes any further."""
        if not isinstance(frame, Response):
            return EventReceived(frame)
        if frame.id == _LOGIN and self._logs_in:
            self._logs_in = False  # further answers to it are answers to nothing
            return self._login_answered(frame)
        request = self._requests.get(frame.id)
        if frame.error_response is not None:
            self._requests.pop(frame.id, None)
            return RequestFailed(frame.id, frame.error_response)
        if request is None:
            return EventReceived(frames.Unknown("an answer to nothing"))
        answer = request.decode(frame.payload)
        if not isinstance(answer, Accepted):
            del self._requests[frame.id]
        return ReplyReceived(frame.id, answer)

    def _login_answered(self, frame: Response) -> Event:
        if frame.error_response is not None:
            return LoginRefused(frame.error_response)
        hello = payload(frame.payload)
        self._save_device_token(hello)
        if self._connection is not None:
            self._connection.accept_large_messages()
        return LoggedIn(handshake.read_hello(hello))

    def _save_device_token(self, hello: Json) -> None:
        token = handshake.read_device_token(hello)
        if token is not None and token != _MASK.decode():  # else it is the one that has just logged in
            self._own_secrets += _patterns((token,))
            self._effect_handler.keep_device_token(token, self._state)

    def _send(self, identity: str, request: AnyRequest) -> None:
        if self._connection is None:
            # Before the `ConnectionDropped` in the mailbox, after which requests count as possibly sent.
            self._handle(RequestNotSent(identity))
            return
        if len(self._requests) >= _MAX_REQUESTS:
            awaited = {pending.id for pending in self._state.pending}
            self._requests = {known: r for known, r in self._requests.items() if known in awaited}
        self._requests[identity] = request
        self._write(frames.dump(identity, request))

    def _write(self, text: str) -> None:
        self._use(lambda connection: connection.send(text))

    def _flush(self) -> None:
        self._use(WebSocketConnection.flush)

    def _use(self, write: Callable[[WebSocketConnection], None]) -> None:
        if self._connection is None:
            return
        try:
            write(self._connection)
        except Closed as closed:
            self._hang_up()
            self._mailbox.post(ConnectionDropped(closed.code, closed.reason))

    def _log_in(self, effect: LogIn) -> None:
        """Sign the challenge and send the secret; neither is kept, nor seen by anything else."""
        secrets = self._effect_handler.secrets()
        auth = {"token": secrets.token, "password": secrets.password}
        if effect.uses_device_token:
            auth = {"token": secrets.device}
        secrets_given = {name: value for name, value in auth.items() if value}
        # The gateway knows also those that are not sent now, such as the shared one beside this device's own.
        self._own_secrets = _patterns(filter(None, (secrets.token, secrets.password, secrets.device)))
        login = handshake.Login(effect.nonce, effect.scopes, effect.caps, __version__, sys.platform)
        device = _device(
            self._effect_handler.device_seed(), login, effect.signed_at_ms, secrets_given.get("token", "")
        )
        self._logs_in = True
        self._write(
            frames.dump_call(_LOGIN, "connect", handshake.connect_params(login, secrets_given, device))
        )

    def _dial(self, attempt: int, target: Target) -> None:
        dialer = Dialer(target, self._state.process.patience)
        self._attempt, self._dialer = attempt, dialer

        def dial() -> None:
            result = _dialed(dialer, target)
            if isinstance(result, ConnectionFailure):
                self._mailbox.post(DialFailed(attempt, result))
                return
            self._dialed[attempt] = result
            # Checked after storing it, as `_hang_up` looks into the dict after resetting `_attempt`: one of
            # the two closes a socket that is no longer wanted.
            if self._attempt == attempt:
                self._mailbox.post(SocketOpened(attempt))
            else:
                self._discard(attempt)

        threading.Thread(target=dial, name=f"dial-{attempt}", daemon=True).start()

    def _discard(self, attempt: int) -> None:
        connection = self._dialed.pop(attempt, None)
        if connection is not None:
            connection.close()

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        dialer, self._dialer = self._dialer, None
        attempt, self._attempt = self._attempt, 0
        self._logs_in = False
        self._requests.clear()
        if dialer is not None:
            dialer.give_up()
        self._discard(attempt)
        if connection is not None:
            connection.close()


def _dialed(dialer: Dialer, target: Target) -> WebSocketConnection | ConnectionFailure:
    try:
        result = dialer.dial()
        stranger = _stranger(result, target)
    except Exception as error:  # noqa: BLE001 - the attempt must end in a failure, not in silence
        bugs.report("connecting", error)
        return ConnectionFailure(FailureKind.UNREACHABLE)
    if stranger is None or isinstance(result, ConnectionFailure):
        return result
    result.close()
    return ConnectionFailure(FailureKind.OTHER_USER, stranger.name, user=stranger.id)


def _stranger(connection: WebSocketConnection | ConnectionFailure, target: Target) -> peer.User | None:
    """Return the other user of this computer at the other end, unless the person has agreed to that one."""
    if isinstance(connection, ConnectionFailure) or not target.is_loopback:
        return None
    user = peer.other_user(connection.sock)
    return None if user is None or user_at(user.id, target.url) == target.gateway_user else user


def _patterns(secrets: Iterable[str]) -> tuple[tuple[bytes, re.Pattern[bytes]], ...]:
    """Return each secret as it is, and what finds it in a message however it is written in JSON."""
    long = (secret for secret in secrets if len(secret) >= _MIN_MASKED)
    return tuple((each.encode(errors="replace"), re.compile(spellings(each).encode())) for each in long)


def _device(seed: bytes, login: handshake.Login, signed_at_ms: int, secret: str) -> dict[str, object]:
    """Return the device block of `connect`: id is the SHA-256 of the public key, all else base64url."""
    from nacl.signing import SigningKey  # noqa: PLC0415 - 60 ms that a refused connection need not pay

    key = SigningKey(seed)
    public = bytes(key.verify_key)
    identity = hashlib.sha256(public).hexdigest()
    text = handshake.signed_text(login, identity, signed_at_ms, secret)
    # As a frame is written: what cannot be encoded goes out as question marks, and so it is signed.
    signed = key.sign(text.encode(errors="replace"))
    return {
        "id": identity,
        "publicKey": _base64url(public),
        "signature": _base64url(signed.signature),
        "signedAt": signed_at_ms,
        "nonce": login.nonce,
    }


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
