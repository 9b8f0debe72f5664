"""Windows' real Credential Manager, with entries of its own that are gone in the end."""

from __future__ import annotations

import json
import sys
import uuid

import pytest

if sys.platform != "win32":
    pytest.skip("needs Windows", allow_module_level=True)

from win32ctypes.pywin32 import win32cred

from tray.i18n.words import message
from tray.settings.target import Secrets
from tray.storage import credentials
from tray.storage.credentials import (
    CredentialsError,
    StoredCredential,
    check,
    forget,
    forget_all,
    read,
    store,
)

URL = "ws://127.0.0.1:18789"
SECRET = "s3cret-of-the-test"


@pytest.fixture
def profile(monkeypatch):
    """A name that nobody has; the entries are called after it too, so that a person's own are left alone."""
    name = f"test {uuid.uuid4().hex} 집"
    monkeypatch.setattr(credentials, "SERVICE", f"ClawTray {name}")
    yield name
    forget_all([name, f"other {name}"])
    assert _entries(name) == []


def _entries(profile):
    """What Windows itself lists of this test's."""
    # With nothing at all in the store, Windows calls that an error.
    win32cred.CredWrite(
        {"Type": 1, "TargetName": f"anchor {profile}", "UserName": "", "CredentialBlob": "", "Persist": 1}
    )
    found = [entry for entry in win32cred.CredEnumerate() if f"ClawTray {profile}" in entry["TargetName"]]
    win32cred.CredDelete(f"anchor {profile}", 1)
    return found


def test_there_is_a_store_on_windows():
    check()


@pytest.mark.parametrize("secrets", [Secrets(token=SECRET), Secrets(password="암호 🔑")])
def test_what_was_kept_is_given_back_for_its_address_alone(profile, secrets):
    assert read(profile, URL) == StoredCredential(Secrets(), message("nothing kept"))
    store(profile, URL, secrets)
    kept = read(profile, URL)
    assert (kept.secrets.shared, str(kept.said)) == (secrets.shared, "used")
    assert read(profile, "ws://127.0.0.1:1") == StoredCredential(
        Secrets(), message("kept for another address")
    )


def test_windows_lists_one_entry_that_does_not_roam(profile):
    store(profile, URL, Secrets("old"))
    store(profile, URL, Secrets(SECRET))
    (entry,) = _entries(profile)
    assert (entry["TargetName"], entry["UserName"]) == (credentials.SERVICE, profile)
    assert entry["Persist"] == win32cred.CRED_PERSIST_LOCAL_MACHINE
    assert json.loads(entry["CredentialBlob"].decode("utf-16-le")) == {"url": URL, "token": SECRET}


def test_two_profiles_are_kept_apart_and_forgotten_apart(profile):
    store(profile, URL, Secrets("one"))
    store(f"other {profile}", URL, Secrets("two"))
    assert read(profile, URL).secrets.shared == Secrets("one").shared
    assert read(f"other {profile}", URL).secrets.shared == Secrets("two").shared
    assert forget(profile)
    assert not forget(profile)
    assert read(f"other {profile}", URL).secrets.shared == Secrets("two").shared
    assert forget_all([])  # it is found without its name, as the one that was kept last
    assert _entries(profile) == []


def test_the_longest_that_is_let_through_is_one_that_windows_takes(profile):
    room = 1280 - len(json.dumps({"url": URL, "token": ""}))
    store(profile, URL, Secrets("x" * room))
    assert read(profile, URL).secrets.shared == Secrets("x" * room).shared
    with pytest.raises(CredentialsError, match="too long"):
        store(profile, URL, Secrets("x" * (room + 1)))
