from __future__ import annotations

import logging
import os
import threading
from pathlib import Path

import pytest

from tests.faulty_gateway import FaultyGateway
from tests.stage import until
from tray import system
from tray.core.commands import (
    Ask,
    CopyText,
    EditSettings,
    OpenLog,
    Reconnect,
    SaveSettings,
    SetAutostart,
    ShowIconSettings,
)
from tray.core.effects import (
    Exit,
    ForgetDeviceToken,
    GatherDiagnostics,
    HangUp,
    Notify,
    OpenUrl,
    OpenWindow,
    ReadAutostart,
    ReadClipboard,
    ReadSettings,
    ResolveTarget,
    RunCli,
    SaveState,
)
from tray.core.events import (
    AutostartRead,
    ClipboardRead,
    CommandReceived,
    DiagnosticsReady,
    GatewayCliFinished,
    GatewayTried,
    NotificationDeferred,
    SettingsRead,
    SettingsSaved,
    TargetResolved,
)
from tray.core.model import (
    ActionError,
    AlreadyRunning,
    Connection,
    ConnectionFailure,
    Digest,
    FailureKind,
    GatewayControlKind,
    GatewayDown,
    GatewayUp,
    Mode,
    Prompt,
    PromptFinished,
    PromptStatus,
    Window,
    WindowKind,
)
from tray.core.state import Process, State
from tray.discovery import config_files, wsl
from tray.discovery.resolver import Environment
from tray.i18n.words import Words, message
from tray.runtime import diagnostics, gateway_cli, trial
from tray.runtime.settings_file import read_settings
from tray.runtime.worker import Worker
from tray.settings.edit import DEFAULT_SETTINGS_TEXT
from tray.settings.parse import parse_settings
from tray.settings.settings import UNUSABLE, Level, Profile, Settings
from tray.settings.target import SecretOrigin, Secrets, SecretSource, Target
from tray.storage import credentials, files
from tray.values import replace
from tray.view.panel.forms import TryGateway

SECRET = "s3cret-of-the-test"
WITHOUT_NOTIFICATIONS = ((("notices",), False),)
URL = "ws://127.0.0.1:19001"


class Bench:
    """A worker, and all that comes out of it."""

    def __init__(self, place, *, respect_do_not_disturb=True):
        self.events, self.shown, self.left, self.opened = [], [], [], []
        self.can_show = True
        self._configured = threading.Semaphore(0)
        settings, _ = read_settings(place)
        self.state = State(settings or UNUSABLE, Mode.LIVE, Process("5eed"))
        self.worker = Worker(
            place,
            settings,
            post=self._note,
            show=self._show,
            on_exit=lambda: self.left.append(threading.current_thread()),
            words=Words(),
            respect_do_not_disturb=respect_do_not_disturb,
            open_window=lambda window, state: self.opened.append((window, state)),
        )

    def do(self, *effects):
        """Have these carried out, then give back the configuration as it is found after them."""
        effects = (*effects, ResolveTarget())
        for effect in effects:
            self.worker.run_effect(effect, self.state)
        for _ in range(effects.count(ResolveTarget())):
            assert self._configured.acquire(timeout=30)
        # Not the last event of all: what runs on a thread of its own may have posted since.
        last = max(at for at, event in enumerate(self.events) if isinstance(event, TargetResolved))
        return self.events.pop(last)

    def _show(self, notification, on_failure):
        if self.can_show:
            self.shown.append(notification)
        else:
            on_failure()

    def _note(self, event):
        self.events.append(event)
        if isinstance(event, TargetResolved):
            self._configured.release()


@pytest.fixture
def place(home):
    environ = {"CLAWTRAY_URL": "ws://127.0.0.1:19001", "CLAWTRAY_TOKEN": SECRET}
    return Environment(environ, home)


@pytest.fixture
def settings_file(home):
    return home / "clawtray" / "settings.toml"


@pytest.fixture
def bench(place):
    made = []

    def make(*, respect_do_not_disturb=True, **changes):
        made.append(
            Bench(Environment(**{**_fields(place), **changes}), respect_do_not_disturb=respect_do_not_disturb)
        )
        return made[-1]

    yield make
    for each in made:
        each.worker.finish(5.0)


def _fields(place):
    return {name: getattr(place, name) for name in place.__slots__}


def _write(path, text):
    """Write a file so that its stamp is another one, however fast the clock's tick is."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    stamp = path.stat()
    _write.serial += 1
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns + _write.serial))


_write.serial = 0


# ---- configuration ----


def test_each_wish_for_the_configuration_gets_one_answer(bench):
    worker = bench()
    last = worker.do(ResolveTarget(), ResolveTarget())
    answers = [*worker.events, last]
    assert [type(answer) for answer in answers] == [TargetResolved] * 3
    assert {answer.revision for answer in answers} == {1}
    assert last.target.url == "ws://127.0.0.1:19001"
    assert last.failure is None
    assert "CLAWTRAY_URL: set" in map(str, last.searched)
    assert worker.worker.secrets().shared == Secrets(token=SECRET).shared
    assert SECRET not in repr(answers) + repr(worker.worker.secrets())


def test_nothing_is_known_before_it_was_read(bench):
    assert not bench().worker.secrets().given


def test_the_token_of_this_device_is_kept_and_forgotten(bench):
    worker = bench()
    assert not worker.do().device_token
    link = Connection(target=Target(URL, "a test", is_loopback=True, secure=False))
    state = replace(worker.state, connection=link)
    worker.worker.keep_device_token("d3vice", state)
    notified = worker.do()
    assert notified.device_token
    assert notified.revision == 1  # it is no reason to log in again
    assert worker.worker.secrets().device == "d3vice"
    assert bench().do().device_token
    worker.worker.run_effect(ForgetDeviceToken(), state)
    assert not worker.do().device_token
    assert worker.worker.secrets().shared == Secrets(token=SECRET).shared
    worker.worker.keep_device_token("d3vice", worker.state)  # which knows of no gateway
    assert not worker.do().device_token


def test_a_token_that_cannot_be_kept_counts_until_the_end(bench, monkeypatch):
    def full(_):
        raise files.StoreError("the disk is full")

    monkeypatch.setattr(files, "save_device_tokens", full)
    worker = bench()
    worker.do()
    link = Connection(target=Target(URL, "a test", is_loopback=True, secure=False))
    worker.worker.keep_device_token("d3vice", replace(worker.state, connection=link))
    assert worker.do().device_token
    assert [shown.body for shown in worker.shown] == ["the disk is full"]


def test_looking_again_looks_everywhere(bench, monkeypatch, tmp_path):
    worker = bench(environ={}, home=tmp_path / "nobody")
    asked = []
    monkeypatch.setattr(wsl, "homes", lambda: asked.append("asked") or ())
    worker.do()
    assert worker.do().target is None
    assert asked == ["asked"]
    worker.do(ResolveTarget(force=True))
    assert asked == ["asked"] * 2


def test_the_revision_counts_changes_alone(bench, home):
    worker = bench(environ={})
    revisions = [worker.do().revision]
    for text in (
        None,
        "{gateway: {port: 19005}}",
        "{gateway: {port: 19005, auth: {token: 'one'}}}",
        "{gateway: {port: 19005, auth: {token: 'two'}}}",
        "// a comment\n{gateway: {port: 19005, auth: {token: 'two'}}}",
    ):
        if text is not None:
            _write(home / ".openclaw" / "openclaw.json", text)
        revisions.append(worker.do().revision)
    assert revisions == [1, 1, 2, 3, 4, 4]
    assert worker.worker.secrets().shared == Secrets(token="two").shared


def test_files_that_have_not_changed_are_not_read_again(bench, home, monkeypatch):
    path = home / ".openclaw" / "openclaw.json"
    _write(path, "{gateway: {port: 19005}}")
    worker = bench(environ={})
    first = worker.do()
    with monkeypatch.context() as patch:
        patch.setattr(config_files, "discover", None)
        assert worker.do() == first
    _write(path, "{gateway: {port: 19006}}")
    assert worker.do().target.url == "ws://127.0.0.1:19006"


def test_a_file_that_was_of_no_use_is_read_again(bench, home):
    path = home / ".openclaw" / "openclaw.json"
    _write(path, "not what")
    path.write_bytes(b"\xff\xfe....")
    before = path.stat()
    worker = bench(environ={})
    assert "is not UTF-8 text" in " ".join(map(str, worker.do().searched))
    path.write_bytes(b"{}      ")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "is not UTF-8 text" not in " ".join(map(str, worker.do().searched))


def test_a_secret_that_is_typed_later_is_news_and_is_not_kept_from_the_files(bench, vault, home):
    worker = bench(environ={"CLAWTRAY_URL": URL})
    revisions = [worker.do().revision]
    for password in ("one", "two", "two"):
        credentials.store("default", URL, Secrets(password=password))
        revisions.append(worker.do().revision)
        assert worker.worker.secrets().shared == Secrets(password=password).shared
    credentials.forget("default")
    last = worker.do()
    assert [*revisions, last.revision] == [1, 2, 3, 3, 4]
    assert str(last.searched[-1]) == "Windows Credential Manager: nothing kept"
    assert worker.worker.secrets().shared == Secrets().shared


def test_a_secret_of_the_files_that_is_gone_makes_room_for_the_kept_one(bench, vault, home):
    path = home / ".openclaw" / "openclaw.json"
    _write(path, "{gateway: {port: 19001, auth: {token: 'of the file'}}}")
    credentials.store("default", URL, Secrets(SECRET))
    worker = bench(environ={})
    worker.do()
    assert (worker.worker.secrets().token, vault.asked) == ("of the file", 0)
    _write(path, "{gateway: {port: 19001}}")
    answer = worker.do()
    assert worker.worker.secrets().shared == Secrets(SECRET).shared
    assert SECRET not in repr(answer) + repr(worker.worker._resolver._found)


def test_a_bug_while_looking_is_a_trouble_and_the_next_look_is_news(bench, monkeypatch, caplog):
    def fail(*_, **__):
        raise RuntimeError(SECRET)

    worker = bench()
    before = worker.do()
    with monkeypatch.context() as patch:
        patch.setattr(config_files, "changed", fail)
        broken = worker.do()
    after = worker.do()
    assert (broken.target, broken.failure.kind) == (None, FailureKind.ADDRESS)
    assert "bug" in str(broken.failure.detail)
    assert (after.target, after.failure) == (before.target, None)
    assert before.revision < broken.revision < after.revision
    (record,) = caplog.records
    assert record.getMessage().startswith("bug while reading the configuration: RuntimeError: ")
    assert SECRET not in caplog.text


def test_an_address_that_must_not_be_called_is_a_trouble(bench):
    answer = bench(url="ws://gateway.example").do()
    assert answer.target is None
    assert answer.failure.kind is FailureKind.ADDRESS
    assert "wss://" in str(answer.failure.detail)


def test_the_demo_has_a_key_of_its_own_and_leaves_none(bench, home):
    worker = bench(persistent=False).worker
    seed = worker.device_seed()
    assert (len(seed), worker.device_seed()) == (files.SEED_SIZE, seed)
    assert bench(persistent=False).worker.device_seed() != seed
    assert list(home.iterdir()) == []


def test_the_lasting_key_is_the_stored_one(bench):
    assert bench().worker.device_seed() == files.device_seed() == bench().worker.device_seed()


def test_a_damaged_key_is_a_trouble_in_words(bench, home):
    (home / "clawtray").mkdir()
    (home / "clawtray" / "device.key").write_bytes(b"short")
    answer = bench().do()
    assert answer.failure.kind is FailureKind.DEVICE_KEY
    assert "is damaged. Put back a copy of it, or delete it" in str(answer.failure.detail)


# ---- settings ----


def test_settings_are_read_again_only_when_the_file_changed(bench, settings_file):
    worker = bench()
    worker.do(ReadSettings())
    assert worker.events == []
    _write(settings_file, "poll_seconds = 30\n")
    worker.do(ReadSettings(), ReadSettings())
    assert worker.events == [SettingsRead(Settings(poll_seconds=30.0))]
    _write(settings_file, "# a comment more\npoll_seconds = 30\n")
    worker.do(ReadSettings())
    assert len(worker.events) == 1
    assert worker.shown == []


def test_a_profile_that_changed_on_disk_counts_at_the_next_look(bench, settings_file):
    worker = bench(environ={})
    assert worker.do().target is None
    _write(settings_file, '[profiles.default]\nurl = "ws://127.0.0.1:19002"\n')
    answer = worker.do()
    assert answer.target.url == "ws://127.0.0.1:19002"
    assert answer.revision == 2
    profile = Profile(url="ws://127.0.0.1:19002")
    assert worker.events == [SettingsRead(Settings(profiles=(profile,)))]


def test_the_profile_of_the_command_line_outlives_a_change(bench, settings_file):
    _write(settings_file, "[profiles.work]\n")
    worker = bench(profile="work")
    _write(settings_file, 'profile = "default"\npoll_seconds = 30\n[profiles.work]\n')
    worker.do(ReadSettings())
    (read,) = worker.events
    assert (read.settings.profile, read.settings.poll_seconds) == ("work", 30.0)


def test_corrupt_settings_are_reported_once_and_kept(bench, settings_file):
    worker = bench()
    _write(settings_file, "notices = maybe\n")
    worker.do(ReadSettings(), ReadSettings())
    (shown,) = worker.shown
    assert shown.title == "Error in the settings"
    assert "settings.toml" in shown.body
    assert "line 1" in shown.body
    assert shown.body.endswith("Until it is corrected, the settings from before it apply.")
    (read,) = worker.events
    assert read.settings == Settings()
    assert str(read.problem) == shown.body
    assert settings_file.read_text(encoding="utf-8") == "notices = maybe\n"


def test_the_user_s_choice_about_notices_is_saved_and_read_back_once(bench, settings_file):
    _write(settings_file, "# mine\nfancy = 1\n")
    worker = bench()
    worker.do(SaveSettings(WITHOUT_NOTIFICATIONS), ReadSettings())
    text = settings_file.read_text(encoding="utf-8")
    assert text.startswith("# mine\nfancy = 1\n")
    assert parse_settings(text)[0].notifications is False
    read, saved = worker.events
    assert (read.settings, saved) == (Settings(notifications=False), SettingsSaved())
    assert "fancy" in str(read.problem)


def test_a_choice_about_notices_keeps_what_was_edited_meanwhile(bench, settings_file):
    _write(settings_file, "notices = true\n")
    worker = bench()
    _write(settings_file, "notices = true\npoll_seconds = 30\n")
    worker.do(SaveSettings(WITHOUT_NOTIFICATIONS), ReadSettings())
    assert settings_file.read_text(encoding="utf-8") == "notices = false\npoll_seconds = 30\n"
    assert worker.events[-2:] == [
        SettingsRead(Settings(poll_seconds=30.0, notifications=False)),
        SettingsSaved(),
    ]


def test_the_first_choice_about_notices_makes_the_file(bench, settings_file):
    bench().do(SaveSettings(WITHOUT_NOTIFICATIONS))
    text = settings_file.read_text(encoding="utf-8")
    assert text == DEFAULT_SETTINGS_TEXT.replace("notices = true", "notices = false")


def test_a_choice_that_cannot_be_saved_is_reported_and_the_file_kept(bench, settings_file):
    worker = bench()
    _write(settings_file, "notices = maybe\n")
    worker.do(SaveSettings(WITHOUT_NOTIFICATIONS))
    loss, mistake = worker.shown
    assert mistake.title == "Error in the settings"
    assert loss.title == "Could not save"
    assert "correct it first" in loss.body
    (ended,) = (event for event in worker.events if isinstance(event, SettingsSaved))
    assert "correct it first" in str(ended.problem)
    assert settings_file.read_text(encoding="utf-8") == "notices = maybe\n"


def test_a_settings_file_that_is_no_text_is_kept_and_reported(bench, settings_file):
    _write(settings_file, "")
    settings_file.write_bytes(b"\xff\xfe")
    worker = bench()
    worker.do(SaveSettings(WITHOUT_NOTIFICATIONS))
    assert settings_file.read_bytes() == b"\xff\xfe"
    assert [shown.title for shown in worker.shown] == ["Could not save"]
    assert "settings.toml is not UTF-8 text" in worker.shown[0].body


CHANGES = ((("thresholds", "warning"), 70.0), (("profiles", "home", "url"), "wss://h.example"))


def test_what_the_settings_window_changed_is_written_and_counts_at_once(bench, settings_file):
    worker = bench()
    worker.do(SaveSettings(CHANGES))
    text = settings_file.read_text(encoding="utf-8")
    assert "# Show notifications." in text
    read, saved = worker.events
    assert read == SettingsRead(parse_settings(text)[0])
    assert saved == SettingsSaved()
    assert (read.settings.warning, read.settings.profiles[-1].name) == (70.0, "home")
    assert worker.shown == []


def test_a_profile_chosen_later_outweighs_the_command_line_s(bench, settings_file):
    _write(settings_file, '[profiles.work]\nurl = "ws://127.0.0.1:19002"\n')
    worker = bench(profile="work", environ={})
    assert worker.do().target.url == "ws://127.0.0.1:19002"
    assert worker.do(SaveSettings(((("profile",), "default"),))).target is None
    assert worker.events[0].settings.profile == "default"
    worker.do(SaveSettings(((("poll_seconds",), 30.0),)))
    assert worker.events[-2].settings.profile == "default"


def test_the_place_of_the_secret_is_reported(bench):
    assert bench().do().origin == SecretOrigin(SecretSource.ENVIRONMENT, "CLAWTRAY_TOKEN")
    assert bench(environ={"CLAWTRAY_URL": "ws://127.0.0.1:19001"}).do().origin is None


def test_settings_that_cannot_be_changed_are_kept_and_that_is_reported(bench, settings_file):
    _write(settings_file, "notices = maybe\n")
    worker = bench()
    worker.do(SaveSettings(CHANGES))
    assert settings_file.read_text(encoding="utf-8") == "notices = maybe\n"
    assert [shown.title for shown in worker.shown] == ["Could not save"]


def test_the_demo_changes_no_settings(bench, home):
    worker = bench(persistent=False)
    worker.do(SaveSettings(CHANGES))
    assert [shown.body for shown in worker.shown] == ["The demo changes no settings"]
    assert list(home.iterdir()) == []


def test_a_window_is_opened_with_what_is_known(bench):
    worker = bench()
    window = Window("window-1", WindowKind.SETTINGS)
    worker.do(OpenWindow(window))
    assert worker.opened == [(window, worker.state)]


class Registry:
    """A system that offers to start at sign-in, unless it is locked or has a veto."""

    def __init__(self, monkeypatch, *, error=None, obeys=True):
        self.on, self.error, self.obeys = False, error, obeys
        monkeypatch.setattr(system.current(), "autostart", lambda: self.on)
        monkeypatch.setattr(system.current(), "set_autostart", self._set)

    def _set(self, *, on):
        if self.error is not None:
            raise self.error
        self.on = on and self.obeys


def test_starting_at_sign_in_is_read_and_set(bench, monkeypatch):
    registry = Registry(monkeypatch)
    worker = bench()
    worker.do(ReadAutostart(), SetAutostart(on=True), SetAutostart(on=False))
    assert worker.events == [AutostartRead(on=False), AutostartRead(on=True), AutostartRead(on=False)]
    assert (registry.on, worker.shown) == (False, [])


def test_what_is_reported_of_starting_at_sign_in_is_read_afterwards(bench, monkeypatch):
    Registry(monkeypatch, obeys=False)
    worker = bench()
    worker.do(SetAutostart(on=True))
    assert worker.events == [AutostartRead(on=False)]


@pytest.mark.parametrize(
    ("error", "reason"),
    [(PermissionError(13, "Access is denied"), "Access is denied"), (OSError(), "no reason given")],
)
def test_a_system_that_refuses_to_start_it_at_sign_in_is_reported(bench, monkeypatch, error, reason):
    Registry(monkeypatch, error=error)
    worker = bench()
    worker.do(SetAutostart(on=True))
    assert worker.events == [AutostartRead(on=False)]
    (shown,) = worker.shown
    assert shown.title == "Could not save"
    assert shown.body == f"Whether ClawTray starts at sign-in cannot be changed: {reason}"


def test_where_starting_at_sign_in_is_not_offered_nothing_is_touched(bench, monkeypatch):
    monkeypatch.setattr(system.current(), "autostart", lambda: None)
    worker = bench()
    worker.do(ReadAutostart(), SetAutostart(on=True))
    assert worker.events == [AutostartRead(None)]
    registry = Registry(monkeypatch)
    demo = bench(persistent=False)
    demo.do(ReadAutostart(), SetAutostart(on=True))
    assert demo.events == [AutostartRead(None)]
    assert (registry.on, worker.shown, demo.shown) == (False, [], [])


def test_showing_the_settings_makes_the_file_once(bench, settings_file, monkeypatch):
    opened = []
    monkeypatch.setattr(system.current(), "open_file", lambda path: opened.append(path) or True)
    worker = bench()
    worker.do(EditSettings(), ReadSettings())
    assert settings_file.read_text(encoding="utf-8") == DEFAULT_SETTINGS_TEXT
    _write(settings_file, "poll_seconds = 30\n")
    worker.do(EditSettings())
    until(lambda: opened == [settings_file, settings_file])
    assert worker.shown == []
    assert settings_file.read_text(encoding="utf-8") == "poll_seconds = 30\n"


def test_the_demo_makes_no_settings_file(bench, home, monkeypatch):
    monkeypatch.setattr(system.current(), "open_file", None)
    worker = bench(persistent=False)
    worker.do(EditSettings())
    assert [shown.body for shown in worker.shown] == [
        "There is no settings file yet, and the demo makes none"
    ]
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("notices = true\n", None),
        ("fancy = 1\n", "settings.toml: fancy is not a setting that ClawTray knows; it is ignored."),
        ("fancy = 1\nplain = 2\n", "it is ignored. (and 1 more)"),
        ("a = 1\n= 2\n", "settings.toml: There is a mistake in line 2"),
    ],
)
def test_what_is_wrong_with_the_settings_is_one_sentence(place, settings_file, text, sentence):
    _write(settings_file, text)
    settings, complaint = read_settings(place)
    assert settings == (None if text.startswith("a = 1") else Settings())
    assert complaint == sentence if sentence is None else sentence in str(complaint)


# ---- memory ----


def test_what_is_saved_twice_is_saved_in_order(bench):
    bench().do(*(SaveState(f"{n}") for n in range(50)))
    assert files.load_memory() == "49"


def test_finish_carries_out_what_is_on_the_list(bench, monkeypatch):
    started, going_on = threading.Event(), threading.Event()
    saved = []

    def save(text):
        started.set()
        assert going_on.wait(30)
        saved.append(text)

    monkeypatch.setattr(files, "save_memory", save)
    worker = bench().worker
    for text in ("one", "two", "three"):
        worker.run_effect(SaveState(text), State(Settings(), Mode.LIVE, Process("5eed")))
    assert started.wait(30)
    going_on.set()
    worker.finish(5.0)
    assert saved == ["one", "two", "three"]
    assert not worker._thread.is_alive()


def test_finish_does_not_wait_for_ever(bench, monkeypatch):
    going_on = threading.Event()
    monkeypatch.setattr(files, "save_memory", lambda _: going_on.wait(30))
    worker = bench().worker
    worker.run_effect(SaveState("one"), State(Settings(), Mode.LIVE, Process("5eed")))
    worker.finish(0.01)
    assert worker._thread.is_alive()
    going_on.set()
    worker._thread.join(30)
    assert not worker._thread.is_alive()


def test_finish_without_any_work_starts_nothing(bench):
    worker = bench().worker
    worker.finish(5.0)
    assert worker._thread is None


def test_the_demo_remembers_nothing(bench, home):
    bench(persistent=False).do(SaveState("text"))
    assert list(home.iterdir()) == []


def test_a_memory_that_cannot_be_saved_is_reported_and_survived(bench, home, caplog):
    worker = bench()
    worker.do()  # the key of this computer is made
    (home / "clawtray" / "state.json").mkdir()
    worker.do(SaveState("text"))
    (shown,) = worker.shown
    assert shown.title == "Could not save"
    assert "state.json cannot be saved" in shown.body
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


# ---- the rest ----


def test_a_notice_is_shown_unless_the_user_wants_none(bench, settings_file):
    lost = Notify(GatewayDown(ConnectionFailure(FailureKind.CONNECTION_LOST)))
    worker = bench()
    worker.do(lost)
    assert [shown.title for shown in worker.shown] == ["The gateway is down"]
    _write(settings_file, "notices = false\n")
    silent = bench()
    silent.do(lost)
    assert silent.shown == []


def test_a_notice_goes_back_while_nobody_is_to_be_interrupted(bench, home, monkeypatch):
    monkeypatch.setattr(system.current(), "may_interrupt", lambda: False)
    worker = bench()
    worker.do()  # the key of this computer is made
    (home / "clawtray" / "state.json").mkdir()
    lost, back = GatewayDown(ConnectionFailure(FailureKind.CONNECTION_LOST)), GatewayUp(5.0)
    worker.do(Notify(lost), Notify(Digest((lost, back))), SaveState("text"))
    *notified, unsaved = worker.events
    assert notified == [NotificationDeferred(lost), NotificationDeferred(Digest((lost, back)))]
    assert "state.json cannot be saved" in str(unsaved.alert.sentence)
    assert worker.shown == []


def test_a_notice_that_could_not_be_shown_goes_back_unless_it_answers_a_click(bench):
    worker = bench()
    worker.can_show = False
    worker.do(Notify(GatewayUp(5.0)), Notify(AlreadyRunning()))
    assert worker.events == [NotificationDeferred(GatewayUp(5.0))]


def test_what_the_person_asked_for_a_moment_ago_is_never_held_back(bench, monkeypatch, settings_file):
    monkeypatch.setattr(system.current(), "may_interrupt", lambda: False)
    _write(settings_file, "notices = false\n")
    worker = bench()
    worker.do(Notify(AlreadyRunning()), OpenLog(), ShowIconSettings())
    until(lambda: len(worker.shown) == 3)
    assert {shown.title for shown in worker.shown} == {
        "ClawTray is already running",
        "The log is empty",
        "Could not open it",
    }
    assert worker.events == []


def test_in_a_terminal_nothing_is_held_back(bench, monkeypatch):
    monkeypatch.setattr(system.current(), "may_interrupt", None)
    worker = bench(respect_do_not_disturb=False)
    worker.do(Notify(GatewayUp(5.0)))
    assert [shown.title for shown in worker.shown] == ["The gateway is back"]


def test_pages_are_opened(bench, monkeypatch):
    opened = []
    monkeypatch.setattr(system.current(), "open_url", lambda url: opened.append(url) or True)
    worker = bench()
    worker.do(OpenUrl("http://127.0.0.1:18789/"))
    until(lambda: opened == ["http://127.0.0.1:18789/"])
    assert worker.shown == []


@pytest.mark.parametrize("there", [True, False])
def test_a_text_is_copied_or_else_shown(bench, monkeypatch, there):
    copied = []
    monkeypatch.setattr(system.current(), "copy_text", lambda text: copied.append(text) or there)
    worker = bench()
    worker.do(CopyText("agent:main:main"))
    assert copied == ["agent:main:main"]
    assert [shown.body for shown in worker.shown] == ["Copy it yourself: agent:main:main"] * (not there)


def test_a_program_that_never_returns_holds_up_nothing(bench, monkeypatch):
    going_on = threading.Event()
    monkeypatch.setattr(system.current(), "open_url", lambda _: going_on.wait(30))
    try:
        assert bench().do(OpenUrl("http://127.0.0.1:18789/")).target is not None
    finally:
        going_on.set()
        until(lambda: "opening" not in [thread.name for thread in threading.enumerate()])


def test_a_page_that_cannot_be_shown_is_reported_with_its_address(bench, monkeypatch, caplog):
    def fail(_):
        raise RuntimeError(SECRET)

    for opening in (lambda _: False, fail):
        monkeypatch.setattr(system.current(), "open_url", opening)
        worker = bench()
        worker.do(OpenUrl("http://127.0.0.1:18789/"))
        until(lambda: worker.shown)  # noqa: B023 - it is called at once
        assert [shown.body for shown in worker.shown] == ["Open it yourself: http://127.0.0.1:18789/"]
    assert len(caplog.records) == 1
    assert SECRET not in caplog.text


def test_a_settings_file_that_cannot_be_shown_is_reported_with_its_path(bench, settings_file, monkeypatch):
    monkeypatch.setattr(system.current(), "open_file", lambda _: False)
    worker = bench()
    worker.do(EditSettings())
    until(lambda: worker.shown)
    assert worker.shown[0].body == f"Open it yourself: {settings_file}"


def test_the_log_is_opened_where_there_is_one(bench, monkeypatch):
    opened = []
    monkeypatch.setattr(system.current(), "open_file", lambda path: opened.append(path) or True)
    worker = bench()
    worker.do(OpenLog())
    assert [shown.title for shown in worker.shown] == ["The log is empty"]
    _write(files.log_file(), "a fault\n")
    worker.do(OpenLog())
    until(lambda: opened == [files.log_file()])
    assert len(worker.shown) == 1


def test_the_demo_opens_no_log_of_another_run(bench, monkeypatch):
    monkeypatch.setattr(system.current(), "open_file", None)
    _write(files.log_file(), "a fault\n")
    worker = bench(persistent=False)
    worker.do(OpenLog())
    assert [shown.title for shown in worker.shown] == ["The log is empty"]


def test_diagnostics_hold_no_secret_and_the_end_of_the_log(bench, home):
    _write(files.log_file(), f"{home} {SECRET} a fault\n")
    worker = bench()
    worker.do(ResolveTarget(), GatherDiagnostics())
    until(lambda: any(isinstance(event, DiagnosticsReady) for event in worker.events))
    (gathered,) = [event for event in worker.events if isinstance(event, DiagnosticsReady)]
    assert gathered.text.splitlines()[-1] == "  ~ [secret] a fault"
    assert SECRET not in gathered.text + repr(gathered)


def test_diagnostics_that_fail_do_no_harm(bench, monkeypatch, caplog):
    worker = bench()
    monkeypatch.setattr(diagnostics, "gather", None)
    worker.do(GatherDiagnostics())
    until(lambda: "gathering the diagnostics" in caplog.text)
    assert worker.do().revision == 1


def test_the_way_to_the_icons_is_reported_where_it_cannot_be_shown(bench, monkeypatch):
    worker = bench()
    worker.do(ShowIconSettings())
    until(lambda: worker.shown)
    way = "Settings > Personalisation > Taskbar > Other system tray icons"
    assert [shown.body for shown in worker.shown] == [f"Open it yourself: {way}"]
    monkeypatch.setattr(system.current(), "open_icon_settings", lambda: worker.left.append("shown") or True)
    worker.do(ShowIconSettings())
    until(lambda: worker.left == ["shown"])
    assert len(worker.shown) == 1


def test_the_end_waits_for_nothing(bench, monkeypatch):
    going_on, saved = threading.Event(), []
    monkeypatch.setattr(files, "save_memory", lambda text: saved.append(going_on.wait(30)))
    worker = bench()
    worker.worker.run_effect(SaveState("text"), worker.state)
    worker.worker.run_effect(Exit(), worker.state)
    assert worker.left == [threading.current_thread()]
    assert saved == []
    going_on.set()
    worker.worker.finish(5.0)
    assert saved == [True]


def test_what_nobody_carries_out_is_logged(bench, caplog):
    bench().do(HangUp())
    assert [record.getMessage() for record in caplog.records] == ["nobody carries out HangUp"]


def test_a_bug_is_survived_and_its_words_stay_secret(bench, monkeypatch, caplog):
    def fail(*_, **__):
        raise RuntimeError(SECRET)

    worker = bench()
    monkeypatch.setattr(files, "save_memory", fail)
    worker.do(SaveState("text"))
    (record,) = caplog.records
    assert "bug while carrying out SaveState: RuntimeError: " in record.getMessage()
    assert SECRET not in caplog.text
    assert record.exc_info is None


def test_a_report_that_fails_as_well_does_not_end_the_thread(bench, monkeypatch, caplog):
    def fail(*_, **__):
        raise files.StoreError(message("The disk is full."))

    worker = bench()
    monkeypatch.setattr(files, "save_memory", fail)
    monkeypatch.setattr(worker.worker, "_notify", lambda *_: 1 / 0)
    worker.do(SaveState("text"))
    worker.do(HangUp())
    assert "ZeroDivisionError" in caplog.text
    assert "nobody carries out HangUp" in caplog.text


def test_nothing_is_written_where_the_gateways_keep_their_files(bench, home):
    folder = home / ".openclaw"
    folder.mkdir()
    (folder / "openclaw.json").write_text("{gateway: {port: 19005}}", encoding="utf-8")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert bench(environ={}).do().target.url == "ws://127.0.0.1:19005"
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_a_prompt_that_ended_is_notified_by_the_name_of_its_preset(bench):
    prompt = Prompt(
        "1", "agent:main:tray", "text", preset="Sum up", state=PromptStatus.ANSWERED, answer="Done."
    )
    worker = bench()
    worker.do(Notify(PromptFinished(prompt)))
    assert [(shown.title, shown.body) for shown in worker.shown] == [("Sum up", "Done.")]


def test_discovery_is_asked_with_what_the_command_line_says(bench, monkeypatch, home):
    asked = []
    real = config_files.discover

    def discover(profile, **where):
        asked.append((profile, where))
        return real(profile, **where)

    monkeypatch.setattr(config_files, "discover", discover)
    worker = bench(url="ws://127.0.0.1:1", environ={"A": "b"})
    worker.do()
    where = {"url": "ws://127.0.0.1:1", "environ": {"A": "b"}, "home": Path(home), "guests": wsl.homes}
    assert asked == [(Profile(), where)]


def test_half_an_edit_changes_neither_gateway_nor_level(place, settings_file):
    _write(settings_file, '[profiles.default]\nlevel = "watch"\n')
    read, _ = read_settings(place)
    assert read is not None
    assert read.active().level is Level.WATCH
    _write(settings_file, '[profiles.default]\nlevel = "watch"\n[thresholds')
    assert read_settings(place)[0] is None


def test_an_unusable_file_leaves_what_was_read_last(bench, settings_file):
    _write(settings_file, "poll_seconds = 20\n")
    worker = bench()
    _write(settings_file, "poll_seconds = 30\n[thresholds")
    worker.do(ReadSettings())
    (read,) = worker.events
    assert read.settings == Settings(poll_seconds=20.0)
    assert "mistake in line" in worker.shown[0].body
    _write(settings_file, "poll_seconds = 20\n")
    worker.do(ReadSettings())
    assert worker.events[-1] == SettingsRead(Settings(poll_seconds=20.0))


@pytest.mark.parametrize("text", ["copied", None])
def test_the_clipboard_is_read_for_a_prompt(bench, monkeypatch, text):
    monkeypatch.setattr(system.current(), "read_clipboard", lambda: text)
    command = Ask("{clipboard}", preset="Explain")
    worker = bench()
    assert worker.do(ReadClipboard(command)) is not None
    assert ClipboardRead(command, text) in worker.events


# ---- the gateway's own command line ----


def test_its_end_is_reported_whatever_happens(bench, monkeypatch, place):
    worker, target = bench(), Target("ws://127.0.0.1:1", "the test", is_loopback=True, secure=False)
    asked = []

    def run(kind, target, command, environ):
        asked.append((kind, target, command, environ))
        return GatewayCliFinished(None, "done")

    monkeypatch.setattr(gateway_cli, "run", run)
    worker.worker.run_effect(RunCli(GatewayControlKind.RESTART, target, "openclaw"), worker.state)
    until(lambda: worker.events == [GatewayCliFinished(None, "done")])
    assert asked == [(GatewayControlKind.RESTART, target, "openclaw", place.environ)]


def test_a_bug_in_it_is_an_end_too(bench, monkeypatch):
    def run(*_):
        raise RuntimeError("a bug")

    monkeypatch.setattr(gateway_cli, "run", run)
    worker, target = bench(), Target("ws://127.0.0.1:1", "the test", is_loopback=True, secure=False)
    worker.worker.run_effect(RunCli(GatewayControlKind.START, target, "openclaw"), worker.state)
    until(lambda: worker.events == [GatewayCliFinished(ActionError.CLI_FAILED)])


def test_the_demo_runs_no_command(bench, monkeypatch):
    monkeypatch.setattr(gateway_cli, "run", lambda *_: pytest.fail("it ran"))
    worker, target = (
        bench(persistent=False),
        Target("ws://127.0.0.1:1", "demo", is_loopback=True, secure=False),
    )
    worker.do(RunCli(GatewayControlKind.START, target, "openclaw"))
    assert worker.events == [GatewayCliFinished(ActionError.NO_CLI, "openclaw")]


# ---- an address and a secret that were typed ----


@pytest.fixture
def typed(home, bench):
    """Test and save what was typed; gives the events about it, and the worker."""
    worker = bench(environ={})

    def attempt(url, secret, *, saves=True):
        worker.worker.try_gateway(TryGateway("default", url, secret, saves=saves), worker.state)
        until(lambda: not tried(worker)[-1].running)
        return tried(worker)[-1], worker

    def tried(worker):
        return [event.trial for event in worker.events if isinstance(event, GatewayTried)]

    return attempt


@pytest.fixture
def typed_gateway():
    with FaultyGateway(speed=100, token=SECRET, story=False) as gateway:
        yield gateway


def test_what_was_typed_is_saved_but_the_secret_in_no_file(typed, typed_gateway, home, settings_file):
    ended, worker = typed(typed_gateway.url, SECRET)
    assert ended.hello is not None
    assert parse_settings(settings_file.read_text())[0].active().url == typed_gateway.url
    until(lambda: CommandReceived(Reconnect()) in worker.events)
    target = worker.do()
    assert target.target.url == typed_gateway.url
    assert worker.worker.secrets().token == SECRET
    assert not any(SECRET.encode() in path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert SECRET not in repr(worker.events)


def test_what_is_wrong_is_not_saved(typed, typed_gateway, settings_file):
    ended, worker = typed(typed_gateway.url, "wrong")
    assert ended.failure.kind is FailureKind.TOKEN_WRONG
    assert not settings_file.exists()
    assert worker.do().target is None


def test_a_test_alone_saves_nothing(typed, typed_gateway, settings_file):
    ended, worker = typed(typed_gateway.url, SECRET, saves=False)
    assert ended.hello is not None
    assert not settings_file.exists()
    assert worker.do().target is None


def test_a_typed_secret_is_kept_in_the_store_where_there_is_one(typed, typed_gateway, vault):
    typed(typed_gateway.url, SECRET)
    assert SECRET in credentials.read("default", typed_gateway.url).secrets.shared


def test_a_store_that_fails_is_reported_and_the_secret_used_all_the_same(typed, typed_gateway, vault):
    vault.error_response = OSError("no")
    _, worker = typed(typed_gateway.url, SECRET)
    assert [shown.title for shown in worker.shown] == ["Could not save"]
    assert worker.do().target.url == typed_gateway.url
    assert worker.worker.secrets().token == SECRET


def test_a_typed_secret_counts_until_what_is_found_instead_changes(bench, typed_gateway, monkeypatch):
    environ = {"CLAWTRAY_URL": typed_gateway.url, "CLAWTRAY_TOKEN": "of-the-environment"}
    worker = bench(environ=environ)
    resolved = worker.do()
    worker.state = replace(worker.state, connection=Connection(target=resolved.target))
    worker.worker.try_gateway(TryGateway("default", typed_gateway.url, SECRET, saves=True), worker.state)
    until(lambda: CommandReceived(Reconnect()) in worker.events)
    later = worker.do()
    assert later.revision == resolved.revision + 1
    assert worker.worker.secrets().token == SECRET
    environ["CLAWTRAY_TOKEN"] = "changed-meanwhile"
    worker.do(ResolveTarget(force=True))
    assert worker.worker.secrets().token == "changed-meanwhile"


def test_settings_that_cannot_be_written_keep_what_was_typed_in_its_field(
    typed, typed_gateway, settings_file
):
    _write(settings_file, "[broken")
    ended, worker = typed(typed_gateway.url, SECRET)
    assert ended.problem is not None
    assert CommandReceived(Reconnect()) not in worker.events


def test_a_bug_in_a_test_ends_it(typed, monkeypatch):
    monkeypatch.setattr(trial, "run", lambda *_: 1 / 0)
    ended, _ = typed("ws://h", SECRET)
    assert "A bug" in str(ended.problem)
