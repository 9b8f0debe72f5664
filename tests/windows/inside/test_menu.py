"""The real menu of Windows, read and used while it is open."""

from __future__ import annotations

import pystray
import pytest
from PIL import Image
from pystray._util import win32

from tests.stage import until
from tests.windows.inside.person import Line
from tray.core.commands import OpenMenu
from tray.core.events import CommandReceived
from tray.system.win32 import api, picture

LEFT, RIGHT, KEYBOARD = api.NIN_SELECT, api.WM_CONTEXTMENU, api.NIN_KEYSELECT
SEPARATOR = pystray.Menu.SEPARATOR


@pytest.fixture
def chosen():
    return []


@pytest.fixture
def made():
    """The levels of the menu that were asked for."""
    return []


@pytest.fixture
def icon(make, chosen, made):
    """An icon with a menu of endless levels."""

    def level(depth):
        made.append(depth)
        yield pystray.MenuItem(
            f"R&&D {depth}\t62%", lambda: chosen.append(depth), checked=lambda _: True, radio=True
        )
        yield pystray.MenuItem("Unchecked", lambda: chosen.append("unchecked"), checked=lambda _: False)
        yield pystray.MenuItem("Below", pystray.Menu(lambda: level(depth + 1)))
        yield SEPARATOR
        yield pystray.MenuItem("Greyed", lambda: chosen.append("greyed"), enabled=False)

    running = make()
    running.icon._menu = pystray.Menu(lambda: level(0))
    return running.start_seen()


def open_menu(icon, person, how=RIGHT):
    icon.post(win32.WM_NOTIFY, 0x0064_0064, how)
    person.until_open()


def close(icon, person):
    person.press(icon.icon.window, "Escape")
    person.until_open(levels=0)
    icon.settled()


@pytest.mark.parametrize("how", [LEFT, RIGHT, KEYBOARD], ids=["left", "right", "keyboard"])
def test_it_opens_with_every_line_as_it_was_made(icon, person, how):
    open_menu(icon, person, how)
    assert person.read() == [
        Line("R&&D 0\t62%", checked=True, enabled=True, separator=False),
        Line("Unchecked", checked=False, enabled=True, separator=False),
        Line("Below", checked=False, enabled=True, separator=False),
        Line("", checked=False, enabled=True, separator=True),
        Line("Greyed", checked=False, enabled=False, separator=False),
    ]
    close(icon, person)


def test_a_line_has_its_picture_which_goes_with_the_menu(make, person):
    """Its colours are multiplied with the opacity, as Windows expects of what it blends in."""
    clear, half, full = (0, 0, 0, 0), (200, 100, 50, 128), (10, 20, 30, 255)

    def draw(size, _ground):
        drawn = Image.new("RGBA", (size, size), clear)
        drawn.putpixel((0, 0), half)
        drawn.putpixel((1, 0), full)
        return drawn

    def broken(_size, _ground):
        raise OSError("no more handles")

    items = [pystray.MenuItem(name, lambda: None) for name in ("Plain", "Pictured", "Broken")]
    items[1].picture, items[2].picture = draw, broken
    icon = make(*items).start_seen()
    before = icon.icon.pictures.made - icon.icon.pictures.destroyed
    for _ in range(2):
        open_menu(icon, person)
        assert person.picture("Plain") is None
        assert person.picture("Broken") is None
        width, height, pixels = person.picture("Pictured")
        assert (width, height) == (picture.small(), picture.small())
        assert pixels[:12] == bytes((25, 50, 100, 128, 30, 20, 10, 255, 0, 0, 0, 0))
        assert icon.icon.pictures.made - icon.icon.pictures.destroyed == before + 1
        close(icon, person)
        until(lambda: icon.icon.pictures.made - icon.icon.pictures.destroyed == before)


def test_opening_it_is_reported_once_and_what_was_not_chosen_does_nothing(icon, person, chosen):
    open_menu(icon, person)
    icon.post(win32.WM_NOTIFY, 0, LEFT)  # the second click of a double click
    icon.settled()
    close(icon, person)
    assert icon.events.count(CommandReceived(OpenMenu())) == 1
    assert chosen == []


def test_a_level_is_asked_for_when_it_opens_and_not_again(icon, person, made):
    open_menu(icon, person)
    assert made == [0]
    person.point("Below")
    person.until_open(levels=2)
    until(lambda: made == [0, 1])
    assert person.read(1)[0].text == "R&&D 1\t62%"
    person.point("R&&D 0")
    person.until_open(levels=1)
    person.point("Below")
    person.until_open(levels=2)
    assert made == [0, 1]
    person.press(icon.icon.window, "Escape")
    person.until_open(levels=1)
    close(icon, person)
    assert made == [0, 1]


def test_a_click_of_the_mouse_chooses(icon, person, chosen):
    open_menu(icon, person)
    person.click("Unchecked")
    until(lambda: chosen == ["unchecked"])
    person.until_open(levels=0)


def test_a_click_on_a_level_below_chooses_there(icon, person, chosen):
    open_menu(icon, person)
    person.point("Below")
    person.until_open(levels=2)
    person.click("R&&D 1", level=1)
    until(lambda: chosen == [1])


def test_a_click_on_a_greyed_line_chooses_nothing(icon, person, chosen):
    open_menu(icon, person)
    person.click("Greyed")
    icon.settled()
    assert len(person.levels()) == 1
    close(icon, person)
    assert chosen == []


def test_the_keyboard_alone_is_enough(icon, person, chosen):
    open_menu(icon, person, KEYBOARD)
    person.press(icon.icon.window, "Down", "Down", "Down", "Right")
    person.until_open(levels=2)
    person.press(icon.icon.window, "Enter")
    until(lambda: chosen == [1])


def test_what_another_thread_asks_for_is_done_while_it_is_open_and_does_not_close_it(icon, person):
    open_menu(icon, person)
    before = person.read()
    icon.icon.title = "another tooltip"
    icon.icon.update_menu()
    icon.settled()
    assert icon.icon._tip == "another tooltip"
    assert person.read() == before
    close(icon, person)


def test_stopping_closes_it(icon, person):
    open_menu(icon, person)
    icon.icon.stop()
    icon.until_over()
    assert person.levels() == []


def test_a_level_that_fails_leaves_the_menu_usable(make, person, caplog):
    def broken():
        raise RuntimeError("what a session is called")

    quitting = []
    icon = make(
        pystray.MenuItem("Broken", pystray.Menu(broken)), pystray.MenuItem("Quit", lambda: quitting.append(1))
    ).start_seen()
    open_menu(icon, person)
    person.point("Broken")
    person.until_open(levels=2)
    until(lambda: caplog.records)
    assert caplog.records[0].getMessage().startswith("bug while filling a level of the menu: RuntimeError")
    assert "what a session is called" not in caplog.text
    person.click("Quit")
    until(lambda: quitting == [1])


def test_a_menu_that_fails_leaves_the_icon_alive(make, caplog):
    def broken():
        raise RuntimeError("what a session is called")

    icon = make()
    icon.icon._menu = pystray.Menu(broken)
    icon.start_seen()
    icon.send(win32.WM_NOTIFY, 0, RIGHT)
    assert "what a session is called" not in caplog.text
    assert caplog.records[0].getMessage().startswith("bug while handling a message of Windows")
    icon.icon.title = "still here"
    until(lambda: icon.icon._tip == "still here")
