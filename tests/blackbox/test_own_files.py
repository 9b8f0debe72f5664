"""Files that are damaged, foreign or open to others: none of them stops ClawTray or opens a door."""

from __future__ import annotations

import os
import stat
import sys

import pytest

from tests.blackbox.fake_gateway import TOKEN, FakeGateway, listing
from tests.blackbox.user import User

posix = pytest.mark.skipif(sys.platform == "win32", reason="no such pipes and permissions there")


def test_a_long_configuration_with_comments_is_read(tmp_path):
    user = User(tmp_path)
    with FakeGateway(sessions__list=listing({})) as gateway:
        port = gateway.url.rpartition(":")[2]
        rest = "{name: 'one of many', n: [1, 2,],}, // and more\n" * 12_000
        text = f"{{gateway: {{port: {port}, auth: {{token: '{TOKEN}'}}}}, rest: [{rest}]}}"
        user.write(".openclaw/openclaw.json", text)
        code, said = user.run("status")
    assert code == 0, said


@posix
@pytest.mark.parametrize("name", ["device.key", "device-tokens.json"])
def test_what_others_could_read_is_kept_to_the_user(tmp_path, name):
    user = User(tmp_path)
    (user.own / "device.key").write_bytes(bytes(range(32)))
    (user.own / "device-tokens.json").write_text("{}")
    (user.own / name).chmod(0o644)
    with FakeGateway(sessions__list=listing({})) as gateway:
        code, _ = user.run("status", CLAWTRAY_URL=gateway.url, CLAWTRAY_TOKEN=TOKEN)
    assert code == 0
    assert stat.S_IMODE((user.own / name).stat().st_mode) == 0o600


@posix
def test_a_pipe_in_place_of_the_log_stops_nothing(tmp_path):
    user = User(tmp_path)
    os.mkfifo(user.own / "clawtray.log")
    with FakeGateway(sessions__list=listing({})) as gateway:
        code, said = user.run("diagnostics", CLAWTRAY_URL=gateway.url, CLAWTRAY_TOKEN=TOKEN)
    assert code == 0, said
    assert (user.own / "clawtray.log").is_fifo()


@pytest.mark.parametrize("variable", ["CLAWTRAY_URL", "OPENCLAW_GATEWAY_URL"])
def test_a_broken_fingerprint_is_not_the_same_as_none(tmp_path, variable):
    user = User(tmp_path)
    user.write("ClawTray/settings.toml", "[profiles.default]\nfingerprint = 'zz'\n")
    with FakeGateway(sessions__list=listing({})) as gateway:
        code, said = user.run("status", **{variable: gateway.url}, CLAWTRAY_TOKEN=TOKEN)
        assert gateway.requests == []
    assert code != 0
    assert "fingerprint" in said.splitlines()[-1]
