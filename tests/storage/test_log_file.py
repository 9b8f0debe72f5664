from __future__ import annotations

import logging
import os
import stat
import sys

import pytest

from tray.storage import log_file

log = logging.getLogger("tray.somewhere")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "to be made" / "clawtray.log"


def test_nothing_is_made_before_there_is_something_to_say(path):
    with log_file.log_to_file(path):
        log.info("all is well")
    assert not path.parent.exists()


def test_warnings_and_worse_of_our_own_are_kept(path):
    with log_file.log_to_file(path):
        log.warning("회의록: %s", "one")
        log.error("two")
        logging.getLogger("pystray").error("three")
    log.error("four")
    first, second = path.read_text(encoding="utf-8").splitlines()
    assert first.endswith(" WARNING tray.somewhere: 회의록: one")
    assert second.endswith(" ERROR tray.somewhere: two")


def test_it_grows_by_what_another_start_adds(path):
    for text in ("one", "two"):
        with log_file.log_to_file(path):
            log.warning(text)
    assert path.read_text(encoding="utf-8").count("\n") == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps folders of a user to that user by itself")
def test_only_the_user_can_read_it(path):
    with log_file.log_to_file(path):
        log.warning("one")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_it_never_takes_more_than_twice_its_limit(path, monkeypatch):
    monkeypatch.setattr(log_file, "MAX_SIZE", 1000)
    with log_file.log_to_file(path):
        for number in range(100):
            log.warning("line %s of many that are all alike", number)
    kept = sorted(path.parent.iterdir())
    assert [each.name for each in kept] == ["clawtray.log", "clawtray.log.1"]
    assert all(0 < each.stat().st_size <= 1000 for each in kept)
    assert "line 99 " in path.read_text(encoding="utf-8")


def test_where_it_cannot_be_written_the_program_goes_on_in_silence(tmp_path, capsys):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with log_file.log_to_file(tmp_path / "file" / "clawtray.log"):
        log.warning("one")
    assert capsys.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform == "win32", reason="no such pipes there")
def test_a_pipe_in_place_of_the_file_is_not_waited_for(path):
    path.parent.mkdir()
    os.mkfifo(path)
    with log_file.log_to_file(path):
        log.warning("nobody reads this")
    assert path.is_fifo()
