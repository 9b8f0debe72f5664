from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest

from build import resources
from tray import __version__


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("0.1.0", (0, 1, 0, 0)),
        ("12.3", (12, 3, 0, 0)),
        ("1.2.3.4", (1, 2, 3, 4)),
        ("1.2.3.dev4+gabc", (1, 2, 3, 0)),
        ("2.0rc1", (2, 0, 0, 0)),
    ],
)
def test_windows_compares_four_numbers(version, expected):
    assert resources.numbers(version) == expected


def test_a_version_begins_with_a_number():
    with pytest.raises(ValueError, match="'main' is no version"):
        resources.numbers("main")


def read(text):
    """What PyInstaller reads: it evaluates the text, with names for the parts."""

    def part(*values, **named):
        return SimpleNamespace(values=values, **named)

    names = ("VSVersionInfo", "FixedFileInfo", "StringFileInfo", "StringTable", "StringStruct")
    return eval(text, dict.fromkeys((*names, "VarFileInfo", "VarStruct"), part))


def test_the_resource_names_us_and_the_program():
    resource = read(resources.version_resource("clawtray-cli.exe", "It's ours", "1.2.3"))
    assert resource.ffi.filevers == resource.ffi.prodvers == (1, 2, 3, 0)
    strings, languages = resource.kids
    (table,) = strings.values[0]
    assert dict(pair.values for pair in table.values[1]) == {
        "CompanyName": "ClawTray contributors",
        "FileDescription": "It's ours",
        "FileVersion": "1.2.3",
        "InternalName": "clawtray-cli",
        "LegalCopyright": "Copyright (c) 2026 ClawTray contributors. MIT licence.",
        "OriginalFilename": "clawtray-cli.exe",
        "ProductName": "ClawTray",
        "ProductVersion": "1.2.3",
    }
    # English in UTF-16, said twice; Windows finds no string where the two differ.
    assert table.values[0] == "040904B0"
    assert [each.values for each in languages.values[0]] == [("Translation", [0x0409, 0x04B0])]


def test_the_version_is_the_projects_own():
    assert f"StringStruct('ProductVersion', {__version__!r})" in resources.version_resource("a.exe", "A")


def test_the_manifest_asks_for_sharp_windows_and_utf8_and_for_no_rights():
    settings = {
        element.tag.partition("}")[2]: element.text or element.get("level") or element.get("Id")
        for element in ET.fromstring(resources.MANIFEST.encode()).iter()
    }
    assert settings["dpiAwareness"] == "PerMonitorV2, PerMonitor"
    assert settings["activeCodePage"] == "UTF-8"
    assert settings["longPathAware"] == "true"
    assert settings["requestedExecutionLevel"] == "asInvoker"
    assert settings["supportedOS"] == "{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}"
