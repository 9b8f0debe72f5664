"""The translations are compiled when a wheel is made, and are in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from gettext import GNUTranslations
from pathlib import Path

import pytest

from build.hatch_hook import compile_catalogues

CHECKOUT = Path(__file__).parents[2]
GERMAN = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Quit"
msgstr "Beenden"
"""
SPEAK = """
import sys
sys.path.insert(0, sys.argv[1])
from tray.storage import translations
assert translations.__file__.startswith(sys.argv[1])
print(ascii(translations.words_in("ko")("Quit")))
"""


@pytest.fixture
def checkout(tmp_path):
    """What a wheel is made of, as git has it."""
    names = ("build", "tray", "pyproject.toml", "README.md", "LICENSE")
    skipped = shutil.ignore_patterns("*.mo", "out", "__pycache__")
    for name in names:
        source, target = CHECKOUT / name, tmp_path / "checkout" / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=skipped)
        else:
            shutil.copyfile(source, target)
    shutil.copyfile(CHECKOUT / ".gitignore", tmp_path / "checkout" / ".gitignore")
    return tmp_path / "checkout"


def test_a_wheel_speaks_korean(checkout, tmp_path):
    subprocess.run(
        [
            sys.executable,
            "-m",
            "hatchling",
            "build",
            "--target",
            "wheel",
            "--directory",
            str(tmp_path / "dist"),
        ],
        cwd=checkout,
        capture_output=True,
        timeout=60,
        check=True,
    )
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert not [name for name in archive.namelist() if name.endswith(".po")]
        archive.extractall(tmp_path / "installed")
    done = subprocess.run(
        [sys.executable, "-c", SPEAK, str(tmp_path / "installed")],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == ascii("종료")


def test_a_language_is_one_file(tmp_path):
    folder = tmp_path / "tray" / "i18n" / "locale" / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "clawtray.po").write_text(GERMAN, encoding="utf-8")
    (compiled,) = compile_catalogues(tmp_path)
    assert compiled == folder / "clawtray.mo"
    with compiled.open("rb") as file:
        assert GNUTranslations(file).gettext("Quit") == "Beenden"
    before = compiled.stat().st_mtime_ns
    assert compile_catalogues(tmp_path) == [compiled]
    assert compiled.stat().st_mtime_ns == before
