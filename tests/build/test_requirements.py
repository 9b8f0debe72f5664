from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from build import licences

TEXT = (Path(__file__).parents[2] / "build" / "requirements.txt").read_text(encoding="utf-8")
LINES = [line for line in TEXT.splitlines() if line and not line.startswith("#")]
KEYRING = (
    "keyring",
    "jaraco-classes",
    "jaraco-context",
    "jaraco-functools",
    "more-itertools",
    "backports-tarfile",
    "importlib-metadata",
    "lazy-importer",
    "zipp",
)
"""It and what it needs: all of it for Windows alone, the last four before Python 3.12."""
PINS = {canonicalize_name(pin.name): pin for pin in map(Requirement, LINES)}


def test_every_package_is_named_once_with_one_version():
    assert len(PINS) == len(LINES)
    for pin in PINS.values():
        assert [each.operator for each in pin.specifier] == ["=="], pin


@pytest.mark.parametrize(
    "name", [*licences.closure("clawtray"), *licences.closure("pyinstaller"), "pyinstaller"]
)
def test_whatever_a_build_takes_in_here_is_pinned(name):
    pin = PINS[name]
    assert pin.marker is None or pin.marker.evaluate()


def test_pystray_is_the_release_whose_private_names_are_leant_on():
    assert str(PINS["pystray"].specifier) == "==0.19.5"


@pytest.mark.parametrize(
    ("name", "platform"),
    [("python-xlib", "linux"), *((name, "win32") for name in ("pefile", "pywin32-ctypes", *KEYRING))],
)
def test_what_only_one_system_needs_is_installed_only_there(name, platform):
    marker = PINS[name].marker
    python = {"python_full_version": "3.11.0"}
    assert [marker.evaluate({"sys_platform": each, **python}) for each in ("linux", "win32")] == [
        platform == "linux",
        platform == "win32",
    ]
