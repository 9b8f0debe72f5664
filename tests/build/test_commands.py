import sys

import pytest

from build.commands import NotAvailableError, run


def python(code, tmp_path, timeout=60.0, **environment):
    return run([sys.executable, "-c", code], cwd=tmp_path, timeout=timeout, **environment)


def test_what_a_program_writes_is_given(tmp_path):
    assert python("import os; print(os.getcwd())", tmp_path).decode().strip() == str(tmp_path)


def test_the_environment_may_be_another(tmp_path):
    assert python("import os; print('PATH' in os.environ)", tmp_path, env={}) == b"False\n"


def test_a_failure_is_one_line_with_the_end_of_what_was_said(tmp_path):
    with pytest.raises(NotAvailableError, match=r"^\S+ -c failed \(7\): b; c; d$"):
        python("import sys; sys.stderr.write('a\\nb\\nc\\nd\\n'); sys.exit(7)", tmp_path)


def test_a_program_that_does_not_end_is_ended(tmp_path):
    with pytest.raises(NotAvailableError, match="timed out"):
        python("import sys; sys.stdin.close(); import threading; threading.Event().wait()", tmp_path, 0.5)


def test_a_program_that_is_not_there(tmp_path):
    with pytest.raises(NotAvailableError, match="did not run"):
        run([str(tmp_path / "nothing")], cwd=tmp_path, timeout=1)
