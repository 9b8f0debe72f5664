"""The icon on a recording backend: pystray's own base class, whose drawing is only written down."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest

from tests.parts import having
from tests.stage import SECONDS, until
from tray import system, tray_icon
from tray.core.commands import Pin, Quit, SetNotifications, UseModel
from tray.core.events import CommandReceived
from tray.core.model import Confidence, ContextUsage, Focus, Mode, Now, Prompt, Session, SessionsSnapshot
from tray.core.notifications import delivery
from tray.core.state import Process, State
from tray.i18n.words import Words
from tray.protocol.sessions import SessionRow
from tray.runtime import clock
from tray.runtime.app import Options
from tray.runtime.loop import EventLoop
from tray.settings.settings import Settings
from tray.values import replace
from tray.view.icon.model import Icon, QuotaBar, Situation
from tray.view.icon.palette import Taskbar
from tray.view.icon.render import draw
from tray.view.menu.item import LINE, Item
from tray.view.menu.menu import menu
from tray.view.notification import Notification
from tray.view.tray_view import View

MAIN = "agent:main:main"


def recording(base):
    """A backend that keeps what became of its icon, and does none of it."""

    class Recording(base):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.done = []
            self._over = threading.Event()

        def _show(self):
            self.done.append("show")

        def _hide(self):
            self.done.append("hide")

        def _update_icon(self):
            self.done.append("icon")
            self._icon_valid = True

        def _update_title(self):
            self.done.append("title")

        def _update_menu(self):
            self.done.append("menu")

        def _run(self):
            self._mark_ready()
            assert self._over.wait(SECONDS), "nobody stopped the icon"

        def _stop(self):
            self._over.set()

        def drain(self):
            done, self.done = self.done, []
            return done

    return Recording


def forget_pystray():
    for name in [name for name in sys.modules if name.partition(".")[0] == "pystray"]:
        del sys.modules[name]


@pytest.fixture
def pystray(monkeypatch):
    """The library with that backend; `made` has every icon."""
    forget_pystray()
    monkeypatch.setenv("PYSTRAY_BACKEND", "dummy")
    library, made = importlib.import_module("pystray"), []
    backend = recording(library.Icon)

    def make(*args, **kwargs):
        made.append(backend(*args, **kwargs))
        return made[-1]

    monkeypatch.setattr(library, "Icon", make)
    monkeypatch.setattr(library, "made", made, raising=False)
    monkeypatch.setattr(system.current(), "has_tray", lambda: True)
    yield library
    forget_pystray()


@pytest.fixture
def clicks():
    return []


@pytest.fixture
def icon(pystray, clicks):
    """An icon that has shown one view, and the backend's end of it."""
    shell = tray_icon.TrayIcon(Words(), clicks.append)
    shell.show(state(), VIEW)
    [backend] = pystray.made
    backend.visible = True
    backend.drain()
    return shell, backend


def state(running=0, **parts):
    """A state with so many prompts running."""
    prompts = tuple(Prompt(str(number), MAIN, "hi") for number in range(running))
    return having(State(Settings(), Mode.LIVE, Process("5eed")), prompts=prompts, **parts)


VIEW = View(Icon(Situation.CALM, 40), "main  40%")


# ---- showing ----


@pytest.mark.parametrize(
    ("after", "shown", "drawn"),
    [
        (state(serial=1), View(Icon(Situation.CALM, 40), "main  40%"), []),
        (state(), View(Icon(Situation.CALM, 41), "main  40%"), ["icon"]),
        (state(), View(Icon(Situation.CALM, 40), "main  41%"), ["title"]),
        (state(focus=Focus(pinned=MAIN)), VIEW, ["menu"]),
        (state(running=1), View(Icon(Situation.DOWN), "down"), ["title", "menu", "icon"]),
    ],
)
def test_only_what_differs_is_drawn_again(icon, after, shown, drawn, monkeypatch):
    shell, backend = icon
    monkeypatch.setattr(shell, "_next_menu_at", 0.0)
    shell.show(after, shown)
    assert backend.drain() == drawn
    monkeypatch.setattr(shell, "_next_menu_at", 0.0)
    shell.show(replace(after, process=replace(after.process, serial=2)), shown)
    assert backend.done == []


def test_a_menu_that_changes_often_is_sent_once_a_second(icon, monkeypatch):
    shell, backend = icon
    due_at = shell._next_menu_at
    assert shell.show_at() is None
    shell.show(state(running=1), VIEW)
    shell.show(state(running=2), VIEW)
    assert backend.done == []
    assert shell.show_at() == due_at
    monkeypatch.setattr(tray_icon, "now", lambda: replace(clock.now(), mono=due_at))
    shell.show(state(running=2), VIEW)
    assert backend.drain() == ["menu"]
    assert shell.show_at() is None


def test_a_menu_is_not_sent_again_for_an_age_alone_but_with_its_ages_for_all_else(icon, monkeypatch):
    shell, backend = icon
    made_at, noon = shell._next_menu_at, datetime(2026, 11, 23, 12, tzinfo=UTC)
    row = SessionRow(key=MAIN, updated_ms=int(noon.timestamp() * 1000))
    session = Session(row, "main", None, ContextUsage(None, None, Confidence.UNKNOWN))
    snapshot, focus = SessionsSnapshot(sessions=(session,)), Focus(MAIN)
    for seconds, running, sent in (
        (0, 0, True),
        (30, 0, False),
        (130, 0, False),
        (190, 1, True),
        (250, 1, False),
    ):
        now = Now(made_at + seconds, noon + timedelta(seconds=seconds))
        monkeypatch.setattr(tray_icon, "now", lambda now=now: now)
        shell.show(state(running, snapshot=snapshot, focus=focus, serial=seconds), VIEW)
        assert backend.drain() == (["menu"] if sent else [])
        assert shell.show_at() is None


def test_an_open_menu_is_sent_again_only_after_it_was_closed(icon, clicks, monkeypatch):
    shell, backend = icon
    monkeypatch.setattr(shell, "_next_menu_at", 0.0)
    shell._watch._opened()
    shell.show(state(running=1), VIEW)
    assert backend.drain() == []
    assert shell.show_at() == shell._next_menu_at > 0.0
    [quit_item] = [item for item in backend.menu.items if item.text == "Quit"]
    quit_item(backend)
    assert clicks == [CommandReceived(Quit())]
    monkeypatch.setattr(shell, "_next_menu_at", 0.0)
    shell.show(state(running=1), VIEW)
    assert backend.drain() == ["menu"]


def test_a_backend_without_a_menu_is_sent_none(pystray, clicks, monkeypatch):
    monkeypatch.setattr(importlib.import_module("pystray._base").Icon, "HAS_MENU", False)
    monkeypatch.setattr(tray_icon, "fingerprint", None)
    shell = tray_icon.TrayIcon(Words(), clicks.append)
    shell.show(state(), VIEW)
    [backend] = pystray.made
    assert "menu" not in backend.done
    assert shell.show_at() is None


def test_what_failed_is_tried_again_after_a_while(icon, monkeypatch, caplog):
    shell, backend = icon
    at, shown = replace(clock.now(), mono=shell._next_menu_at), state()

    def broken(*_):
        raise RuntimeError("what a session is called")

    with monkeypatch.context() as patch:
        patch.setattr(tray_icon, "now", lambda: at)
        patch.setattr(tray_icon, "draw_on_tile", broken)
        for _ in range(3):
            shell.try_to_show(shown)
            assert shell.show_at() == at.mono + tray_icon.MENU_INTERVAL
    assert backend.drain() == ["title"]
    (record,) = caplog.records
    assert record.getMessage().startswith("bug while showing the state: RuntimeError: ")
    shell.try_to_show(shown)
    assert backend.drain() == ["icon"]
    assert shell.show_at() is None


@pytest.mark.parametrize("part", ["_update_icon", "_update_menu"])
def test_a_part_that_the_backend_refused_counts_as_not_shown(icon, monkeypatch, part):
    shell, backend = icon
    monkeypatch.setattr(shell, "_next_menu_at", 0.0)
    changed = state(running=1), replace(VIEW, icon=Icon(Situation.DOWN))

    def broken():
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(backend, part, broken)
        with pytest.raises(RuntimeError):
            shell.show(*changed)
    shell.show(*changed)
    assert sorted(backend.drain()) == ["icon", "menu"]


def test_the_picture_is_the_one_of_the_view(icon):
    shell, backend = icon
    calm = backend.icon.tobytes()
    assert backend.icon.size == (tray_icon.SIZE, tray_icon.SIZE)
    shell.show(state(), replace(VIEW, icon=Icon(Situation.DOWN)))
    assert backend.icon.tobytes() != calm
    assert backend.title == "main  40%"


# ---- the menu ----


def lines(level):
    """A menu of pystray as the items that it was made of, without what they do."""
    return [
        LINE
        if item is type(level).SEPARATOR
        else Item(
            item.text,
            checked=item.checked,
            radio=item.radio,
            enabled=item.enabled,
            default=item.default,
        )
        for item in level.items
    ]


def expected(items):
    written = [
        replace(item, text=f"{item.text}    ✓", checked=None) if item.path and item.checked else item
        for item in items
    ]
    return [
        item
        if item == LINE
        else Item(
            item.text.replace("\t", "    "),
            checked=item.checked,
            radio=item.radio and item.checked is not None,
            enabled=item.enabled and (item.command is not None or item.path is not None),
            default=item.default,
        )
        for item in written
    ]


def test_there_is_no_menu_before_the_first_view(pystray, clicks):
    tray_icon.TrayIcon(Words(), clicks.append)
    [backend] = pystray.made
    assert list(backend.menu) == []


def test_every_level_is_the_one_of_the_view(icon, gateway, pystray):
    shell, backend = icon
    full = state()
    shell.show(full, VIEW)
    levels = [((), backend.menu)]
    seen = 0
    while levels:
        path, level = levels.pop()
        items = menu(full, path, tray_icon.now(), Words())
        assert lines(level) == expected(items)
        seen += len(items)
        below = [item.path for item in items if item.path is not None]
        levels += zip(below, [item.submenu for item in level.items if item.submenu is not None], strict=True)
    assert seen > 10


def test_a_level_is_made_when_it_is_asked_for(icon, monkeypatch):
    shell, backend = icon
    made = []

    def noted(state, path, now, words):
        made.append(path)
        return (Item("more", path=("below",)), Item("Quit", Quit()))

    monkeypatch.setattr(tray_icon, "menu", noted)
    shell.show(state(focus=Focus(pinned=MAIN)), VIEW)
    assert made == []
    [more, _] = list(backend.menu.items)
    assert made == [()]
    list(more.submenu.items)
    assert made == [(), ("below",)]


def test_a_click_posts_its_own_command_and_a_note_none(icon, clicks, monkeypatch):
    _, backend = icon
    items = (
        Item("a note"),
        Item("one\tright", UseModel("a/b"), checked=True, radio=True),
        Item("two", SetNotifications(on=False), checked=False),
        Item("three", Pin("key"), enabled=False),
    )
    monkeypatch.setattr(tray_icon, "menu", lambda *_: items)
    note, one, two, three = backend.menu.items
    for item in (note, one, two):
        item(backend)
    assert clicks == [CommandReceived(UseModel("a/b")), CommandReceived(SetNotifications(on=False))]
    assert [item.enabled for item in (note, one, two, three)] == [False, True, True, False]
    assert [item.checked for item in (note, one, two, three)] == [None, True, False, None]
    assert [item.radio for item in (one, two)] == [True, False]
    assert one.text == "one    right"


@pytest.mark.parametrize("picture", [Icon(Situation.CALM, 62), QuotaBar(38, 0)])
def test_a_line_of_the_menu_can_draw_its_picture(icon, monkeypatch, picture):
    _, backend = icon
    monkeypatch.setattr(
        tray_icon, "menu", lambda *_: (Item("plain", Quit()), Item("x", Quit(), picture=picture))
    )
    plain, pictured = backend.menu.items
    assert not hasattr(plain, "picture")
    assert pictured.picture(20, Taskbar.DARK).size == (20, 20)


@pytest.mark.parametrize(("own", "text"), [(False, "R&D    5%"), (True, "R&&D\t5%")])
def test_a_line_is_written_as_the_backend_reads_it(icon, monkeypatch, own, text):
    _, backend = icon
    monkeypatch.setattr(tray_icon, "menu", lambda *_: (Item("R&D\t5%"),))
    monkeypatch.setattr(system.current(), "has_own_icon", own)
    (item,) = backend.menu.items
    assert item.text == text


@pytest.mark.parametrize(
    ("own", "text", "checked"), [(False, "main    5%    ✓", None), (True, "main\t5%", True)]
)
def test_the_mark_of_a_line_with_a_level_below_is_one_that_the_mouse_does_not_take_away(
    icon, monkeypatch, own, text, checked
):
    _, backend = icon
    monkeypatch.setattr(tray_icon, "menu", lambda *_: (Item("main\t5%", path=("below",), checked=True),))
    monkeypatch.setattr(system.current(), "has_own_icon", own)
    (item,) = backend.menu.items
    assert (item.text, item.checked) == (text, checked)


def test_a_level_that_opens_late_is_about_the_moment_at_which_the_menu_opened(icon, monkeypatch):
    shell, backend = icon
    asked = []

    def noted(state, path, now, words):
        asked.append((len(state.profile.prompts), path))
        return (Item("more", path=("below",)),)

    monkeypatch.setattr(tray_icon, "menu", noted)
    [more] = list(backend.menu.items)
    shell.show(state(running=7), VIEW)
    list(more.submenu.items)
    assert asked == [(0, ()), (0, ("below",))]


# ---- where the icon is our own ----


@pytest.fixture
def own_icon(monkeypatch, request):
    """The same, on a system whose icon draws for itself and shows notices."""
    monkeypatch.setattr(system.current(), "has_own_icon", True)
    shell, backend = request.getfixturevalue("icon")

    def notify(balloon):
        backend.done.append(balloon)

    backend.notify = notify
    return shell, backend


def test_it_is_given_a_function_that_draws_for_any_taskbar(own_icon):
    shell, backend = own_icon
    shell.show(state(), replace(VIEW, icon=Icon(Situation.DOWN)))
    for size, taskbar in ((16, Taskbar.LIGHT), (24, Taskbar.DARK)):
        expected = draw(Icon(Situation.DOWN), size, taskbar)
        assert backend.icon(size, taskbar).tobytes() == expected.tobytes()


def test_its_menu_is_made_only_when_it_opens_and_nothing_wakes_for_it(own_icon, monkeypatch):
    shell, backend = own_icon
    monkeypatch.setattr(tray_icon, "menu", None)
    monkeypatch.setattr(tray_icon, "fingerprint", None)
    shell.show(state(running=1), VIEW)
    assert backend.drain() == []
    assert shell.show_at() is None


def test_it_shows_the_notices(own_icon):
    shell, backend = own_icon
    shell.notify(Notification("Title", "A body."))
    assert backend.drain() == [Notification("Title", "A body.")]


# ---- the whole tray ----


@pytest.fixture
def balloons(monkeypatch):
    """Notices are kept, and none is shown."""
    shown = []
    monkeypatch.setattr(system.current(), "show_notification", lambda balloon: shown.append(balloon) or True)
    return shown


@pytest.fixture
def start(pystray, balloons):
    """Start the tray on a thread in place of the main one: the backend's end, and what `run` returns."""
    threads = []

    def run(options):
        codes = []
        threads.append(threading.Thread(target=lambda: codes.append(tray_icon.run(options)), name="main"))
        threads[-1].start()
        until(lambda: pystray.made and pystray.made[0].visible)
        return pystray.made[0], codes

    yield run
    for backend in pystray.made:
        backend.stop()
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive()
    assert "gateway" not in [thread.name for thread in threading.enumerate()]


@pytest.fixture
def tray(start, gateway):
    return start(Options())


def choose(backend, *texts):
    """Click the menu item of that text, as a person would: of the menu, or of a level below."""
    menu = backend.menu
    for text in texts:
        [item] = [item for item in menu.items if item.text == text]
        menu = item.submenu
    item(backend)


def test_it_is_seen_at_once_and_then_what_the_gateway_tells(tray, gateway):
    backend, _ = tray
    until(lambda: "62%" in backend.title)
    assert backend.visible
    assert gateway.connected == 1
    gateway.set_session(MAIN, totalTokens=190_000)
    until(lambda: "95%" in backend.title)


def test_it_logs_in_with_a_secret_that_no_program_started_from_it_is_given(tray, gateway):
    backend, _ = tray
    until(lambda: "62%" in backend.title)
    assert gateway.token not in os.environ.values()


def test_quit_ends_it(tray, gateway):
    backend, codes = tray
    until(lambda: "62%" in backend.title)
    choose(backend, "Quit")
    until(lambda: codes == [0])
    until(lambda: gateway.connected == 0)


def test_a_click_reaches_the_state_and_comes_back_in_the_menu(tray):
    backend, _ = tray
    until(lambda: "62%" in backend.title)
    choose(backend, "Notifications", "Show notifications")
    until(lambda: "Notifications    off" in [item.text for item in backend.menu.items])


def test_a_picture_that_fails_is_logged_and_the_next_one_shown(tray, gateway, home, monkeypatch, caplog):
    backend, _ = tray
    until(lambda: "62%" in backend.title)

    def broken(*_):
        raise ValueError("what a session is called")

    with monkeypatch.context() as patch:
        patch.setattr(tray_icon, "view", broken)
        gateway.set_session(MAIN, totalTokens=150_000)
        until(lambda: caplog.records)
    assert caplog.records[0].getMessage().startswith("bug while showing the state: ValueError: ")
    assert "what a session is called" not in caplog.text
    log_file, line = home / "clawtray" / "clawtray.log", "bug while showing the state: ValueError: "
    until(lambda: log_file.exists() and line in log_file.read_text(encoding="utf-8"))
    gateway.set_session(MAIN, totalTokens=160_000)
    until(lambda: "80%" in backend.title)


def test_a_settings_file_with_a_mistake_is_notified(start, home, balloons):
    path = home / "settings.toml"
    path.write_text("warning = many\n", encoding="utf-8")
    start(Options(config=path))
    until(
        lambda: any(
            notified.body.startswith("settings.toml") and "line 1" in notified.body for notified in balloons
        )
    )


def test_a_notice_that_hangs_holds_up_nothing(start, gateway, monkeypatch):
    going_on = threading.Event()
    showing = []
    monkeypatch.setattr(
        system.current(), "show_notification", lambda it: showing.append(it) or going_on.wait(SECONDS)
    )
    backend, codes = start(Options())
    until(lambda: "62%" in backend.title)
    gateway.set_session(MAIN, totalTokens=190_000)
    until(lambda: showing)
    choose(backend, "Quit")
    until(lambda: codes == [0])
    going_on.set()
    until(lambda: "notice" not in [thread.name for thread in threading.enumerate()])


def test_a_notice_that_could_not_be_shown_comes_again(start, gateway, monkeypatch):
    tried = []
    monkeypatch.setattr(delivery, "RETRY_SECONDS", 0.0)
    monkeypatch.setattr(
        system.current(), "show_notification", lambda shown: tried.append(shown) or len(tried) > 1
    )
    backend, _ = start(Options())
    until(lambda: "62%" in backend.title)
    gateway.set_session(MAIN, totalTokens=190_000)
    until(lambda: len(tried) > 1)
    assert "95%" in tried[0].title
    assert tried[0] == tried[1]


def test_a_notice_that_could_not_be_shown_is_in_the_log(start, gateway, monkeypatch, caplog):
    monkeypatch.setattr(system.current(), "show_notification", lambda _: False)
    backend, _ = start(Options())
    until(lambda: "62%" in backend.title)
    gateway.set_session(MAIN, totalTokens=190_000)
    until(lambda: caplog.records)
    assert caplog.records[0].getMessage().startswith("A notice could not be shown.")


def test_the_demo_writes_no_log(start, home, monkeypatch, caplog):
    monkeypatch.setattr(system.current(), "show_notification", lambda _: False)
    (home / "mine.toml").write_text("= 1", encoding="utf-8")  # which is notified
    start(Options(demo=True, config=home / "mine.toml"))
    until(lambda: caplog.records)
    assert not (home / "clawtray").exists()


def test_a_loop_of_the_icon_that_fails_is_reported_and_leaves_no_thread_behind(
    home, pystray, monkeypatch, capsys
):
    said = []

    def broken(self, ready):
        ready()
        raise RuntimeError("a secret")

    monkeypatch.setattr(system.current(), "show_message", said.append)
    monkeypatch.setattr(tray_icon.TrayIcon, "run", broken)
    assert tray_icon.run(Options()) == 1
    (sentence,) = said
    assert sentence.startswith("ClawTray has ended because of an error.")
    assert capsys.readouterr().err.startswith(f"clawtray: {sentence}")
    until(lambda: "gateway" not in [thread.name for thread in threading.enumerate()])


def test_a_thread_that_cannot_be_started_ends_the_program_with_a_word(home, pystray, monkeypatch):
    def fail(thread):
        if thread.name == "gateway":
            raise RuntimeError("can't start new thread")
        start(thread)

    said, start = [], threading.Thread.start
    monkeypatch.setattr(system.current(), "show_message", said.append)
    monkeypatch.setattr(threading.Thread, "start", fail)
    assert tray_icon.run(Options()) == 1
    assert [sentence.partition(". ")[0] for sentence in said] == ["ClawTray has ended because of an error"]


@pytest.mark.parametrize("broken", ["_run_once", "_timeout"])
def test_an_event_loop_that_fails_ends_the_program_with_a_word(tray, gateway, monkeypatch, caplog, broken):
    said = []
    monkeypatch.setattr(system.current(), "show_message", said.append)
    backend, codes = tray
    until(lambda: "62%" in backend.title)

    def fail(*_):
        raise OverflowError("timestamp too large to convert to C PyTime_t")

    monkeypatch.setattr(EventLoop, broken, fail)
    gateway.set_session(MAIN, totalTokens=190_000)
    until(lambda: codes == [1])
    assert [sentence.partition(". ")[0] for sentence in said] == ["ClawTray has ended because of an error"]
    assert "OverflowError" in caplog.text
    assert "timestamp" not in caplog.text


# ---- Ctrl+C ----


def press_ctrl_c():
    """Press it in the middle of something that catches whatever is raised."""
    with contextlib.suppress(BaseException):
        signal.raise_signal(signal.SIGINT)


@pytest.fixture
def ctrl_c():
    """Ctrl+C raises KeyboardInterrupt, whatever it does to the program that runs the tests."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("step", ["_run", "_mark_ready", "_update_menu"])
def test_ctrl_c_ends_the_icon_in_order(icon, ctrl_c, monkeypatch, step):
    shell, backend = icon
    go_on = getattr(backend, step)
    monkeypatch.setattr(backend, step, lambda: (press_ctrl_c(), go_on()))
    with pytest.raises(KeyboardInterrupt):
        shell.run(lambda: None)


def test_ctrl_c_stays_ignored_where_it_is(icon, monkeypatch):
    shell, _backend = icon
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        shell.run(lambda: (signal.raise_signal(signal.SIGINT), shell.stop()))
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


# ---- no tray ----


def test_without_a_display_nothing_is_tried(home, monkeypatch):
    monkeypatch.setattr(system.current(), "has_tray", lambda: False)
    monkeypatch.setitem(sys.modules, "pystray", None)
    assert tray_icon.run(Options()) is None


def test_a_backend_that_cannot_be_loaded_is_no_tray(home, monkeypatch):
    monkeypatch.setattr(system.current(), "has_tray", lambda: True)
    monkeypatch.setitem(sys.modules, "pystray", None)  # importing it fails
    before = threading.active_count()
    assert tray_icon.run(Options()) is None
    assert threading.active_count() == before


def test_where_there_is_always_an_icon_one_that_cannot_be_made_is_reported(home, monkeypatch):
    said = []
    monkeypatch.setattr(system.current(), "has_tray", lambda: True)
    monkeypatch.setattr(system.current(), "has_own_icon", True)
    monkeypatch.setattr(system.current(), "show_message", said.append)
    monkeypatch.setitem(sys.modules, "pystray", None)
    assert tray_icon.run(Options()) == 1
    assert len(said) == 1


@pytest.mark.parametrize(
    ("gi", "said"),
    [
        (None, "The icon needs PyGObject for its menu. Install it: "),
        (object(), "The icon needs GTK and AppIndicator for its menu. Install them: sudo apt install "),
    ],
)
def test_an_icon_without_a_menu_is_replaced_by_the_command_that_helps(home, pystray, monkeypatch, gi, said):
    monkeypatch.setattr(importlib.import_module("pystray._base").Icon, "HAS_MENU", False)
    monkeypatch.setitem(sys.modules, "gi", gi)
    monkeypatch.delenv("PYSTRAY_BACKEND")
    with pytest.raises(tray_icon.NoMenuError) as raised:
        tray_icon.run(Options())
    assert str(raised.value.message).startswith(said)
    assert "gateway" not in [thread.name for thread in threading.enumerate()]


def test_an_icon_without_a_menu_is_shown_where_the_user_chose_it(start, monkeypatch):
    monkeypatch.setattr(importlib.import_module("pystray._base").Icon, "HAS_MENU", False)
    backend, _ = start(Options())
    assert backend.visible


def test_a_backend_that_finds_no_display_is_no_tray(home, pystray, monkeypatch):
    class DisplayNameError(Exception):
        """What Xlib says where there is no display; it is no OSError."""

    def refuse(*_, **__):
        raise DisplayNameError

    monkeypatch.setattr(pystray, "Icon", refuse)
    assert tray_icon.run(Options()) is None
