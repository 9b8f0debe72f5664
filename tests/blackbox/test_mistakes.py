"""`doctor` names every mistake in the settings, and where the gateway comes from."""

from __future__ import annotations

import json

from tests.blackbox.fake_gateway import FakeGateway, listing

TEXT = """
poll_seconds = 1
language = "xx"
notices = 3
"""


def test_doctor_names_every_mistake_in_the_settings(clawtray, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(TEXT, encoding="utf-8")
    with FakeGateway(sessions__list=listing({})) as gateway:
        plain, as_json = (
            clawtray(gateway, "--config", str(path), "doctor", *options) for options in ((), ("--json",))
        )
        assert (plain.ended(), as_json.ended()) == (0, 0)
    settings = json.loads("".join(as_json.lines))["layers"][0]
    for said in ("\n".join(plain.lines), f"{settings['said']}\n{settings['advice']}"):
        assert all(said.count(f"{key} must") == 1 for key in ("poll_seconds", "language", "notices"))


def test_doctor_names_the_demo_as_where_its_gateway_comes_from(clawtray):
    with FakeGateway() as gateway:
        doctor = clawtray(gateway, "--demo", "doctor")
        assert doctor.ended() == 0
    (line,) = [line for line in doctor.lines if "Discovery" in line]
    assert line.endswith("from the simulated gateway of --demo")
    assert not any("CLAWTRAY_URL" in line for line in doctor.lines)
