from __future__ import annotations

import json
import stat
import sys

import pytest

from tray.storage import files
from tray.storage.device_tokens import LIMIT, DeviceTokens

URL = "wss://gateway.example"


@pytest.fixture
def file(home):
    return home / "clawtray" / "device-tokens.json"


def test_what_was_kept_is_there_after_the_next_start(file):
    DeviceTokens(persistent=True).keep(URL, "one")
    tokens = DeviceTokens(persistent=True)
    assert (tokens.get(URL), tokens.get("wss://other.example")) == ("one", None)
    tokens.keep(URL, "two")
    assert DeviceTokens(persistent=True).get(URL) == "two"
    tokens.forget(URL)
    assert DeviceTokens(persistent=True).get(URL) is None


@pytest.mark.skipif(sys.platform == "win32", reason="the user's own folder protects it there")
def test_nobody_else_can_read_it(file):
    DeviceTokens(persistent=True).keep(URL, "one")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_is_known_is_not_written_again(file):
    tokens = DeviceTokens(persistent=True)
    tokens.forget(URL)
    assert not file.exists()
    tokens.keep(URL, "one")
    file.unlink()
    tokens.keep(URL, "one")
    assert not file.exists()


def test_the_demo_leaves_no_trace(file):
    tokens = DeviceTokens(persistent=False)
    tokens.keep(URL, "one")
    assert tokens.get(URL) == "one"
    assert not file.exists()


@pytest.mark.parametrize("text", ["", "no json", "[]", '"x"', "[" * 100_000, '{"wss://gateway.example": 1}'])
def test_a_damaged_file_is_as_good_as_none(file, text):
    file.parent.mkdir()
    file.write_text(text)
    tokens = DeviceTokens(persistent=True)
    assert tokens.get(URL) is None
    tokens.keep(URL, "one")
    assert json.loads(file.read_text()) == {URL: "one"}


def test_a_file_that_cannot_be_read_is_logged_and_as_good_as_none(file, caplog):
    file.mkdir(parents=True)
    tokens = DeviceTokens(persistent=True)
    assert tokens.get(URL) is None
    assert "is not a file" in caplog.text
    with pytest.raises(files.StoreError):
        tokens.keep(URL, "s3cret")
    assert tokens.get(URL) == "s3cret"  # as long as this process lasts
    with pytest.raises(files.StoreError):
        tokens.forget(URL)
    assert tokens.get(URL) is None
    assert "s3cret" not in caplog.text


def test_the_oldest_make_room(file):
    tokens = DeviceTokens(persistent=True)
    for number in range(LIMIT + 1):
        tokens.keep(f"wss://{number}.example", "one")
    assert tokens.get("wss://0.example") is None
    assert tokens.get("wss://1.example") == "one"
    assert len(json.loads(file.read_text())) == LIMIT


def test_processes_keep_what_the_others_have_got(file):
    one, other = DeviceTokens(persistent=True), DeviceTokens(persistent=True)
    assert (one.get(URL), other.get(URL)) == (None, None)  # each has read the file
    one.keep(URL, "one")
    other.keep("wss://other.example", "two")
    assert json.loads(file.read_text()) == {URL: "one", "wss://other.example": "two"}
    other.forget("wss://other.example")
    assert json.loads(file.read_text()) == {URL: "one"}


def test_a_newer_token_of_another_process_is_not_forgotten(file):
    DeviceTokens(persistent=True).keep(URL, "old")
    one = DeviceTokens(persistent=True)
    assert one.get(URL) == "old"
    DeviceTokens(persistent=True).keep(URL, "new")
    one.forget(URL)  # the old one was refused
    assert (one.get(URL), json.loads(file.read_text())) == ("new", {URL: "new"})
    one.forget(URL)
    assert (one.get(URL), json.loads(file.read_text())) == (None, {})
