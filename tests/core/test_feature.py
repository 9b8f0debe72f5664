from __future__ import annotations

from tray.core.feature import Feature, Handler
from tray.protocol.requests import Done
from tray.protocol.sessions import SessionsSubscribe


def test_a_feature_does_nothing_by_default(play):
    feature = Feature()
    for decide in (feature.tick, feature.connected, feature.disconnected):
        assert decide(play.state, play.now) == (play.state, ())
    assert feature.deadline(play.state) is None
    assert feature.handlers == ()


def test_a_handler_does_nothing_by_default(play):
    handler, request, nothing = Handler(SessionsSubscribe, Done), SessionsSubscribe(), (play.state, ())
    assert handler.answered(play.state, request, Done(), play.now) == nothing
    assert handler.failed(play.state, request, None, play.now) == nothing
    assert handler.not_sent(play.state, request, play.now) == nothing
