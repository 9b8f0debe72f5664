"""A gateway of this computer is found by its own files, wherever they are and wherever it listens."""

from __future__ import annotations

import pytest

from tests.blackbox.fake_gateway import TOKEN, FakeGateway, RefusedError, listing
from tests.blackbox.user import User


def _config(gateway, **more):
    return {"gateway": {"port": gateway.port, "auth": {"token": TOKEN}, **more}}


@pytest.fixture
def user(tmp_path):
    return User(tmp_path)


def test_a_gateway_that_does_not_listen_on_loopback_is_called_where_it_listens(user):
    with FakeGateway("127.0.0.7", sessions__list=listing({})) as gateway:
        user.write(".openclaw/openclaw.json", _config(gateway, bind="custom", customBindHost="127.0.0.7"))
        code, said = user.run("status")
        assert code == 0, said
        assert gateway.requests[0][1]["auth"]["token"] == TOKEN


def test_an_approval_that_no_command_can_give_names_none(user):
    def refuse(_params):
        details = {"code": "PAIRING_REQUIRED", "requestId": "req-1", "reason": "not-paired"}
        raise RefusedError("NOT_PAIRED", "pairing required", details=details)

    with FakeGateway("127.0.0.7", connect=refuse) as gateway:
        user.write(".openclaw/openclaw.json", _config(gateway, bind="custom", customBindHost="127.0.0.7"))
        _, said = user.run("status")
        assert "must first be approved" in said
        assert "devices approve" not in said
        assert "set gateway.bind to loopback" in said


def test_loopback_comes_first(user):
    with FakeGateway(sessions__list=listing({})) as gateway:
        user.write(".openclaw/openclaw.json", _config(gateway, bind="custom", customBindHost="127.0.0.7"))
        code, said = user.run("status")
        assert code == 0, said


@pytest.mark.parametrize("bind", ["custom", "lan", "tailnet"])
def test_no_other_computer_is_called(user, bind):
    with FakeGateway("127.0.0.7") as gateway:
        user.write(".openclaw/openclaw.json", _config(gateway, bind=bind, customBindHost="192.0.2.1"))
        _, said = user.run("status")
        assert f"127.0.0.1:{gateway.port}" in said
        assert gateway.requests == []


@pytest.mark.parametrize(("written", "path"), [("/ui", "/ui/"), ("a b/c/", "/a%20b/c/"), ("/", "/")])
def test_the_dashboard_is_below_its_base_path(user, written, path):
    with FakeGateway(sessions__list=listing({})) as gateway:
        user.write(".openclaw/openclaw.json", _config(gateway, controlUi={"basePath": written}))
        _, said = user.run("doctor")
        assert f"http://127.0.0.1:{gateway.port}{path}" in said.split()


@pytest.mark.parametrize("level", ["top", "gateway", "nested"])
def test_included_files_are_followed(user, level):
    with FakeGateway(sessions__list=listing({})) as gateway:
        content = _config(gateway)
        if level == "gateway":
            user.write(".openclaw/part.json", content["gateway"])
            main = {"gateway": {"$include": "./part.json"}}
        else:
            user.write(".openclaw/parts/whole.json", content)
            main = {"$include": ["./parts/whole.json"]}
        if level == "nested":
            user.write(".openclaw/between.json", main)
            main = {"$include": "between.json"}
        user.write(".openclaw/openclaw.json", main)
        code, said = user.run("status")
        assert code == 0, said


@pytest.mark.parametrize("folder", [".openclaw-work", ".clawdbot-work"])
def test_a_profile_of_the_gateway_is_offered_and_called_only_if_it_is_chosen(user, folder):
    with FakeGateway(sessions__list=listing({})) as gateway:
        user.write(f"{folder}/{folder[1:-5]}.json", _config(gateway))
        _, said = user.run("status")
        assert "clawtray --profile work" in said
        assert gateway.requests == []
        code, said = user.run("--profile", "work", "status")
        assert code == 0, said
        gateway.requests.clear()
        user.write("ClawTray/settings.toml", 'profile = "work"\n')
        code, said = user.run("status")
        assert code == 0, said


def test_a_file_outside_the_folder_is_not_included(user):
    with FakeGateway(sessions__list=listing({})) as gateway:
        user.write("elsewhere.json", {"token": "of-another-folder"})
        config = _config(gateway, auth={"$include": "../elsewhere.json"})
        user.write(".openclaw/openclaw.json", config)
        user.run("status")
        assert gateway.requests
        assert not any("of-another-folder" in str(request) for request in gateway.requests)
