"""ClawTray leans on private names of pystray; its Windows part is read, as it cannot be imported here."""

import ast
from importlib.metadata import distribution
from pathlib import Path

import pytest


def parse(name):
    path = Path(distribution("pystray").locate_file(f"pystray/{name}"))
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def icon_class():
    (found,) = [
        node for node in parse("_win32.py").body if isinstance(node, ast.ClassDef) and node.name == "Icon"
    ]
    return found


def method(icon_class, name):
    found = [node for node in icon_class.body if isinstance(node, ast.FunctionDef) and node.name == name]
    assert len(found) == 1, f"Icon.{name}"
    return found[0]


def mentions(node, code):
    return code in ast.unparse(node)


def test_the_release_is_the_one_that_was_read():
    assert distribution("pystray").version == "0.19.5"


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("_show", ["self"]),
        ("_hide", ["self"]),
        ("_update_icon", ["self"]),
        ("_update_title", ["self"]),
        ("_update_menu", ["self"]),
        ("_notify", ["self", "message", "title"]),
        ("_remove_notification", ["self"]),
        ("_assert_icon_handle", ["self"]),
        ("_release_icon", ["self"]),
        ("_create_menu", ["self", "descriptors", "callbacks"]),
        ("_create_menu_item", ["self", "descriptor", "callbacks"]),
        ("_on_notify", ["self", "wparam", "lparam"]),
        ("_on_stop", ["self", "wparam", "lparam"]),
        ("_on_taskbarcreated", ["self", "wparam", "lparam"]),
        ("_on_display_change", ["self", "wparam", "lparam"]),
        ("_run", ["self"]),
        ("_stop", ["self"]),
        ("_mainloop", ["self"]),
    ],
)
def test_the_windows_icon_has_this_method(icon_class, name, parameters):
    assert [each.arg for each in method(icon_class, name).args.args] == parameters


def test_messages_are_looked_up_in_a_table_that_can_be_added_to(icon_class):
    (table,) = [
        node.value
        for node in ast.walk(method(icon_class, "__init__"))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "self._message_handlers"
    ]
    handlers = {ast.unparse(k): ast.unparse(v) for k, v in zip(table.keys, table.values, strict=True)}
    assert handlers == {
        "win32.WM_DISPLAYCHANGE": "self._on_display_change",
        "win32.WM_STOP": "self._on_stop",
        "win32.WM_NOTIFY": "self._on_notify",
        "win32.WM_TASKBARCREATED": "self._on_taskbarcreated",
    }
    (dispatcher,) = [
        node
        for node in parse("_win32.py").body
        if isinstance(node, ast.FunctionDef) and node.name == "_dispatcher"
    ]
    assert mentions(dispatcher, "icon._message_handlers.get(uMsg, ")


@pytest.mark.parametrize("name", ["_hwnd", "_menu_hwnd", "_icon_handle"])
def test_the_windows_icon_has_this_attribute(icon_class, name):
    assert mentions(method(icon_class, "__init__"), f"self.{name} = None")


def test_showing_and_updating_take_the_handle_that_we_make(icon_class):
    for name in ("_show", "_update_icon"):
        assert mentions(method(icon_class, name), "self._assert_icon_handle()")
        assert mentions(method(icon_class, name), "hIcon=self._icon_handle")
    assert mentions(method(icon_class, "_assert_icon_handle"), "if self._icon_handle:\n        return")


def test_the_menu_that_opens_is_the_one_in_this_pair(icon_class):
    assert mentions(method(icon_class, "_on_notify"), "hmenu, descriptors = self._menu_handle")
    assert mentions(method(icon_class, "_on_notify"), "descriptors[index - 1](self)")


@pytest.mark.parametrize(
    "name",
    [
        "Shell_NotifyIcon",
        "NIM_ADD",
        "NIM_MODIFY",
        "NIM_DELETE",
        "NIF_MESSAGE",
        "NIF_ICON",
        "NIF_TIP",
        "NIF_INFO",
        "WM_NOTIFY",
        "WM_STOP",
        "WM_TASKBARCREATED",
        "TrackPopupMenuEx",
        "PostMessage",
        "DestroyIcon",
        "DestroyMenu",
    ],
)
def test_the_windows_api_is_declared_under_this_name(name):
    assigned = [
        target.id
        for node in parse("_util/win32.py").body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    assert assigned.count(name) == 1


def test_the_icons_texts_have_the_room_that_windows_gives_them():
    (structure,) = [
        node
        for node in parse("_util/win32.py").body
        if isinstance(node, ast.ClassDef) and node.name == "NOTIFYICONDATAW"
    ]
    assert mentions(structure, "('szTip', wintypes.WCHAR * 128)")
    assert mentions(structure, "('szInfo', wintypes.WCHAR * 256)")
    assert mentions(structure, "('szInfoTitle', wintypes.WCHAR * 64)")
