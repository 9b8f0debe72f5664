"""A gateway knows more of our secrets than the one that logs in: all of them are masked."""

from __future__ import annotations

from tests.blackbox.fake_gateway import TOKEN, FakeGateway, RefusedError, hello, listing

ISSUED = "a-token-of-this-device"
CHANGED = {"details": {"code": "AUTH_TOKEN_MISMATCH"}}


def test_the_shared_token_is_masked_where_the_token_of_this_device_logs_in(clawtray):
    accepted = [TOKEN]

    def login(params):
        if params["auth"]["token"] not in accepted:
            raise RefusedError("INVALID_REQUEST", "gateway token mismatch", **CHANGED)
        welcome = hello(params)
        return {**welcome, "auth": {**welcome["auth"], "deviceToken": ISSUED}}

    rows = listing({"label": f"<{TOKEN}> <{ISSUED}>"})
    with FakeGateway(connect=login, sessions__list=rows) as gateway:
        for _ in range(2):
            status = clawtray(gateway, "status")
            assert status.ended() == 0, status.lines
            assert status.lines[0].startswith("<[secret]> <[secret]>")
            accepted[:] = [ISSUED]
    tokens = [params["auth"]["token"] for method, params in gateway.requests if method == "connect"]
    assert tokens == [TOKEN, TOKEN, ISSUED]
