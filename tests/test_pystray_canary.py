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
    "name",
    [
        "_show",
        "_hide",
        "_update_icon",
        "_update_title",
        "_update_menu",
        "_release_icon",
        "_run",
        "_stop",
        "_mainloop",
    ],
)
def test_the_windows_icon_has_this_method_which_ours_replaces_or_calls(icon_class, name):
    assert [each.arg for each in method(icon_class, name).args.args] == ["self"]


@pytest.mark.parametrize("name", ["_hwnd", "_icon_handle"])
def test_the_windows_icon_has_this_attribute(icon_class, name):
    assert mentions(method(icon_class, "__init__"), f"self.{name} = None")


def test_the_window_is_there_before_it_says_that_it_is_ready_and_then_the_loop_begins(icon_class):
    """Ours takes the window over in `_mark_ready`: between its making and the first message of the loop."""
    steps = [ast.unparse(step) for step in method(icon_class, "_run").body]
    at = [
        steps.index(step)
        for step in (
            "self._hwnd = self._create_window(self._atom)",
            "self._mark_ready()",
            "self._thread = threading.current_thread()",
            "self._mainloop()",
        )
    ]
    assert at == sorted(at)


def test_being_ready_begins_with_the_menu_and_only_then_the_setup_goes_on():
    (base,) = [
        node for node in parse("_base.py").body if isinstance(node, ast.ClassDef) and node.name == "Icon"
    ]
    ready = ast.unparse(method(base, "_mark_ready"))
    assert "self._running = True" in ready
    assert ready.index("self.update_menu()") < ready.index("queue.put(True)")


def test_the_loop_ends_by_hiding_the_icon_and_looks_for_a_menu_of_its_own(icon_class):
    (attempt,) = [node for node in method(icon_class, "_mainloop").body if isinstance(node, ast.Try)]
    end = "\n".join(ast.unparse(step) for step in attempt.finalbody)
    assert "self._hide()" in end
    assert "win32.DestroyWindow(self._hwnd)" in end
    assert "if self._menu_handle:" in end


def test_stopping_posts_the_message_that_ours_listens_to(icon_class):
    assert mentions(method(icon_class, "_stop"), "win32.PostMessage(self._hwnd, win32.WM_STOP, 0, 0)")


def test_a_picture_may_be_anything_that_is_not_nothing():
    """Ours is a function that draws."""
    (base,) = [
        node for node in parse("_base.py").body if isinstance(node, ast.ClassDef) and node.name == "Icon"
    ]
    setter = [node for node in base.body if isinstance(node, ast.FunctionDef) and node.name == "icon"][1]
    assert ast.unparse(setter).count("value") == 3
    assert mentions(setter, "self._icon = value")
    assert mentions(setter, "if value:")


def test_a_level_is_asked_for_by_its_items_and_nothing_below_it(icon_class):
    (menu,) = [
        node for node in parse("_base.py").body if isinstance(node, ast.ClassDef) and node.name == "Menu"
    ]
    assert mentions(method(menu, "items"), "return self._items[0]()")


def test_an_item_takes_an_attribute_of_ours():
    """The function that draws the picture before its text."""
    (item,) = [
        node for node in parse("_base.py").body if isinstance(node, ast.ClassDef) and node.name == "MenuItem"
    ]
    assert not mentions(item, "__slots__")
    assert not mentions(item, "__setattr__")
    assert not mentions(item, "picture")


def test_an_item_of_the_api_has_room_for_a_bitmap():
    (structure,) = [
        node
        for node in parse("_util/win32.py").body
        if isinstance(node, ast.ClassDef) and node.name == "MENUITEMINFO"
    ]
    assert mentions(structure, "('hbmpItem', wintypes.HBITMAP)")


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
        "PostQuitMessage",
        "SetForegroundWindow",
        "CreatePopupMenu",
        "InsertMenuItem",
        "DestroyMenu",
        "NIF_SHOWTIP",
        "NIM_SETVERSION",
        "NIM_SETFOCUS",
        "MIIM_SUBMENU",
        "MIIM_BITMAP",
        "MFT_RADIOCHECK",
        "MFS_DEFAULT",
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
    assert mentions(structure, "('dwInfoFlags', wintypes.DWORD)")
    assert mentions(structure, "('hBalloonIcon', wintypes.HICON)")


def test_the_icon_on_x11_has_its_display_and_runs_these_methods_on_its_own_thread():
    (icon,) = [
        each for each in parse("_xorg.py").body if isinstance(each, ast.ClassDef) and each.name == "Icon"
    ]
    made = method(icon, "__init__")
    assert mentions(made, "self._display = Xlib.display.Display()")
    names = ("_show", "_hide", "_update_icon", "_update_title", "_stop")
    assert mentions(made, f"self._rewrite_implementation({', '.join(f'self.{name}' for name in names)})")
