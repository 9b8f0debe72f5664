"""Windows programs on Linux: a Wine session with a screen of its own, of which nothing is left afterwards.

Wine lives in a root file system of its own (`winetools.set_up` makes it). Each program is started in a mount
namespace of its own, so that nothing stays mounted, and by `exec` all the way: the process that `start` gives
is the Windows program itself.
"""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import IO, TYPE_CHECKING, Final, Self

from PIL import Image, ImageGrab

from build.cache import cache_directory
from build.commands import NotAvailableError
from build.throwaway import ThrowawayDirectory

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import TracebackType

Argument = str | Path
"""Of a Windows program: text as it is, or a path of Linux, which is handed over as one of Windows."""

CHECKOUT: Final = Path(__file__).parent.parent
SCREEN: Final = (1280, 800)
USER: Final = "user"

_START_TIMEOUT = 60.0
_END_TIMEOUT = 20.0
# Neither .NET nor a browser is there to be asked for; a crash must end a program, not open a debugger.
_OVERRIDES = "mscoree=;mshtml=;winemenubuilder.exe=d;winedbg.exe=d"
_PATH = "/usr/bin:/bin:/usr/sbin:/sbin"
_ENTER = """
root=$1 cwd=$2
shift 2
mount --rbind /dev "$root/dev"
mount --bind /proc "$root/proc"
while [ "$1" != -- ]; do
  mkdir -p "$root$1"
  mount --rbind "$1" "$root$1"
  shift
done
shift
exec chroot "$root" env --chdir="$cwd" "$@"
"""
# Read, never written: these may be the template's own files.
_SHARED = frozenset(f"drive_c/windows/{folder}" for folder in ("system32", "syswow64", "winsxs"))


@dataclass(frozen=True, slots=True)
class Tools:
    """Where everything lies, as paths of Linux.

    Attributes:
        root: The root file system with Wine.
        prefix: What a fresh C: is copied from; None makes one, which takes some ten seconds.
        python: The folder of Windows' python.exe, with all packages in it.
        inno: The folder of ISCC.exe.
    """

    root: Path
    prefix: Path | None
    python: Path
    inno: Path


def windows_path(path: Path) -> str:
    """Give a path of Linux as Windows sees it, on Z:, where there is only what a session shows."""
    return str(PureWindowsPath("Z:/", path.absolute()))


_USUAL_DPI = 96


class Windows:
    """A running Windows, as a context manager; any number of them may run beside one another.

    It shows the Windows programs the checkout, the cache, the folder of temporary files and `folders`.

    Attributes:
        tools: What it is made of.
        display: The X display, such as ":7"; 1280 by 800 pixels.
        home: A folder of its own, removed at the end.
        prefix: Where Wine keeps C: and the registry.
        c_drive: What is C: to the programs.
    """

    def __init__(
        self, tools: Tools, *, user: str = USER, folders: Sequence[Path] = (), dpi: int = 96
    ) -> None:
        """Nothing runs yet.

        Args:
            tools: What it is made of.
            user: The user's name, any that Windows allows.
            folders: What else is to be seen.
            dpi: Pixels to the inch of the screen, 96 for a scale of 100 %; it holds for the whole session.
        """
        self.tools = tools
        self._dpi = dpi
        self.display = ""
        self._user = user
        shown = (Path(tempfile.gettempdir()), Path("/tmp"), CHECKOUT, cache_directory(), *folders)  # noqa: S108
        self._shown = tuple(dict.fromkeys(str(path.resolve()) for path in shown))
        self._ending = ExitStack()
        self._started: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        """Start it. Raises NotAvailableError."""
        with ExitStack() as ending:
            directory = ThrowawayDirectory("windows")
            ending.callback(directory.remove)
            ending.callback(self._forget)
            ending.callback(directory.end_all)
            self.home = directory.home
            self.prefix = self.home / "prefix"
            self.c_drive = self.prefix / "drive_c"
            if self.tools.prefix:
                _copy_prefix(self.tools.prefix, self.prefix)
            else:
                self.prefix.mkdir()
            if self._dpi != _USUAL_DPI:
                with (self.prefix / "user.reg").open("a", encoding="utf-8") as registry:
                    registry.write(f'\n[Control Panel\\\\Desktop]\n"LogPixels"=dword:{self._dpi:08x}\n')
            self.display = ending.enter_context(_screen(self.home))
            ending.callback(self.stop_wine)
            self._start_wine()
            self._ending = ending.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all that runs in it and remove it."""
        self._ending.close()

    def run(
        self,
        program: Argument,
        *arguments: Argument,
        timeout: float = 300.0,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        typed: str = "",
    ) -> subprocess.CompletedProcess[str]:
        """Run a program to its end; what it leaves running does not hold us up.

        Args:
            program: Its path, or a name that Windows finds.
            arguments: What it is given.
            timeout: Seconds. What the program has started itself runs on.
            env: What its environment has beyond the usual.
            cwd: Where it runs; the checkout if not given.
            typed: Its standard input.

        Raises:
            subprocess.TimeoutExpired: It was ended because it took too long.
        """
        command = [str(each) for each in (program, *arguments)]
        with ExitStack() as files:
            given, out, err = (files.enter_context(tempfile.TemporaryFile(dir=self.home)) for _ in range(3))
            given.write(typed.encode())
            given.seek(0)
            process = self.start(
                program, *arguments, env=env, cwd=cwd, given=given if typed else None, out=out, err=err
            )
            try:
                code = process.wait(timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise subprocess.TimeoutExpired(command, timeout, _written(out), _written(err)) from None
            return subprocess.CompletedProcess(command, code, _written(out), _written(err))

    def start(
        self,
        program: Argument,
        *arguments: Argument,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        given: IO[bytes] | None = None,
        out: IO[bytes] | None = None,
        err: IO[bytes] | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a program as `run` does, and give its process. What it writes is thrown away if not caught.

        A pipe would do harm here: whatever the program starts inherits it and keeps it open.
        """
        words = [windows_path(each) if isinstance(each, Path) else each for each in (program, *arguments)]
        return self._start("wine", *words, env=env, cwd=cwd, given=given, out=out, err=err)

    def python(
        self,
        *arguments: Argument,
        timeout: float = 300.0,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        typed: str = "",
    ) -> subprocess.CompletedProcess[str]:
        """Run Windows' Python, as `run` does."""
        python = self.tools.python / "python.exe"
        return self.run(python, *arguments, timeout=timeout, env=env, cwd=cwd, typed=typed)

    def picture(self) -> Image.Image:
        """Give what is on the screen: RGB."""
        return ImageGrab.grab(xdisplay=self.display)

    @property
    def user_folder(self) -> Path:
        """The user's folder on C:."""
        return self.c_drive / "users" / self._user

    def _start(
        self,
        *command: str,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        given: IO[bytes] | None = None,
        out: IO[bytes] | None = None,
        err: IO[bytes] | None = None,
    ) -> subprocess.Popen[bytes]:
        enter = ("unshare", "--mount", "--propagation", "private", "--", "sh", "-ec", _ENTER, "sh")
        place = (str(self.tools.root), str((cwd or CHECKOUT).resolve()), *self._shown, "--")
        process = subprocess.Popen(
            [*enter, *place, *command],
            env=self._environment() | dict(env or {}),
            stdin=given or subprocess.DEVNULL,  # Windows' Python dies of a closed one
            stdout=out or subprocess.DEVNULL,
            stderr=err or subprocess.DEVNULL,
            start_new_session=True,
        )
        self._started.append(process)
        return process

    def _environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.home),
            "USER": self._user,  # Wine names the user's folder on C: by it
            "LANG": "C.UTF-8",
            "PATH": _PATH,
            "DISPLAY": self.display,
            "XDG_RUNTIME_DIR": str(self.home),
            "WINEPREFIX": str(self.prefix),
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": _OVERRIDES,
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def _start_wine(self) -> None:
        self._ended(self._start("wineserver", "--persistent"), "the start of Wine")
        if not self.tools.prefix:
            self._ended(self._start("wine", "wineboot", "--init"), "the making of a prefix")
        width, height = SCREEN
        # Any name but "shell": on the desktop of that name, Wine 10 shows no notices.
        self._start("wine", "explorer.exe", f"/desktop=screen,{width}x{height}")
        self._ended(self._start("wine", "cmd.exe", "/c", "ver"), "the start of Windows")

    def stop_wine(self) -> None:
        """End all Windows programs and have the registry written; nothing may be started after it."""
        for option in ("--kill", "--wait"):
            process = self._start("wineserver", option)
            with suppress(subprocess.TimeoutExpired):  # whatever is left is killed by its number after this
                process.wait(_END_TIMEOUT)

    def _forget(self) -> None:
        """Take note that all have ended."""
        for process in self._started:
            process.wait(_END_TIMEOUT)

    def _ended(self, process: subprocess.Popen[bytes], what: str) -> None:
        try:
            code = process.wait(_START_TIMEOUT)
        except subprocess.TimeoutExpired as error:
            raise NotAvailableError(f"{what} took longer than {_START_TIMEOUT:.0f} s") from error
        if code:
            raise NotAvailableError(f"{what} failed ({code})")


@contextmanager
def _screen(home: Path) -> Iterator[str]:
    """Hold an X server; yield its display."""
    reading, writing = os.pipe()
    width, height = SCREEN
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"]
    with os.fdopen(reading, "rb", buffering=0) as notified:
        try:
            server = subprocess.Popen(
                command,
                env={"HOME": str(home), "PATH": os.environ["PATH"]},
                pass_fds=[writing],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise NotAvailableError(f"Xvfb does not start: {error}") from error
        finally:
            os.close(writing)
        try:
            ready, _, _ = select.select([notified], [], [], _START_TIMEOUT)
            number = notified.readline().strip().decode() if ready else ""
            if not number:
                raise NotAvailableError("Xvfb does not tell its display")
            yield f":{number}"
        finally:
            server.terminate()
            try:
                server.wait(_END_TIMEOUT)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _copy_prefix(template: Path, to: Path) -> None:
    """Copy all but what only Wine's own set-up writes: that is linked, which saves 0.4 GB."""

    def copy(source: str, target: str) -> None:
        folder = Path(source).parent.relative_to(template)
        if any(part in _SHARED for part in map(str, (folder, *folder.parents))):
            with suppress(OSError):  # another file system, or one without links
                os.link(source, target, follow_symlinks=False)
                return
        shutil.copy2(source, target, follow_symlinks=False)

    shutil.copytree(template, to, symlinks=True, copy_function=copy)


def _written(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")
