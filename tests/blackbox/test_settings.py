"""What is said of a settings file with a mistake is what is so."""

from __future__ import annotations

from tests.blackbox.fake_gateway import TOKEN, FakeGateway, listing
from tests.blackbox.user import User

BROKEN = "poll_seconds = 5\n[thresholds"


def test_a_running_program_keeps_the_settings_that_it_has(clawtray, tmp_path):
    path = tmp_path / "ClawTray" / "settings.toml"
    path.parent.mkdir()
    path.write_text("poll_seconds = 5\n")
    with FakeGateway(sessions__list=listing({})) as gateway:
        watch = clawtray(gateway, "watch")
        watch.until(lambda line: line.startswith("main"))
        path.write_text(BROKEN)
        said = watch.until(lambda line: "mistake" in line)
    assert "only watches" not in said
    assert "the settings from before it apply" in said


def test_no_other_settings_apply_beside_a_file_that_cannot_be_read(tmp_path):
    user = User(tmp_path)
    user.write("ClawTray/settings.toml", BROKEN)
    with FakeGateway(sessions__list=listing({})) as gateway:
        _, said = user.run("doctor", CLAWTRAY_URL=gateway.url, CLAWTRAY_TOKEN=TOKEN)
    assert "mistake in line 2" in said
    assert "Correct it there." in map(str.strip, said.splitlines())
