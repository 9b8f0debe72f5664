"""The Korean words: all of them, none too many, and short enough for the places where they stand."""

from __future__ import annotations

import pytest

from tests.i18n.languages import korean
from tests.i18n.texts import fields, texts
from tray.core.model import ActionError, Approval, Confidence, FailureKind, StaleReason
from tray.protocol.approvals import ExecRequest
from tray.settings.settings import Level
from tray.view.menu.menu import menu
from tray.view.text import connection_errors, formatting
from tray.view.text.summary import glance
from tray.view.tray_view import tooltip

LONG = "아주 긴 이름을 가진 세션이라서 다 보이지 않을 수도 있는 이름"
HANGUL = range(0xAC00, 0xD7A4)
SAME_IN_BOTH = {
    "{what}.",
    "{first} {second}",
    "{name}: {what}",
    "{what}: {why}",
    "HTTP",
    "WebSocket",
    "HTTP {status}",
}


def entries():
    """The Korean of every message; of a plural, of its second form."""
    words = korean().translations
    return {
        text.ids[-1]: words.ngettext(*text.ids, 2) if len(text.ids) > 1 else words.gettext(*text.ids)
        for text in texts()
    }


def test_every_message_is_in_hangul():
    for message, translation in entries().items():
        assert (
            any(ord(letter) in HANGUL for letter in translation)
            or message in SAME_IN_BOTH
            or "{" in translation
        )


def test_no_particle_depends_on_a_name():
    particles = ("은", "는", "이", "가", "을", "를", "와", "과", "으로", "로")
    numbers = ("{n}", "{span}", "{when}", "{time}")  # whose endings are known
    for message, translation in entries().items():
        for name in set(fields(message)):
            if f"{{{name}}}" in numbers:
                continue
            for particle in particles:
                assert f"{{{name}}}{particle} " not in translation, message


def test_tooltip_and_glance_fit_with_long_names(make):
    words = korean()
    session = make.session(LONG, model="anthropic/" + "아주긴모델이름" * 6)
    waiting = (Approval("default", ExecRequest("c1", "ls")),)
    text = tooltip(make.connected(session, approvals=waiting), make.now(), words)
    assert len(text.encode("utf-16-le")) // 2 <= formatting.TOOLTIP_UNITS
    assert "승인 1건이 기다리고 있습니다" in text
    assert glance(make.connected(), words) == ["ClawTray · 연결됨", "아직 세션이 없습니다"]


@pytest.mark.parametrize("level", Level)
def test_no_menu_item_is_too_long(make, level):
    words = korean()
    state = make.connected(make.session(LONG), level=level)
    for path in (
        (),
        ("model",),
        ("prompts",),
        ("sessions",),
        ("approvals",),
        ("notifications",),
        ("gateway",),
    ):
        for item in menu(state, path, make.now(), words):
            assert len(item.text) <= 110, item.text


@pytest.mark.parametrize("cause", FailureKind)
def test_every_connection_error_is_in_korean(make, cause):
    state = make.troubled(cause, detail="…")
    text = connection_errors.why(state.connection.failure, state, korean())
    assert any(ord(letter) in HANGUL for letter in text) or cause is FailureKind.ADDRESS


def test_every_reason_and_error_is_in_korean():
    words = korean()
    for stale_reason in StaleReason:
        assert any(ord(letter) in HANGUL for letter in formatting.stale_reason(stale_reason, words))
    for error in ActionError:
        assert any(ord(letter) in HANGUL for letter in formatting.action_error(error, "", Level.WATCH, words))


def test_a_stale_figure_is_marked_in_korean(make):
    usage = make.usage(confidence=Confidence.STALE, stale_reason=StaleReason.REPORTED_STALE)
    assert formatting.stale(usage, korean()).startswith("확실하지 않음: ")
