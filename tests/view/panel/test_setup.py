from __future__ import annotations

import pytest

from tests.parts import having
from tray.core.commands import ShowDiagnostics
from tray.core.model import ConnectionFailure, FailureKind, Setup, Trial
from tray.i18n.words import message
from tray.settings.target import SecretOrigin, SecretSource, Target
from tray.values import replace
from tray.view.panel.setup import advice, form, result, searched, secret, why

THERE = Target("wss://gateway.example", "", is_loopback=False, secure=True)


def tried(state, **outcome):
    trial = Trial(outcome.pop("profile", "default"), saves=outcome.pop("saves", True), **outcome)
    return having(state, setup=replace(state.process.setup, trial=trial))


@pytest.fixture
def nothing(make):
    return make.troubled(FailureKind.NOT_FOUND, target=None)


def test_where_nothing_is_set_up_address_and_secret_can_be_typed(nothing, words):
    card = form(nothing, words)
    assert (card.title, card.button, card.running) == ("Connect to a gateway", "Test and connect", False)
    assert (card.address.label, card.address.text, card.address.error) == ("Address", "", "")
    assert "openclaw dashboard" in card.address.hint
    assert (card.secret.label, card.secret.masked) == ("Token or password, if it wants one", True)
    assert card.secret.hint == "Used until ClawTray ends; CLAWTRAY_TOKEN in the environment keeps it."
    kept = form(having(nothing, setup=Setup(store="the store")), words)
    assert kept.secret.hint == "Kept in the store."


@pytest.mark.parametrize(
    ("kind", "label", "key"),
    [
        (FailureKind.TOKEN_MISSING, "Token", "gateway.auth.token"),
        (FailureKind.TOKEN_WRONG, "Token", "gateway.auth.token"),
        (FailureKind.PASSWORD_MISSING, "Password", "gateway.auth.password"),
        (FailureKind.PASSWORD_WRONG, "Password", "gateway.auth.password"),
    ],
)
def test_where_a_secret_is_missing_or_wrong_it_alone_is_asked_for(make, words, kind, label, key):
    state = make.troubled(kind)
    card = form(state, words)
    assert card.address is None
    assert card.url == state.connection.target.url
    assert card.secret.label == label
    assert [action.command for action in card.actions] == [ShowDiagnostics()]
    assert key in advice(state.connection.failure, state, words)
    assert ("CLAWTRAY_PASSWORD" in card.secret.hint) is (label == "Password")


def test_a_variable_that_holds_the_wrong_one_is_to_be_corrected_too(make, words):
    state = make.troubled(FailureKind.TOKEN_WRONG)
    origin = SecretOrigin(SecretSource.ENVIRONMENT, "CLAWTRAY_TOKEN")
    state = replace(state, connection=replace(state.connection, origin=origin))
    assert "Correct CLAWTRAY_TOKEN, too" in advice(state.connection.failure, state, words)


def test_an_address_that_is_wrong_stands_there_to_be_corrected(make, words):
    state = make.troubled(FailureKind.NOT_A_GATEWAY)
    assert form(state, words).address.text == state.connection.target.url
    assert advice(state.connection.failure, state, words) == ""


@pytest.mark.parametrize("kind", [FailureKind.NOT_RUNNING, FailureKind.PAIRING, FailureKind.UNREACHABLE])
def test_where_other_things_help_there_are_no_fields(make, words, kind):
    assert form(make.troubled(kind), words) is None


def test_there_are_none_where_it_is_connected_or_nothing_could_be_saved(make, nothing, words):
    assert form(make.connected(), words) is None
    assert form(make.troubled(None), words) is None
    assert form(having(nothing, settings_problem=message("broken")), words) is None


def test_while_it_is_tested_the_button_says_so(nothing, words):
    card = form(tried(nothing, running=True), words)
    assert (card.button, card.running) == ("Testing…", True)
    assert (card.address.error, card.secret.error) == ("", "")


def test_a_failure_is_reported_at_the_field_that_it_is_about(make, nothing, words):
    refused = ConnectionFailure(FailureKind.TOKEN_WRONG)
    card = form(tried(nothing, target=THERE, failure=refused), words)
    assert (card.address.error, card.secret.error) == ("", "The gateway does not accept the token.")
    card = form(tried(nothing, target=THERE, failure=ConnectionFailure(FailureKind.UNREACHABLE)), words)
    assert card.address.error.startswith("ClawTray cannot reach gateway.example.")
    assert card.secret.error == ""
    card = form(tried(nothing, problem=message("It is odd."), in_secret=True), words)
    assert (card.address.error, card.secret.error) == ("", "It is odd.")
    card = form(tried(nothing, problem=message("No host.")), words)
    assert (card.address.error, card.secret.error) == ("No host.", "")
    alone = make.troubled(FailureKind.TOKEN_WRONG)
    card = form(tried(alone, failure=ConnectionFailure(FailureKind.NOT_FOUND)), words)
    assert card.secret.error == "No gateway was found on this computer."


def test_what_was_tested_elsewhere_is_not_reported_here(nothing, words):
    refused = ConnectionFailure(FailureKind.TOKEN_WRONG)
    for other in ({"saves": False}, {"profile": "home"}):
        assert form(tried(nothing, failure=refused, **other), words).secret.error == ""


def test_what_works_needs_no_words(nothing, words):
    assert why(Trial("default", saves=True), nothing, words) == ""


def test_the_places_that_were_searched(make, nothing, words):
    places = (message("a file: not there"), message("C:\\x: not there"))
    there = replace(nothing, connection=replace(nothing.connection, searched=places))
    card = searched(there, words)
    assert (card.title, card.shown, card.more) == ("Places searched", 0, "All 2…")
    assert [(row.label, row.figure) for row in card.rows] == [("a file", "not there"), ("C:\\x", "not there")]
    assert searched(nothing, words) is None
    assert searched(make.connected(), words) is None
    assert searched(make.troubled(FailureKind.TOKEN_WRONG), words) is None


def test_profiles_that_were_found_come_before_a_start(nothing, words):
    assert "Start one" in advice(nothing.connection.failure, nothing, words)
    found = ConnectionFailure(FailureKind.NOT_FOUND, profiles=("work",))
    assert advice(found, nothing, words) == ""


def test_how_a_test_ended_is_a_sentence(make, nothing, words):
    assert result(nothing, words) is None
    hello = make.hello()
    ended = result(tried(nothing, hello=hello, seconds=0.0804, id="7"), words)
    assert (ended.id, ended.works, ended.running) == ("7", True, False)
    assert ended.text == f"Connected to OpenClaw {hello.version} in 80 ms."
    refused = result(tried(nothing, failure=ConnectionFailure(FailureKind.TOKEN_WRONG)), words)
    assert (refused.works, refused.in_secret) == (False, True)
    assert refused.text == "The gateway does not accept the token."
    unsaved = result(tried(nothing, hello=hello, problem=message("No room.")), words)
    assert (unsaved.works, unsaved.text) == (False, "No room.")


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        (None, "None was found."),
        (SecretOrigin(SecretSource.TYPED, ""), "What you typed is used until ClawTray ends."),
        (SecretOrigin(SecretSource.FILE, "~/a"), "In use: the one from ~/a."),
    ],
)
def test_which_secret_is_in_use(make, words, origin, said):
    state = make.connected()
    assert secret(replace(state, connection=replace(state.connection, origin=origin)), words) == said
