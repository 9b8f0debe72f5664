from __future__ import annotations

from tests.core.playbook import MAIN, OLD, OTHER, old_row, row
from tests.parts import having
from tray.core.commands import UseModel
from tray.core.events import CommandReceived
from tray.core.sessions.rows import rebuild, sessions_of
from tray.protocol.models import Model
from tray.protocol.sessions import Patched, SessionsPatch


def test_a_session_has_its_name_its_model_and_its_usage(play):
    play.up()
    main, other = sessions_of(play.state, (row(used=50_000, name="Work"), row(OTHER, used=1, model=None)))
    assert (main.name, main.model, main.usage.percent) == ("Work", "fake/alpha", 25.0)
    assert (other.name, other.model) == ("other", "fake/alpha")


def test_another_list_of_models_makes_other_sessions_of_the_same_rows(play):
    play.up(row(used=50_000))
    state = rebuild(having(play.state, models=(Model("fake/alpha", 100_000),)), play.now)
    assert state.gateway.snapshot.find(MAIN).usage.percent == 50.0


def test_our_own_switch_counts_where_the_row_does_not_know_it_yet(play):
    play.up(old_row(used=32_000), hello=OLD)
    play >> CommandReceived(UseModel("fake/beta", MAIN)) << SessionsPatch(MAIN, "fake/beta")
    play.answer(SessionsPatch, Patched(MAIN, "fake/beta", None))
    assert [session.model for session in sessions_of(play.state, (old_row(used=32_000),))] == ["fake/beta"]
    ran = old_row(used=33_000)
    assert [session.model for session in sessions_of(play.state, (ran,))] == ["fake/alpha"]
