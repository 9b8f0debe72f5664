"""Commands as fixtures."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

STATUS = {
    "schema": int,
    "at": str,
    "connection": {
        "phase": str,
        "reason": (str, type(None)),
        "url": str,
        "generation": str,
        "version": (str, type(None)),
        "protocol": (int, type(None)),
    },
    "focus": (str, type(None)),
    "context": {
        "used": (int, type(None)),
        "max": (int, type(None)),
        "percent": (float, type(None)),
        "confidence": str,
        "reason": (str, type(None)),
    },
    "model": (str, type(None)),
    "sessions": list,
    "approvals": (int, type(None)),
}
SESSION = {
    "key": str,
    "name": str,
    "model": (str, type(None)),
    **STATUS["context"],
    "updated_at": (str, type(None)),
}


@pytest.fixture
def status(clawtray):
    """Runs `status --json`; what it says always has the form that is promised."""

    def run(*options):
        result = clawtray(*options, "status", "--json")
        said = json.loads(result.out)
        _fits(said, STATUS)
        for session in said["sessions"]:
            _fits(session, SESSION)
        instants = [said["at"], *(session["updated_at"] for session in said["sessions"])]
        assert all(at is None or datetime.fromisoformat(at).tzinfo is not None for at in instants)
        connection = said["connection"]
        assert connection["phase"] in ("connected", "connecting", "down", "refused")
        assert connection["generation"] in ("clawdbot", "moltbot", "openclaw", "unknown")
        assert (connection["reason"] is None) is (connection["phase"] == "connected")
        for usage in (said["context"], *said["sessions"]):
            assert usage["confidence"] in ("fresh", "stale", "unknown")
            assert (usage["percent"] is None) is (usage["used"] is None)
            assert (usage["percent"] is None) is (usage["confidence"] == "unknown")
            assert usage["confidence"] != "fresh" or usage["reason"] is None
        return said, result

    return run


def _fits(value, form):
    if not isinstance(form, dict):
        assert isinstance(value, form)
        assert not isinstance(value, bool)
        return
    assert list(value) == list(form)
    for name, inner in form.items():
        _fits(value[name], inner)
