import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from build import collection
from build.licences import closure, licence_texts

CHECKOUT = Path(__file__).parents[2]

# All that is imported later than at the start; what of it is for other systems is left out.
_LATE = [
    "PIL.BmpImagePlugin",
    "PIL.IcoImagePlugin",
    "PIL.ImageFont",
    "PIL.PngImagePlugin",
    "nacl.signing",
    "platformdirs",
    "plyer.facades",
    "plyer.utils",
    "pyjson5",
    "tomlkit",
    "tomllib",
    "webbrowser",
]
_CODE = """
import sys, pkgutil
excluded, late = (text.split() for text in sys.argv[1:3])

class Barrier:
    def find_spec(self, name, path=None, target=None):
        if any(name == each or name.startswith(each + ".") for each in excluded):
            raise ModuleNotFoundError(f"{name} is kept out of the build", name=name)

sys.meta_path.insert(0, Barrier())
import tray
for module in [each.name for each in pkgutil.walk_packages(tray.__path__, "tray.", lambda name: None)] + late:
    try:
        __import__(module)
    except (ImportError, AttributeError, AssertionError) as error:  # it is for another system
        if "kept out of the build" in str(error):
            raise
from tray.__main__ import main
sys.exit(main(["--demo", "status"]))
"""
# The icon of the system that the test runs on, and what that needs.
_OF_LINUX = {"pystray._xorg", "pystray._gtk", "pystray._appindicator", "pystray._util.gtk", "pystray._dummy"}


def test_nothing_that_we_import_is_kept_out(tmp_path):
    excluded = [each for each in collection.excluded_modules() if each not in _OF_LINUX]
    environment = {**os.environ, "CLAWTRAY_HOME": str(tmp_path), "PYSTRAY_BACKEND": "dummy"}
    command = [sys.executable, "-c", _CODE, " ".join(excluded), " ".join(_LATE)]
    done = subprocess.run(
        command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "main" in done.stdout


@pytest.mark.parametrize(
    "name",
    [each for each in collection.hidden_imports() if not each.endswith(("_win32", "win.notification"))],
)
def test_what_is_named_for_the_build_exists(name):
    assert importlib.import_module(name)


def test_every_package_under_the_lgpl_lies_there_as_files_that_can_be_replaced():
    lesser = {
        name
        for name, package in closure("clawtray").items()
        if any("LESSER GENERAL PUBLIC" in text for text in licence_texts(package)) and name != "python-xlib"
    }
    assert lesser == set(collection.AS_FILES)


def test_only_the_picture_formats_that_we_write_are_taken_along():
    excluded = set(collection.excluded_modules())
    assert {"PIL.AvifImagePlugin", "PIL.WebPImagePlugin", "PIL.JpegImagePlugin"} <= excluded
    assert not {"PIL.PngImagePlugin", "PIL.IcoImagePlugin", "PIL.BmpImagePlugin", "PIL.ImageTk"} & excluded


def test_with_a_credential_store_its_backend_and_what_that_needs_are_taken_along(monkeypatch):
    monkeypatch.setattr(collection, "find_spec", lambda _: None)
    assert "keyring.backends.Windows" not in collection.hidden_imports()
    assert "urllib.request" in collection.excluded_modules()
    monkeypatch.setattr(collection, "find_spec", lambda _: "found")
    assert "keyring.backends.Windows" in collection.hidden_imports()
    assert "urllib.request" not in collection.excluded_modules()


@pytest.mark.parametrize(
    ("place", "is_wanted"),
    [
        (r"_tcl_data\init.tcl", True),
        (r"_tcl_data\encoding\cp949.enc", True),
        (r"_tcl_data\encoding\cp1252.enc", True),
        (r"_tcl_data\encoding\macJapan.enc", False),
        (r"_tcl_data\msgs\ko.msg", True),
        (r"_tcl_data\msgs\en_gb.msg", True),
        (r"_tcl_data\msgs\de.msg", False),
        (r"_tcl_data\tzdata\Asia\Seoul", False),
        (r"_tk_data\ttk\vistaTheme.tcl", True),
        (r"_tk_data\images\logo.eps", False),
        (r"_tk_data\msgs\de.msg", False),
        (r"tcl8\8.5\msgcat-1.6.1.tm", True),
        (r"tcl8\8.6\http-2.9.8.tm", False),
        (r"websockets-17.4.dist-info\METADATA", False),
        (r"keyring-25.7.0.dist-info\entry_points.txt", True),
        (r"websocket_client-1.9.2.dist-info\METADATA", True),
        (r"pynacl-1.6.2.dist-info\METADATA", True),
        (r"pynacl-1.6.2.dist-info\RECORD", False),
        ("base_library.zip", True),
    ],
)
def test_data_is_taken_along_where_a_window_may_need_it(place, is_wanted):
    entries = [(place, "source", "DATA"), (place.replace("\\", "/"), "source", "DATA")]
    assert collection.wanted(entries) == (entries if is_wanted else [])


def test_the_versions_that_the_diagnostics_read_are_included():
    folders = {place.partition("-")[0] for _, place in collection.versions()}
    assert {"pystray", "pillow", "websocket_client", "plyer", "pynacl", "tomlkit"} <= folders


def test_the_hooks_of_pyinstaller_that_only_cost_time_are_left_out():
    names = ("pyi_rth_inspect", "pyi_rth__tkinter", "pyi_rth_pkgutil", "__main__")
    entries = [(name, f"{name}.py", "PYSOURCE") for name in names]
    assert [name for name, _, _ in collection.quick(entries)] == ["pyi_rth__tkinter", "__main__"]
