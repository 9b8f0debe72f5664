from __future__ import annotations

from tray.core.effects import HangUp, OpenUrl
from tray.core.outcome import for_each


def test_each_decision_starts_from_the_state_of_the_one_before(play):
    def decide(state, url):
        state, identity = state.next_id(url)
        return state, (OpenUrl(identity), HangUp())

    state, effects = for_each(play.state, ["a", "b"], decide)
    assert state.serial == play.state.serial + 2
    assert effects == (OpenUrl("a-5eed-1"), HangUp(), OpenUrl("b-5eed-2"), HangUp())


def test_no_items_no_decision(play):
    assert for_each(play.state, [], None) == (play.state, ())
