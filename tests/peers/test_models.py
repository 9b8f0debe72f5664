from __future__ import annotations

import re

import pytest

from tests.stage import Stage
from tray.core.commands import UseModel
from tray.core.effects import Notify
from tray.core.model import ActionError, ModelDiffers, SwitchStatus


def test_models_are_those_that_may_be_chosen(clawtray):
    words, data = clawtray("models"), clawtray("models", "--json")

    assert (words.code, data.code) == (0, 0)
    for text in (words.stdout, data.stdout):
        assert set(re.findall(r"(?:fake|other)/\w+", text)) == {
            "fake/alpha",
            "fake/beta",
            "fake/gamma",
            "other/delta",
        }
    assert data.json()


def test_after_a_switch_the_figure_is_measured_against_the_new_window(client, clawtray, key):
    client.run(key, "[[usage:30000,200]]")

    outcome = clawtray("use", "fake/beta", "--session", key)

    assert outcome.code == 0, outcome.stderr
    session = clawtray.session(key)
    assert (session["model"], session["used"], session["max"], session["percent"]) == (
        "fake/beta",
        30000,
        64000,
        46.875,
    )


def test_the_next_run_is_answered_by_the_chosen_model(gateway, client, clawtray, key, marker):
    client.run(key, "[[usage:30000,200]]")
    assert clawtray("use", "fake/beta", "--session", key).code == 0

    client.run(key, f"{marker} [[usage:32000,200]]")

    assert [c.model for c in gateway.provider.completions(marker)] == ["beta"]
    session = clawtray.session(key)
    assert (session["model"], session["used"], session["max"], session["percent"]) == (
        "fake/beta",
        32000,
        64000,
        50.0,
    )


@pytest.mark.parametrize("spelling", ["bee", "beta"])
def test_use_takes_what_the_gateway_takes(gateway, client, clawtray, key, marker, spelling):
    client.run(key, "hello")
    assert clawtray("use", spelling, "--session", key).code == 0

    client.run(key, marker)

    assert [c.model for c in gateway.provider.completions(marker)] == ["beta"]


def test_a_short_session_key_means_the_canonical_one(gateway, client, clawtray, key, marker):
    client.run(key, "hello")
    outcome = clawtray("use", "fake/gamma", "--session", key.removeprefix("agent:main:"))

    assert outcome.code == 0, outcome.stderr
    client.run(key, marker)
    assert [c.model for c in gateway.provider.completions(marker)] == ["gamma"]


@pytest.mark.parametrize("model", ["fake/hidden", "fake/nonsense"])
def test_a_refused_model_says_why_and_changes_nothing(gateway, client, clawtray, key, marker, model):
    client.run(key, "[[usage:30000,200]]")

    outcome = clawtray("use", model, "--session", key)

    assert outcome.code == 1
    assert model in outcome.stderr
    assert "not allowed" in outcome.stderr
    assert clawtray.session(key)["model"] == "fake/alpha"
    client.run(key, marker)
    assert [c.model for c in gateway.provider.completions(marker)] == ["alpha"]


def test_use_default_takes_the_switch_back(gateway, client, clawtray, key, marker):
    client.run(key, "[[usage:30000,200]]")
    assert clawtray("use", "fake/beta", "--session", key).code == 0

    outcome = clawtray("use", "default", "--session", key)

    assert outcome.code == 0, outcome.stderr
    session = clawtray.session(key)
    assert (session["model"], session["max"], session["percent"]) == ("fake/alpha", 200000, 15.0)
    client.run(key, marker)
    assert [c.model for c in gateway.provider.completions(marker)] == ["alpha"]


def test_a_smaller_window_than_what_is_used_is_doubted_not_clamped(client, clawtray, key):
    client.run(key, "[[usage:150000,200]]")
    assert clawtray("use", "fake/beta", "--session", key).code == 0

    session = clawtray.session(key)

    assert session["confidence"] != "fresh"
    assert session["reason"]
    assert session["percent"] is None or session["percent"] > 100


def test_a_gateway_killed_in_the_middle_of_a_switch_leaves_a_named_end(gateway, client, key, marker):
    client.run(key, "[[usage:30000,200]]")
    requests = len(gateway.provider.requests)
    with Stage(gateway.url, gateway.token) as stage:
        stage.until_up()
        stage.click(UseModel("fake/beta", key))
        gateway.kill()
        ended = stage.until(lambda state: not state.connected and state.profile.switches)
        (switch,) = ended.profile.switches
        assert switch.state is not SwitchStatus.REQUESTED
        assert switch.state is not SwitchStatus.FAILED or switch.error in (
            ActionError.UNCONFIRMED,
            ActionError.OFFLINE,
        )
        gateway.start()
        back = stage.until(
            lambda state: state.connected and not state.pending and state.gateway.snapshot.find(key)
        )
        assert all(one.state is not SwitchStatus.REQUESTED for one in back.profile.switches)
    prompts = [c for c in gateway.provider.requests[requests:] if c.kind == "prompt"]
    assert prompts == []  # a switch costs nothing, whatever becomes of it


def test_an_unrequested_fallback_is_notified_once_where_the_gateway_reports_it(gateway, client, marker):
    key = f"agent:spare:{marker}"
    client.run(key, "hello")
    with Stage(gateway.url, gateway.token) as stage:
        stage.until_up()
        stage.until(lambda state: state.gateway.snapshot.find(key) is not None)
        for _ in range(2):
            client.run(key, f"{marker} [[fail-on:delta,401]]")
        stage.until(lambda state: not state.gateway.snapshot.runs and not state.pending)
        notified = [effect.alert for effect in stage.handler.effects if isinstance(effect, Notify)]
        (*_, answered) = gateway.provider.completions(marker)
        if gateway.release >= (2026, 9):
            assert answered.model == "alpha"
            assert notified == [ModelDiffers(key, "other/delta", "fake/alpha")]
            (wish,) = stage.state.profile.switches
            assert (wish.requested, wish.detail) == ("other/delta", "fake/alpha")
        else:
            assert (notified, stage.state.profile.switches) == ([], ())
