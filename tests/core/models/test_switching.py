from __future__ import annotations

import pytest

from tests.core.playbook import ASK, FAR, HERE, MAIN, NEW, OLD, OTHER, SIDE, WATCH, Playbook, old_row, row
from tests.parts import having
from tray.core import persistence, requests
from tray.core.commands import Ask, KeepModel, UseModel
from tray.core.effects import ResolveTarget
from tray.core.events import (
    CommandReceived,
    ConnectionDropped,
    ReplyReceived,
    RequestFailed,
    RequestNotSent,
    SettingsRead,
)
from tray.core.model import ActionError, ModelDiffers, SwitchFailed, SwitchStatus
from tray.core.models import switching
from tray.core.models.switching import models_to_log_in, selectable_models
from tray.protocol.frames import ErrorResponse
from tray.protocol.models import AllowList, ConfigGet, Model, ModelsList
from tray.protocol.runs import Agent, Finished
from tray.protocol.sessions import Patched, SessionsList, SessionsPatch
from tray.settings.settings import Profile, Settings
from tray.values import replace

NOT_ALLOWED = ErrorResponse("INVALID_REQUEST", "model not allowed: fake/gamma")


def switch(play, key=MAIN):
    """The latest switch of this session."""
    return next((switch for switch in reversed(play.state.profile.switches) if switch.key == key), None)


def outcome(play, key=MAIN):
    found = switch(play, key)
    return found.state, found.model, found.error, found.detail


def use(play, model="fake/beta", key=None, override=..., resolved=None):
    """Request a model; the gateway accepts it, and returns what the session uses from now on."""
    play >> CommandReceived(UseModel(model, key)) << SessionsPatch(key or MAIN, model)
    override = model if override is ... else override
    return play.answer(SessionsPatch, Patched(key or MAIN, override, resolved))


# ---- asking ----


def test_the_session_in_focus_is_switched(play):
    play.up(row(OTHER, used=20_000))
    play >> CommandReceived(UseModel("fake/beta")) << SessionsPatch(OTHER, "fake/beta")
    assert outcome(play, OTHER) == (SwitchStatus.REQUESTED, None, None, "")


def test_without_a_focus_the_main_session_is(play):
    play.up()
    play >> CommandReceived(UseModel("fake/beta")) << SessionsPatch(MAIN, "fake/beta")


def test_the_key_is_made_canonical(play):
    play.up()
    play >> CommandReceived(UseModel(None, "work")) << SessionsPatch("agent:main:work", None)


def test_a_newer_wish_supersedes_an_older_one(play):
    play.up(row(used=20_000))
    use(play, "fake/gamma")
    use(play, "fake/beta")
    assert [one.requested for one in play.state.profile.switches] == ["fake/beta"]


def test_there_is_no_switching_offline(play):
    play >> CommandReceived(UseModel("fake/beta")) << SwitchFailed("", "fake/beta", ActionError.OFFLINE, "")
    assert outcome(play, "") == (SwitchStatus.FAILED, None, ActionError.OFFLINE, "")


def test_offline_the_session_asked_for_is_named(play):
    (
        play
        >> CommandReceived(UseModel("fake/beta", "main"))
        << SwitchFailed(MAIN, "fake/beta", ActionError.OFFLINE, "")
    )


@pytest.mark.parametrize("level", [WATCH, ASK])
def test_the_level_may_not_allow_it(level):
    play = Playbook(**level).up(row(used=20_000))
    play >> CommandReceived(UseModel("fake/beta")) << SwitchFailed(MAIN, "fake/beta", ActionError.LEVEL, "")
    assert outcome(play) == (SwitchStatus.FAILED, None, ActionError.LEVEL, "")


def test_the_gateway_may_not_have_granted_it(play):
    play.up(row(used=20_000), hello=replace(NEW, scopes=frozenset({"operator.read"})))
    play >> CommandReceived(UseModel("fake/beta")) << SwitchFailed(MAIN, "fake/beta", ActionError.SCOPE, "")
    assert outcome(play) == (SwitchStatus.FAILED, None, ActionError.SCOPE, "")


def test_a_wish_that_came_to_nothing_may_be_given_up(play):
    use(play.up(row(used=20_000), row(OTHER, used=10_000)), "fake/beta", override="fake/alpha")
    play << SwitchFailed(MAIN, "fake/beta", ActionError.OTHER_MODEL, "fake/alpha")
    play >> CommandReceived(KeepModel(OTHER))
    assert switch(play).state is SwitchStatus.FAILED
    play >> CommandReceived(KeepModel("main"))
    assert switch(play) is None
    play >> CommandReceived(KeepModel("main"))


def test_what_is_in_force_or_under_way_is_not_given_up(play):
    use(play.up(row(used=20_000)))
    play >> CommandReceived(KeepModel(MAIN))
    assert switch(play).state is SwitchStatus.CONFIRMED
    play >> CommandReceived(UseModel(None)) << SessionsPatch(MAIN, None)
    play >> CommandReceived(KeepModel(MAIN))
    assert switch(play).state is SwitchStatus.REQUESTED


# ---- what the gateway says ----


def test_the_override_it_confirms_is_believed(play):
    use(play.up(row(used=20_000)))
    assert outcome(play) == (SwitchStatus.CONFIRMED, "fake/beta", None, "")


def test_an_alias_is_the_gateways_to_resolve(play):
    use(play.up(row(used=20_000)), "bee", override="fake/beta")
    assert outcome(play) == (SwitchStatus.CONFIRMED, "fake/beta", None, "")


@pytest.mark.parametrize("override", ["fake/alpha", None])
def test_an_alias_that_the_catalogue_knows_is_held_to_its_model(play, override):
    use(play.up(row(used=20_000)), "bee", override=override, resolved="fake/alpha")
    play << SwitchFailed(MAIN, "bee", ActionError.OTHER_MODEL, "fake/alpha")


def test_another_model_than_the_one_asked_for(play):
    use(play.up(row(used=20_000)), "fake/beta", override="fake/alpha")
    play << SwitchFailed(MAIN, "fake/beta", ActionError.OTHER_MODEL, "fake/alpha")
    assert outcome(play) == (SwitchStatus.FAILED, "fake/alpha", ActionError.OTHER_MODEL, "fake/alpha")


@pytest.mark.parametrize("hello", [NEW, OLD])
def test_back_to_the_default(play, hello):
    # 2026.2 says that it resolves to the model of the last run.
    resolved = "fake/alpha" if hello is NEW else "fake/beta"
    use(play.up(row(used=20_000, model="fake/beta"), hello=hello), None, override=None, resolved=resolved)
    assert outcome(play) == (SwitchStatus.CONFIRMED, "fake/alpha", None, "")


def test_a_default_that_stays_overridden(play):
    use(play.up(row(used=20_000)), None, override="fake/beta")
    play << SwitchFailed(MAIN, None, ActionError.OTHER_MODEL, "fake/beta")
    assert outcome(play)[:3] == (SwitchStatus.FAILED, "fake/beta", ActionError.OTHER_MODEL)


def test_choosing_the_default_by_its_name_stores_no_override(play):
    use(play.up(row(used=20_000)), "fake/alpha", override=None, resolved="fake/alpha")
    assert outcome(play)[:2] == (SwitchStatus.CONFIRMED, "fake/alpha")


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("model not allowed: fake/hidden", ActionError.GATEWAY),
        ("missing scope: operator.admin", ActionError.SCOPE),
    ],
)
def test_a_refusal_keeps_the_message_of_the_gateway(play, message, error):
    play.up(row(used=20_000))
    play >> CommandReceived(UseModel("fake/hidden")) << SessionsPatch(MAIN, "fake/hidden")
    play.decline(SessionsPatch, ErrorResponse("INVALID_REQUEST", message))
    play << SwitchFailed(MAIN, "fake/hidden", error, message)
    play.read(row(used=20_000)).silent()
    assert outcome(play) == (SwitchStatus.FAILED, None, error, message)
    assert play.session().model == "fake/alpha"


def test_a_gateway_that_does_not_answer(play):
    play.up(row(used=20_000))
    play >> CommandReceived(UseModel("fake/beta")) << SessionsPatch(MAIN, "fake/beta")
    play.wait(requests.TIMEOUT_SECONDS) << SwitchFailed(MAIN, "fake/beta", ActionError.UNCONFIRMED, "")
    assert outcome(play) == (SwitchStatus.FAILED, None, ActionError.UNCONFIRMED, "")


def test_a_connection_that_breaks_leaves_no_switch_under_way(play):
    use(play.up(row(used=20_000), row(OTHER, used=10_000)))
    play >> CommandReceived(UseModel("fake/beta", OTHER)) << SessionsPatch(OTHER, "fake/beta")
    play >> ConnectionDropped(None, "reset")
    play << SwitchFailed(OTHER, "fake/beta", ActionError.UNCONFIRMED, "")
    assert outcome(play, OTHER)[2] is ActionError.UNCONFIRMED
    assert switch(play).state is SwitchStatus.CONFIRMED


@pytest.mark.parametrize(
    "late",
    [ReplyReceived("r-5eed-5", Patched(MAIN, "fake/gamma", None)), RequestFailed("r-5eed-5", NOT_ALLOWED)],
)
def test_what_became_of_an_older_wish_says_nothing_of_the_newer(play, late):
    play.up(row(used=20_000))
    play >> CommandReceived(UseModel("fake/gamma")) << SessionsPatch(MAIN, "fake/gamma")
    assert play.pending(SessionsPatch).id == late.id
    play >> CommandReceived(UseModel("fake/beta")) << SessionsPatch(MAIN, "fake/beta")
    play >> late
    assert outcome(play) == (SwitchStatus.REQUESTED, None, None, "")


def test_what_the_gateway_took_of_an_older_wish_is_in_force_until_it_takes_the_newer(play):
    play.up(old_row(used=20_000), hello=OLD)
    play >> CommandReceived(UseModel("fake/gamma")) << SessionsPatch(MAIN, "fake/gamma")
    older = play.pending(SessionsPatch).id
    play >> CommandReceived(UseModel("fake/beta")) << SessionsPatch(MAIN, "fake/beta")
    play >> ReplyReceived(older, Patched(MAIN, "fake/gamma", None))
    assert play.session().model == "fake/gamma"
    play.answer(SessionsPatch, Patched(MAIN, "fake/beta", None))
    assert play.session().model == "fake/beta"
    assert [one.requested for one in play.state.profile.switches] == ["fake/beta"]


@pytest.mark.parametrize(
    ("error_response", "error"),
    [
        (NOT_ALLOWED, ActionError.GATEWAY),
        (ErrorResponse("FORBIDDEN", "missing scope: operator.admin"), ActionError.SCOPE),
    ],
)
def test_a_refusal_leaves_the_older_switch_in_force(play, error_response, error):
    use(play.up(old_row(used=20_000), hello=OLD))
    play >> CommandReceived(UseModel("fake/gamma")) << SessionsPatch(MAIN, "fake/gamma")
    assert play.session().model == "fake/beta"
    play.decline(SessionsPatch, error_response) << SwitchFailed(
        MAIN, "fake/gamma", error, error_response.message
    )
    play.read(old_row(used=20_000))
    assert play.session().model == "fake/beta"
    again = Playbook()
    again.state = persistence.load(again.state, play.saved[-1])
    again.up(old_row(used=20_000), hello=OLD)
    assert again.session().model == "fake/beta"


def test_a_click_that_came_too_late_leaves_it_in_force_too(play):
    use(play.up(old_row(used=20_000), hello=OLD))
    play >> ConnectionDropped(None, "reset")
    (
        play
        >> CommandReceived(UseModel("fake/gamma"))
        << SwitchFailed(MAIN, "fake/gamma", ActionError.OFFLINE, "")
    )
    assert [one.state for one in play.state.profile.switches] == [SwitchStatus.CONFIRMED, SwitchStatus.FAILED]
    play.wait(0.0) << ResolveTarget()
    play.up(old_row(used=20_000), hello=OLD)
    assert play.session().model == "fake/beta"


def test_an_override_that_the_gateway_changed_to_yet_another_is_in_force_no_more(play):
    use(play.up(old_row(used=20_000), hello=OLD))
    use(play, "fake/alpha", override="fake/gamma")
    play << SwitchFailed(MAIN, "fake/alpha", ActionError.OTHER_MODEL, "fake/gamma")
    assert [one.state for one in play.state.profile.switches] == [SwitchStatus.FAILED]


def test_a_switch_that_was_never_written_is_known_not_to_have_happened(play):
    play.up(row(used=20_000))
    play >> CommandReceived(UseModel("fake/beta")) << SessionsPatch(MAIN, "fake/beta")
    (
        play
        >> RequestNotSent(play.pending(SessionsPatch).id)
        << SwitchFailed(MAIN, "fake/beta", ActionError.OFFLINE, "")
    )
    play >> ConnectionDropped(None, "reset")


def test_a_switch_for_a_prompt_that_was_never_sent_is_not_reported(play):
    play.up()
    play >> CommandReceived(Ask("hello", model="fake/beta")) << SessionsPatch(SIDE, "fake/beta")
    play >> RequestNotSent(play.pending(SessionsPatch).id)
    assert play.state.profile.switches == ()


def test_a_switch_without_a_response_is_found_by_a_reading(play):
    use(play.up(row(used=20_000), row(OTHER, used=10_000)), "fake/gamma")
    for asked, model in (("bee", "fake/beta"), (None, "fake/alpha"), ("fake/beta", "fake/beta")):
        play >> CommandReceived(UseModel(asked)) << SessionsPatch(MAIN, asked)
        play.wait(requests.TIMEOUT_SECONDS).skip()
        assert outcome(play)[2] is ActionError.UNCONFIRMED
        play.read(row(used=20_000, model=model)).silent()
        assert outcome(play) == (SwitchStatus.VERIFIED, model, None, "")
        assert [one.requested for one in play.state.profile.switches] == [asked]


def test_a_gateway_that_did_not_switch_is_believed(play):
    play.up(row(used=20_000))
    play >> CommandReceived(UseModel("fake/beta")) << SessionsPatch(MAIN, "fake/beta")
    play.wait(requests.TIMEOUT_SECONDS) << SwitchFailed
    play.wait(2.0) << SessionsList(200)
    play.read(row(used=20_000)).silent()
    assert outcome(play)[:3] == (SwitchStatus.FAILED, None, ActionError.UNCONFIRMED)


def test_a_reading_amid_a_switch_says_nothing_of_the_one_before(play):
    use(play.up(row(used=20_000)))
    play.wait(2.0) << SessionsList(200)
    play >> CommandReceived(UseModel("fake/gamma")) << SessionsPatch(MAIN, "fake/gamma")
    play.read(row(used=20_000, model="fake/gamma")).silent()
    assert [one.state for one in play.state.profile.switches] == [
        SwitchStatus.CONFIRMED,
        SwitchStatus.REQUESTED,
    ]


# ---- read back ----


def test_it_is_read_back_after_two_seconds(play):
    use(play.up(row(used=20_000)))
    play.wait(1.9).silent()
    play.wait(0.1) << SessionsList(200)
    play.read(row(used=20_000, model="fake/beta"))
    assert outcome(play)[:2] == (SwitchStatus.VERIFIED, "fake/beta")


def test_a_newer_release_that_lists_another_model_is_reported(play):
    use(play.up(row(used=20_000)))
    play.wait(2.0) << SessionsList(200)
    play.read(row(used=20_000)) << ModelDiffers(MAIN, "fake/beta", "fake/alpha")
    assert outcome(play) == (SwitchStatus.FAILED, "fake/beta", ActionError.OTHER_MODEL, "fake/alpha")
    play.read(row(used=20_000)).silent()


@pytest.mark.parametrize(("make", "hello"), [(row, NEW), (old_row, OLD)])
def test_the_model_under_its_runtimes_name_is_what_was_asked_for(play, make, hello):
    use(play.up(make(used=20_000, model="anthropic/sonnet"), hello=hello), "anthropic/opus")
    play.wait(2.0) << SessionsList(200)
    for used in (21_000, 22_000):
        play.read(make(used=used, model="claude-cli/opus")).silent()
        assert outcome(play) == (SwitchStatus.VERIFIED, "anthropic/opus", None, "")
    finished(play, "claude-cli/opus").silent()
    assert switch(play).state is SwitchStatus.VERIFIED


@pytest.mark.parametrize("override", ["claude-cli/opus", "anthropic/opus"])
def test_an_override_under_its_runtimes_name_is_what_was_asked_for(play, override):
    play.up(row(used=20_000))
    play.state = having(play.state, models=(Model("anthropic/opus", 200_000),))
    play >> CommandReceived(UseModel("anthropic/opus")) << SessionsPatch(MAIN, "anthropic/opus")
    play.answer(SessionsPatch, Patched(MAIN, override, None)).silent()
    assert outcome(play) == (SwitchStatus.CONFIRMED, override, None, "")


def test_a_reading_asked_for_before_the_switch_says_nothing_of_it(play):
    play.up(row(used=20_000)).ask_for_reading()
    play.wait(0.1)
    use(play)
    play.read(row(used=20_000)).silent()
    assert switch(play).state is SwitchStatus.CONFIRMED
    play.wait(2.0) << SessionsList(200)
    play.read(row(used=20_000, model="fake/beta"))
    assert switch(play).state is SwitchStatus.VERIFIED


def test_an_old_release_is_compared_after_the_next_run(play):
    use(play.up(old_row(used=20_000), hello=OLD))
    play.wait(2.0) << SessionsList(200)
    play.read(old_row(used=20_000)).silent()
    assert switch(play).state is SwitchStatus.CONFIRMED
    play.wait(30.0) << SessionsList(200)
    play.read(old_row(used=21_000)) << ModelDiffers(MAIN, "fake/beta", "fake/alpha")


def test_an_old_release_that_ran_what_was_asked_for(play):
    use(play.up(old_row(used=20_000), hello=OLD))
    play.wait(2.0) << SessionsList(200)
    play.read(old_row(used=21_000, model="fake/beta", context_limit=64_000))
    assert switch(play).state is SwitchStatus.VERIFIED


def test_an_old_release_that_compacted_has_not_run(play):
    use(play.up(old_row(used=20_000), hello=OLD))
    play.wait(2.0) << SessionsList(200)
    play.read(old_row(has_run=True)).silent()
    assert switch(play).state is SwitchStatus.CONFIRMED


def test_a_session_that_never_ran_has_nothing_to_compare(play):
    use(play.up(hello=OLD), key=OTHER)
    play.wait(2.0) << SessionsList(200)
    play.read(old_row(OTHER, model=None, context_limit=None)).silent()
    assert switch(play, OTHER).state is SwitchStatus.CONFIRMED


def test_a_reset_session_is_another_story(play):
    use(play.up(old_row(used=20_000), hello=OLD))
    play.wait(2.0) << SessionsList(200)
    play.read(old_row(used=9_000, session_id="second")).silent()
    assert switch(play).state is SwitchStatus.VERIFIED
    play.read(old_row(used=9_000, session_id="second")).silent()
    assert switch(play) is None


@pytest.mark.parametrize(("make", "hello"), [(row, NEW), (old_row, OLD)])
def test_a_later_choice_of_another_client_is_no_failure(play, make, hello):
    use(play.up(make(used=20_000), hello=hello))
    play.wait(2.0) << SessionsList(200)
    play.read(make(used=21_000, model="fake/beta"))
    assert switch(play).state is SwitchStatus.VERIFIED
    play.read(make(used=22_000, model="fake/gamma")).silent()
    assert play.state.profile.switches == ()


def test_a_session_that_is_gone_is_not_judged(play):
    use(play.up(row(used=20_000)))
    play.wait(2.0) << SessionsList(200)
    play.read().silent()
    assert switch(play).state is SwitchStatus.CONFIRMED


def test_a_prompt_that_switches_its_session_undoes_an_older_switch(play):
    use(play.up(old_row(SIDE, used=20_000), hello=OLD), "fake/beta", SIDE)
    play.wait(2.0) << SessionsList(200)
    play.read(old_row(SIDE, used=20_000))
    play >> CommandReceived(Ask("hello", model="fake/gamma")) << SessionsPatch(SIDE, "fake/gamma")
    play.answer(SessionsPatch, Patched(SIDE, "fake/gamma", None)) << Agent
    assert play.session(SIDE).model == "fake/gamma"
    play.wait(2.0) << SessionsList(200)
    play.read(old_row(SIDE, used=21_000, model="fake/gamma")).silent()
    assert [(one.requested, one.state) for one in play.state.profile.switches] == [
        ("fake/gamma", SwitchStatus.VERIFIED)
    ]


def test_a_model_of_a_prompt_that_the_gateway_took_otherwise_undoes_it_too(play):
    use(play.up(old_row(SIDE, used=20_000), hello=OLD), "fake/beta", SIDE)
    play >> CommandReceived(Ask("hello", model="fake/alpha")) << SessionsPatch(SIDE, "fake/alpha")
    play.answer(SessionsPatch, Patched(SIDE, "fake/gamma", None)) << Agent
    assert switch(play, SIDE) is None


def test_a_switch_survives_a_reconnect(play):
    use(play.up(old_row(used=20_000), hello=OLD))
    play >> ConnectionDropped(None, "reset")
    play.wait(0.0) << ResolveTarget()
    play.up(old_row(used=20_000), hello=OLD)
    assert switch(play).state is SwitchStatus.CONFIRMED
    assert play.session().model == "fake/beta"


def test_a_switch_belongs_to_the_gateway_of_its_profile(play):
    use(play.up(old_row(used=20_000), hello=OLD))
    near = Settings(profiles=(Profile(), Profile("far", url=FAR.url)))
    play >> SettingsRead(replace(near, profile="far"))
    play.skip()
    play.target = FAR
    play.up(old_row(used=20_000), hello=OLD)
    assert play.session().model == "fake/alpha"
    play >> SettingsRead(near)
    play.skip()
    play.target = HERE
    play.up(old_row(used=20_000), hello=OLD)
    assert play.session().model == "fake/beta"


def test_a_profile_that_is_left_leaves_no_switch_under_way(play):
    play.up(row(used=20_000))
    play >> CommandReceived(UseModel("fake/beta")) << SessionsPatch(MAIN, "fake/beta")
    play >> SettingsRead(Settings(profile="far", profiles=(Profile(), Profile("far", url=FAR.url))))
    assert SwitchFailed(MAIN, "fake/beta", ActionError.UNCONFIRMED, "") in play.skip()
    assert [one.state for one in play.state.profile.switches] == [SwitchStatus.FAILED]


# ---- the model that answered ----


def finished(play, model, text="hello", **more):
    """A prompt of ours on the main session is answered by this model."""
    play >> CommandReceived(Ask(text, MAIN)) << Agent
    return play.answer(Agent, Finished("fine", model=model, **more))


def proved(play):
    """A switch to beta that a reading of a new release has shown."""
    use(play.up(row(used=20_000)))
    play.wait(2.0) << SessionsList(200)
    return play.read(row(used=20_000, model="fake/beta"))


@pytest.mark.parametrize("read_back", [True, False])
def test_another_model_that_answers_is_reported_once(play, read_back):
    if read_back:
        proved(play)
    else:
        use(play.up(row(used=20_000)))
    finished(play, "fake/alpha") << ModelDiffers(MAIN, "fake/beta", "fake/alpha")
    assert outcome(play) == (SwitchStatus.FAILED, "fake/beta", ActionError.OTHER_MODEL, "fake/alpha")
    finished(play, "fake/alpha").silent()
    play.read(row(used=20_000, model="fake/beta")).silent()


@pytest.mark.parametrize("model", ["fake/beta", "beta", None])
def test_the_model_asked_for_that_answers_is_no_news(play, model):
    finished(proved(play), model).silent()
    assert switch(play).state is SwitchStatus.VERIFIED


def test_a_failed_run_has_no_model_that_answered(play):
    finished(proved(play), "fake/alpha", error="overloaded").silent()
    assert switch(play).state is SwitchStatus.VERIFIED


def test_without_a_switch_of_ours_any_model_may_answer(play):
    finished(play.up(row(used=20_000)), "fake/beta").silent()


def test_a_prompt_that_was_under_way_before_the_switch_is_answered_by_the_model_before(play):
    play.up(row(used=20_000))
    play >> CommandReceived(Ask("hello", MAIN)) << Agent
    play.wait(1.0)
    use(play)
    play.answer(Agent, Finished("fine", model="fake/alpha")).silent()
    assert switch(play).state is SwitchStatus.CONFIRMED


def test_an_old_release_says_at_the_end_of_a_run_what_the_next_reading_would(play):
    use(play.up(old_row(used=20_000), hello=OLD))
    finished(play, "fake/alpha") << ModelDiffers(MAIN, "fake/beta", "fake/alpha")
    play.wait(2.0) << SessionsList(200)
    play.read(old_row(used=21_000)).silent()


def test_the_choice_of_another_client_on_an_old_release_is_no_failure(play):
    use(play.up(old_row(used=20_000), hello=OLD))
    play.wait(2.0) << SessionsList(200)
    play.read(old_row(used=21_000, model="fake/beta"))
    finished(play, "fake/gamma").silent()


def preset(play, answered_by):
    play >> CommandReceived(Ask("hello", model="fake/beta")) << SessionsPatch(SIDE, "fake/beta")
    play.answer(SessionsPatch, Patched(SIDE, "fake/beta", None)) << Agent
    play.answer(Agent, Finished("fine", model=answered_by))
    return [effect for effect in play.skip() if isinstance(effect, ModelDiffers)]


@pytest.mark.parametrize("hello", [NEW, OLD])
def test_a_prompt_with_its_own_model_reports_each_other_model_once(play, hello):
    play.up(hello=hello)
    assert preset(play, "fake/beta") == []
    assert preset(play, "fake/alpha") == [ModelDiffers(SIDE, "fake/beta", "fake/alpha")]
    assert preset(play, "fake/alpha") == []
    assert preset(play, "fake/gamma") == [ModelDiffers(SIDE, "fake/beta", "fake/gamma")]


def test_a_switch_by_hand_reports_another_model_again(play):
    use(play.up(row(used=20_000)))
    finished(play, "fake/alpha") << ModelDiffers
    use(play)
    finished(play, "fake/alpha") << ModelDiffers


# ---- what may be chosen ----


def test_the_choices_are_the_gateways(play):
    assert selectable_models(play.state) == ()
    play.up()
    assert [model.name for model in selectable_models(play.state)] == ["fake/alpha", "fake/beta"]


def test_the_oldest_release_must_be_held_against_its_allow_list(play):
    play.connect(OLD) << SessionsList(200) << ModelsList() << ConfigGet()
    play.answer(ConfigGet, AllowList(("fake/beta", "fake/gamma")))
    play.skip()
    assert selectable_models(play.state) == ()
    full = Playbook().up().state
    assert [m.name for m in selectable_models(having(full, allowed=play.state.gateway.allowed))] == [
        "fake/beta"
    ]


def test_a_model_that_needs_a_login_is_no_choice(play):
    models = (Model("fake/alpha"), Model("paid/one", needs_login=True), Model("paid/two", needs_login=True))
    state = having(play.state, models=models, allowed=frozenset({"fake/alpha", "paid/one"}))
    assert [model.name for model in selectable_models(state)] == ["fake/alpha"]
    assert [model.name for model in models_to_log_in(state)] == ["paid/one"]


def test_switches_are_bounded(play):
    play.up(row(used=20_000))
    for number in range(switching.MAX_SWITCHES + 5):
        use(play, key=f"agent:main:s{number}").skip()
    assert len(play.state.profile.switches) == switching.MAX_SWITCHES + 1
