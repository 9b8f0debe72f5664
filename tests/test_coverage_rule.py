import ast
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests import coverage_rule
from tests.coverage_rule import ROOT, modules, own_test_file, own_test_files, pure_packages


def parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def python_files(package):
    """List the Python files below a package by walking its folders."""
    return [
        Path(folder, name)
        for folder, _, names in os.walk(ROOT.joinpath(*package.split(".")))
        for name in names
        if name.endswith(".py")
    ]


def test_every_module_of_every_pure_package_is_under_the_rule():
    files = [path for package in pure_packages() for path in python_files(package)]
    assert {"tray.core", "tray.view"} <= set(pure_packages())
    assert len(modules()) == len(set(modules())) == sum(path.name != "__init__.py" for path in files)
    # An __init__.py is not judged, so it may hold nothing but its docstring, imports and `__all__`.
    packages = [path for path in files if path.name == "__init__.py"]
    inert = ast.Expr, ast.ImportFrom, ast.Assign
    assert all(isinstance(node, inert) for path in packages for node in parsed(path).body)


def test_modules_are_found_at_any_depth_and_a_pure_module_counts_as_a_package(tmp_path, monkeypatch):
    for name in ("a/__init__.py", "a/one.py", "a/b/__init__.py", "a/b/c/two.py", "three.py", "other/four.py"):
        path = tmp_path / "tray" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    monkeypatch.setattr(coverage_rule, "ROOT", tmp_path)
    monkeypatch.setattr(coverage_rule, "pure_packages", lambda: ("tray.a", "tray.three"))
    assert [path.as_posix() for path in modules()] == ["tray/a/b/c/two.py", "tray/a/one.py", "tray/three.py"]


@pytest.mark.parametrize(
    ("module", "test_file"),
    [
        ("tray/three.py", "tests/test_three.py"),
        ("tray/core/link.py", "tests/core/test_link.py"),
        ("tray/core/sessions/focus.py", "tests/core/sessions/test_focus.py"),
    ],
)
def test_a_test_file_has_the_place_and_the_name_of_its_module(module, test_file):
    assert own_test_file(Path(module)) == test_file


def test_the_own_test_files_are_those_that_exist():
    assert "tests/settings/test_address.py" in own_test_files()
    assert all((ROOT / name).is_file() for name in own_test_files())


PROJECT = {
    "pyproject.toml": """
        [[tool.importlinter.contracts]]
        id = "pure"
        source_modules = ["tray.a"]
    """,
    "tray/__init__.py": "",
    "tray/acts.py": "def never_run():\n    return 1\n",
    "tray/a/__init__.py": "",
    "tray/a/values.py": "VALUE = 3\n",
    "tray/a/one.py": "def one(asked):\n    if asked:\n        return 1\n    return 2\n",
    "tray/a/b/__init__.py": "",
    "tray/a/b/two.py": "def two(asked):\n    if asked:\n        return 1\n    return 2\n",
    "tests/a/test_one.py": """
        from tray.a.b.two import two
        from tray.a.one import one

        def test_the_one(): assert (one(True), two(True)) == (1, 1)

        def test_the_other(): assert (one(False), two(False)) == (2, 2)
    """,
    "tests/a/b/test_two.py": """
        import threading

        from tray.a.b.two import two

        def test_the_one(): assert two(True) == 1

        def test_threads_are_not_traced(): assert threading.gettrace() is None
    """,
}
"""A small project: `one` is covered by its own test file, `two` only by the one of `one`."""


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """Run the rule on a small project, on two workers: what each of them saw counts."""
    root = tmp_path_factory.mktemp("project")
    for name, text in PROJECT.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    shutil.copy(coverage_rule.__file__, root / "tests")
    # As if it was not started by a worker itself.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # all but these start sooner
    options = ("--import-mode=importlib", "-n", "2", "--dist", "load", "-p", "no:cacheprovider")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "xdist", "-p", "tests.coverage_rule", *options, "tests"],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_module_is_judged_by_its_own_test_file_and_by_no_other(judged):
    assert "4 passed" in judged.stdout
    assert "tray/a/one.py" not in judged.stdout
    assert "tray/a/b/two.py: 66.7 % by tests/a/b/test_two.py, missing 4" in judged.stdout


def test_a_module_that_falls_short_fails_the_run(judged):
    assert judged.returncode == 1
    assert " failed" not in judged.stdout


def test_values_are_covered_by_being_imported(judged):
    assert "tray/a/values.py" not in judged.stdout


def test_the_number_of_modules_that_were_judged_is_printed_and_is_all_of_them(judged):
    pure = [name for name in PROJECT if name.startswith("tray/a/") and not name.endswith("__init__.py")]
    assert f"judged {len(pure)} modules; {len(pure) - 1} of them are covered" in judged.stdout
