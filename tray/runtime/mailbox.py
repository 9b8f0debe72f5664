"""A queue of events for one thread, which waits for it together with a socket."""

import contextlib
import queue
import select
import signal
import socket
import threading
from collections.abc import Iterator

from tray.core.events import Event


class Mailbox:
    """A queue that `select` can wait for, by means of a pair of connected sockets."""

    def __init__(self) -> None:
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._reader, self._writer = socket.socketpair()
        self._reader.settimeout(0)
        self._writer.settimeout(0)

    def post(self, event: Event) -> None:
        """Put an event in, from any thread."""
        self._events.put(event)
        # A full pipe wakes the reader as well as another byte would; a closed one has no reader left.
        with contextlib.suppress(OSError):
            self._writer.send(b"!")

    def wait(self, other: socket.socket | None, timeout: float | None, *, writes: bool = False) -> bool:
        """Wait for an event or the other socket, and return whether that socket is readable.

        Args:
            other: A socket to watch as well.
            timeout: Seconds; None waits for as long as it takes.
            writes: Return also as soon as that socket can be written.
        """
        others = [] if other is None else [other]
        readable, _, _ = select.select([self._reader, *others], others if writes else [], [], timeout)
        return other is not None and other in readable

    def take(self) -> list[Event]:
        """Return all events, oldest first."""
        with contextlib.suppress(BlockingIOError):
            while self._reader.recv(4096):
                pass
        events = []
        with contextlib.suppress(queue.Empty):
            while True:
                events.append(self._events.get_nowait())
        return events

    @contextlib.contextmanager
    def woken_by_signals(self) -> Iterator[None]:
        """Let Ctrl-C end a wait at once on Windows too, where it does not interrupt `select`.

        Only the main thread gets signals; on another one this changes nothing.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(before)

    def close(self) -> None:
        """Close the sockets."""
        self._reader.close()
        self._writer.close()
