import json
import subprocess
import sys
import traceback

import pytest

from tests.vault import NotThereError
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
SECRET = "s3cret-never-to-be-seen"


@pytest.mark.parametrize("secrets", [Secrets(token=SECRET), Secrets(password=SECRET)])
def test_what_was_kept_is_given_back(vault, secrets):
    store("default", URL, secrets)
    kept = read("default", URL)
    assert (kept.secrets.shared, str(kept.said)) == (secrets.shared, "used")


@pytest.mark.parametrize("url", ["ws://127.0.0.1:18790", "wss://127.0.0.1:18789", f"{URL}/evil", ""])
def test_it_is_given_for_exactly_the_address_that_it_was_typed_for(vault, url):
    store("default", URL, Secrets(SECRET))
    assert read("default", url) == StoredCredential(Secrets(), message("kept for another address"))


def test_profiles_do_not_see_each_other_s(vault):
    store("default", URL, Secrets("one"))
    store("집 home", URL, Secrets("two"))
    assert read("default", URL).secrets.shared == Secrets("one").shared
    assert read("집 home", URL).secrets.shared == Secrets("two").shared
    assert read("third", URL) == StoredCredential(Secrets(), message("nothing kept"))


def test_a_newer_secret_leaves_no_trace_of_the_older(vault):
    store("default", URL, Secrets(token="old"))
    store("default", "ws://127.0.0.1:1", Secrets(password="new"))
    assert read("default", "ws://127.0.0.1:1").secrets.shared == Secrets(password="new").shared
    assert "old" not in str(vault.entries)


def test_it_stays_on_this_computer(vault):
    store("default", URL, Secrets(SECRET))
    ((user, _, persist),) = vault.entries.values()
    assert (*vault.entries, user, persist) == ("ClawTray", "default", "local machine")


def test_forgetting_tells_whether_there_was_anything(vault):
    store("default", URL, Secrets(SECRET))
    store("home", URL, Secrets(SECRET))
    assert forget("default")
    assert not forget("default")
    assert read("default", URL) == StoredCredential(Secrets(), message("nothing kept"))
    assert read("home", URL).secrets.shared == Secrets(SECRET).shared


def test_all_that_is_forgotten_includes_a_profile_that_is_no_more(vault):
    for profile in ("default", "home", "gone"):
        store(profile, URL, Secrets(SECRET))
    assert forget_all(["default", "home", "never used"])
    assert vault.entries == {}
    assert not forget_all(["default"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "s3cret",
        "[]",
        '"s3cret"',
        "1",
        "[" * 100_000,
        '{"token": "s3cret"}',
        '{"url": 5, "token": "s3cret"}',
    ],
)
def test_an_entry_of_somebody_else_s_logs_nowhere_in(vault, text):
    vault.entries["ClawTray"] = ("default", text, "session")
    kept = read("default", URL)
    assert kept.secrets.shared == Secrets().shared
    assert str(kept.said) in {"something that ClawTray did not write", "kept for another address"}


@pytest.mark.parametrize("token", [5, "", None, ["s3cret"]])
def test_an_entry_without_a_secret_is_none(vault, token):
    vault.entries["ClawTray"] = ("default", json.dumps({"url": URL, "token": token}), "session")
    kept = read("default", URL)
    assert (kept.secrets.given, str(kept.said)) == (False, "nothing kept")


def test_what_windows_could_not_hold_is_refused_in_words_and_the_old_kept(vault):
    store("default", URL, Secrets("old"))
    room = 1280 - len(json.dumps({"url": URL, "token": ""}))
    with pytest.raises(CredentialsError, match="takes 1280 characters together with the address") as refused:
        store("default", URL, Secrets("x" * (room + 1)))
    assert "xx" not in str(refused.value)
    with pytest.raises(CredentialsError):
        store("default", URL, Secrets("😀" * (room // 2 + 1)))
    assert read("default", URL).secrets.shared == Secrets("old").shared
    store("default", URL, Secrets("x" * room))
    assert read("default", URL).secrets.shared == Secrets("x" * room).shared


ACTIONS = [
    lambda: store("default", URL, Secrets(SECRET)),
    lambda: forget("default"),
    lambda: forget_all(["default"]),
]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(
    ("error_response", "said"),
    [
        (RuntimeError(SECRET), "failed (RuntimeError)"),
        (NotThereError(5, SECRET), "failed (error 5)"),
        (NotThereError(1312, SECRET), "is not there in this kind of session, such as one over SSH"),
    ],
)
def test_a_store_that_fails_says_so_in_one_sentence_without_the_secret(vault, action, error_response, said):
    vault.error_response = error_response
    with pytest.raises(CredentialsError) as failed:
        action()
    assert str(failed.value).startswith(f"Windows Credential Manager {said}. Set CLAWTRAY_TOKEN or")
    assert SECRET not in "".join(traceback.format_exception(failed.value))
    assert read("default", URL) == StoredCredential(Secrets(), message("cannot be read"))


@pytest.mark.parametrize("action", [check, *ACTIONS])
def test_keyring_that_is_not_there_is_a_store_that_fails(vault, monkeypatch, action):
    monkeypatch.setitem(sys.modules, "keyring.backends.Windows", None)
    with pytest.raises(CredentialsError, match=r"failed \(ModuleNotFoundError\)"):
        action()
    assert read("default", URL) == StoredCredential(Secrets(), message("cannot be read"))


@pytest.mark.parametrize("action", [check, *ACTIONS])
def test_a_system_without_a_store_says_what_to_do_instead(vault, monkeypatch, action):
    monkeypatch.setattr(credentials, "_AVAILABLE", False)
    with pytest.raises(
        CredentialsError, match=r"no credential store here.*CLAWTRAY_TOKEN or CLAWTRAY_PASSWORD"
    ):
        action()
    assert read("default", URL) is None
    assert (vault.asked, vault.entries) == (0, {})


def test_no_repr_shows_it(vault):
    store("default", URL, Secrets(SECRET))
    assert SECRET not in repr(read("default", URL))


def test_keyring_is_loaded_only_to_ask_the_store():
    program = "import sys; from tray.storage import credentials; print('keyring' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
