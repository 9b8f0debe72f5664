"""Reads installer.iss without Inno Setup: laws that a slip would break on people's machines only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tray.storage.files import folders

ROOT = Path(__file__).parent.parent
SCRIPT = (ROOT / "installer.iss").read_text(encoding="utf-8")

RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
VETO = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"


def section(name: str) -> list[str]:
    """Give a section's lines, comments and what the preprocessor reads left out."""
    found = re.search(rf"^\[{name}\]\n(.*?)(?=^\[\w+\]\n|\Z)", SCRIPT, re.MULTILINE | re.DOTALL)
    assert found is not None, f"no section {name}"
    return [
        line for line in found[1].splitlines() if line.strip() and not line.lstrip().startswith((";", "#"))
    ]


def expanded(text: str) -> str:
    """Put in the texts that the script defines itself."""
    defined = dict(re.findall(r'^ *#define (\w+) "(.*)"$', SCRIPT, re.MULTILINE))
    return re.sub(r"\{#(\w+)\}", lambda name: defined.get(name[1], name[0]), text)


def directives() -> dict[str, str]:
    """Give the directives of [Setup]."""
    return dict(line.split("=", 1) for line in section("Setup"))


def entries(name: str) -> list[dict[str, str]]:
    """Give the parameters of each entry of a section."""
    fields = re.compile(r'(\w+): ("(?:[^"]|"")*"|[^;]*)')
    return [
        {
            key: value.strip().removeprefix('"').removesuffix('"')
            for key, value in fields.findall(expanded(line))
        }
        for line in section(name)
    ]


def messages(language: str) -> dict[str, str]:
    """Give what one language says itself: Inno Setup's messages and our own."""
    lines = section("Messages") + section("CustomMessages")
    said = [
        line.removeprefix(f"{language}.").split("=", 1) for line in lines if line.startswith(f"{language}.")
    ]
    return dict(said)


def code() -> str:
    """Give the Pascal code without its comments."""
    return re.sub(r"\{ [^}]*\}", "", "\n".join(section("Code")))


def routine(name: str) -> str:
    """Give the code of one function or procedure."""
    found = re.search(rf"^(?:function|procedure) {name}\b.*?^end;$", code(), re.MULTILINE | re.DOTALL)
    assert found is not None, f"no {name}"
    return found[0]


LANGUAGES = [entry["Name"] for entry in entries("Languages")]


def test_an_upgrade_finds_every_earlier_version() -> None:
    # Two braces open it and one closes it: the first escapes the second.
    assert directives()["AppId"] == "{{6A199DFC-30F7-4753-AED6-59A190EA806D}"


def test_the_version_comes_from_outside() -> None:
    assert re.search(r"#ifndef Version\n +#error \w", SCRIPT)
    versions = {
        name: value
        for name, value in directives().items()
        if name.endswith("Version") and name != "MinVersion"
    }
    assert len(versions) >= 4
    assert all(re.fullmatch(r"\{#(Numbers\()?Version\)?\}", value) for value in versions.values()), versions


def test_no_administrator_is_asked_for() -> None:
    setup = directives()
    assert setup["PrivilegesRequired"] == "lowest"
    assert setup["DefaultDirName"].startswith("{localappdata}\\")
    assert {entry["Root"] for entry in entries("Registry")} == {"HKCU"}
    assert "PrivilegesRequiredOverridesAllowed" not in setup


def test_a_silent_run_never_waits_for_a_person() -> None:
    boxes = re.findall(r"\b\w*MsgBox\b|\bShowModal\b|\bInputQuery\b", code())
    assert boxes
    assert all(box.startswith("Suppressible") for box in boxes)
    assert [
        entry
        for entry in entries("Run")
        if "postinstall" in entry["Flags"] and "skipifsilent" not in entry["Flags"]
    ] == []


def test_opening_setup_stops_nothing_and_pressing_install_does() -> None:
    assert "AppMutex" not in directives()
    assert "procedure InitializeSetup" not in code()
    assert "function InitializeSetup" not in code()
    assert "QuitAndWait" in routine("PrepareToInstall")
    assert "QuitAndWait" not in routine("CurPageChanged")


def test_a_running_copy_is_started_again_once() -> None:
    again, offered = entries("Run")
    assert again["Check"] == "RanBefore"
    assert "postinstall" not in again["Flags"]
    assert offered["Check"] == "not RanBefore"
    assert directives()["RestartApplications"] == "no"


def test_old_modules_are_wiped_after_the_last_file_that_can_be_in_use() -> None:
    files = [entry for entry in entries("Files") if "dontcopy" not in entry["Flags"]]
    assert [entry["Source"].rpartition("\\")[2] for entry in files[:2]] == [
        "clawtray-cli.exe",
        "ClawTray.exe",
    ]
    assert files[1]["AfterInstall"] == "WipeModules"
    assert r"{app}\_internal" in routine("WipeModules")
    assert directives()["AllowCancelDuringInstall"] == "no"


def test_nothing_but_a_purge_touches_what_the_user_has() -> None:
    data = rf"{{localappdata}}\{folders().data.name}"
    assert data in routine("DataFolder")
    assert code().count("DelTree(DataFolder") == routine("Purge").count("DelTree(DataFolder") == 1
    assert re.search(r"if Purging then\s+Purge;", routine("CurUninstallStepChanged"))
    assert [line for line in SCRIPT.splitlines() if data in line and "ExpandConstant" not in line] == []


def test_a_purge_is_asked_for_by_name_or_by_a_person() -> None:
    asked = routine("WantsPurge")
    assert "CompareText(ParamStr(I), '/PURGE')" in asked
    assert "not UninstallSilent" in asked
    # The first button, which Return presses and which a suppressed box answers with, keeps everything.
    assert re.search(r"\[CustomMessage\('PurgeNo'\), CustomMessage\('PurgeYes'\)\], 0, IDYES\) = IDNO", asked)


@pytest.mark.parametrize("key", [RUN, VETO])
def test_the_uninstaller_removes_the_autostart_that_the_program_made_itself(key: str) -> None:
    always = [entry for entry in entries("Registry") if entry["Subkey"] == key and "Tasks" not in entry]
    (entry,) = always
    assert entry["ValueName"] == "ClawTray"
    assert {"deletevalue", "uninsdeletevalue", "dontcreatekey"} <= set(entry["Flags"].split())


def test_autostart_is_what_the_box_says() -> None:
    (written,) = [entry for entry in entries("Registry") if entry["ValueType"] == "string"]
    assert written == entries("Registry")[-1]  # the deletions come first
    assert (written["Subkey"], written["ValueName"], written["Tasks"]) == (RUN, "ClawTray", "startup")
    assert written["ValueData"] == r'""{app}\ClawTray.exe""'
    assert "Flags" not in written


def test_the_box_says_what_windows_does_now() -> None:
    now, fresh = entries("Tasks")
    assert now["Name"] == fresh["Name"] == "startup"
    assert (now["Check"], now.get("Flags")) == ("StartsAtSignIn", None)
    assert (fresh["Check"], fresh["Flags"]) == ("not StartsAtSignIn", "unchecked")
    assert directives()["UsePreviousTasks"] == "no"
    assert {"{#RunKey}", "{#VetoKey}"} <= set(re.findall(r"\{#\w+Key\}", routine("StartsAtSignIn")))


def test_the_shortcut_gives_notices_their_name() -> None:
    (shortcut,) = entries("Icons")
    assert shortcut["Name"] == r"{autoprograms}\ClawTray"
    assert shortcut["AppUserModelID"] == "ClawTray.ClawTray"
    assert not shortcut["WorkingDir"].startswith("{app}")


def test_the_licences_are_installed() -> None:
    named = {entry.get("DestName") for entry in entries("Files")}
    assert {"LICENSE.txt", "THIRD-PARTY-LICENSES.txt"} <= named
    assert "LicenseFile" not in directives()


def test_nothing_is_signed_unless_a_command_for_it_is_given() -> None:
    unguarded = re.sub(r"^#ifdef SignTool\n.*?^#else\n", "", SCRIPT, flags=re.MULTILINE | re.DOTALL)
    assert "SignTool=" in SCRIPT
    assert not re.search(r"^(SignTool|SignedUninstaller)=|signonce", unguarded, re.MULTILINE)
    signed = [line for line in section("Files") if "{#Signed}" in line]
    assert [re.search(r"\{#(Tray|Console)\}", line) is not None for line in signed] == [True, True]


def test_there_is_english_and_korean() -> None:
    assert LANGUAGES == ["en", "ko"]
    assert directives()["ShowLanguageDialog"] == "no"


def test_each_language_says_everything() -> None:
    english = messages("en")
    assert english
    for language in LANGUAGES:
        said = messages(language)
        assert said.keys() == english.keys()
        assert all(said.values())
        for name, text in said.items():
            placeholders = re.findall(r"%\d|\[name\]", text)
            assert sorted(placeholders) == sorted(re.findall(r"%\d|\[name\]", english[name])), name


def test_korean_is_korean() -> None:
    assert all(re.search(r"[가-힣]", text) for text in messages("ko").values())
    assert not any(re.search(r"[가-힣]", text) for text in messages("en").values())


def test_every_message_is_used_and_every_used_one_is_there() -> None:
    used = set(re.findall(r"\{cm:(\w+)\}|CustomMessage\('(\w+)'\)", SCRIPT))
    named = {left or right for left, right in used}
    own = {line.partition(".")[2].partition("=")[0] for line in section("CustomMessages")}
    assert named == own


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("label", ["FinishedLabel", "FinishedLabelNoIcons"])
def test_the_last_page_says_where_the_icon_hides(language: str, label: str) -> None:
    text = messages(language)[label]
    assert "Windows 11" in text
    assert "^" in text
