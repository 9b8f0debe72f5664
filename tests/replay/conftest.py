"""The playbook of the core, for what gateways were reported to say."""

from __future__ import annotations

import pytest

from tests.core.playbook import Playbook


@pytest.fixture
def play():
    """A playbook of a tray that watches a gateway on this computer, not yet connected."""
    return Playbook()
