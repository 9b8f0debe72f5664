"""Writes THIRD-PARTY-LICENSES.txt for a build: the licence of all that is shipped beside our own code.

Knows only what is installed: it reads the packages' own metadata, on the platform that the build is for.
"""

from __future__ import annotations

import re
import sys
import sysconfig
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).parent.parent
OUTPUT = CHECKOUT / "build" / "out" / "THIRD-PARTY-LICENSES.txt"

_LICENCE_FILE = re.compile(r"\.dist-info/.*(licen[cs]e|copying|notice|authors)[^/]*$", re.IGNORECASE)
_HOMES = ("homepage", "home", "source", "source code", "repository")
_INTRODUCTION = """\
ClawTray is shipped with the following packages, each under its own licence. Of PyInstaller it is the loader
that starts the program.

Those under the LGPL lie beside the program as files of their own, unchanged: replace them there to use
another version.
"""


def closure(name: str) -> dict[str, Distribution]:
    """Give what a distribution needs at run time on this platform, itself left out, by normalised name.

    ClawTray need not be installed itself.

    Raises:
        PackageNotFoundError: Something of it is not installed.
    """
    found: dict[str, Distribution] = {}
    waiting = list(_needs(_declared() if name == "clawtray" else distribution(name).requires or ()))
    while waiting:
        needed = waiting.pop()
        if needed not in found:
            found[needed] = distribution(needed)
            waiting += _needs(found[needed].requires or ())
    return dict(sorted(found.items()))


def licence_texts(package: Distribution) -> tuple[str, ...]:
    """Give the texts of all licence files that a package brings along.

    Raises:
        LookupError: It brings none.
    """
    paths = sorted(str(path) for path in package.files or () if _LICENCE_FILE.search(path.as_posix()))
    texts = tuple(Path(str(package.locate_file(path))).read_text(encoding="utf-8") for path in paths)
    if not texts:
        raise LookupError(f"{package.name} {package.version} has no licence file; add its licence by hand.")
    return texts


def document() -> str:
    """Give the whole text: each package with its version, its home and its licences, then Python itself."""
    sections = [_INTRODUCTION]
    for package in (*closure("clawtray").values(), distribution("pyinstaller")):
        sections += [_heading(package), *licence_texts(package)]
    sections += [f"Python {sys.version.split()[0]}", _python_licence()]
    rule = "\n" + "-" * 100 + "\n\n"
    return rule.join(section.strip() + "\n" for section in sections)


def main(arguments: Sequence[str] = ()) -> None:
    """Write the file, or another that is named, and print where it is."""
    file = Path(arguments[0]) if arguments else OUTPUT
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(document(), encoding="utf-8")
    print(f"{file} names {len(closure('clawtray'))} packages")


def _declared() -> list[str]:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [str(line) for line in project["dependencies"]]


def _needs(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield canonicalize_name(requirement.name)


def _heading(package: Distribution) -> str:
    said = package.metadata
    (licence, *_) = said.get_all("License-Expression") or said.get_all("License") or ["see below"]
    addresses = dict(line.lower().split(", ", 1) for line in said.get_all("Project-URL", []))
    (home, *_) = (
        said.get_all("Home-page") or [addresses[name] for name in _HOMES if name in addresses] or [""]
    )
    return f"{package.name} {package.version}\n{licence}\n{home}"


def _python_licence() -> str:
    places = (Path(sysconfig.get_path("stdlib")), Path(sys.base_prefix))
    path = next(place / "LICENSE.txt" for place in places if (place / "LICENSE.txt").exists())
    return path.read_text(encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
