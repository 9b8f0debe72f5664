from __future__ import annotations

import os
import sys

import pytest

from tray.discovery.resolver import Environment
from tray.i18n.words import Words
from tray.runtime.settings_file import SettingsFile, read_settings
from tray.settings.edit import DEFAULT_SETTINGS_TEXT
from tray.settings.settings import UNUSABLE, Profile, Settings
from tray.storage.files import StoreError

TWO_PROFILES = (
    'profile = "home"\n[profiles.home]\nurl = "ws://127.0.0.1:1"\n[profiles.work]\nurl = "ws://127.0.0.1:2"\n'
)


@pytest.fixture
def path(home):
    return home / "clawtray" / "settings.toml"


@pytest.fixture
def open_file(home):
    """Open the settings file as a process does at its start."""

    def make(**options):
        environment = Environment({}, home, **options)
        settings, _ = read_settings(environment)
        return SettingsFile(environment, settings or UNUSABLE, Words())

    return make


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_file_that_did_not_change_is_not_read_again(open_file, path):
    write(path, "poll_seconds = 20\n")
    file = open_file()
    assert file.settings == Settings(poll_seconds=20.0)
    assert file.read_if_changed() is None


def test_an_edit_is_read_once(open_file, path):
    file = open_file()
    write(path, "poll_seconds = 20\n")
    assert file.read_if_changed() == (Settings(poll_seconds=20.0), None)
    assert file.read_if_changed() is None


def test_a_file_that_cannot_be_used_leaves_the_last_settings(open_file, path):
    write(path, "poll_seconds = 20\n")
    file = open_file()
    write(path, "poll_seconds = 3000000\n[thresholds")
    settings, problem = file.read_if_changed()
    assert settings == file.settings == Settings(poll_seconds=20.0)
    assert "line 2" in str(problem)
    assert str(problem).endswith("Until it is corrected, the settings from before it apply.")
    assert file.problem() == problem
    write(path, "poll_seconds = 20\n")
    assert file.read_if_changed() == (Settings(poll_seconds=20.0), None)


def test_where_no_settings_were_ever_read_the_defaults_are_used(open_file, path):
    write(path, "[thresholds")
    file = open_file()
    assert file.settings == UNUSABLE
    assert str(file.problem()).endswith("Until it is corrected, defaults apply, and ClawTray only watches.")
    write(path, "[thresholds\n")
    assert file.read_if_changed()[0] == UNUSABLE
    write(path, "poll_seconds = 20\n")
    assert file.read_if_changed() == (Settings(poll_seconds=20.0), None)
    write(path, "[thresholds")
    assert "the settings from before it apply" in str(file.read_if_changed()[1])


def test_a_mistake_in_one_value_is_reported_beside_the_new_settings(open_file, path):
    file = open_file()
    write(path, "poll_seconds = 20\nfancy = 1\n")
    settings, problem = file.read_if_changed()
    assert settings == Settings(poll_seconds=20.0)
    assert "fancy" in str(problem)


def test_changes_are_written_and_read_like_an_edit(open_file, path):
    write(path, "# mine\npoll_seconds = 20\n")
    file = open_file()
    file.write(((("notices",), False),))
    assert path.read_text(encoding="utf-8").startswith("# mine\npoll_seconds = 20\n")
    assert file.read_if_changed() == (Settings(poll_seconds=20.0, notifications=False), None)


def test_the_first_change_makes_the_file(open_file, path):
    open_file().write(((("notices",), False),))
    text = path.read_text(encoding="utf-8")
    assert text == DEFAULT_SETTINGS_TEXT.replace("notices = true", "notices = false")


def test_a_profile_that_is_chosen_replaces_the_one_of_the_command_line(open_file, path):
    write(path, TWO_PROFILES)
    file = open_file(profile="work")
    assert file.settings.active() == Profile("work", "ws://127.0.0.1:2")
    file.write(((("profile",), "home"),))
    settings, _ = file.read_if_changed()
    assert settings.active().name == "home"


@pytest.mark.parametrize(
    ("content", "reason"), [(b"\xff\xfe", "not UTF-8 text"), (b"notices = maybe\n", "correct it first")]
)
def test_a_file_that_cannot_be_understood_is_not_written(open_file, path, content, reason):
    file = open_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    with pytest.raises(StoreError, match=reason):
        file.write(((("notices",), False),))
    assert path.read_bytes() == content


@pytest.mark.skipif(sys.platform == "win32", reason="no such pipes there")
def test_a_pipe_in_place_of_the_file_is_neither_read_nor_replaced(open_file, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path)
    file = open_file()
    assert file.read_if_changed() is None
    with pytest.raises(StoreError, match="is not a file"):
        file.write(((("notices",), False),))
    assert path.is_fifo()


def test_a_missing_file_is_created_once(open_file, path):
    file = open_file()
    file.create_if_missing()
    assert path.read_text(encoding="utf-8") == DEFAULT_SETTINGS_TEXT
    write(path, "poll_seconds = 20\n")
    file.create_if_missing()
    assert path.read_text(encoding="utf-8") == "poll_seconds = 20\n"


def test_the_demo_writes_nothing(open_file, path):
    file = open_file(persistent=False)
    with pytest.raises(StoreError, match="The demo changes no settings"):
        file.write(((("notices",), False),))
    with pytest.raises(StoreError, match="the demo makes none"):
        file.create_if_missing()
    assert not path.exists()
