from __future__ import annotations

from tray.view.panel import texts


def test_diagnostics_are_shown_as_they_would_be_shared(make, words):
    pane = texts.diagnostics(make.connected(diagnostics="ClawTray 1.2.3"), words)
    assert pane.text == "ClawTray 1.2.3"
    assert "Read it before you share it" in pane.intro
    assert "ClawTray 1.2.3" not in repr(pane)
