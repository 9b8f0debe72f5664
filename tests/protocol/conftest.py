"""Gives the tests of the wire the frames recorded on real gateways, release by release."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FRAMES = Path(__file__).parents[1] / "frames"
RELEASES = ("2026.1.24-3", "2026.2.26", "2026.5.7", "2026.7.1", "2026.9.6")


@dataclass(frozen=True, slots=True)
class Recording:
    """One conversation with one gateway."""

    release: str
    name: str
    frames: tuple[tuple[str, dict[str, Any]], ...]

    def received(self) -> list[dict[str, Any]]:
        return [frame for direction, frame in self.frames if direction == "<"]

    def requests(self, method: str) -> list[dict[str, Any]]:
        return [frame for way, frame in self.frames if way == ">" and frame.get("method") == method]

    def answers(self, method: str) -> list[dict[str, Any]]:
        """The answers to all requests of this method; `agent` has two for each."""
        asked = {request["id"] for request in self.requests(method)}
        return [frame for frame in self.received() if frame.get("type") == "res" and frame["id"] in asked]

    def answer(self, method: str) -> dict[str, Any]:
        """The last of them."""
        return self.answers(method)[-1]

    def events(self, name: str) -> list[dict[str, Any]]:
        return [frame for frame in self.received() if frame.get("event") == name]


class Release:
    """What was recorded of one release."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name

    def recording(self, name: str) -> Recording:
        written = json.loads((FRAMES / self.name / f"{name}.json").read_text(encoding="utf-8"))
        return Recording(self.name, name, tuple((way, frame) for way, frame in written["frames"]))

    def recordings(self) -> list[Recording]:
        return [self.recording(path.stem) for path in sorted((FRAMES / self.name).glob("*.json"))]


@pytest.fixture(scope="session")
def load() -> Callable[[str, str], Recording]:
    """A function that returns a recording of one release."""
    return lambda name, what: Release(name).recording(what)


@pytest.fixture(params=RELEASES, scope="session")
def release(request: pytest.FixtureRequest) -> Release:
    return Release(request.param)


ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture(scope="session")
def any_json() -> st.SearchStrategy[Any]:
    """Any value that JSON text can hold for Python: not-a-number, huge numbers and lone surrogates too."""
    return ANY_JSON


@pytest.fixture(scope="session")
def spoil() -> Callable[[st.DataObject, Any], Any]:
    """A function that puts any JSON value in the place of one member, anywhere in a recorded payload."""
    return _spoil


def _spoil(data: st.DataObject, payload: Any) -> Any:
    spoilt = json.loads(json.dumps(payload))
    places = list(_places(spoilt))
    holder, key = data.draw(st.sampled_from(places))
    holder[key] = data.draw(ANY_JSON)
    return spoilt


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])
