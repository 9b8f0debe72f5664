"""Nothing in the built program needs a module that was left out of it."""

from __future__ import annotations

import re
import zipfile

import pytest

from build import collection, sizes
from build.wine import windows_path
from tests.servers import Listener, relay

EXCLUDED = re.compile(r"excluded module named (\S+) - imported by (.+)")
UNUSABLE = "encodings.bz2_codec"
"""PyInstaller always includes all codecs; this one needs bz2."""
CHECK = "--import-check"


def modules_of(built):
    """Return the names of all modules in the built program: in its archives and as files of their own."""
    inside = built.collection / "_internal"
    names = set(sizes.modules_of(built.console))
    with zipfile.ZipFile(inside / "base_library.zip") as library:
        files = library.namelist()
    files += [
        path.relative_to(inside).as_posix() for kind in ("*.pyd", "*.pyc") for path in inside.rglob(kind)
    ]
    for file in files:
        folder, _, name = file.rpartition("/")
        names.add(f"{folder}/{name.partition('.')[0]}".strip("/").replace("/", ".").removesuffix(".__init__"))
    return sorted(name for name in names if not name.endswith("__main__"))


def failing(done):
    """Return the modules that could not be imported, each with the error."""
    assert done.returncode in {0, 1}, done.stderr
    return dict(line.split(": ", 1) for line in done.stdout.splitlines())


def test_every_module_in_it_can_be_imported_if_plain_python_can_import_it(desk, built):
    modules = modules_of(built)
    known = {"tray.storage.credentials", "keyring.backends.Windows", "nacl._sodium", "msgspec._core"}
    assert known < set(modules)
    typed = "\n".join(modules)
    frozen = failing(desk.windows.run(built.console, CHECK, typed=typed))
    usual = failing(desk.windows.python("-m", "tray", CHECK, typed=typed))
    lost = {name: why for name, why in frozen.items() if name not in usual}
    assert lost.keys() == {UNUSABLE}, lost


def test_the_modules_that_msgspec_imports_from_c_are_included(desk, built):
    done = desk.windows.run(built.console, CHECK, typed="decimal _decimal numbers uuid _uuid")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_import_check_reports_missing_modules(desk, built):
    done = desk.windows.run(built.console, CHECK, typed="json cffi pycparser")
    assert done.returncode == 1
    assert failing(done).keys() == {"cffi", "pycparser"}


def test_modules_left_out_are_imported_only_by_modules_that_work_without_them(built):
    # PyInstaller's list also has imports inside functions, which importing every module does not run.
    found = {}
    for line in (built.folder / "work/clawtray/warn-clawtray.txt").read_text("utf-8").splitlines():
        if match := EXCLUDED.fullmatch(line):
            found[match[1]] = {each.partition(" (")[0] for each in match[2].split("), ")}
    ours = {name: found[name] for name in collection.excluded_modules() if name in found}
    unknown = {name: by - set(collection.importers_of(name)) for name, by in ours.items()}
    assert {name: by for name, by in unknown.items() if by} == {}


@pytest.mark.parametrize(
    "command",
    [
        "status",
        "sessions",
        "models",
        "doctor",
        "diagnostics",
        "usage",
        "approvals",
        "use anthropic/claude-opus-4-5",
        "think high",
        "compact --yes",
        "new --yes",
        "ask Hello",
        "icons {folder}\\icons.png",
        "--demo status",
        "--window-check",
    ],
)
def test_each_command_runs(desk, built, demo, tmp_path, command):
    environment = {
        "CLAWTRAY_URL": demo.url,
        "CLAWTRAY_TOKEN": demo.token,
        "CLAWTRAY_HOME": windows_path(tmp_path),
    }
    arguments = command.format(folder=windows_path(tmp_path)).split()
    done = desk.windows.run(built.console, *arguments, env=environment)
    assert done.returncode == 0, done.stderr
    said = "clawtray: A command waits only while a client is connected" if command == "approvals" else ""
    assert done.stderr.startswith(said) if said else done.stderr == "", done.stdout


def test_tls_works(desk, built, demo, tmp_path):
    with Listener(relay(int(demo.url.rpartition(":")[2])), tls=True) as server:
        environment = {"CLAWTRAY_URL": server.url, "CLAWTRAY_HOME": windows_path(tmp_path)}
        done = desk.windows.run(built.console, "doctor", env=environment)
    assert done.returncode != 0
    assert "certificate" in done.stdout
    assert done.stderr == ""
