from __future__ import annotations

import json
import threading
import time

import pytest

from tray import demo, system
from tray.core.commands import Ask, Pin
from tray.core.effects import Notify, SaveState
from tray.core.model import Mode, PromptStatus, SettingsRejected, SwitchStatus, ThresholdLatch
from tray.demo import DemoGateway
from tray.i18n.words import Words
from tray.runtime.app import App, BadUsage, Options, words_for
from tray.settings.settings import Settings
from tray.storage import files

MAIN, NOTES = "agent:main:main", "agent:main:notes"
DEMO = Options(demo=True)


def _app(options=None, mode=Mode.ONE_SHOT, **more):
    return App(options or Options(), mode, show=more.pop("show", lambda *_: None), **more)


def _run(app, done):
    """Run the loop until `done`, for ten seconds at most."""
    until = time.monotonic() + 10
    state = app.gateway.run(lambda state: done(state) or time.monotonic() >= until, lambda: until)
    assert done(state)
    return state


def _demo_threads():
    return [thread for thread in threading.enumerate() if thread.name == "demo" and thread.is_alive()]


def test_nothing_is_started_or_written_before_it_runs(home):
    before = threading.active_count()
    with _app() as app:
        assert threading.active_count() == before
        assert app.complaint is None
        assert isinstance(app.words, Words)
        assert app.gateway.state.mode is Mode.ONE_SHOT
    assert list(home.iterdir()) == []


def test_every_process_has_a_seed_of_its_own(home):
    with _app() as first, _app() as second:
        seeds = {app.gateway.state.process.seed for app in (first, second)}
    assert len(seeds) == 2
    assert all(len(seed) == 16 for seed in seeds)


def test_what_one_process_remembers_the_next_one_knows(gateway):
    with _app(mode=Mode.LIVE) as app:
        app.click(Pin(NOTES))
        _run(
            app,
            lambda state: state.gateway.focus.pinned == NOTES and state.gateway.snapshot.read_at is not None,
        )
        assert app.gateway.state.focused.key == NOTES
    with _app() as app:
        assert app.gateway.state.gateway.focus.pinned == NOTES
        assert _run(app, lambda state: state.gateway.snapshot.read_at is not None).focused.key == NOTES


def test_a_threshold_that_was_notified_is_not_notified_again(gateway):
    gateway.set_session(MAIN, totalTokens=185_000)
    with _app(mode=Mode.LIVE) as app:
        _run(app, lambda state: state.profile.latches != ())
    with _app() as app:
        (latch,) = app.gateway.state.profile.latches
    session_id = gateway.sessions[MAIN]["sessionId"]
    assert latch == ThresholdLatch("default", MAIN, session_id, 2)


def test_an_answer_outlives_the_program_where_the_user_says_so_and_no_longer(gateway, home):
    settings = home / "clawtray" / "settings.toml"
    files.write_text(settings, "keep_answers = true\n")
    with _app(mode=Mode.LIVE) as app:
        _run(app, lambda state: state.gateway.snapshot.read_at is not None)
        app.click(Ask("What is on today?"))
        _run(
            app,
            lambda state: state.profile.prompts and state.profile.prompts[-1].state is PromptStatus.ANSWERED,
        )
    with _app() as app:
        (prompt,) = app.gateway.state.profile.prompts
        assert prompt.text == "What is on today?"
        assert prompt.answer
    files.write_text(settings, "")
    with _app(mode=Mode.LIVE) as app:
        assert app.gateway.state.profile.prompts == ()
        app.click(Pin(NOTES))
        _run(app, lambda state: state.gateway.focus.pinned == NOTES)
    assert json.loads(files.load_memory())["prompts"] == []
    assert "What is on" not in files.load_memory()


@pytest.mark.parametrize("content", ["{", "[]", '{"version": 99}', '{"version": 1, "switches": [7]}'])
def test_a_damaged_memory_is_forgotten(home, content):
    files.save_memory(content)
    with _app() as app:
        state = app.gateway.state
        assert (state.gateway.focus.pinned, state.profile.latches, state.profile.switches) == (None, (), ())


def test_a_memory_that_cannot_be_read_is_forgotten(home):
    (home / "clawtray" / "state.json").mkdir(parents=True)
    with _app() as app:
        assert app.gateway.state.gateway.focus.pinned is None


def test_a_switch_of_an_earlier_process_is_known(home):
    switch = {
        "profile": "default",
        "key": NOTES,
        "asked": "a/b",
        "model": "a/b",
        "session_id": "s",
        "mark": [None, 0],
    }
    files.save_memory(json.dumps({"version": 1, "switches": [switch]}))
    with _app() as app:
        (known,) = app.gateway.state.profile.switches
        assert (known.key, known.model, known.state) == (NOTES, "a/b", SwitchStatus.CONFIRMED)


def test_leaving_saves_what_is_still_to_be_saved(home):
    with _app() as app:
        state = app.gateway.state
        for number in range(5):
            app.gateway._effect_handler.run_effect(SaveState(str(number)), state)
    assert files.load_memory() == "4"


def test_notices_go_where_they_are_shown(home):
    shown = []
    with _app(show=lambda balloon, _: shown.append(balloon)) as app:
        app.gateway._effect_handler.run_effect(Notify(SettingsRejected("a sentence")), app.gateway.state)
    assert [balloon.body for balloon in shown] == ["a sentence"]


def test_a_notice_is_held_back_only_where_that_is_wanted(home, monkeypatch):
    monkeypatch.setattr(system.current(), "may_interrupt", lambda: False)
    shown = []
    for respect_do_not_disturb in (True, False):
        with _app(
            show=lambda balloon, _: shown.append(balloon), respect_do_not_disturb=respect_do_not_disturb
        ) as app:
            app.gateway._effect_handler.run_effect(
                Notify(SettingsRejected(f"{respect_do_not_disturb=}")), app.gateway.state
            )
    assert [balloon.body for balloon in shown] == ["respect_do_not_disturb=False"]


def test_the_demo_is_its_own_gateway_and_ends_with_the_program(gateway, home):
    files.save_memory(json.dumps({"version": 1, "pins": {"default": "agent:main:nobody"}}))
    with _app(DEMO) as app:
        assert app.gateway.state.gateway.focus.pinned is None
        state = _run(app, lambda state: state.gateway.snapshot.read_at is not None)
        assert state.connection.target.url != gateway.url
        assert state.focused.key == MAIN
        app.click(Pin(NOTES))
        _run(app, lambda state: state.gateway.focus.pinned == NOTES)
    assert json.loads(files.load_memory())["pins"] == {"default": "agent:main:nobody"}
    assert gateway.requests == []


@pytest.mark.parametrize("speed", ["", "fast", "0", "-1", "1001", "nan", "inf"])
def test_a_speed_that_is_none_is_misuse(home, monkeypatch, speed):
    monkeypatch.setenv("CLAWTRAY_DEMO_SPEED", speed)
    with pytest.raises(BadUsage, match=r"^CLAWTRAY_DEMO_SPEED is a number from 0\.01 to 1000"):
        _app(DEMO)
    assert _demo_threads() == []


def test_the_speed_of_the_demo(home, monkeypatch):
    monkeypatch.setenv("CLAWTRAY_DEMO_SPEED", "1000")
    started = []

    def start(**how):
        started.append(how)
        return DemoGateway(**how)

    monkeypatch.setattr(demo, "DemoGateway", start)
    with _app(DEMO):
        assert started == [{"speed": 1000.0}]


def test_misuse_leaves_no_demo_behind(home):
    with pytest.raises(BadUsage, match="There is no profile 'nobody' in the settings, only default"):
        _app(Options(profile="nobody", demo=True))
    assert _demo_threads() == []


def test_a_complaint_comes_before_the_misuse_that_it_explains(home, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("= 1\n", encoding="utf-8")
    with pytest.raises(BadUsage, match=r"^mine\.toml: There is a mistake in line 1 .* no profile 'work'"):
        _app(Options(profile="work", config=path))
    with _app(Options(config=path)) as app:
        assert "mine.toml" in str(app.complaint)


def test_a_profile_is_chosen_for_this_process_alone(home, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("[profiles.work]\nlevel = 'watch'\n", encoding="utf-8")
    with _app(Options(profile="work", config=path)) as app:
        assert app.gateway.state.settings.active().name == "work"
    assert path.read_text(encoding="utf-8") == "[profiles.work]\nlevel = 'watch'\n"


def test_a_click_after_the_end_harms_nothing(home):
    with _app() as app:
        pass
    app.click(Pin(NOTES))


@pytest.mark.parametrize(
    ("chosen", "system_language", "quit_"),
    [("auto", "ko", "종료"), ("auto", "en", "Quit"), ("en", "ko", "Quit"), ("ko", "en", "종료")],
)
def test_the_language_is_the_systems_unless_one_is_chosen(monkeypatch, chosen, system_language, quit_):
    monkeypatch.setattr(system.current(), "language", lambda: system_language)
    assert words_for(Settings(language=chosen))("Quit") == quit_
