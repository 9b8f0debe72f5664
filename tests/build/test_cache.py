import pytest

from build.cache import cache_directory, made_once, stamped


def test_the_cache_is_where_the_environment_says_and_is_made(tmp_path, monkeypatch):
    monkeypatch.setenv("CLAWTRAY_CACHE", str(tmp_path / "a" / "b"))
    assert cache_directory() == tmp_path / "a" / "b"
    assert cache_directory().is_dir()


def test_without_it_the_cache_is_the_users(tmp_path, monkeypatch):
    monkeypatch.delenv("CLAWTRAY_CACHE", raising=False)
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda name: str(tmp_path / name))
    assert cache_directory() == tmp_path / "clawtray-tests"


def test_a_stamp_changes_with_each_text_and_with_where_one_ends():
    stamps = {
        stamped("wine", *texts) for texts in ((), ("",), ("a", "b"), ("b", "a"), ("ab",), ("a", "b", ""))
    }
    assert len(stamps) == 6
    assert stamped("wine", "a") == stamped("wine", "a")
    assert all(stamp.startswith("wine-") for stamp in stamps)


def test_what_is_made_once_is_there_as_a_whole_or_not_at_all(tmp_path):
    wanted = tmp_path / "folder" / "made"

    def make(*, fails=False):
        with made_once(wanted) as work:
            if work is None:
                return "there"
            (work / "file").write_text("half")
            assert not wanted.exists()
            if fails:
                raise KeyboardInterrupt
            return "made"

    with pytest.raises(KeyboardInterrupt):
        make(fails=True)
    assert [path.name for path in wanted.parent.iterdir()] == ["made.lock"]
    killed = wanted.with_name("unfinished-made")
    (killed / "content").mkdir(parents=True)
    (killed / "content" / "old").touch()
    assert [make(), make()] == ["made", "there"]
    assert [path.name for path in wanted.iterdir()] == ["file"]
    assert not killed.exists()
    assert (wanted / "file").read_text() == "half"
