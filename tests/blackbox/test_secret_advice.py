"""The advice about a missing or wrong secret: it names the right variable, and what this system has."""

from __future__ import annotations

import sys

import pytest

from tests.blackbox.fake_gateway import TOKEN, FakeGateway, RefusedError

REFUSED = 41


def refusing(code, message):
    """A gateway that refuses each login so."""

    def connect(_):
        raise RefusedError("INVALID_REQUEST", message, details={"code": code})

    return FakeGateway(connect=connect)


@pytest.mark.parametrize(
    ("wanted", "code", "given"),
    [
        ("TOKEN", "AUTH_TOKEN_MISMATCH", "PASSWORD"),
        ("PASSWORD", "AUTH_PASSWORD_MISMATCH", "TOKEN"),
    ],
)
def test_a_secret_of_the_other_kind_is_not_to_be_changed_but_the_right_one_set(clawtray, wanted, code, given):
    secrets = {"CLAWTRAY_TOKEN": None, f"CLAWTRAY_{given}": TOKEN}
    with refusing(code, f"unauthorized: gateway {wanted.lower()} mismatch") as gateway:
        status = clawtray(gateway, "status", **secrets)
        assert status.ended() == REFUSED
    said = " ".join(status.lines)
    assert f"Set CLAWTRAY_{wanted} to gateway.auth.{wanted.lower()}" in said
    assert f"CLAWTRAY_{given} to" not in said
    assert f"The gateway needs a {wanted.lower()}, but CLAWTRAY_{given} holds a {given.lower()}." in said


@pytest.mark.skipif(sys.platform == "win32", reason="there is a credential store")
def test_without_a_credential_store_the_variable_is_advised_first(clawtray):
    with refusing("AUTH_TOKEN_MISSING", "unauthorized: gateway token missing") as gateway:
        status = clawtray(gateway, "status", CLAWTRAY_TOKEN=None)
        assert status.ended() == REFUSED
    said = " ".join(status.lines)
    assert "Set CLAWTRAY_TOKEN to gateway.auth.token" in said
    assert "on Windows, clawtray login" in said
