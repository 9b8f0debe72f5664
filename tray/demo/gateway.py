"""The simulated gateway itself: its clients, and the methods that control it.

Owns every thread of the demo; what is answered is `service`'s business, what happens is `story`'s.
"""

import secrets
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Self

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection

from tray.demo.behaviour import Behaviour
from tray.demo.client import Client
from tray.demo.conversation import Conversation
from tray.demo.methods import APPROVALS, PAIRING, READ, covers
from tray.demo.port import GOODBYE_SECONDS, HOST, Port
from tray.demo.runs import Run
from tray.demo.schema import Json, now_ms
from tray.demo.service import TICK_SECONDS, Service
from tray.demo.story import MODELS, Story, opening

_FASTEST_TICK_SECONDS = 1.0
_RESTART_SECONDS = 5.0


class DemoGateway:
    """A gateway on a loopback port, with sessions, models and a story; a context manager.

    Attributes:
        url: Where it listens; known after `start`.
        token: The secret that a client must show.
        device_token: What it gives to a device, and takes in place of the token; None for nothing.
        story: The story; with `story=False` it does not run by itself, but by `story.step()`.
    """

    def __init__(
        self,
        *,
        speed: float = 1.0,
        token: str | None = None,
        story: bool = True,
        port: int = 0,
        behaviour: Behaviour | None = None,
    ) -> None:
        """Make a gateway that does nothing yet.

        Args:
            speed: How many of the demo's seconds pass in a real one.
            token: The secret; made up if it is not given.
            story: Whether the story runs, and its sessions are there; else there are only its models.
            port: The loopback port; 0 takes a free one.
            behaviour: Where it is to do other than a real one would.
        """
        self.token = secrets.token_urlsafe(24) if token is None else token
        self.device_token: str | None = None
        self._speed, self._runs_story = speed, story
        self._tick_seconds = max(_FASTEST_TICK_SECONDS, TICK_SECONDS / speed)
        self._behaviour = Behaviour() if behaviour is None else behaviour
        self._service = Service(
            self._behaviour, self._emit, self, lambda: self.announce_restart(1.5, _RESTART_SECONDS)
        )
        self.models.extend(dict(entry) for entry in MODELS)
        if story:
            for key, fields in opening().items():
                self._service.sessions.change(key, fields)
        self.story = Story(self)
        self._lock = threading.Lock()
        self._clients: list[Client] = []
        self._requests: list[tuple[str, Json]] = []
        self._threads: list[threading.Thread] = []
        self._connections = 0
        self._boots = 1
        self._port = Port(port, self._serve, self._upgrade, self.spawn)
        self._stopping = threading.Event()
        self._door = threading.Lock()
        """Held to open or shut the port, so that no restart by the story leaves it open after `stop`."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # Running

    def start(self) -> None:
        """Listen, and begin the story.

        Raises:
            OSError: The port is taken.
        """
        self._port.open()
        self.spawn(self._tick)
        if self._runs_story:
            self.spawn(lambda: self.story.play(lambda seconds: self._stopping.wait(self.seconds(seconds))))

    def stop(self) -> None:
        """Stop listening, cut every client and wait for all threads (each a few seconds at most)."""
        self._stopping.set()
        self._service.runs.release()
        with self._door:
            self._port.leave()
        self.drop()
        with self._lock:
            threads = list(self._threads)
        for thread in threads:
            thread.join(GOODBYE_SECONDS)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"ws://{HOST}:{self._port.number}"

    def seconds(self, seconds: float) -> float:
        """Turn the demo's seconds into real ones."""
        return seconds / self._speed

    def spawn(self, work: Callable[[], None]) -> None:
        """Do something on a thread of its own, which `stop` waits for."""
        thread = threading.Thread(target=work, name="demo", daemon=True)
        with self._lock:
            self._threads = [known for known in self._threads if known.is_alive()]
            self._threads.append(thread)
            # Started under the lock, so that a thread just listed is never taken for one that has ended.
            thread.start()

    # Looking

    @property
    def sessions(self) -> dict[str, Json]:
        """The rows of sessions.list by key. Change them by `set_session`."""
        return self._service.sessions.rows

    @property
    def models(self) -> list[Json]:
        """The rows of models.list; the first is the default model. May be changed."""
        return self._service.sessions.models

    @property
    def transcripts(self) -> dict[str, list[Json]]:
        """What was said in each session, the oldest first."""
        return self._service.sessions.transcripts

    @property
    def requests(self) -> list[tuple[str, Json]]:
        """Every request that came, connect included: its method and its parameters, the oldest first."""
        with self._lock:
            return list(self._requests)

    @property
    def runs(self) -> int:
        """How many runs a model had to answer; an idempotency key counts once."""
        return self._service.runs.count

    @property
    def connected(self) -> int:
        """How many clients are in: past their hello-ok and not gone."""
        return len(self._welcome())

    @property
    def unanswered(self) -> int:
        """How many clients owe the pong to a ping."""
        return sum(client.awaits_pong for client in self._welcome())

    # Steering

    def set_session(self, key: str, **fields: object) -> None:
        """Change fields of a session's row (made if need be), named as on the wire, and tell subscribers."""
        self._service.sessions.change(key, fields)
        self._service.changed(key, "patch")

    def push(self, event: str, payload: Mapping[str, object]) -> None:
        """Send an event to every client that is in."""
        for client in self._welcome():
            client.event(event, payload)

    def ping(self) -> None:
        """Send a ping to every client that is in."""
        for client in self._welcome():
            client.ping()

    def run(self, key: str, prompt: str, *, total: int | None = None, by: str | None = None) -> str:
        """Have a session asked something that no client asked, and return the run's id.

        Args:
            key: The session.
            prompt: What is asked.
            total: The size of the prompt in tokens; None: a little more than last time.
            by: The model that answers, whatever the session has selected.
        """
        with self._service.sessions.lock:
            requested = self._service.sessions.model_of(key)
            run = Run(f"demo-{self.runs + 1}", key, prompt, requested, by or requested, total=total)
            self._service.runs.register(run)
        self._service.runs.start(run)
        return run.id

    def compact(self, key: str) -> None:
        """Begin the compaction of a session."""
        self.spawn(lambda: self._service.runs.compact(key, f"compact-{now_ms()}"))

    def wish(self, key: str, command: str, **more: object) -> str:
        """Have a session's agent want to run a command; the id under which it waits for a word."""
        return self._service.approvals.ask(command, key, **more)

    def knock(self, name: str) -> str:
        """Have a device want to be let in; the id under which it waits for a word."""
        return self._service.approvals.knock(name)

    @property
    def decisions(self) -> list[tuple[str, str]]:
        """Every word that was given on a command or a device: the id and the word, the oldest first."""
        return self._service.approvals.decisions

    def announce_restart(self, expected: float, down_for: float) -> None:
        """Restart as the real one does: `shutdown`, close 1012, away for a while, and back on the same port.

        Args:
            expected: What is announced, in seconds.
            down_for: How long it is away, in the demo's seconds.
        """
        self._leave({"reason": "gateway restarting", "restartExpectedMs": int(expected * 1000)})

        def back() -> None:
            if not self._stopping.wait(self.seconds(down_for)):
                self._boots += 1
                self._service.approvals.forget()
                self._return()

        self.spawn(back)

    def drop(self) -> None:
        """Cut every socket without a close frame: clients see 1006."""
        for client in self._all():
            client.cut()

    def _leave(self, payload: Json) -> None:
        self._shut()
        for client in self._welcome():
            client.event("shutdown", payload)
            client.close(1012, "service restart")

    def _shut(self) -> None:
        """Refuse new connections; those that stand are kept."""
        with self._door:
            if not self._stopping.is_set():
                self._port.shut()

    def _return(self) -> None:
        """Let clients in again."""
        with self._door:
            if not self._port.listening and not self._stopping.is_set():
                self._port.open()

    # One connection

    def _upgrade(self, connection: ServerConnection, _: Request) -> Response | None:
        answer = self._behaviour.upgrade(connection)
        if answer is None and self._stopping.is_set():
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "gateway closing\n")
        return answer

    def _serve(self, connection: ServerConnection) -> None:
        with self._lock:
            self._connections += 1
            client = self._behaviour.client(connection, self._connections)
            self._clients.append(client)
        try:
            talk = Conversation(client, self._service, self._behaviour, self._note)
            if talk.admit(self.token, self.device_token, f"boot-{self._boots}", self._tick_seconds):
                for message in connection:
                    talk.receive(message)
        except ConnectionClosed:
            pass
        finally:
            with self._lock:
                self._clients.remove(client)
            client.finish(GOODBYE_SECONDS)

    # Events

    def _emit(self, event: str, payload: Json) -> None:
        """Send an event to the clients that may see it."""
        for client in self._welcome():
            if event in {"agent", "chat"} and not covers(client.scopes, READ):
                continue
            if event.startswith("exec.approval.") and not covers(client.scopes, APPROVALS):
                continue
            if event.startswith("device.pair.") and not covers(client.scopes, PAIRING):
                continue
            if event == "sessions.changed" and not client.subscribed:
                continue
            client.event(event, payload)

    def _tick(self) -> None:
        while not self._stopping.wait(self._tick_seconds):
            self.push("tick", {"ts": now_ms()})
            self.push("health", self._service.health())
            for client in self._welcome():
                if client.overdue:
                    client.cut()
                client.ping()

    def _all(self) -> list[Client]:
        with self._lock:
            return list(self._clients)

    def _welcome(self) -> list[Client]:
        return [client for client in self._all() if client.welcome]

    def _note(self, method: str, params: Json) -> None:
        with self._lock:
            self._requests.append((method, params))
