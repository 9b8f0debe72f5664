"""An event loop on a thread of its own, for which other threads wait."""

import threading
import time
from collections.abc import Callable

from tray.core.events import Tick
from tray.core.state import State
from tray.runtime.loop import EventLoop

_SECONDS = 0.5
"""Windows lets Ctrl-C through only between two waits."""


class LoopEndedError(Exception):
    """The event loop has ended, so nobody can wait for it any more."""


class _Wait:
    """What one thread waits for."""

    def __init__(self, observe: Callable[[State], bool], call_at: Callable[[], float | None]) -> None:
        self.observe, self.call_at = observe, call_at
        self.over = threading.Event()
        self.result: State | BaseException = LoopEndedError()

    def end(self, result: State | BaseException) -> None:
        self.result = result
        self.over.set()


class LoopThread:
    """Runs an event loop until it is closed; any number of threads may `run` it meanwhile."""

    def __init__(self, loop: EventLoop) -> None:
        self._loop = loop
        self._lock = threading.Lock()
        self._waits: list[_Wait] = []
        self._ends = False
        self._thread = threading.Thread(target=self._work, name="event-loop", daemon=True)
        self._thread.start()

    def run(
        self, observe: Callable[[State], bool], call_at: Callable[[], float | None] = lambda: None
    ) -> State:
        """Wait as `EventLoop.run` does; both functions are called on the loop's thread.

        Raises:
            LoopEndedError: The loop has ended, or ends meanwhile.
        """
        wait = _Wait(observe, call_at)
        with self._lock:
            if self._ends:
                raise LoopEndedError
            self._waits.append(wait)
        self._loop.post(Tick())
        try:
            while not wait.over.wait(_SECONDS):
                pass
        finally:
            self._drop(wait)
        if isinstance(wait.result, BaseException):
            raise wait.result
        return wait.result

    def close(self) -> None:
        """End the loop and with it the connection; who waits for it then gets an error."""
        with self._lock:
            self._ends = True
        self._loop.post(Tick())
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _work(self) -> None:
        try:
            self._loop.run(self._observe, self._call_at)
        finally:
            with self._lock:
                self._ends = True
                waits, self._waits = self._waits, []
            for wait in waits:
                wait.end(LoopEndedError())

    def _observe(self, state: State) -> bool:
        for wait in self._current():
            try:
                if wait.observe(state):
                    self._drop(wait)
                    wait.end(state)
            except BaseException as error:  # noqa: BLE001 - it belongs to the thread that waits
                self._drop(wait)
                wait.end(error)
        return self._ends

    def _call_at(self) -> float | None:
        if self._ends:
            return time.monotonic()
        due = (wait.call_at() for wait in self._current())
        return min((at for at in due if at is not None), default=None)

    def _current(self) -> list[_Wait]:
        with self._lock:
            return list(self._waits)

    def _drop(self, wait: _Wait) -> None:
        with self._lock:
            if wait in self._waits:
                self._waits.remove(wait)
