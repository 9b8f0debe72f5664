"""Why a login is refused: the shared token, the device's own, an approval that is due, or the key."""

from __future__ import annotations

import pytest

from tests.blackbox.fake_gateway import TOKEN, FakeGateway, RefusedError, hello, listing

OWN = "the-token-that-the-gateway-gave"
REFUSED = 41


def refuses(message, **details):
    return RefusedError("INVALID_REQUEST", message, details=details)


DEAD = refuses(
    "unauthorized: device token mismatch (rotate/reissue device token)", code="AUTH_DEVICE_TOKEN_MISMATCH"
)
DEAD_BY_SENTENCE = refuses("unauthorized: device token mismatch (rotate/reissue device token)")
NARROW = refuses("unauthorized: device token scope mismatch (re-pair)", code="AUTH_SCOPE_MISMATCH")
NARROW_BY_SENTENCE = refuses("unauthorized: device token scope mismatch (re-pair or approve scope upgrade)")
TOKEN_MISSING = refuses("unauthorized: gateway token missing", code="AUTH_TOKEN_MISSING")


def pairing(reason):
    details = {"code": "PAIRING_REQUIRED", "requestId": "req-1", "reason": reason}
    return RefusedError("NOT_PAIRED", "pairing required", details=details)


class Logins:
    """Answers `connect`: the shared token is accepted and brings a token of the device's own."""

    def __init__(self, own, none):
        self._refusals = {OWN: own, None: none}
        self.tried = []

    def __call__(self, params):
        token = params.get("auth", {}).get("token")
        self.tried.append(token)
        if token == TOKEN:
            accepted = hello(params)
            return {**accepted, "auth": {**accepted["auth"], "deviceToken": OWN}}
        raise self._refusals[token]


def status_without_the_shared_token(clawtray, logins):
    with FakeGateway(connect=logins, sessions__list=listing({})) as gateway:
        assert clawtray(gateway, "status").ended() == 0
        logins.tried.clear()
        status = clawtray(gateway, "status", CLAWTRAY_TOKEN=None)
        assert status.ended() == REFUSED
        first = tuple(logins.tried)
        logins.tried.clear()
        clawtray(gateway, "status", CLAWTRAY_TOKEN=None).ended()
    return " ".join(status.lines), first, tuple(logins.tried)


@pytest.mark.parametrize("dead", [DEAD, DEAD_BY_SENTENCE])
def test_a_device_token_that_was_replaced_is_dropped(clawtray, dead):
    said, first, then = status_without_the_shared_token(clawtray, Logins(dead, pairing("not-paired")))
    assert "devices approve req-1" in said
    assert "key" not in said
    assert (first, then) == ((OWN, None), (None,))


@pytest.mark.parametrize("narrow", [NARROW, NARROW_BY_SENTENCE])
@pytest.mark.parametrize(
    ("without", "cure"),
    [(pairing("scope-upgrade"), "devices approve req-1"), (TOKEN_MISSING, "devices list")],
)
def test_a_device_token_that_allows_too_little_is_kept(clawtray, narrow, without, cure):
    said, first, then = status_without_the_shared_token(clawtray, Logins(narrow, without))
    assert "permissions" in said
    assert cure in said
    assert "key" not in said
    assert first == then == (OWN, None)


@pytest.mark.parametrize("refusal", [DEAD, DEAD_BY_SENTENCE])
def test_a_wrong_shared_token_is_named_whatever_the_gateway_calls_it(clawtray, refusal):
    def connect(_):
        raise refusal

    with FakeGateway(connect=connect) as gateway:
        status = clawtray(gateway, "status")
        assert status.ended() == REFUSED
    assert "does not accept the token from CLAWTRAY_TOKEN" in " ".join(status.lines)


@pytest.mark.parametrize(
    ("refusal", "blamed"),
    [
        (refuses("device signature invalid", code="DEVICE_AUTH_SIGNATURE_INVALID"), True),
        (refuses("device identity mismatch", code="DEVICE_AUTH_INVALID"), True),
        (refuses("device nonce mismatch", code="DEVICE_AUTH_NONCE_MISMATCH"), False),
        (RefusedError("NOT_PAIRED", "device approval is due"), False),
    ],
)
def test_the_key_is_blamed_only_when_it_is_the_key(clawtray, refusal, blamed):
    def connect(_):
        raise refusal

    with FakeGateway(connect=connect) as gateway:
        status = clawtray(gateway, "status")
        assert status.ended() == REFUSED
    assert ("computer's key" in " ".join(status.lines)) is blamed
