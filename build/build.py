"""The one command that makes the Windows program and its installer, for people and for CI.

On Windows it runs PyInstaller and Inno Setup; on Linux it runs the same under Wine, which it sets up itself.
Use: ``uv run poe build``, or ``python -m build.build``. Everything lies in build/out afterwards.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from build import sizes
from build.commands import NotAvailableError
from build.licences import OUTPUT as LICENCES
from tray import __version__

CHECKOUT: Final = Path(__file__).parent.parent
OUT: Final = CHECKOUT / "build" / "out"
COLLECTION: Final = OUT / "ClawTray"
INSTALLER: Final = OUT / "ClawTray-setup.exe"
PROGRAMS: Final = ("ClawTray.exe", "clawtray-cli.exe")

_TIMEOUT = 900.0


class BuildError(Exception):
    """A step of the build failed; the text says which, and what it said."""


@dataclass(frozen=True, slots=True)
class Tools:
    """How the programs of a build are run.

    Attributes:
        python: Windows' Python.
        iscc: Inno Setup's compiler.
        text: Gives a path as these programs read it.
        run: Runs a program with arguments in the checkout and gives exit code and output.
    """

    python: Path
    iscc: Path
    text: Callable[[Path], str]
    run: Callable[[Path, Sequence[str]], tuple[int, str]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Build; the result is the exit code."""
    given = _parser().parse_args(arguments)
    try:
        with _tools(given.iscc) as tools:
            if given.idle:
                _step(
                    tools, "PyInstaller", tools.python, pyinstaller(CHECKOUT / "build/idle/idle.spec", tools)
                )
            else:
                build(tools, given.installer, given.iscc_option)
    except (BuildError, NotAvailableError, sizes.TooLargeError) as error:
        print(f"build: {error}", file=sys.stderr)
        return 1
    return 0


def build(tools: Tools, script: Path, iscc_options: Sequence[str] = ()) -> None:
    """Make the program, its installer with a checksum, and the report of their sizes.

    Raises:
        BuildError: A step failed.
        TooLargeError: The result exceeds its budget.
    """
    from build.hatch_hook import compile_catalogues  # noqa: PLC0415 - the tools of other systems lack babel

    compile_catalogues(CHECKOUT)
    _step(tools, "licences", tools.python, ["-m", "build.licences"])
    _step(tools, "PyInstaller", tools.python, pyinstaller(CHECKOUT / "build" / "clawtray.spec", tools))
    shutil.copyfile(LICENCES, COLLECTION / LICENCES.name)
    shutil.copyfile(CHECKOUT / "LICENSE", COLLECTION / "LICENSE.txt")
    _step(tools, "Inno Setup", tools.iscc, inno_setup(script, tools, iscc_options))
    checksum = hashlib.sha256(INSTALLER.read_bytes()).hexdigest()
    INSTALLER.with_name(f"{INSTALLER.name}.sha256").write_text(f"{checksum}  {INSTALLER.name}\n", "ascii")
    programs = {name: sizes.modules_of(COLLECTION / name) for name in PROGRAMS}
    report = sizes.measure(COLLECTION, programs, INSTALLER)
    (OUT / "sizes.json").write_text(report.as_json(), "utf-8")
    print(report.table())
    report.check()


def pyinstaller(spec: Path, tools: Tools) -> list[str]:
    """Give the arguments of Python that make the program which a .spec file describes."""
    places = ["--distpath", tools.text(OUT), "--workpath", tools.text(OUT / "work")]
    return ["-m", "PyInstaller", "--noconfirm", "--clean", "--log-level=ERROR", *places, tools.text(spec)]


def inno_setup(script: Path, tools: Tools, options: Sequence[str] = ()) -> list[str]:
    """Give the arguments of Inno Setup's compiler."""
    source = tools.text(COLLECTION)
    defines = [
        f"/DVersion={__version__}",
        f"/DSource={source}",
        f"/O{tools.text(OUT)}",
        f"/F{INSTALLER.stem}",
    ]
    return ["/Qp", *defines, *options, tools.text(script)]


def find_iscc(given: str | None, environ: Mapping[str, str]) -> Path:
    """Give Inno Setup's compiler on a Windows machine.

    Args:
        given: Where it is, as the user says.
        environ: The environment.

    Raises:
        NotAvailableError: It is not there.
    """
    names = ("ProgramFiles(x86)", "ProgramFiles", "LOCALAPPDATA")
    places = [
        Path(environ[name], *between, "Inno Setup 6", "ISCC.exe")
        for name, between in zip(names, ((), (), ("Programs",)), strict=True)
        if name in environ
    ]
    on_path = shutil.which("ISCC", path=environ.get("PATH", ""))
    candidates = [Path(given)] if given else [*([Path(on_path)] if on_path else []), *places]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise NotAvailableError(f"there is no {candidates[0] if given else 'ISCC.exe of Inno Setup 6'} here")


@contextmanager
def _tools(iscc: str | None) -> Iterator[Tools]:
    if sys.platform == "win32":
        yield Tools(Path(sys.executable), find_iscc(iscc, os.environ), str, _run)
    else:
        yield from _tools_under_wine()


def _tools_under_wine() -> Iterator[Tools]:
    from build.wine import Windows, windows_path  # noqa: PLC0415 - Windows needs none of this
    from build.winetools import set_up  # noqa: PLC0415

    started_at = time.monotonic()
    made = set_up()
    with Windows(made) as windows:
        print(f"Wine: {time.monotonic() - started_at:.0f} s", flush=True)

        def run(program: Path, arguments: Sequence[str]) -> tuple[int, str]:
            done = windows.run(program, *arguments, timeout=_TIMEOUT)
            return done.returncode, done.stdout + done.stderr

        yield Tools(made.python / "python.exe", made.inno / "ISCC.exe", windows_path, run)


def _run(program: Path, arguments: Sequence[str]) -> tuple[int, str]:
    done = subprocess.run(
        [str(program), *arguments],
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_TIMEOUT,
        check=False,
    )
    return done.returncode, done.stdout.decode("utf-8", "replace")


def _step(tools: Tools, name: str, program: Path, arguments: Sequence[str]) -> None:
    started_at = time.monotonic()
    try:
        code, output = tools.run(program, arguments)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildError(f"{name}: {error}") from error
    if code:
        raise BuildError(f"{name} failed ({code}):\n{output.strip()}")
    print(f"{name}: {time.monotonic() - started_at:.0f} s", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="build", description="Make ClawTray for Windows, in build/out.")
    parser.add_argument("--iscc", metavar="FILE", help="Inno Setup's compiler; looked for if not given")
    parser.add_argument(
        "--iscc-option", metavar="OPTION", action="append", default=[], help="one more for it, such as /DSign"
    )
    parser.add_argument(
        "--installer", metavar="FILE", type=Path, default=CHECKOUT / "installer.iss", help="its script"
    )
    parser.add_argument(
        "--idle", action="store_true", help="make the program that does nothing, to compare ours with"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
