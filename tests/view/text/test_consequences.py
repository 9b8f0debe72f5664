from __future__ import annotations

from tests.parts import having
from tray.core.model import RunningRun
from tray.values import replace
from tray.view.text import consequences


def test_compacting_loses_details_and_spends_tokens(make, words):
    known = consequences.of_compacting(make.session(used=124_000), words)
    assert known[0] == "A model summarises the history of “main” to make room."
    assert known[-1] == "This spends tokens: the model reads about 124k."
    assert consequences.of_compacting(make.session(), words)[-1] == "This spends tokens."


def test_starting_over_forgets_and_keeps(make, words):
    session = make.session()
    state = make.connected(session)
    lines = consequences.of_starting_over(state, session, words)
    assert lines == [
        "“main” starts over and forgets the conversation so far.",
        "It keeps its model: claude-opus-4-5",
    ]
    bare = make.session(model=None)
    snapshot = replace(state.gateway.snapshot, runs={"r": RunningRun(bare.key, 0.0)})
    busy = consequences.of_starting_over(having(state, snapshot=snapshot), bare, words)
    assert busy[1:] == ["A run is in progress. Its answer may be lost."]
