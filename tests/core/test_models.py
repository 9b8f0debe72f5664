from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.playbook import ASK, MAIN, NEW, OLD, OTHER, SIDE, WATCH, Playbook, old_row, row
from tray.core.events import (
    Answered,
    Ask,
    Clicked,
    Declined,
    Dropped,
    ModelDiffers,
    ReadConfig,
    SwitchFailed,
    UseModel,
)
from tray.core.models import choices
from tray.core.state import SwitchState
from tray.core.trouble import Fault
from tray.wire.frames import Failure
from tray.wire.models import AllowList, ConfigGet, ModelsList
from tray.wire.runs import Agent
from tray.wire.sessions import Patched, SessionsList, SessionsPatch

NOT_ALLOWED = Failure("INVALID_REQUEST", "model not allowed: fake/gamma")


def switch(play, key=MAIN):
    return next((switch for switch in play.state.switches if switch.key == key), None)


def outcome(play, key=MAIN):
    found = switch(play, key)
    return found.state, found.model, found.fault, found.detail


def use(play, model="fake/beta", key=None, override=..., resolved=None):
    """Ask for a model; the gateway takes it, and says what the session is now told to use."""
    play >> Clicked(UseModel(model, key)) << SessionsPatch(key or MAIN, model)
    override = model if override is ... else override
    return play.answer(SessionsPatch, Patched(key or MAIN, override, resolved))


# ---- asking ----


def test_the_session_in_focus_is_switched(play):
    play.up(row(OTHER, used=20_000))
    play >> Clicked(UseModel("fake/beta")) << SessionsPatch(OTHER, "fake/beta")
    assert outcome(play, OTHER) == (SwitchState.ASKED, None, None, "")


def test_without_a_focus_the_main_session_is(play):
    play.up()
    play >> Clicked(UseModel("fake/beta")) << SessionsPatch(MAIN, "fake/beta")


def test_the_key_is_made_canonical(play):
    play.up()
    play >> Clicked(UseModel(None, "work")) << SessionsPatch("agent:main:work", None)


def test_a_newer_wish_supersedes_an_older_one(play):
    play.up(row(used=20_000))
    use(play, "fake/gamma")
    use(play, "fake/beta")
    assert [one.asked for one in play.state.switches] == ["fake/beta"]


def test_there_is_no_switching_offline(play):
    play >> Clicked(UseModel("fake/beta")) << SwitchFailed("", "fake/beta", "")
    assert outcome(play, "")[2] is Fault.OFFLINE


def test_offline_the_session_asked_for_is_named(play):
    play >> Clicked(UseModel("fake/beta", MAIN)) << SwitchFailed(MAIN, "fake/beta", "")


@pytest.mark.parametrize("level", [WATCH, ASK])
def test_the_level_may_not_allow_it(level):
    play = Playbook(**level).up(row(used=20_000))
    play >> Clicked(UseModel("fake/beta")) << SwitchFailed(MAIN, "fake/beta", "")
    assert outcome(play) == (SwitchState.FAILED, None, Fault.LEVEL, "")


def test_the_gateway_may_not_have_granted_it(play):
    play.up(row(used=20_000), hello=replace(NEW, scopes=frozenset({"operator.read"})))
    play >> Clicked(UseModel("fake/beta")) << SwitchFailed(MAIN, "fake/beta", "")
    assert outcome(play) == (SwitchState.FAILED, None, Fault.SCOPE, "")


# ---- what the gateway says ----


def test_the_override_it_confirms_is_believed(play):
    use(play.up(row(used=20_000)))
    assert outcome(play) == (SwitchState.SET, "fake/beta", None, "")


def test_an_alias_is_the_gateways_to_resolve(play):
    use(play.up(row(used=20_000)), "bee", override="fake/beta")
    assert outcome(play) == (SwitchState.SET, "fake/beta", None, "")


def test_another_model_than_the_one_asked_for(play):
    use(play.up(row(used=20_000)), "fake/beta", override="fake/alpha")
    assert outcome(play) == (SwitchState.FAILED, "fake/alpha", Fault.OTHER_MODEL, "fake/alpha")


@pytest.mark.parametrize("hello", [NEW, OLD])
def test_back_to_the_default(play, hello):
    # 2026.2 says that it resolves to the model of the last run.
    resolved = "fake/alpha" if hello is NEW else "fake/beta"
    use(play.up(row(used=20_000, model="fake/beta"), hello=hello), None, override=None, resolved=resolved)
    assert outcome(play) == (SwitchState.SET, "fake/alpha", None, "")


def test_a_default_that_stays_overridden(play):
    use(play.up(row(used=20_000)), None, override="fake/beta")
    assert outcome(play)[:3] == (SwitchState.FAILED, "fake/beta", Fault.OTHER_MODEL)


def test_choosing_the_default_by_its_name_stores_no_override(play):
    use(play.up(row(used=20_000)), "fake/alpha", override=None, resolved="fake/alpha")
    assert outcome(play)[:2] == (SwitchState.SET, "fake/alpha")


@pytest.mark.parametrize(
    ("message", "fault"),
    [("model not allowed: fake/hidden", Fault.GATEWAY), ("missing scope: operator.admin", Fault.SCOPE)],
)
def test_a_refusal_keeps_the_gateways_words(play, message, fault):
    play.up(row(used=20_000))
    play >> Clicked(UseModel("fake/hidden")) << SessionsPatch(MAIN, "fake/hidden")
    play.decline(SessionsPatch, Failure("INVALID_REQUEST", message))
    play << SwitchFailed(MAIN, "fake/hidden", message)
    play.read(row(used=20_000)).silent()
    assert outcome(play) == (SwitchState.FAILED, None, fault, message)
    assert play.session().model == "fake/alpha"


def test_a_gateway_that_does_not_answer(play):
    play.up(row(used=20_000))
    play >> Clicked(UseModel("fake/beta")) << SessionsPatch(MAIN, "fake/beta")
    play.wait(15.0) << SwitchFailed(MAIN, "fake/beta", "")
    assert outcome(play)[2] is Fault.NO_REPLY


def test_a_connection_that_breaks_leaves_no_switch_under_way(play):
    use(play.up(row(used=20_000), row(OTHER, used=10_000)))
    play >> Clicked(UseModel("fake/beta", OTHER)) << SessionsPatch(OTHER, "fake/beta")
    play >> Dropped(None, "reset")
    play << SwitchFailed(OTHER, "fake/beta", "")
    assert outcome(play, OTHER)[2] is Fault.NO_REPLY
    assert switch(play).state is SwitchState.SET


@pytest.mark.parametrize(
    "late", [Answered("r-5eed-4", Patched(MAIN, "fake/gamma", None)), Declined("r-5eed-4", NOT_ALLOWED)]
)
def test_what_became_of_an_older_wish_says_nothing_of_the_newer(play, late):
    play.up(row(used=20_000))
    play >> Clicked(UseModel("fake/gamma")) << SessionsPatch(MAIN, "fake/gamma")
    assert play.pending(SessionsPatch).id == late.id
    play >> Clicked(UseModel("fake/beta")) << SessionsPatch(MAIN, "fake/beta")
    play >> late
    assert outcome(play) == (SwitchState.ASKED, None, None, "")


def test_an_answer_to_a_switch_that_is_gone(play):
    play.up(row(used=20_000))
    play >> Clicked(UseModel("fake/beta")) << SessionsPatch(MAIN, "fake/beta")
    play.state = replace(play.state, switches=())
    play.answer(SessionsPatch, Patched(MAIN, "fake/beta", None))
    assert play.state.switches == ()


# ---- read back ----


def test_it_is_read_back_after_two_seconds(play):
    use(play.up(row(used=20_000)))
    play.wait(1.9).silent()
    play.wait(0.1) << SessionsList(200)
    play.read(row(used=20_000, model="fake/beta"))
    assert outcome(play)[:2] == (SwitchState.PROVED, "fake/beta")


def test_a_new_release_that_lists_another_model_is_told(play):
    use(play.up(row(used=20_000)))
    play.wait(2.0) << SessionsList(200)
    play.read(row(used=20_000)) << ModelDiffers(MAIN, "fake/beta", "fake/alpha")
    assert outcome(play) == (SwitchState.FAILED, "fake/beta", Fault.OTHER_MODEL, "fake/alpha")
    play.read(row(used=20_000)).silent()


def test_a_reading_asked_for_before_the_switch_says_nothing_of_it(play):
    play.up(row(used=20_000)).ask_for_reading()
    play.wait(0.1)
    use(play)
    play.read(row(used=20_000)).silent()
    assert switch(play).state is SwitchState.SET
    play.wait(2.0) << SessionsList(200)
    play.read(row(used=20_000, model="fake/beta"))
    assert switch(play).state is SwitchState.PROVED


def test_an_old_release_is_compared_after_the_next_run(play):
    use(play.up(old_row(used=20_000), hello=OLD))
    play.wait(2.0) << SessionsList(200)
    play.read(old_row(used=20_000)).silent()
    assert switch(play).state is SwitchState.SET
    play.wait(30.0) << SessionsList(200)
    play.read(old_row(used=21_000)) << ModelDiffers(MAIN, "fake/beta", "fake/alpha")


def test_an_old_release_that_ran_what_was_asked_for(play):
    use(play.up(old_row(used=20_000), hello=OLD))
    play.wait(2.0) << SessionsList(200)
    play.read(old_row(used=21_000, model="fake/beta", window=64_000))
    assert switch(play).state is SwitchState.PROVED


def test_an_old_release_that_compacted_has_not_run(play):
    use(play.up(old_row(used=20_000), hello=OLD))
    play.wait(2.0) << SessionsList(200)
    play.read(old_row(ran=True)).silent()
    assert switch(play).state is SwitchState.SET


def test_a_session_that_never_ran_has_nothing_to_compare(play):
    use(play.up(hello=OLD), key=OTHER)
    play.wait(2.0) << SessionsList(200)
    play.read(old_row(OTHER, model=None, window=None)).silent()
    assert switch(play, OTHER).state is SwitchState.SET


def test_a_reset_session_is_another_story(play):
    use(play.up(old_row(used=20_000), hello=OLD))
    play.wait(2.0) << SessionsList(200)
    play.read(old_row(used=9_000, session_id="second")).silent()
    assert switch(play).state is SwitchState.PROVED


def test_a_session_that_is_gone_is_not_judged(play):
    use(play.up(row(used=20_000)))
    play.wait(2.0) << SessionsList(200)
    play.read().silent()
    assert switch(play).state is SwitchState.SET


def test_a_prompt_that_switches_its_session_undoes_an_older_switch(play):
    use(play.up(old_row(SIDE, used=20_000), hello=OLD), "fake/beta", SIDE)
    play.wait(2.0) << SessionsList(200)
    play.read(old_row(SIDE, used=20_000))
    play >> Clicked(Ask("hello", model="fake/gamma")) << SessionsPatch(SIDE, "fake/gamma")
    play.answer(SessionsPatch, Patched(SIDE, "fake/gamma", None)) << Agent
    play.wait(2.0) << SessionsList(200)
    play.read(old_row(SIDE, used=21_000, model="fake/gamma")).silent()
    assert switch(play, SIDE) is None


def test_a_switch_survives_a_reconnect(play):
    use(play.up(old_row(used=20_000), hello=OLD))
    play >> Dropped(None, "reset")
    play.wait(0.0) << ReadConfig()
    play.up(old_row(used=20_000), hello=OLD)
    assert switch(play).state is SwitchState.SET
    assert play.session().model == "fake/beta"


# ---- what may be chosen ----


def test_the_choices_are_the_gateways(play):
    assert choices(play.state) == ()
    play.up()
    assert [model.name for model in choices(play.state)] == ["fake/alpha", "fake/beta"]


def test_the_oldest_release_must_be_held_against_its_allow_list(play):
    play.connect(OLD) << SessionsList(200) << ModelsList() << ConfigGet()
    play.answer(ConfigGet, AllowList(("fake/beta", "fake/gamma")))
    play.skip()
    assert choices(play.state) == ()
    full = Playbook().up().state
    assert [m.name for m in choices(replace(full, allowed=play.state.allowed))] == ["fake/beta"]
