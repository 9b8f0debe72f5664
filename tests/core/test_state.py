from __future__ import annotations

import pytest

from tests.core.playbook import FAR, HERE, MAIN, NEW, OLD, OTHER, SIDE, Playbook, at_level, row
from tray.core.commands import Pin, Refresh
from tray.core.effects import HangUp, OpenUrl
from tray.core.events import CommandReceived
from tray.core.model import Connection, ConnectionFailure, FailureKind, Phase, RunningRun, SessionsSnapshot
from tray.core.state import for_each
from tray.protocol.runs import Agent
from tray.protocol.sessions import SessionList, SessionRead, SessionsDescribe, SessionsList
from tray.settings.settings import Level
from tray.values import replace


def test_until_the_sessions_were_read_the_connection_is_still_being_made(play):
    assert play.state.phase is Phase.CONNECTING
    play.connect().skip()
    assert (play.state.connection.phase, play.state.phase) == (Phase.CONNECTED, Phase.CONNECTING)
    play.read()
    assert play.state.phase is Phase.CONNECTED
    down = Connection(failure=ConnectionFailure(FailureKind.NOT_RUNNING), failures=1)
    assert replace(play.state, connection=down).phase is Phase.DOWN


def test_what_the_hello_tells(play):
    assert (play.state.announces_changes, play.state.agent_id) == (False, "main")
    play.up(hello=replace(NEW, agent_id="work"))
    assert (play.state.announces_changes, play.state.agent_id) == (True, "work")
    assert not Playbook().up(hello=OLD).state.announces_changes


def test_keys_are_canonical(play):
    assert (play.state.canonical("main"), play.state.canonical("work")) == (MAIN, "agent:main:work")
    play.up(hello=replace(NEW, agent_id="work", main_key="global"))
    assert (play.state.canonical("main"), play.state.canonical("x")) == ("global", "agent:work:x")


def test_a_key_is_that_of_the_icon_s_session_unless_one_is_named(play):
    assert play.state.target_key(None) == ""
    assert play.state.target_key("notes") == "agent:main:notes"
    play.connect().skip()
    assert play.state.target_key(None) == MAIN
    play.read(row(OTHER, used=90_000))
    assert play.state.target_key(None) == OTHER


def test_a_session_is_absent_only_if_all_were_listed(play):
    assert not play.state.is_absent(OTHER)
    play.up(row(OTHER))
    assert not play.state.is_absent(OTHER)
    assert play.state.is_absent(SIDE)
    assert not play.state.is_absent(MAIN)  # it is there before its first run
    play.ask_for_reading()
    play.answer(SessionsList, SessionList("fake/alpha", 200_000, (row(OTHER),), cut=True)).skip()
    assert not play.state.is_absent(SIDE)
    play >> CommandReceived(Refresh(SIDE))  # named, so that it is read by itself
    play.skip()
    play.answer(SessionsList, SessionList("fake/alpha", 200_000, (row(OTHER),), cut=True)).skip()
    assert not play.state.is_absent(SIDE)
    play.answer(SessionsDescribe, SessionRead(None)).skip()
    assert play.state.is_absent(SIDE)


def test_some_sessions_must_not_be_missing(play):
    assert play.state.watched == ()
    play.up(row(), hello=replace(NEW, main_key="global"))
    assert play.state.watched == ("global", MAIN)
    play >> CommandReceived(Pin("agent:main:pinned"))
    assert play.state.watched == ("agent:main:pinned", "global")


def test_a_run_is_in_progress_if_an_event_or_a_row_says_so(play):
    assert not play.up(row()).state.running
    assert Playbook().up(row(active=True)).state.running
    assert replace(
        play.state,
        gateway=replace(
            play.state.gateway, snapshot=SessionsSnapshot(runs={"run": RunningRun(None, 1000.0)})
        ),
    ).running


@pytest.mark.parametrize(
    ("target", "settings", "level"),
    [
        (None, {}, Level.WATCH),
        (HERE, {}, Level.CONTROL),
        (FAR, {}, Level.WATCH),
        (FAR, at_level(Level.ASK), Level.ASK),
    ],
)
def test_the_level_depends_on_where_the_gateway_is(target, settings, level):
    state = Playbook(**settings).state
    assert replace(state, connection=Connection(target=target)).level is level


def test_ids_are_unique_to_the_seed_and_the_serial(play):
    state, first = play.state.next_id("r")
    _, second = state.next_id("r")
    _, other = replace(play.state, process=replace(play.state.process, seed="cafe")).next_id("r")
    assert len({first, second, other}) == 3


def test_chance_is_fixed_by_seed_and_attempt(play):
    chances = [replace(play.state, connection=Connection(attempt=n)).chance() for n in range(50)]
    assert chances == [replace(play.state, connection=Connection(attempt=n)).chance() for n in range(50)]
    assert len(set(chances)) == 50
    assert all(0.0 <= chance < 1.0 for chance in chances)


def test_what_may_be_done_is_what_was_granted(play):
    request = Agent("k", "hello", "id", 600)
    assert request.scope not in play.state.connection.scopes
    assert request.scope in play.up().state.connection.scopes


def test_a_session_is_found_by_its_key(play):
    play.up(row(used=1000))
    assert play.state.focused is play.session()
    assert play.session("agent:main:nothere") is None
    assert play.state.gateway.snapshot.find(None) is None


def test_each_decision_starts_from_the_state_of_the_one_before(play):
    def decide(state, url):
        state, identity = state.next_id(url)
        return state, (OpenUrl(identity), HangUp())

    state, effects = for_each(play.state, ["a", "b"], decide)
    assert state.process.serial == play.state.process.serial + 2
    assert effects == (OpenUrl("a-5eed-1"), HangUp(), OpenUrl("b-5eed-2"), HangUp())


def test_no_items_no_decision(play):
    assert for_each(play.state, [], None) == (play.state, ())
