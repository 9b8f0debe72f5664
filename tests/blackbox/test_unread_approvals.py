"""What was not read is not known: a list that the gateway refuses is never called an empty one."""

from __future__ import annotations

import json

import pytest

from tests.blackbox.fake_gateway import FakeGateway, RefusedError, hello, listing

FAILED = 1


def lists_commands(params):
    welcome = hello(params)
    methods = [*welcome["features"]["methods"], "exec.approval.list"]
    return {**welcome, "features": {**welcome["features"], "methods": methods}}


def refuse(_):
    raise RefusedError("UNAVAILABLE", "approvals are locked")


@pytest.mark.parametrize("refused", ["exec.approval.list", "device.pair.list"])
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_nothing_is_not_said_of_what_was_not_read(clawtray, refused, options):
    answers = {"exec.approval.list": [], "device.pair.list": {"pending": [], "paired": []}, refused: refuse}
    with FakeGateway(connect=lists_commands, sessions__list=listing({}), **answers) as gateway:
        approvals = clawtray(gateway, "approvals", *options)
        assert approvals.ended() == FAILED
    *report, line = approvals.lines
    assert "approvals are locked" in line
    assert list(json.loads("".join(report) or "{}")) == (["schema", "error"] if options else [])
