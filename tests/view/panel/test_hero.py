from __future__ import annotations

import pytest

from tests.parts import having
from tray.core.commands import (
    Compact,
    EditSettings,
    KeepModel,
    NewSession,
    Reconnect,
    SaveSettings,
    ShowDiagnostics,
    StartGateway,
    StopRun,
    UseModel,
)
from tray.core.model import (
    ActionError,
    ActionKind,
    ActionStatus,
    Confidence,
    ConnectionFailure,
    FailureKind,
    ModelSwitch,
    RunningRun,
    SessionAction,
    StaleReason,
    SwitchStatus,
    UsageHistory,
)
from tray.i18n.words import message
from tray.protocol.models import Model
from tray.protocol.requests import READ
from tray.settings.settings import Level
from tray.values import replace
from tray.view.icon.model import Situation
from tray.view.panel.cards import Gauge, Tone
from tray.view.panel.hero import gauge, hero

MAIN = "agent:main:main"


@pytest.fixture
def show(make, words):
    return lambda state: hero(state, state.focused, make.now(), words)


def labels(card):
    return [action.label for action in card.actions]


@pytest.mark.parametrize(
    ("used", "tone"), [(124_000, Tone.CALM), (160_000, Tone.WARNING), (190_000, Tone.CRITICAL)]
)
def test_the_ring_shows_the_figure_and_its_band(make, show, used, tone):
    card = show(make.connected(make.session(usage=make.usage(used))))
    assert card.gauge == Gauge(used // 2000, tone)
    assert card.figure == f"{used // 2000}%"
    assert card.lines == (f"{used // 1000}k of 200k tokens", "updated just now")
    assert (card.key, card.title, card.reason, card.icon) == (MAIN, "main", "", None)


def test_turns_left_are_shown_where_they_are_known(make, show):
    history = {MAIN: UsageHistory(None, make.session().model, 200_000, 124_000, (9_000, 12_500, 18_000))}
    card = show(make.connected(make.session(used=124_000), usage_history=history))
    assert card.lines[1] == "about 6 turns left (4 to 8)"


def test_a_doubtful_figure_is_dashed_and_an_unknown_one_has_no_ring_and_both_say_why(make, show):
    stale = make.usage(confidence=Confidence.STALE, stale_reason=StaleReason.UNCHANGED)
    card = show(make.connected(make.session(usage=stale)))
    assert card.gauge == Gauge(62, Tone.CALM, doubtful=True)
    assert card.figure == "~62%"
    assert card.reason == "Doubtful: the last run did not report its usage"
    unknown = make.usage(None, 200_000, Confidence.UNKNOWN, StaleReason.NEVER_USED)
    card = show(make.connected(make.session(usage=unknown)))
    assert (card.gauge, card.figure) == (None, "?")
    assert card.reason == "Unknown: this session has not been used yet"
    assert card.lines[0] == "200k token limit"
    unlimited = make.usage(None, None, Confidence.UNKNOWN, StaleReason.NO_CONTEXT_LIMIT)
    assert show(make.connected(make.session(usage=unlimited))).lines == ("updated just now",)


def test_a_figure_of_before_has_no_band(make):
    assert gauge(make.usage(190_000), make.troubled(None)) == Gauge(95, Tone.QUIET)


def test_what_spends_or_forgets_asks_first_and_a_stop_does_not(make, show):
    state = make.connected(make.session(used=124_000))
    compact, new, stop = show(state).actions
    assert (compact.command, compact.enabled, compact.confirm) == (Compact(MAIN), True, "Compact now")
    assert compact.question[-1] == "This spends tokens: the model reads about 124k."
    assert (new.command, new.confirm) == (NewSession(MAIN), "Start a new session")
    assert new.question[0] == "“main” starts over and forgets the conversation so far."
    assert (stop.command, stop.enabled, stop.question) == (StopRun(MAIN), False, ())
    snapshot = replace(state.gateway.snapshot, runs={"r": RunningRun(MAIN, 0.0)})
    card = show(having(state, snapshot=snapshot))
    assert card.actions[2].enabled
    assert card.lines[-1] == "A run is in progress"


def test_where_nothing_is_allowed_the_card_says_why(make, show):
    card = show(make.connected(make.session(used=1), level=Level.WATCH))
    assert not any(action.enabled for action in card.actions)
    assert card.result.startswith("The trust level “watch” does not allow this.")
    assert card.picker is not None
    assert card.picker.reason == card.result
    assert not any(choice.enabled for choice in card.picker.choices)


def test_the_models_with_their_fit(make, show):
    picker = show(make.connected(make.session())).picker
    assert picker is not None
    assert picker.label == "opus-4-5"
    assert [(c.label, c.detail, c.chosen, c.enabled) for c in picker.choices] == [
        ("Default (claude-opus-4-5)", "200k → 62%", True, True),
        ("claude-sonnet-4-5", "1M → 12%", False, True),
        ("small", "32k, too small", False, False),
        ("unsized", "context limit unknown", False, True),
    ]
    assert picker.choices[1].command == UseModel("anthropic/claude-sonnet-4-5", MAIN)


def test_many_models_are_one_list(make, show):
    many = tuple(Model(f"p{n % 3}/model-{n}", 200_000) for n in range(40))
    picker = show(make.connected(make.session(model=None), models=many)).picker
    assert picker is not None
    assert picker.label == "Model"
    assert {f"model-{n}" for n in range(40)} <= {choice.label for choice in picker.choices}


def test_a_switch_that_failed_offers_retry_and_keep(make, show):
    switch = ModelSwitch(
        "default", MAIN, "local/small", SwitchStatus.FAILED, error=ActionError.GATEWAY, detail="no"
    )
    card = show(make.connected(make.session(), switches=(switch,)))
    assert card.result == "Could not switch to small: Gateway error: no"
    assert [action.command for action in card.actions[:2]] == [UseModel("local/small", MAIN), KeepModel(MAIN)]


def test_how_the_last_action_ended(make, show):
    action = SessionAction(
        "default", MAIN, ActionKind.COMPACT, ActionStatus.FAILED, error=ActionError.GATEWAY, detail="full"
    )
    assert "Gateway error: full" in show(make.connected(make.session(), actions=(action,))).result


def test_the_last_run_failed(make, show):
    assert show(make.connected(make.session(failed=True))).lines[-1].endswith(" · the last run failed")
    assert show(make.connected(make.session(ago=None))).lines == ("124k of 200k tokens",)


def test_without_a_session_the_card_says_why(make, show):
    card = show(make.connected())
    assert (card.title, card.gauge, card.figure, card.actions) == ("No sessions yet", None, "?", ())
    refused = show(make.unread(read_error="no"))
    assert refused.lines == ("The login works, but the gateway does not list its sessions: no.",)
    assert [action.command for action in refused.actions] == [Reconnect()]


def test_while_connecting_there_is_nothing_to_do(make, show):
    card = show(make.troubled(None))
    assert (card.title, card.lines, card.actions) == ("Connecting…", ("127.0.0.1:18789",), ())


def test_a_gateway_that_is_down_can_be_started_here(make, show):
    settings = make.settings(Level.CONTROL)
    card = show(make.troubled(FailureKind.NOT_RUNNING, settings=settings))
    assert card.title == "The gateway is down"
    assert card.icon.situation is Situation.DOWN
    assert card.lines == (
        "Nothing is listening at 127.0.0.1:18789: the gateway is not running.",
        "Start it with:",
    )
    assert card.code == "openclaw gateway start"
    assert [action.command for action in card.actions] == [StartGateway(), Reconnect(), ShowDiagnostics()]
    assert card.actions[0].question == ("Runs on this computer: openclaw gateway start",)
    elsewhere = show(make.troubled(FailureKind.NOT_RUNNING, target=make.remote, settings=settings))
    assert labels(elsewhere) == ["Try again", "Diagnostics…"]
    assert elsewhere.actions[0].main


def test_where_no_gateway_is_found_an_address_can_be_set(make, show):
    state = make.troubled(FailureKind.NOT_FOUND, target=None)
    card = show(state)
    assert card.title == "No gateway found"
    assert card.lines == ("Start one on this computer, or enter the address of one that runs elsewhere.",)
    assert (card.code, labels(card)) == ("", ["Search again"])  # the fields are in a card of their own
    named = ConnectionFailure(FailureKind.NOT_FOUND, profiles=("work",))
    card = show(replace(state, connection=replace(state.connection, failure=named)))
    assert card.lines == ("The gateways on this computer belong to profiles: work.",)
    assert card.actions[0].command == SaveSettings(((("profile",), "work"),))


def test_a_login_that_is_refused_says_what_to_do(make, show):
    card = show(make.troubled(FailureKind.TOKEN_WRONG))
    assert card.title == "Cannot log in to the gateway"
    assert card.icon.situation is Situation.REFUSED
    assert card.lines[-1] == "Enter gateway.auth.token from the gateway's configuration."
    assert labels(card) == []
    assert labels(show(make.troubled(FailureKind.UNREACHABLE))) == [
        "Try again",
        "Set address…",
        "Diagnostics…",
    ]
    assert show(make.troubled(FailureKind.ADDRESS, detail="No host.")).lines == ("No host.",)


def test_a_certificate_is_compared_before_it_is_accepted(make, show):
    card = show(make.troubled(FailureKind.TLS, fingerprint="ab" * 32, target=make.remote))
    certificate = card.actions[0]
    assert certificate.command == SaveSettings(((("profiles", "default", "fingerprint"), "ab" * 32),))
    assert "AB:AB" in certificate.question[0]
    assert certificate.confirm == "Accept for profile default"


def test_a_mistake_in_the_settings_comes_first(make, show):
    card = show(having(make.troubled(FailureKind.NOT_RUNNING), settings_problem=message("line 3")))
    assert card.actions[0].command == EditSettings()


def test_a_scope_that_was_not_granted_is_named(make, show):
    card = show(make.connected(make.session(), granted={READ}))
    assert card.result == "The gateway did not give ClawTray permission for this."


def test_another_user_at_the_address_is_confirmed_after_a_warning(make, show):
    card = show(make.troubled(FailureKind.OTHER_USER, detail="alice", user="1001"))
    assert card.code == "clawtray trust"
    confirm = card.actions[0]
    assert isinstance(confirm.command, SaveSettings)
    assert "its programs get your token" in confirm.question[0]
    assert confirm.confirm == "Confirm for profile default"
    assert labels(card)[1:] == ["Try again", "Diagnostics…"]
