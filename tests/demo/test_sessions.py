import pytest

from tray.demo.methods import Refused
from tray.demo.sessions import MAIN, Sessions, canonical, model


@pytest.fixture
def sessions():
    known = Sessions()
    known.models = [
        model("one/big", "Big", 200_000),
        model("two/small", "Small", 1_000, alias="s", usable=900),
    ]
    return known


@pytest.mark.parametrize(("key", "full"), [("main", MAIN), ("x", "agent:main:x"), ("agent:a:b", "agent:a:b")])
def test_keys_are_written_in_full(key, full):
    assert canonical(key) == full


@pytest.mark.parametrize("wanted", ["two/small", "small", "s"])
def test_a_model_goes_by_name_alias_and_bare_id(sessions, wanted):
    answer = sessions.patch({"key": "main", "model": wanted})
    assert answer["entry"]["modelOverride"] == "small"
    assert sessions.rows[MAIN]["contextTokens"] == 900


@pytest.mark.parametrize("wanted", [None, "one/big"])
def test_the_default_model_is_no_override(sessions, wanted):
    sessions.patch({"key": "main", "model": "s"})
    answer = sessions.patch({"key": "main", "model": wanted})
    assert "modelOverride" not in answer["entry"]
    assert answer["resolved"] == {"modelProvider": "one", "model": "big"}


@pytest.mark.parametrize(
    ("wanted", "named"), [("two/none", "two/none"), ("zzz", "one/zzz"), ("default", "one/default")]
)
def test_an_unknown_model_is_refused_by_its_full_name(sessions, wanted, named):
    with pytest.raises(Refused, match=f"^model not allowed: {named}$"):
        sessions.patch({"key": "main", "model": wanted})


def test_a_thinking_level_has_to_be_one_of_the_choices(sessions):
    assert sessions.patch({"key": "main", "thinkingLevel": "low"})["entry"]["thinkingLevel"] == "low"
    with pytest.raises(Refused, match=r"invalid thinkingLevel \(use off, low, medium, high\)"):
        sessions.patch({"key": "main", "thinkingLevel": "galactic"})


def test_without_models_there_is_no_window():
    empty = Sessions()
    assert empty.row(MAIN)["contextTokens"] is None


def test_a_history_is_cut_to_its_last_messages(sessions):
    for number in range(3):
        sessions.say(MAIN, {"role": "user", "content": number})
    history = sessions.history({"sessionKey": "main", "limit": 2})
    assert [message["content"] for message in history["messages"]] == [1, 2]
    assert (history["hasMore"], history["totalMessages"]) == (True, 3)
