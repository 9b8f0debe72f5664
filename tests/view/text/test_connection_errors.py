from __future__ import annotations

import pytest

from tests.parts import having
from tests.view.text.test_formatting import NASTY, units
from tray.core.model import ConnectionFailure, FailureKind, Phase, Setup
from tray.protocol.handshake import Generation
from tray.settings.target import TAILNET, SecretOrigin, SecretSource
from tray.values import replace
from tray.view.text import connection_errors, formatting


@pytest.mark.parametrize("cause", FailureKind)
@pytest.mark.parametrize("detail", ["", "said so.", NASTY * 100], ids=["silent", "short", "nasty"])
@pytest.mark.parametrize("known", [True, False], ids=["known", "no address"])
def test_every_cause_is_a_sentence_with_something_to_do(make, words, cause, detail, known):
    state = make.troubled(cause, detail=detail, target=make.local if known else None)
    said = connection_errors.why(state.connection.failure, state, words)
    assert said.isprintable()
    assert said[0].isupper() or said.startswith(("ws://", "said", "a{0}"))
    assert ".." not in said
    assert "  " not in said
    assert ": ." not in said
    in_full = cause in (FailureKind.ADDRESS, FailureKind.DEVICE_KEY)
    limit = 340 if in_full else formatting.BODY_UNITS
    assert units(said) <= limit
    if not in_full:
        cause_alone, _, cure = said.rstrip(".").rpartition(". ")
        assert cause_alone
        assert cure


@pytest.mark.parametrize("cause", FailureKind)
@pytest.mark.parametrize("more", [{}, {"profiles": ("work",)}, {"request_id": "r-1"}, {"request_id": "r 1"}])
def test_the_command_to_copy_is_the_one_that_the_cure_ends_with(make, words, cause, more):
    state = make.troubled(cause, **more)
    cure = connection_errors.cure(state.connection.failure, state, words)
    command = connection_errors.command(state.connection.failure, state, words)
    assert cure.endswith(command)
    names_none = not cure or cure.endswith((".", "HOST:PORT"))
    assert bool(command) is not names_none


def test_no_two_causes_sound_the_same(make, words):
    state = make.troubled(FailureKind.CONNECTION_LOST)
    assert len(
        {connection_errors.why(ConnectionFailure(cause, "detail"), state, words) for cause in FailureKind}
    ) == len(FailureKind)


@pytest.mark.parametrize(
    ("phase", "causes"),
    [
        (Phase.NOT_SET_UP, {FailureKind.NOT_FOUND}),
        (Phase.CONNECTING, {FailureKind.STARTING, FailureKind.RESTARTING}),
        (
            Phase.DOWN,
            {
                FailureKind.NOT_RUNNING,
                FailureKind.NOT_A_GATEWAY,
                FailureKind.UNREACHABLE,
                FailureKind.PROXY,
                FailureKind.STOPPED,
                FailureKind.NO_RESPONSE,
                FailureKind.NO_MESSAGES,
                FailureKind.CONNECTION_LOST,
            },
        ),
    ],
)
def test_a_cause_belongs_to_the_phase_that_its_sentence_describes(phase, causes):
    assert {cause for cause in FailureKind if ConnectionFailure(cause).phase is phase} == causes


def test_all_other_causes_are_refusals_and_none_is_connected():
    assert {ConnectionFailure(cause).phase for cause in FailureKind} == set(Phase) - {Phase.CONNECTED}


def test_the_gateway_s_own_profiles_are_offered(make, words):
    failure = ConnectionFailure(FailureKind.NOT_FOUND, profiles=("dev", "work"))
    assert connection_errors.why(failure, make.troubled(FailureKind.NOT_FOUND, target=None), words) == (
        "The gateways on this computer belong to profiles: dev, work. "
        "Choose one in Settings, or run: clawtray --profile dev"
    )


@pytest.mark.parametrize("cause", [FailureKind.NOT_RUNNING, FailureKind.STOPPED])
def test_a_gateway_is_started_where_it_is(make, words, cause):
    here, there = make.troubled(cause), make.troubled(cause, target=make.remote)
    assert connection_errors.why(here.connection.failure, here, words).endswith(
        "Start it with: openclaw gateway start"
    )
    assert connection_errors.why(there.connection.failure, there, words).endswith(
        "On the gateway's computer, run: openclaw gateway start"
    )


@pytest.mark.parametrize(
    ("generation", "cli"), [(Generation.CLAWDBOT, "clawdbot"), (Generation.OPENCLAW, "openclaw")]
)
def test_commands_are_those_of_the_gateway_at_hand(make, words, generation, cli):
    state = make.troubled(FailureKind.PAIRING, hello=make.hello(generation))
    said = connection_errors.why(state.connection.failure, state, words)
    assert said.endswith(f"On the gateway's computer, run: {cli} devices list")


@pytest.mark.parametrize(
    ("identity", "command"),
    [
        ("0b54-af_3", "openclaw devices approve 0b54-af_3"),
        ("x; rm -rf ~", "openclaw devices list"),
        ("$(reboot)", "openclaw devices list"),
        ("--latest", "openclaw devices list"),
        ("x\n", "openclaw devices list"),
        ("x" * 81, "openclaw devices list"),
        ("", "openclaw devices list"),
    ],
)
def test_only_a_plain_request_id_gets_into_a_command_to_paste(make, words, identity, command):
    state = make.troubled(FailureKind.PAIRING, request_id=identity)
    assert connection_errors.why(state.connection.failure, state, words).endswith(f"run: {command}")


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("5", "The gateway uses protocol 5. ClawTray supports 3 to 4."),
        ("protocol mismatch", "The gateway uses a protocol that ClawTray does not support."),
        ("", "The gateway uses a protocol that ClawTray does not support."),
    ],
)
def test_the_protocol_is_named_where_it_is_known(make, words, detail, said):
    state = make.troubled(FailureKind.PROTOCOL, detail=detail)
    assert connection_errors.why(state.connection.failure, state, words).startswith(said)


@pytest.mark.parametrize(
    ("retry_after", "cure"),
    [
        (None, "ClawTray retries automatically."),
        (0.0, "ClawTray retries automatically."),
        (300.0, "ClawTray tries again in 5 min."),
    ],
)
def test_a_rate_limit_names_its_time_only_if_given(make, words, retry_after, cure):
    state = make.troubled(FailureKind.RATE_LIMITED, retry_after=retry_after)
    assert connection_errors.why(state.connection.failure, state, words).endswith(cure)


def test_a_sentence_about_an_address_is_taken_as_it_is(make, words):
    said = (
        "The address from CLAWTRAY_URL cannot be used. The address is empty. Write it like "
        "ws://127.0.0.1:18789."
    )
    state = make.troubled(FailureKind.ADDRESS, detail=said, target=None)
    assert connection_errors.why(state.connection.failure, state, words) == said


def test_an_error_of_the_device_key_is_shown_in_full(make, words):
    said = "The device key /somewhere/device.key is damaged. Put back a copy of it, or delete it."
    state = make.troubled(FailureKind.DEVICE_KEY, detail=said)
    assert (
        connection_errors.why(state.connection.failure, state, words)
        == f"This computer has no usable key. {said}"
    )
    silent = make.troubled(FailureKind.DEVICE_KEY)
    assert (
        connection_errors.why(silent.connection.failure, silent, words) == "This computer has no usable key."
    )


def test_the_address_is_shown_without_its_scheme(make):
    assert connection_errors.host(make.connected()) == "127.0.0.1:18789"
    assert connection_errors.host(make.troubled(FailureKind.NOT_FOUND, target=None)) == ""


# ---- where a wrong secret came from ----

FILE = SecretOrigin(SecretSource.FILE, "~/.openclaw/openclaw.json")
VARIABLE = SecretOrigin(SecretSource.ENVIRONMENT, "OPENCLAW_GATEWAY_TOKEN")
STORED = SecretOrigin(SecretSource.STORE, "the Windows Credential Manager")


@pytest.mark.parametrize(
    ("cause", "origin", "secret", "cure"),
    [
        (
            FailureKind.TOKEN_WRONG,
            None,
            "the token",
            "Set CLAWTRAY_TOKEN to gateway.auth.token {here}; on Windows, clawtray login can keep it.",
        ),
        (
            FailureKind.TOKEN_WRONG,
            FILE,
            "the token from ~/.openclaw/openclaw.json",
            "Restart the gateway so that it reads that file again, or set CLAWTRAY_TOKEN.",
        ),
        (
            FailureKind.TOKEN_WRONG,
            VARIABLE,
            "the token from OPENCLAW_GATEWAY_TOKEN",
            "Set OPENCLAW_GATEWAY_TOKEN to gateway.auth.token {here} and restart ClawTray.",
        ),
        (
            FailureKind.PASSWORD_WRONG,
            STORED,
            "the password from the Windows Credential Manager",
            "Run clawtray login with gateway.auth.password {here}, or set CLAWTRAY_PASSWORD to it.",
        ),
        (
            FailureKind.PASSWORD_WRONG,
            None,
            "the password",
            "Set CLAWTRAY_PASSWORD to gateway.auth.password {here}; on Windows, clawtray login can keep it.",
        ),
    ],
)
def test_a_wrong_secret_is_reported_with_its_source(make, words, cause, origin, secret, cure):
    state = make.troubled(cause)
    state = replace(state, connection=replace(state.connection, origin=origin))
    assert (
        connection_errors.cause(state.connection.failure, state, words)
        == f"The gateway does not accept {secret}."
    )
    cure = cure.format(here="from the gateway's configuration")
    assert connection_errors.cure(state.connection.failure, state, words) == cure


@pytest.mark.parametrize(
    ("cause", "variable", "said"),
    [
        (
            FailureKind.TOKEN_WRONG,
            "CLAWTRAY_PASSWORD",
            "The gateway needs a token, but CLAWTRAY_PASSWORD holds a password. Set CLAWTRAY_TOKEN to ",
        ),
        (
            FailureKind.PASSWORD_WRONG,
            "OPENCLAW_GATEWAY_TOKEN",
            "The gateway needs a password, but OPENCLAW_GATEWAY_TOKEN holds a token. Set CLAWTRAY_PASS",
        ),
    ],
)
def test_a_secret_of_the_other_kind_is_not_reported_as_a_wrong_one(make, words, cause, variable, said):
    state = make.troubled(cause)
    origin = SecretOrigin(SecretSource.ENVIRONMENT, variable)
    state = replace(state, connection=replace(state.connection, origin=origin))
    assert connection_errors.why(state.connection.failure, state, words).startswith(said)


@pytest.mark.parametrize("cause", [FailureKind.TOKEN_WRONG, FailureKind.PASSWORD_WRONG])
@pytest.mark.parametrize("keeper", SecretSource)
def test_a_place_of_any_name_fits_into_the_sentence(make, words, cause, keeper):
    state = make.troubled(cause)
    state = replace(state, connection=replace(state.connection, origin=SecretOrigin(keeper, NASTY * 100)))
    said = connection_errors.why(state.connection.failure, state, words)
    assert said.isprintable()
    assert units(said) <= formatting.BODY_UNITS


def test_a_paired_computer_that_asks_for_more(make, words):
    state = make.troubled(FailureKind.PAIRING, upgrade=True, request_id="r-1")
    assert connection_errors.why(state.connection.failure, state, words) == (
        "The gateway has not approved the extra permissions for this computer yet. On the "
        "gateway's computer, run: openclaw devices approve r-1"
    )


@pytest.mark.parametrize("more", [{}, {"upgrade": True}, {"request_id": "r-1"}])
@pytest.mark.parametrize("host", ["127.0.0.1", "100.64.0.9"])
def test_no_command_is_shown_that_does_not_reach_the_gateway(make, words, host, more):
    target = replace(make.local, url=f"ws://{host}:18789", bind=TAILNET)
    state = make.troubled(FailureKind.PAIRING, target=target, **more)
    reachable = host == "127.0.0.1"
    said = connection_errors.why(state.connection.failure, state, words)
    assert ("openclaw devices" in said) == reachable
    assert ("set gateway.bind to loopback" in said) != reachable
    assert said.endswith(connection_errors.command(state.connection.failure, state, words))


def test_a_certificate_that_was_shown_can_be_compared(make, words):
    state = make.troubled(FailureKind.TLS, detail="self-signed", fingerprint="ab" * 32)
    assert connection_errors.cure(state.connection.failure, state, words).startswith(
        "Compare the certificate"
    )
    blind = make.troubled(FailureKind.TLS, detail="wrong version number")
    assert (
        connection_errors.cure(blind.connection.failure, blind, words) == "Check the gateway's certificate."
    )


def test_another_user_is_named_if_known(make, words):
    state = make.troubled(FailureKind.OTHER_USER, detail="a\u202elice" + "!" * 100, user="1002")
    said = connection_errors.why(state.connection.failure, state, words)
    assert said.startswith("A program of another user of this computer, alice!!!")
    assert said.endswith(
        "…, listens at 127.0.0.1:18789, so no token was sent there. If your gateway runs there, "
        "confirm that in the menu, or run: clawtray trust"
    )
    assert units(said) <= formatting.BODY_UNITS
    hidden = make.troubled(FailureKind.OTHER_USER, user="")
    assert connection_errors.cause(hidden.connection.failure, hidden, words) == (
        "A program of another user of this computer listens at 127.0.0.1:18789, so no token was sent there."
    )


def test_a_proxy_is_named_by_its_variable(make, words):
    state = make.troubled(FailureKind.PROXY, detail="https_proxy", target=make.remote)
    assert connection_errors.why(state.connection.failure, state, words).endswith(
        "It is set by https_proxy. Add the gateway's host to NO_PROXY and restart ClawTray."
    )


def test_the_gateway_by_name_version_and_address(make):
    assert connection_errors.gateway_line(make.connected()) == "OpenClaw 2026.9.6 · 127.0.0.1:18789"
    hello = make.hello(Generation.CLAWDBOT, None)
    assert (
        connection_errors.gateway_line(make.troubled(FailureKind.CONNECTION_LOST, hello=hello))
        == "Clawdbot · 127.0.0.1:18789"
    )
    nasty = make.hello(Generation.UNKNOWN, "1\n\u202e&" + "x" * 99)
    assert (
        connection_errors.gateway_line(make.troubled(FailureKind.CONNECTION_LOST, hello=nasty, target=None))
        == "Gateway 1 &" + "x" * 26 + "…"
    )
    assert connection_errors.gateway_line(make.troubled(None)) == "127.0.0.1:18789"
    assert connection_errors.gateway_line(make.troubled(None, target=None)) == ""


LOCKED = "The login works, but the gateway does not list its sessions: session store is locked."


def test_a_refused_reading_is_said_while_connected(make, words):
    assert connection_errors.reading_refused(make.unread("session store is locked."), words) == LOCKED
    assert connection_errors.reading_refused(make.unread(), words) == ""
    said = connection_errors.reading_refused(make.unread(NASTY * 100), words)
    assert said.isprintable()
    assert units(said) <= formatting.BODY_UNITS
    lost = make.troubled(FailureKind.CONNECTION_LOST)
    lost = lost.with_snapshot(replace(lost.gateway.snapshot, read_error="locked"))
    assert connection_errors.reading_refused(lost, words) == ""


def test_sessions_are_not_known_before_they_were_read(make, words):
    assert connection_errors.not_known(make.connected(), words) == ""
    unread = "Not known: the gateway has not answered yet."
    assert connection_errors.not_known(make.unread(), words) == unread
    offline = "Not known: not connected to the gateway."
    assert connection_errors.not_known(make.troubled(FailureKind.TOKEN_WRONG), words) == offline


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (FailureKind.NOT_FOUND, "Enter its address in the panel."),
        (FailureKind.TOKEN_MISSING, "Enter the token in the panel."),
        (FailureKind.PASSWORD_WRONG, "Enter the password in the panel."),
    ],
)
def test_where_there_is_a_panel_what_is_missing_is_entered_there(make, words, kind, said):
    state = make.troubled(kind)
    state = having(state, setup=Setup(has_windows=True))
    assert connection_errors.cure(state.connection.failure, state, words) == said


def test_the_cure_names_the_command_as_it_is_called_here(make, words):
    here = replace(words, program=r"C:\Programs\clawtray-cli.exe")
    state = make.troubled(FailureKind.OTHER_USER, user="1001")
    assert connection_errors.cure(state.connection.failure, state, here).endswith(
        r"or run: C:\Programs\clawtray-cli.exe trust"
    )
    assert connection_errors.command(state.connection.failure, state, here).endswith("cli.exe trust")
