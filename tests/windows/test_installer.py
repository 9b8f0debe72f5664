"""The installer before a user whose name is in Hangul and has a blank: put in, upgraded, taken away."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from build import build as builder
from build.resources import COMPANY, PRODUCT
from build.wine import CHECKOUT, windows_path
from tests.desktop.screen import until
from tests.windows.desk import Desk
from tests.windows.program import GREETED, QUIT, SECONDS, running, shows
from tray import __version__
from tray.view.icon.model import Situation

USER = "사용자 한글"
OLD = "0.0.1"
LEFTOVER = "_internal/module_of_long_ago.pyd"
RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
UNINSTALL = r"Software\Microsoft\Windows\CurrentVersion\Uninstall"
NAME = "ClawTray"
START_MENU = "AppData/Roaming/Microsoft/Windows/Start Menu/Programs"
SILENT = ("/VERYSILENT", "/SUPPRESSMSGBOXES", "/NORESTART")
PROGRAM_OF_THE_USER = rf"C:\users\{USER}\AppData\Local\Programs\ClawTray\ClawTray.exe"


@pytest.fixture(scope="module")
def desk(tools):
    with Desk(tools, user=USER) as started:
        yield started


@pytest.fixture(scope="module")
def old_installer(desk, built, tmp_path_factory):
    """An earlier version, with a module that there is no more. It is not packed, which would take longest."""
    folder = tmp_path_factory.mktemp("earlier")
    source = folder / "ClawTray"
    shutil.copytree(built.collection, source)
    (source / LEFTOVER).write_bytes(b"")
    script = (CHECKOUT / "installer.iss").read_text(encoding="utf-8")
    assert "Compression=lzma2/max\n" in script
    changed = script.replace("Compression=lzma2/max\n", "Compression=none\n")
    changed = changed.replace("[Setup]\n", f"[Setup]\nSourceDir={windows_path(CHECKOUT)}\n")
    # The byte order mark tells Inno Setup that this is UTF-8.
    (folder / "installer.iss").write_text(changed, encoding="utf-8-sig")
    licences = built.collection / builder.LICENCES.name
    defines = [f"/DVersion={OLD}", f"/DSource={windows_path(source)}", f"/DLicences={windows_path(licences)}"]
    compiler = desk.windows.tools.inno / "ISCC.exe"
    done = desk.windows.run(
        compiler, "/Qp", *defines, f"/O{windows_path(folder)}", folder / "installer.iss", timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "ClawTray-setup.exe"


class Machine:
    """What one user of a Windows has of ClawTray."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.windows = desk, desk.windows
        local = self.windows.user_folder / "AppData" / "Local"
        self.program, self.data = local / "Programs" / "ClawTray", local / "ClawTray"
        self.shortcut = self.windows.user_folder / START_MENU / "ClawTray.lnk"

    def install(self, installer: Path, *options: str) -> None:
        """Run a setup silently, and see that it says that all went well."""
        done = self.windows.run(installer, *SILENT, *options, timeout=120)
        assert done.returncode == 0

    def uninstall(self, *options: str) -> None:
        """Run the uninstaller silently, and wait for its end: the last of it is done by a copy of itself."""
        uninstaller = self.program / "unins000.exe"
        done = self.windows.run(uninstaller, *SILENT, *options, timeout=120)
        assert done.returncode == 0
        until(lambda: not self.program.exists(), "the program's folder is gone", SECONDS)

    @property
    def entry(self) -> str | None:
        """The key of the entry in the list of programs; None if there is none."""
        return next((key for key in self.desk.ask("keys", UNINSTALL) if "6A199DFC" in key), None)

    def entry_value(self, name: str) -> str:
        """A value of that entry."""
        return self.desk.ask("value", rf"{UNINSTALL}\{self.entry}", name)

    @property
    def run_value(self) -> str | None:
        """What is started at sign-in."""
        return self.desk.ask("value", RUN, NAME)

    def login(self, token: str) -> None:
        """Have a token kept in Windows' credentials."""
        done = self.windows.run(self.program / "clawtray-cli.exe", "login", typed=f"{token}\n")
        assert done.returncode == 0, done.stderr

    @property
    def logins(self) -> list[list[str]]:
        """What Windows' credentials hold."""
        return self.desk.ask("credentials")

    def know(self, gateway) -> None:
        """Let the gateway's own settings lie where it puts them: in the user's folder."""
        folder = self.windows.user_folder / ".openclaw"
        folder.mkdir(exist_ok=True)
        port = int(gateway.url.rpartition(":")[2])
        auth = {"mode": "token", "token": gateway.token}
        config = {"gateway": {"mode": "local", "port": port, "auth": auth}}
        (folder / "openclaw.json").write_text(json.dumps(config))

    def quit(self) -> None:
        """Have what runs end."""
        self.desk.ask("broadcast", QUIT)
        until(lambda: not running(self.desk), "it has ended", SECONDS)
        until(lambda: not self.desk.icons(), "the icon is gone", SECONDS)


@pytest.fixture
def machine(desk, demo):
    """A user's Windows on which ClawTray does not run, with a gateway's settings where gateways put them."""
    user = Machine(desk)
    user.know(demo)
    user.data.mkdir(exist_ok=True)
    (user.data / "state.json").write_text(GREETED)
    yield user
    user.quit()


@pytest.fixture
def installed(machine, built):
    """The machine with ClawTray installed, to be started at sign-in."""
    machine.install(built.installer, "/TASKS=startup")
    return machine


def test_it_lays_down_what_was_built_and_how_to_find_it(installed, built):
    for path in built.collection.rglob("*"):
        there = installed.program / path.relative_to(built.collection)
        assert there.is_dir() if path.is_dir() else there.read_bytes() == path.read_bytes()
    assert "LGPL" in (installed.program / "THIRD-PARTY-LICENSES.txt").read_text(encoding="utf-8")
    # Wine does not store a shortcut's AppUserModelID; that Setup gives one, a unit test of the script says.
    assert "ClawTray.exe".encode("utf-16-le") in installed.shortcut.read_bytes()
    assert installed.run_value == f'"{PROGRAM_OF_THE_USER}"'
    assert not running(installed.desk)


def test_it_is_in_the_list_of_programs_with_its_version(installed):
    assert installed.entry_value("DisplayName") == "ClawTray"
    assert installed.entry_value("DisplayVersion") == __version__
    assert installed.entry_value("Publisher") == COMPANY
    assert installed.entry_value("DisplayIcon") == PROGRAM_OF_THE_USER


@pytest.mark.parametrize("name", ["ClawTray.exe", "clawtray-cli.exe"])
def test_programs_say_what_they_are(installed, name):
    program = windows_path(installed.program / name)
    names = ("ProductName", "CompanyName", "ProductVersion", "OriginalFilename")
    assert installed.desk.ask("version", program, *names) == [PRODUCT, COMPANY, __version__, name]


def test_its_console_reads_the_gateway_that_it_finds_by_itself(installed):
    done = installed.windows.run(installed.program / "clawtray-cli.exe", "status", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["context"]["used"] == 76_000


def test_the_shortcut_starts_it(tools, built, demo):
    # A shortcut of Wine's names its program in Western letters only, so this is another user.
    with Desk(tools) as desk:
        machine = Machine(desk)
        machine.know(demo)
        machine.install(built.installer)
        shortcut = rf"C:\users\user\{START_MENU}\ClawTray.lnk"
        assert desk.windows.run("start.exe", shortcut.replace("/", "\\")).returncode == 0
        shows(desk, Situation.CALM, "green")
        desk.keep("started-by-shortcut")
        machine.quit()


def test_signing_in_starts_it_and_leaving_out_the_task_ends_that(installed, built):
    installed.windows.run("wineboot.exe")
    shows(installed.desk, Situation.CALM, "green")
    installed.desk.keep("started-at-sign-in")
    installed.quit()
    installed.install(built.installer, "/TASKS=")
    assert installed.run_value is None


def test_an_upgrade_replaces_the_running_program_and_starts_it_again(machine, built, old_installer):
    machine.install(old_installer, "/TASKS=startup")
    assert machine.entry_value("DisplayVersion") == OLD
    (machine.data / "settings.toml").write_text("notices = false\n")
    machine.windows.start(machine.program / "ClawTray.exe")
    shows(machine.desk, Situation.CALM, "green")
    (before,) = running(machine.desk)
    machine.install(built.installer)
    shows(machine.desk, Situation.CALM, "green")
    (after,) = running(machine.desk)
    assert after != before
    assert machine.entry_value("DisplayVersion") == __version__
    assert not (machine.program / LEFTOVER).exists()
    assert machine.run_value == f'"{PROGRAM_OF_THE_USER}"'
    assert (machine.data / "settings.toml").read_text() == "notices = false\n"
    machine.desk.keep("upgraded")


def test_an_upgrade_of_what_does_not_run_starts_nothing(machine, built, old_installer):
    machine.install(old_installer, "/TASKS=")
    machine.install(built.installer)
    assert machine.entry_value("DisplayVersion") == __version__
    assert machine.run_value is None
    assert not running(machine.desk)


@pytest.mark.parametrize("purge", [False, True], ids=["data kept", "purged"])
def test_taking_it_away_leaves_nothing_but_what_is_the_users(installed, purge):
    installed.windows.start(installed.program / "ClawTray.exe")
    shows(installed.desk, Situation.CALM, "green")
    until((installed.data / "device.key").exists, "it has data", SECONDS)
    installed.login("secret-of-the-test")
    assert len(installed.logins) == 1
    installed.uninstall(*(["/PURGE"] if purge else []))
    assert not running(installed.desk)
    assert not installed.desk.icons()
    assert not installed.shortcut.exists()
    assert installed.run_value is None
    assert installed.entry is None
    assert installed.data.exists() is not purge
    assert len(installed.logins) == (0 if purge else 1)
    assert (installed.windows.user_folder / ".openclaw" / "openclaw.json").exists()
