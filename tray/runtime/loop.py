"""The gateway loop: the one owner of socket, clock and state. Everything else only posts events to it."""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from tray import __version__
from tray.core.effects import Dial, Effect, HangUp, LogIn, Send
from tray.core.errors import ConnectionFailure
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
from tray.core.state import State
from tray.core.update import deadline, update
from tray.net.websocket import Closed, Dialer, WebSocketConnection
from tray.protocol import frames, handshake
from tray.protocol.frames import Frame, Request, Response
from tray.protocol.json_fields import Json
from tray.protocol.runs import Accepted
from tray.runtime.clock import now
from tray.runtime.mailbox import Mailbox
from tray.settings.target import Secrets, Target
from tray.storage import bugs

_LOGIN = "login"
_AT_ONCE = 200
"""Messages taken from the socket before the mailbox gets its turn again."""
_AFTER_A_FAULT = 1.0
_MASKED = b"[secret]"
_MASKED_FROM = 16
"""Characters of a secret from which on it is masked in what the gateway says; a shorter one may be a word."""


class EffectHandler(Protocol):
    """Who carries out the effects that are not the network's; see `tray.runtime.worker`."""

    def carry_out(self, effect: Effect, state: State) -> None:
        """Start on it and return at once; a result comes as an event."""
        ...

    def secrets(self) -> Secrets:
        """What logs in, as last read."""
        ...

    def device_seed(self) -> bytes:
        """The 32 bytes of this computer's Ed25519 key."""
        ...

    def keep_device_token(self, token: str, state: State) -> None:
        """Keep what the state's gateway gave this device, and return at once."""
        ...


class EventLoop:
    """One connection to one gateway, kept alive; in the tray on a thread of its own, else on the caller's."""

    def __init__(self, state: State, mailbox: Mailbox, desk: EffectHandler) -> None:
        self._state = state
        self._mailbox = mailbox
        self._desk = desk
        self._wire: WebSocketConnection | None = None
        self._dialled: dict[int, WebSocketConnection] = {}
        self._attempt = 0
        self._dialling: Dialer | None = None
        self._requests: dict[str, Request] = {}
        self._sent_secrets: tuple[bytes, ...] = ()
        self._not_before = 0.0

    def post(self, event: Event) -> None:
        """Tell the loop something, from any thread."""
        self._mailbox.post(event)

    @property
    def state(self) -> State:
        """The state as it is; values are frozen, so any thread may read it."""
        return self._state

    def run(
        self, observe: Callable[[State], bool], call_at: Callable[[], float | None] = lambda: None
    ) -> State:
        """Run until `observe` says so.

        Args:
            observe: Called with the state whenever socket and mailbox are drained; True ends the loop.
            call_at: When `observe` wants to be called though nothing has happened (mono); asked each time.

        Returns:
            The last state.
        """
        with self._mailbox.woken_by_signals():
            try:
                self._take(Tick())
                while not observe(self._state):
                    self._turn(call_at())
            finally:
                self._hang_up()
        return self._state

    def _turn(self, until: float | None) -> None:
        """Wait for something to happen, then let everything that has happened happen."""
        # Bytes that TLS has already decrypted do not wake `select`.
        buffered = self._wire is not None and self._wire.pending()
        readable = self._mailbox.wait(
            self._wire.sock if self._wire is not None else None, 0.0 if buffered else self._patience(until)
        )
        for event in self._mailbox.take():
            self._take(event)
        # A flood on the socket must not starve a click, so it gets a bounded share of each turn.
        if readable or buffered:
            self._read()
        due = deadline(self._state)
        if due is not None and time.monotonic() >= max(due, self._not_before):
            self._take(Tick())

    def _patience(self, until: float | None) -> float | None:
        """Seconds until something is due; None if nothing ever is."""
        due = deadline(self._state)
        due = None if due is None else max(due, self._not_before)
        earliest = min((at for at in (due, until) if at is not None), default=None)
        return None if earliest is None else max(0.0, earliest - time.monotonic())

    def _take(self, event: Event) -> None:
        """One step of the state. A bug in it must not end the program, nor spin."""
        if isinstance(event, SocketOpened):
            self._admit(event.attempt)
        try:
            self._state, effects = update(self._state, event, now())
        except Exception as error:  # noqa: BLE001 - the loop outlives a bug
            bugs.report(f"handling {type(event).__name__}", error)
            self._not_before = time.monotonic() + _AFTER_A_FAULT
            return
        for effect in effects:
            try:
                self._carry_out(effect)
            except Exception as error:  # noqa: BLE001 - as above; the state waits for it no longer than it must
                bugs.report(f"carrying out {type(effect).__name__}", error)

    def _admit(self, attempt: int) -> None:
        """Take over the socket that a dial brought; one that came too late is closed already."""
        wire = self._dialled.pop(attempt, None)
        if wire is not None:
            self._wire, self._dialling = wire, None

    def _carry_out(self, effect: Effect) -> None:
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
                self._desk.carry_out(effect, self._state)

    def _read(self) -> None:
        try:
            for _ in range(_AT_ONCE):
                message = self._wire.receive() if self._wire is not None else None
                if message is None:
                    return
                self._take(self._heard(message))
        except Closed as closed:
            self._hang_up()
            self._take(
                ConnectionDropped(closed.code, self._masked(closed.reason.encode(errors="replace")).decode())
            )

    def _heard(self, message: bytes) -> Event:
        """A message as an event. Reading is total; should it not be, what cannot be read is garbage."""
        try:
            return self._understood(frames.parse(self._masked(message)))
        except Exception as error:  # noqa: BLE001 - one bad reader must not cost the connection to all others
            bugs.report("reading what the gateway sent", error)
            return EventReceived(frames.InvalidFrame("a bug in its reader"))

    def _masked(self, message: bytes) -> bytes:
        """What the gateway says, without our own secret: from here on it may be shown or handed on."""
        for secret in self._sent_secrets:
            if secret in message:
                message = message.replace(secret, _MASKED)
        return message

    def _understood(self, frame: Frame) -> Event:
        """A frame as an event: answers are read right here, so that no raw payload travels on."""
        if not isinstance(frame, Response):
            return EventReceived(frame)
        if frame.id == _LOGIN:
            if frame.error_response is not None:
                return LoginRefused(frame.error_response)
            self._note_device_token(frame.payload)
            return LoggedIn(handshake.read_hello(frame.payload))
        request = self._requests.get(frame.id)
        if frame.error_response is not None:
            self._requests.pop(frame.id, None)
            return RequestFailed(frame.id, frame.error_response)
        if request is None:
            return EventReceived(frames.Unknown("an answer to nothing"))
        answer = request.read(frame.payload)
        if not isinstance(answer, Accepted):
            del self._requests[frame.id]
        return ReplyReceived(frame.id, answer)

    def _note_device_token(self, hello: Json) -> None:
        token = handshake.read_device_token(hello)
        if token is not None and token != _MASKED.decode():  # else it is the one that has just logged in
            self._sent_secrets += tuple(_spellings((token,)))
            self._desk.keep_device_token(token, self._state)

    def _send(self, identity: str, request: Request) -> None:
        if self._wire is None:
            self._take(
                RequestNotSent(identity)
            )  # before the `Dropped` in the mailbox, which doubts what was sent
            return
        self._requests[identity] = request
        self._write(frames.dump(identity, request))

    def _write(self, text: str) -> None:
        if self._wire is None:
            return
        try:
            self._wire.send(text)
        except Closed as closed:
            self._hang_up()
            self._mailbox.post(ConnectionDropped(closed.code, closed.reason))

    def _log_in(self, effect: LogIn) -> None:
        """Sign the challenge and send the secret; neither is kept, nor seen by anything else."""
        secrets = self._desk.secrets()
        auth = {"token": secrets.token, "password": secrets.password}
        if effect.uses_device_token:
            auth = {"token": secrets.device}
        given = {name: value for name, value in auth.items() if value}
        self._sent_secrets = tuple(_spellings(given.values()))
        login = handshake.Login(effect.nonce, effect.scopes, effect.caps, __version__, sys.platform)
        device = _device(self._desk.device_seed(), login, effect.signed_at_ms, given.get("token", ""))
        self._write(frames.dump_call(_LOGIN, "connect", handshake.connect_params(login, given, device)))

    def _dial(self, attempt: int, target: Target) -> None:
        dialling = Dialer(target)
        self._attempt, self._dialling = attempt, dialling

        def call() -> None:
            result = dialling.dial()
            if isinstance(result, ConnectionFailure):
                self._mailbox.post(DialFailed(attempt, result))
                return
            self._dialled[attempt] = result
            # Looked at after that, as `_hang_up` looks into the dict after it has set this: one of the two
            # finds a socket that nobody wants any more.
            if self._attempt == attempt:
                self._mailbox.post(SocketOpened(attempt))
            else:
                self._discard(attempt)

        threading.Thread(target=call, name=f"dial-{attempt}", daemon=True).start()

    def _discard(self, attempt: int) -> None:
        wire = self._dialled.pop(attempt, None)
        if wire is not None:
            wire.close()

    def _hang_up(self) -> None:
        wire, self._wire = self._wire, None
        dialling, self._dialling = self._dialling, None
        attempt, self._attempt = self._attempt, 0
        self._requests.clear()
        if dialling is not None:
            dialling.give_up()
        self._discard(attempt)
        if wire is not None:
            wire.close()


def _spellings(secrets: Iterable[str]) -> Iterator[bytes]:
    """How each secret may stand in a text or in JSON."""
    for secret in secrets:
        if len(secret) >= _MASKED_FROM:
            spelt = (secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
            yield from dict.fromkeys(each.encode(errors="replace") for each in spelt)


def _device(seed: bytes, login: handshake.Login, signed_at_ms: int, secret: str) -> dict[str, object]:
    """The device block of `connect`: id is the SHA-256 of the public key, everything else base64url."""
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
