import ast
import subprocess
import sys

import pytest

from tests.coverage_law import ROOMS, ROOT, modules, own_test_file


def test_every_module_of_every_pure_room_is_under_the_law():
    assert {path.parent.name for path in modules()} == set(ROOMS)
    assert all((ROOT / path).is_file() for path in modules())
    packages = [ROOT / "tray" / room / "__init__.py" for room in ROOMS]
    # An __init__.py is left out, so it may hold nothing.
    assert all(isinstance(node, ast.Expr) for path in packages for node in ast.parse(path.read_text()).body)


@pytest.fixture(scope="module")
def alone():
    """Run one test file under the law."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.coverage_law", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, "tests/settings/test_address.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_module_that_its_own_tests_leave_uncovered_fails_the_run(alone):
    assert alone.returncode == 1
    assert " failed" not in alone.stdout
    assert "tray/settings/gateway_config.py: " in alone.stdout
    assert "by tests/settings/test_gateway_config.py, missing " in alone.stdout


def test_a_module_is_judged_by_its_own_test_file_whoever_imported_it_first(alone):
    assert "tray/settings/address.py" not in alone.stdout


def test_lines_that_another_modules_tests_happen_to_run_do_not_count(alone):
    # test_address.py makes no target, so all that resolve() does is missing.
    assert "tray/settings/target.py: " in alone.stdout


def test_a_test_file_has_the_name_of_its_module():
    link = next(path for path in modules() if path.name == "link.py")
    assert own_test_file(link) == "tests/core/connection/test_connection.py"
