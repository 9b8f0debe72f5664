"""Gives every test of the core a playbook, and sees to it that none ends with an effect nobody expected."""

from __future__ import annotations

import pytest

from tests.core.playbook import Playbook


@pytest.fixture(autouse=True)
def _nothing_left_over():
    Playbook.opened.clear()
    yield
    for playbook in Playbook.opened:
        playbook.silent()


@pytest.fixture
def play():
    """A playbook of a tray that watches a gateway on this computer, not yet connected."""
    return Playbook()
