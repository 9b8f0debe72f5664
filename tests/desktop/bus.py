"""What a desktop sees over D-Bus: an icon's menu, by labels, and the notices that were shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import gi

from tests.desktop.screen import until

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402 - the version has to be chosen first

if TYPE_CHECKING:
    from collections.abc import Iterator

_WATCHER: Final = ("org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher")
_NOTICES: Final = ("org.freedesktop.Notifications", "/org/freedesktop/Notifications")
_MENU: Final = "com.canonical.dbusmenu"
_DUNST: Final = "org.dunstproject.cmd0"
_PROPERTIES: Final = "org.freedesktop.DBus.Properties"
_MILLISECONDS: Final = 30_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a menu, as the panel sees it; a separator has no label. `mark` is check, radio or empty."""

    number: int
    label: str
    enabled: bool
    mark: str
    marked: bool
    below: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice that reached the screen."""

    title: str
    body: str


class Bus:
    """A connection to the session bus at an address, as a context manager."""

    def __init__(self, address: str) -> None:
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self._connection = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
        until(lambda: self._is_owned(_NOTICES[0]), "the notice daemon is on the bus")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close_sync(None)

    def has_icon(self) -> bool:
        """Whether there is an icon in the tray."""
        return bool(self._items())

    def title(self) -> str:
        """The icon's title, which stands for its tooltip."""
        text: str = self._item_property("Title")
        return text

    def menu(self) -> tuple[Line, ...]:
        """The icon's whole menu as it is now. Raises TimeoutError where there is no icon."""
        name, _ = self._item()
        given = GLib.Variant("(iias)", (0, -1, []))
        _, (_, _, lines) = self._call(
            name, self._item_property("Menu"), _MENU, "GetLayout", given, "(u(ia{sv}av))"
        )
        return tuple(_line(line) for line in lines)

    def line(self, *labels: str) -> Line:
        """The line that is reached by labels, one for each level: the first that begins with it.

        Raises LookupError.
        """
        lines, found = self.menu(), None
        for label in labels:
            found = next((line for line in lines if line.label.startswith(label)), None)
            if found is None:
                raise LookupError(f"{label!r} is not in the menu:\n" + "\n".join(text_of(lines)))
            lines = found.below
        assert found is not None
        return found

    def choose(self, *labels: str) -> None:
        """Click the line that is reached by labels. Raises LookupError."""

        def clicked() -> bool:
            name, _ = self._item()
            number = self.line(*labels).number
            given = GLib.Variant("(isvu)", (number, "clicked", GLib.Variant("i", 0), 0))
            try:
                self._call(name, self._item_property("Menu"), _MENU, "Event", given, "()")
            except GLib.Error:  # the menu was rebuilt meanwhile, and its ids with it
                return False
            return True

        until(clicked, f"{' > '.join(labels)} is clicked")

    def notices(self) -> tuple[Shown, ...]:
        """Every notice so far, oldest first; those on the screen are closed."""
        self._call(*_NOTICES, _DUNST, "NotificationCloseAll", None, "()")
        (entries,) = self._call(*_NOTICES, _DUNST, "NotificationListHistory", None, "(aa{sv})")
        return tuple(Shown(entry["summary"], entry["body"]) for entry in reversed(entries))

    def _item(self) -> tuple[str, str]:
        """Bus name and path of the icon in the tray."""
        name, slash, path = until(self._items, "there is an icon in the tray")[-1].partition("/")
        return name, slash + path

    def _items(self) -> list[str]:
        given = GLib.Variant("(ss)", (_WATCHER[0], "RegisteredStatusNotifierItems"))
        try:
            (items,) = self._call(*_WATCHER, _PROPERTIES, "Get", given, "(v)")
        except GLib.Error:
            # The tray of xfce4-panel 4.18 crashes now and then in libdbusmenu, when a menu is replaced; it is
            # restarted.
            return []
        return list(items)

    def _item_property(self, name: str) -> Any:
        given = GLib.Variant("(ss)", ("org.kde.StatusNotifierItem", name))
        (value,) = self._call(*self._item(), _PROPERTIES, "Get", given, "(v)")
        return value

    def _is_owned(self, name: str) -> bool:
        given, at = GLib.Variant("(s)", (name,)), ("org.freedesktop.DBus", "/org/freedesktop/DBus")
        (owned,) = self._call(*at, "org.freedesktop.DBus", "NameHasOwner", given, "(b)")
        return bool(owned)

    def _call(self, name: str, path: str, interface: str, method: str, given: Any, gives: str) -> Any:
        kind = GLib.VariantType(gives)
        flags = Gio.DBusCallFlags.NO_AUTO_START
        answer = self._connection.call_sync(
            name, path, interface, method, given, kind, flags, _MILLISECONDS, None
        )
        return answer.unpack()


def text_of(lines: tuple[Line, ...], indent: str = "") -> Iterator[str]:
    """A menu as lines of text: what is marked, what cannot be clicked, and what lies below."""
    for line in lines:
        mark = {"check": "[ ] [x] ", "radio": "( ) (o) "}.get(line.mark, "")
        mark = mark[4:] if line.marked else mark[:4]
        grey = "" if line.enabled else "   (grey)"
        yield f"{indent}{mark}{line.label or '-----'}{grey}"
        yield from text_of(line.below, indent + "    ")


def _line(layout: Any) -> Line:
    number, properties, below = layout
    return Line(
        number,
        # A lone underscore would mark the letter to press, so they come doubled.
        properties.get("label", "").replace("__", "_"),
        properties.get("enabled", True),
        {"checkmark": "check", "radio": "radio"}.get(properties.get("toggle-type", ""), ""),
        properties.get("toggle-state", 0) == 1,
        tuple(_line(line) for line in below),
    )
