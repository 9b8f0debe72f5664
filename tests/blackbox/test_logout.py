"""`logout` where there is no credential store: the token that the gateway issued is forgotten."""

from __future__ import annotations

import sys

import pytest

from tests.blackbox.fake_gateway import TOKEN, FakeGateway, RefusedError, hello, listing

REFUSED = 41
OWN = "the-token-that-the-gateway-gave"


class Logins:
    """Accepts the shared token, which brings one of the device's own, and that one."""

    def __init__(self):
        self.tried = []

    def __call__(self, params):
        token = params.get("auth", {}).get("token")
        self.tried.append(token)
        if token not in (TOKEN, OWN):
            raise RefusedError("INVALID_REQUEST", "token missing", details={"code": "AUTH_TOKEN_MISSING"})
        accepted = hello(params)
        return {**accepted, "auth": {**accepted["auth"], "deviceToken": OWN}}


@pytest.mark.skipif(sys.platform == "win32", reason="there is a credential store")
@pytest.mark.parametrize("options", [(), ("--all",)])
def test_logout_forgets_the_device_token_and_is_done(clawtray, options):
    logins = Logins()
    with FakeGateway(connect=logins, sessions__list=listing({})) as gateway:
        assert clawtray(gateway, "status").ended() == 0
        assert clawtray(gateway, "status", CLAWTRAY_TOKEN=None).ended() == 0
        assert logins.tried[-1] == OWN
        logout = clawtray(gateway, "logout", *options)
        assert logout.ended() == 0
        again = clawtray(gateway, "logout", *options)
        assert again.ended() == 0
        assert clawtray(gateway, "status", CLAWTRAY_TOKEN=None).ended() == REFUSED
    assert logout.lines == ["Removed what the gateway issued to this computer."]
    assert again.lines == ["Nothing was saved."]
