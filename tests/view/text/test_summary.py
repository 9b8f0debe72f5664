from __future__ import annotations

from tray.core.model import Approval, FailureKind
from tray.protocol.approvals import ExecRequest
from tray.view.text.summary import glance


def test_the_icon_in_words(make, words):
    session = make.session()
    assert glance(make.connected(session), words) == ["main  62% of 200k"]
    assert glance(make.connected(), words) == ["ClawTray · connected", "No sessions yet"]
    assert glance(make.troubled(FailureKind.NOT_RUNNING, session), words) == [
        "ClawTray · gateway down",
        "main  62% of 200k",
    ]
    waiting = make.connected(session, approvals=(Approval("default", ExecRequest("c1", "ls")),))
    assert glance(waiting, words) == ["main  62% of 200k", "An approval is waiting"]
