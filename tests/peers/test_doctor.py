"""`doctor` before real gateways: well, with a wrong token, and ended."""

from __future__ import annotations


def layers(outcome):
    return {each["layer"]: each for each in outcome.json()["layers"]}


def failed(outcome):
    return [name for name, layer in layers(outcome).items() if layer["verdict"] == "failed"]


def test_names_the_layer_that_fails(gateway, clawtray, tmp_path):
    well = clawtray("doctor", "--json")
    assert failed(well) == []
    assert well.code == clawtray("status").code
    assert layers(well)["http"]["verdict"] == "ok"
    announces_changes = gateway.release >= (2026, 5)
    assert layers(well)["methods"]["verdict"] == ("ok" if announces_changes else "warning")

    stranger = str(tmp_path / "a computer that was never here")
    wrong = clawtray("doctor", "--json", CLAWTRAY_TOKEN="wrong", XDG_DATA_HOME=stranger)
    assert (wrong.code, failed(wrong)) == (41, ["login"])

    gateway.kill()
    ended = clawtray("doctor", "--json")
    assert (ended.code, failed(ended)) == (40, ["tcp"])
    gateway.start()
