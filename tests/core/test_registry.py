from __future__ import annotations

import importlib
import pkgutil
import typing

import pytest

from tray import core
from tray.core import approvals, registry
from tray.core.feature import Feature
from tray.core.model import ApprovalUse, Mode
from tray.core.registry import READING, features
from tray.core.state import Process, State
from tray.protocol.requests import Request
from tray.settings.settings import Settings

FEATURES = features(State(Settings(), Mode.LIVE, Process("5eed")))
HANDLERS = tuple(handler for feature in FEATURES for handler in feature.handlers)


def request_types(base=Request):
    """Every request that something in the core imports, and so may send."""
    for kind in base.__subclasses__():
        yield from [kind] if hasattr(kind, "method") else []
        yield from request_types(kind)


REQUESTS = sorted(request_types(), key=lambda kind: kind.__name__)


def test_every_feature_is_registered_once():
    modules = pkgutil.walk_packages(core.__path__, f"{core.__name__}.")
    features = [getattr(importlib.import_module(module.name), "FEATURE", None) for module in modules]
    found = [feature for feature in features if isinstance(feature, Feature)]
    assert {id(feature) for feature in found} == {id(feature) for feature in FEATURES}
    assert len(found) == len(FEATURES)


@pytest.mark.parametrize("kind", REQUESTS)
def test_every_reply_to_every_request_is_handled(kind):
    promised = typing.get_type_hints(kind.read)["return"]
    handled = {handler.reply for handler in HANDLERS if handler.request is kind}
    assert handled == set(typing.get_args(promised) or [promised])


def test_nothing_else_is_handled():
    assert {handler.request for handler in HANDLERS} == set(REQUESTS)


@pytest.mark.parametrize("mode", [Mode.ONE_SHOT, Mode.WITH_MODELS])
def test_a_command_begins_with_the_features_that_read_and_gets_all_once_there_is_more_to_do(mode):
    assert features(State(Settings(), mode, Process("5eed"))) == READING == FEATURES[: len(READING)]
    assert features(State(Settings(), mode, process=Process("5eed", beyond_reading=True))) == FEATURES


def test_a_command_that_counts_approvals_loads_nothing_else_for_it():
    registry._with_approvals.cache_clear()  # what another test has loaded counts for that one
    process = Process("5eed", approval_use=ApprovalUse.READ)
    found = features(State(Settings(), Mode.ONE_SHOT, process))
    assert found == (*READING, approvals.FEATURE)
