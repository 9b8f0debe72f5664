import ast
import os
import subprocess
import sys
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
    # An __init__.py is not judged, so it may hold nothing but its docstring.
    packages = [path for path in files if path.name == "__init__.py"]
    assert all(isinstance(node, ast.Expr) for path in packages for node in parsed(path).body)


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
    assert "tests/config/test_address.py" in own_test_files()
    assert all((ROOT / name).is_file() for name in own_test_files())


@pytest.fixture(scope="module")
def alone():
    """Run one test file under the rule, on two workers: what each of them saw counts."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.coverage_rule", "-p", "no:cacheprovider"]
    # As if it was not started by a worker itself.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [*command, "-n", "2", "--dist", "load", "tests/config/test_address.py"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_module_that_its_own_tests_leave_uncovered_fails_the_run(alone):
    assert alone.returncode == 1
    assert " failed" not in alone.stdout
    assert "tray/config/gateway.py: " in alone.stdout
    assert "by tests/config/test_gateway.py, missing " in alone.stdout


def test_a_module_is_judged_by_its_own_test_file_whoever_imported_it_first(alone):
    assert "tray/config/address.py" not in alone.stdout


def test_lines_that_another_modules_tests_happen_to_run_do_not_count(alone):
    # test_address.py makes no target, so all that resolve() does is missing.
    assert "tray/config/target.py: " in alone.stdout


def test_the_number_of_modules_that_were_judged_is_printed_and_is_all_of_them(alone):
    pure = sum(path.name != "__init__.py" for package in pure_packages() for path in python_files(package))
    assert f"judged {pure} modules; " in alone.stdout
