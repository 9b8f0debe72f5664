import hashlib
import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from build import build, sizes
from build.build import BuildError, Tools
from build.commands import NotAvailableError
from tray import __version__


@pytest.fixture
def out(tmp_path, monkeypatch):
    """Everything is written here, and the real programs are not looked into."""
    monkeypatch.setattr(build, "OUT", tmp_path)
    for name in ("COLLECTION", "INSTALLER", "LICENCES"):
        monkeypatch.setattr(build, name, tmp_path / getattr(build, name).name)
    monkeypatch.setattr(sizes, "modules_of", lambda _: {})
    return tmp_path


class Machine:
    """Stands for Windows: notes what it is asked to run, and leaves what that would leave."""

    def __init__(self, out):
        self.ran = []
        self.fails_at = ""
        self.out = out

    @property
    def tools(self):
        return Tools(Path("python.exe"), Path("ISCC.exe"), lambda path: f"<{path}>", self.run)

    def run(self, program, arguments):
        self.ran.append((str(program), *arguments))
        if self.fails_at and self.fails_at in " ".join(self.ran[-1]):
            return 3, "what it\nsaid\n"
        if "build.licences" in arguments:
            build.LICENCES.write_text("licences")
        if "PyInstaller" in arguments:
            build.COLLECTION.mkdir()
            for name in build.PROGRAMS:
                (build.COLLECTION / name).write_bytes(b"program")
        if str(program) == "ISCC.exe":
            build.INSTALLER.write_bytes(b"installer")
        return 0, ""


@pytest.fixture
def machine(out, monkeypatch):
    made = Machine(out)

    @contextmanager
    def tools(_):
        yield made.tools

    monkeypatch.setattr(build, "_tools", tools)
    return made


def test_a_build_makes_licences_program_and_installer_in_this_order(machine, out, capsys):
    assert build.main([]) == 0

    licences, pyinstaller, inno_setup = machine.ran
    assert licences == ("python.exe", "-m", "build.licences")
    assert pyinstaller[:3] == ("python.exe", "-m", "PyInstaller")
    assert pyinstaller[-1] == f"<{build.CHECKOUT / 'build' / 'clawtray.spec'}>"
    assert pyinstaller[pyinstaller.index("--distpath") + 1] == f"<{out}>"
    assert inno_setup[0] == "ISCC.exe"
    assert {f"/DVersion={__version__}", f"/DSource=<{out / 'ClawTray'}>", f"/O<{out}>"} <= set(inno_setup)
    assert inno_setup[-1] == f"<{build.CHECKOUT / 'installer.iss'}>"
    assert "installer" in capsys.readouterr().out


def test_what_lies_there_afterwards(machine, out):
    build.main([])

    assert (out / "ClawTray" / "THIRD-PARTY-LICENSES.txt").read_text() == "licences"
    assert "MIT License" in (out / "ClawTray" / "LICENSE.txt").read_text()
    checksum = hashlib.sha256(b"installer").hexdigest()
    assert (out / "ClawTray-setup.exe.sha256").read_text() == f"{checksum}  ClawTray-setup.exe\n"
    report = json.loads((out / "sizes.json").read_text())
    assert report["installer_bytes"] == len(b"installer")
    assert report["installed_bytes"] == sum(path.stat().st_size for path in (out / "ClawTray").iterdir())


def test_the_installers_script_and_more_options_may_be_given(machine):
    build.main(["--installer", "other.iss", "--iscc-option=/DSign", "--iscc-option=/Sx=y"])
    assert machine.ran[-1][-3:] == ("/DSign", "/Sx=y", f"<{Path('other.iss')}>")


def test_the_program_that_does_nothing_is_made_alone(machine):
    assert build.main(["--idle"]) == 0
    (ran,) = machine.ran
    assert ran[-1] == f"<{build.CHECKOUT / 'build' / 'idle' / 'idle.spec'}>"


@pytest.mark.parametrize(
    ("where", "name"),
    [("build.licences", "licences"), ("PyInstaller", "PyInstaller"), ("ISCC", "Inno Setup")],
)
def test_a_step_that_fails_ends_the_build_and_is_named_with_what_it_said(machine, capsys, where, name):
    machine.fails_at = where
    assert build.main([]) == 1
    assert where in " ".join(machine.ran[-1])
    assert f"build: {name} failed (3):\nwhat it\nsaid\n" in capsys.readouterr().err


@pytest.mark.parametrize("error", [OSError("no such program"), subprocess.TimeoutExpired("python.exe", 900)])
def test_a_step_that_cannot_be_run_is_named(out, error):
    def run(*_):
        raise error

    with pytest.raises(BuildError, match=r"licences: .*(no such program|timed out)"):
        build.build(Tools(Path("python.exe"), Path("ISCC.exe"), str, run), Path("installer.iss"))


def test_a_build_that_is_too_large_fails_and_still_says_what_it_weighs(machine, out, monkeypatch, capsys):
    monkeypatch.setattr(sizes, "INSTALLER_BUDGET", 3)
    assert build.main([]) == 1
    written = capsys.readouterr()
    assert "installer has 9 bytes; 3 is the budget" in written.err
    assert "installed" in written.out
    assert (out / "sizes.json").exists()


def test_where_there_is_no_windows_to_be_had_the_build_says_why(monkeypatch, capsys):
    @contextmanager
    def tools(_):
        raise NotAvailableError("there is no mmdebstrap here")
        yield

    monkeypatch.setattr(build, "_tools", tools)
    assert build.main([]) == 1
    assert capsys.readouterr().err == "build: there is no mmdebstrap here\n"


# ---- on Windows ----


@pytest.fixture
def iscc(tmp_path):
    def put(*folders):
        path = tmp_path.joinpath(*folders, "ISCC.exe")
        path.parent.mkdir(parents=True)
        path.touch(mode=0o755)
        return path

    return put


def test_the_compiler_that_is_given_is_taken(iscc):
    given = iscc("anywhere")
    assert build.find_iscc(str(given), {}) == given


def test_a_given_compiler_that_is_not_there_is_named(tmp_path):
    with pytest.raises(NotAvailableError, match=r"there is no .*nothing"):
        build.find_iscc(str(tmp_path / "nothing"), {})


@pytest.mark.parametrize(
    ("variable", "folders"),
    [
        ("ProgramFiles(x86)", ("Inno Setup 6",)),
        ("ProgramFiles", ("Inno Setup 6",)),
        ("LOCALAPPDATA", ("Programs", "Inno Setup 6")),
    ],
)
def test_the_compiler_is_found_where_its_installer_puts_it(iscc, tmp_path, variable, folders):
    installed = iscc(*folders)
    assert build.find_iscc(None, {variable: str(tmp_path), "PATH": ""}) == installed


def test_no_compiler_at_all():
    with pytest.raises(NotAvailableError, match=r"no ISCC\.exe of Inno Setup 6"):
        build.find_iscc(None, {"PATH": ""})


def test_a_program_of_windows_is_run_in_the_checkout_and_its_words_are_kept():
    code = "import os, sys; print(os.getcwd()); sys.stderr.write('and this'); sys.exit(5)"
    assert build._run(Path(sys.executable), ["-c", code])[0] == 5
    output = build._run(Path(sys.executable), ["-c", code])[1]
    assert str(build.CHECKOUT) in output
    assert "and this" in output
