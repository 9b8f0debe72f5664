"""The watch over the menu, with objects in place of GTK's."""

from __future__ import annotations

import sys
import time
from types import SimpleNamespace

import pytest

from tray.system import menu_watch
from tray.system.menu_watch import HOLD_SECONDS, MenuWatch


class Root:
    """The menu as the panel has it."""

    def __init__(self):
        self._heard = {}

    def connect(self, signal, call):
        self._heard[signal] = call

    def emit(self, signal, *given):
        return self._heard[signal](self, *given)


@pytest.fixture
def root():
    return Root()


@pytest.fixture
def watch(root, monkeypatch):
    """It follows a menu; what GTK would do later is done at once."""
    glib = SimpleNamespace(idle_add=lambda call: call())
    monkeypatch.setitem(sys.modules, "gi", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "gi.repository", SimpleNamespace(GLib=glib))
    server = SimpleNamespace(get_property={"root-node": root}.get)
    indicator = SimpleNamespace(get_property={"dbus-menu-server": server}.get)
    made = MenuWatch(SimpleNamespace(_appindicator=indicator))
    made.follow()
    return made


def test_a_menu_is_open_from_when_it_is_shown_until_it_is_closed(watch, root):
    assert not watch.is_open()
    assert root.emit("about-to-show") is False  # nothing about it has changed
    assert watch.is_open()
    root.emit("event", "opened", None, 0)
    assert watch.is_open()
    root.emit("event", "closed", None, 0)
    assert not watch.is_open()


def test_it_is_closed_once_an_item_was_chosen_or_another_one_was_sent(watch, root):
    root.emit("about-to-show")
    watch.close()
    assert not watch.is_open()
    root.emit("about-to-show")
    watch.follow()
    assert not watch.is_open()


def test_it_counts_as_closed_after_a_while(watch, root, monkeypatch):
    root.emit("about-to-show")
    later = time.monotonic() + HOLD_SECONDS
    monkeypatch.setattr(menu_watch.time, "monotonic", lambda: later)
    assert not watch.is_open()


def test_a_menu_that_gtk_shows_itself_is_open_while_it_is_on_the_screen():
    handle = SimpleNamespace(get_mapped=lambda: True)
    watch = MenuWatch(SimpleNamespace(_menu_handle=handle))
    assert watch.is_open()
    handle.get_mapped = lambda: False
    assert not watch.is_open()


def test_a_backend_without_either_has_none_open():
    watch = MenuWatch(SimpleNamespace())
    watch.follow()
    assert not watch.is_open()
