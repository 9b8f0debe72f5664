"""What was typed is tested at a simulated gateway, by a connection of its own."""

from __future__ import annotations

import pytest

from tests.conftest import TOKEN
from tests.faulty_gateway import FaultyGateway
from tray.core.model import FailureKind, Mode
from tray.core.state import Process, State
from tray.discovery.resolver import Environment
from tray.runtime import trial
from tray.settings.settings import Profile, Settings
from tray.view.panel.forms import TryGateway


@pytest.fixture
def attempt(home):
    """Tests what was typed; `environ` is the environment, `profile` what is known already."""

    def run(url, secret="", *, environ=None, profile=None, **more):
        state = State(Settings(profiles=(profile or Profile(),)), Mode.LIVE, Process("5eed"))
        typed = TryGateway("default", url, secret, saves=True, **more)
        return trial.run(typed, Environment(environ or {}, home, persistent=False), state)

    return run


@pytest.fixture
def there():
    with FaultyGateway(speed=100, token=TOKEN, story=False) as gateway:
        yield gateway


def test_the_right_token_logs_in(attempt, there):
    ended, secrets = attempt(there.url, f" {TOKEN}\n")
    assert ended.is_usable
    assert ended.hello.version
    assert ended.seconds > 0
    assert ended.target.url == there.url
    assert (secrets.token, secrets.password) == (TOKEN, None)
    assert not ended.running
    assert TOKEN not in repr(ended)
    assert TOKEN not in repr(secrets)
    assert TOKEN not in repr(TryGateway("default", there.url, TOKEN, saves=True))


@pytest.mark.parametrize(
    ("typed", "kind"), [("", FailureKind.TOKEN_MISSING), ("wrong", FailureKind.TOKEN_WRONG)]
)
def test_a_missing_or_wrong_token_is_reported_as_such(attempt, there, typed, kind):
    ended, _ = attempt(there.url, typed)
    assert ended.failure.kind is kind
    assert ended.is_about_secret
    assert not ended.is_usable


def test_without_a_typed_one_what_is_found_logs_in(attempt, there):
    ended, secrets = attempt(there.url, environ={"CLAWTRAY_TOKEN": TOKEN, "CLAWTRAY_URL": "ws://127.0.0.1:1"})
    assert ended.is_usable
    assert not secrets.given


def test_an_empty_address_is_found_as_usual(attempt, there):
    ended, _ = attempt("", TOKEN, environ={"CLAWTRAY_URL": there.url})
    assert ended.is_usable
    ended, _ = attempt("", TOKEN)
    assert ended.failure.kind is FailureKind.NOT_FOUND


def test_where_nothing_listens(attempt, there):
    there.stop()
    ended, _ = attempt(there.url, TOKEN)
    assert ended.failure.kind is FailureKind.NOT_RUNNING
    assert not ended.is_about_secret


@pytest.mark.parametrize(
    ("url", "more", "said"),
    [
        ("no host!", {}, "blanks or unusual characters"),
        ("ws://gateway.example", {}, "would show the token"),
        ("wss://gateway.example", {"fingerprint": "ab"}, "fingerprint"),
    ],
)
def test_what_cannot_be_called_is_not_called(attempt, url, more, said):
    ended, secrets = attempt(url, TOKEN, **more)
    assert said in str(ended.problem)
    assert not ended.is_about_secret
    assert not secrets.given


def test_a_secret_that_cannot_be_one_is_not_sent(attempt, there):
    ended, _ = attempt(there.url, "a\x07b")
    assert "characters" in str(ended.problem)
    assert ended.is_about_secret


def test_an_unencrypted_address_may_be_allowed(attempt, monkeypatch):
    called = []
    monkeypatch.setattr(trial, "_log_in", lambda *arguments: called.append(arguments) or arguments[0])
    attempt("ws://gateway.example", TOKEN, allow_plain=True)
    attempt("wss://gateway.example", TOKEN, fingerprint="AB:" * 31 + "AB")
    (_, _, _, plain, *_), (_, settings, *_) = called
    assert plain.target.url == "ws://gateway.example"
    assert settings.active().fingerprint == "ab" * 32


def test_a_password_is_tried_where_the_gateway_wants_one(attempt, there, monkeypatch):
    given = []
    right = trial._log_in

    def log_in(first, settings, resolver, found, secrets, state):
        given.append(secrets)
        ended = right(first, settings, resolver, found, secrets, state)
        kind = FailureKind.PASSWORD_MISSING
        return trial.replace(ended, failure=trial.ConnectionFailure(kind)) if len(given) == 1 else ended

    monkeypatch.setattr(trial, "_log_in", log_in)
    _, secrets = attempt(there.url, "typed")
    assert [(each.token, each.password) for each in given] == [("typed", None), (None, "typed")]
    assert secrets.password == "typed"
