"""What `login` says where it cannot save anything."""

from __future__ import annotations

import sys

import pytest

from tests.blackbox.user import User


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has a credential store")
@pytest.mark.parametrize("settings", [None, "profile = "])
def test_that_there_is_no_store_is_said_before_anything_has_to_be_written(tmp_path, settings):
    user = User(tmp_path)
    if settings is not None:
        user.write("ClawTray/settings.toml", settings)
    code, said = user.run("login")
    assert code == 1
    assert "credential store" in said.splitlines()[0]
    assert "url" not in said
