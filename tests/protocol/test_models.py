from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.protocol.models import (
    MAX_MODELS,
    AllowList,
    Catalogue,
    ConfigGet,
    Model,
    ModelsList,
    takes_details,
)

CHOICE = {"fake/alpha": 200000, "fake/beta": 64000, "fake/gamma": 64000}


def test_the_models_that_may_be_chosen(release):
    answer = release.recording("models.list").answer("models.list")
    models = ModelsList().read(answer["payload"]).models
    if (
        release.name == "2026.1.24-3"
    ):  # it lists the whole catalogue of its providers and ignores the allow-list
        assert [model.context_limit for model in models[:3]] == [200000, 200000, 200000]
        assert models[0].name == "amazon-bedrock/anthropic.claude-3-haiku-20240307-v1:0"
    else:
        assert {model.name: model.context_limit for model in models} == CHOICE


def test_an_alias_is_read_where_the_release_has_it(release):
    answer = release.recording("models.list").answer("models.list")
    aliases = {
        model.name: model.alias for model in ModelsList().read(answer["payload"]).models if model.alias
    }
    assert aliases == ({} if release.name in ("2026.1.24-3", "2026.2.26") else {"fake/beta": "bee"})


def test_models_without_credentials_need_a_login(release):
    answer = release.recording("models.list-all").answer("models.list")
    listed = {f"{row['provider']}/{row['id']}": row for row in answer.get("payload", {}).get("models", ())}
    models = ModelsList().read(answer.get("payload", {})).models
    assert {model.name: model.needs_login for model in models} == {
        name: row.get("available") is False for name, row in listed.items()
    }
    assert any(model.needs_login for model in models) is (release.name == "2026.7.1")


def test_the_usable_window_goes_before_the_catalogues():
    def window(**notified):
        return (
            ModelsList().read({"models": [{"id": "m", "provider": "p", **notified}]}).models[0].context_limit
        )

    assert window(contextTokens=272000, contextWindow=1000000) == 272000
    assert window(contextTokens=0, contextWindow=1000000) == 1000000
    assert window(contextWindow=0) is None
    assert window() is None


def test_rows_that_name_no_model_are_passed_over():
    rows = [
        {"provider": "p"},
        {"id": ""},
        3,
        {"id": "bare"},
        {"id": "p/m", "provider": "p", "available": False},
    ]
    assert ModelsList().read({"models": rows}) == Catalogue((Model("bare"), Model("p/m", needs_login=True)))
    assert ModelsList().read({"models": [{"id": "openrouter/auto", "provider": "openrouter"}]}).models == (
        Model("openrouter/auto"),
    )


def test_the_allow_list_is_the_same_on_every_release(release):
    answer = release.recording("config.get").answer("config.get")
    names = ConfigGet().read(answer["payload"]).names
    assert set(names) == set(CHOICE)


def test_nothing_but_names_is_taken_from_the_settings(release):
    answer = release.recording("config.get").answer("config.get")
    assert "gw-test-token" not in repr(ConfigGet().read(answer["payload"]))


def test_a_gateway_without_an_allow_list_allows_all():
    assert ConfigGet().read({}) == AllowList(())
    assert ConfigGet().read({"config": {"agents": {"defaults": {"models": ["p/m"]}}}}) == AllowList(())
    spelled = {"config": {"agents": {"defaults": {"models": {"": {}, "bare": {}, "p/\ud800": {}}}}}}
    assert ConfigGet().read(spelled) == AllowList(("p/?",))


@pytest.mark.parametrize("request_", [ModelsList(), ConfigGet()])
def test_neither_takes_parameters_nor_spends_tokens(request_):
    assert request_.params() == {}
    assert request_.spends is False


@given(data=st.data())
def test_a_spoilt_answer_is_still_read(release, spoil, data):
    catalogue = release.recording("models.list").answer("models.list")["payload"]
    settings = release.recording("config.get").answer("config.get")["payload"]
    for model in ModelsList().read(spoil(data, catalogue)).models:
        assert model.name.encode("utf-8")
        assert model.context_limit is None or model.context_limit > 0
    assert all(name.encode("utf-8") for name in ConfigGet().read(spoil(data, settings)).names)


def test_a_model_listed_twice_is_shown_once():
    rows = [
        {"id": "m", "provider": "p", "contextWindow": 1000, "alias": "em"},
        {"id": "n", "provider": "p"},
        {"id": "p/m", "provider": "p", "contextWindow": 2000},
    ]
    assert ModelsList().read({"models": rows}).models == (Model("p/m", 1000, "em"), Model("p/n"))


@pytest.mark.parametrize(
    ("version", "taken"),
    [
        ("2026.9.6", True),
        ("2026.10.1", True),
        ("2027.1.0-beta.1", True),
        ("2026.7.1", False),
        ("2026.9", False),
        ("v2026.9.6", False),
        (None, False),
    ],
)
def test_details_are_asked_for_where_the_release_takes_them(version, taken):
    assert takes_details(version) is taken
    assert ModelsList(detailed=True).params() == {"includeDetails": True}


def test_models_beyond_any_sane_number_are_left_out():
    rows = [{"provider": "p", "id": f"m{number}"} for number in range(MAX_MODELS + 5)]
    assert len(ModelsList().read({"models": rows}).models) == MAX_MODELS
    allowed = {f"p/m{number}": {} for number in range(MAX_MODELS + 5)}
    config = {"config": {"agents": {"defaults": {"models": allowed}}}}
    assert len(ConfigGet().read(config).names) == MAX_MODELS
