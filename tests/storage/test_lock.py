from __future__ import annotations

import threading

from tray.storage import files, lock


def test_one_holds_it_at_a_time(home):
    held, seen = 0, set()

    def work():
        nonlocal held
        for _ in range(20):
            with lock.locked():
                held += 1
                seen.add(held)
                held -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {1}


def test_what_is_to_be_saved_does_not_wait_for_ever(home, monkeypatch):
    monkeypatch.setattr(lock, "PATIENCE_SECONDS", 0.05)
    saved = []
    with lock.locked(), lock.locked():  # as if another process had been stopped
        saved.append("all the same")
    assert saved == ["all the same"]


def test_without_a_folder_for_it_there_is_no_lock(home, monkeypatch):
    (home / "file").write_text("")
    monkeypatch.setenv("CLAWTRAY_HOME", str(home / "file"))
    with lock.locked():
        assert not (files.folders().data / "lock").exists()
