from __future__ import annotations

from gettext import NullTranslations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.core.model import Confidence, FailureKind, GatewayUp, PastNotification, RunningRun, StaleReason
from tray.i18n.words import Words
from tray.settings.settings import IconStyle
from tray.values import replace
from tray.view.icon.model import Icon, Situation
from tray.view.text.formatting import TOOLTIP_UNITS
from tray.view.tray_view import View, glance, icon, tooltip, view

FRESH, STALE, UNKNOWN = Confidence.FRESH, Confidence.STALE, Confidence.UNKNOWN


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


# ---- icon ----


@pytest.mark.parametrize(
    ("used", "confidence", "expected"),
    [
        (124_000, FRESH, Icon(Situation.CALM, 62)),
        (0, FRESH, Icon(Situation.CALM, 0)),
        (58_000, FRESH, Icon(Situation.CALM, 29)),
        (149_999, FRESH, Icon(Situation.CALM, 74)),
        (150_000, FRESH, Icon(Situation.WARNING, 75)),
        (179_999, FRESH, Icon(Situation.WARNING, 89)),
        (180_000, FRESH, Icon(Situation.CRITICAL, 90)),
        (199_999, FRESH, Icon(Situation.CRITICAL, 99)),
        (200_000, FRESH, Icon(Situation.CRITICAL, 100)),
        (124_000, STALE, Icon(Situation.CALM, 62, stale=True)),
        (150_000, STALE, Icon(Situation.WARNING, 75, stale=True)),
        (300_000, STALE, Icon(Situation.CRITICAL, 100, stale=True)),
        (None, UNKNOWN, Icon(Situation.UNKNOWN)),
        (124_000, UNKNOWN, Icon(Situation.UNKNOWN)),
    ],
)
def test_the_icon_of_a_connected_gateway_is_its_focus_sessions_context(make, used, confidence, expected):
    assert icon(make.connected(make.session(usage=make.usage(used, 200_000, confidence)))) == expected


def test_the_icon_follows_the_users_thresholds(make):
    state = make.connected(make.session(), settings=make.settings(warning=50.0, critical=60.0))
    assert icon(state) == Icon(Situation.CRITICAL, 62, threshold=50, critical=60)


@pytest.mark.parametrize("style", IconStyle)
def test_the_icon_has_the_users_style(make, style):
    settings = make.settings(icon_style=style)
    assert icon(make.connected(make.session(), settings=settings)) == Icon(Situation.CALM, 62, style=style)
    assert icon(make.connected(settings=settings)) == Icon(Situation.UNKNOWN, style=style)


def test_without_a_limit_or_a_session_the_context_is_unknown(make):
    no_window = make.connected(
        make.session(usage=make.usage(None, None, UNKNOWN, StaleReason.NO_CONTEXT_LIMIT))
    )
    assert icon(no_window) == icon(make.connected()) == Icon(Situation.UNKNOWN)


def test_until_the_first_reading_it_is_still_connecting(make):
    state = make.connected()
    unread = replace(
        state, gateway=replace(state.gateway, snapshot=replace(state.gateway.snapshot, read_at=None))
    )
    assert icon(unread) == Icon(Situation.CONNECTING)


def test_until_the_first_reading_the_tooltip_says_so_too(make, words):
    state = make.connected()
    unread = replace(
        state, gateway=replace(state.gateway, snapshot=replace(state.gateway.snapshot, read_at=None))
    )
    assert tooltip(unread, make.now(), words) == "ClawTray · connecting"


@pytest.mark.parametrize(
    ("cause", "failures", "situation"),
    [
        (None, 0, Situation.CONNECTING),
        (FailureKind.NOT_FOUND, 1, Situation.NOT_SET_UP),
        (FailureKind.CONNECTION_LOST, 0, Situation.CONNECTING),
        (FailureKind.CONNECTION_LOST, 1, Situation.DOWN),
        (FailureKind.NOT_RUNNING, 1, Situation.DOWN),
        (FailureKind.RESTARTING, 1, Situation.CONNECTING),
        (FailureKind.TOKEN_WRONG, 1, Situation.REFUSED),
        (FailureKind.PAIRING, 1, Situation.REFUSED),
    ],
)
def test_without_a_connection_the_icon_says_why_and_nothing_of_context(make, cause, failures, situation):
    busy = make.session(active=True)
    assert icon(make.troubled(cause, busy, failures=failures)) == Icon(situation)


@pytest.mark.parametrize(
    ("active", "runs", "running"),
    [
        (False, {}, False),
        (True, {}, True),
        (False, {"run": RunningRun("agent:main:main", 1000.0)}, True),
        (False, {"run": RunningRun(None, 1000.0)}, True),
    ],
)
def test_a_run_is_seen_on_the_icon(make, active, runs, running):
    state = make.connected(make.session(active=active), runs=runs)
    assert icon(state).running is running
    assert icon(make.connected(runs=runs)).running is bool(runs)


# ---- tooltip ----


def test_the_summary_has_the_figure_and_the_connection_unless_it_is_up(make, words):
    assert glance(make.connected(make.session()), words) == ["main  62% of 200k"]
    assert glance(make.connected(), words) == ["ClawTray · connected", "No sessions yet"]
    down = make.troubled(FailureKind.NOT_RUNNING, make.session())
    assert glance(down, words) == ["ClawTray · gateway down", "main  62% of 200k"]


def test_the_tooltip_in_full(make, words):
    state = make.connected(make.session(ago=200))
    assert tooltip(state, make.now(), words) == "main  62% of 200k\nclaude-opus-4-5 · 3 min ago"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"model": None}, "main  62% of 200k\njust now"),
        ({"ago": None}, "main  62% of 200k\nclaude-opus-4-5"),
        ({"ago": None, "model": None}, "main  62% of 200k"),
        ({"ago": -90}, "main  62% of 200k\nclaude-opus-4-5 · just now"),
        ({"name": "\u202eevil\n\u200b"}, "evil  62% of 200k\nclaude-opus-4-5 · just now"),
        ({"name": "{0}\t&"}, "{0} &  62% of 200k\nclaude-opus-4-5 · just now"),
    ],
)
def test_the_tooltip_leaves_out_what_is_not_known(make, words, change, expected):
    assert tooltip(make.connected(make.session(**change)), make.now(), words) == expected


def test_a_stale_or_unknown_figure_is_marked(make, words):
    def said(*usage):
        return tooltip(make.connected(make.session(usage=make.usage(*usage))), make.now(), words).split("\n")[
            0
        ]

    assert said(150_000, 200_000, STALE, StaleReason.REPORTED_STALE) == "main  ~75% of 200k"
    assert said(None, 200_000, UNKNOWN, StaleReason.COMPACTED) == "main  ? of 200k"
    assert said(None, None, UNKNOWN, StaleReason.NO_CONTEXT_LIMIT) == "main  context unknown"


@pytest.mark.parametrize(
    ("cause", "line"),
    [
        (None, "ClawTray · connecting"),
        (FailureKind.NOT_FOUND, "ClawTray · no gateway found"),
        (FailureKind.NOT_RUNNING, "ClawTray · gateway down"),
        (FailureKind.TOKEN_WRONG, "ClawTray · cannot log in"),
    ],
)
def test_a_broken_connection_comes_first(make, words, cause, line):
    assert tooltip(make.troubled(cause), make.now(), words) == line
    with_session = tooltip(make.troubled(cause, make.session()), make.now(), words)
    assert with_session.split("\n") == [line, "main  62% of 200k", "claude-opus-4-5 · just now"]


def test_connected_without_a_session(make, words):
    assert tooltip(make.connected(), make.now(), words) == "ClawTray · connected\nNo sessions yet"


OUTSIDE = st.text(st.characters(exclude_categories=("Cs",)), max_size=300)


@given(name=OUTSIDE, model=st.none() | OUTSIDE, cause=st.sampled_from([None, *FailureKind]), key=OUTSIDE)
def test_the_tooltip_always_fits_and_names_the_connection(make, words, name, model, cause, key):
    session = make.session(name, model=model, key=key)
    for state in (make.connected(session), make.troubled(cause, session, detail=name)):
        said = tooltip(state, make.now(), words)
        assert 0 < units(said) <= TOOLTIP_UNITS
        lines = said.split("\n")
        assert len(lines) <= 3
        assert all(line.isprintable() for line in lines)
        assert lines[0].startswith("ClawTray · ") is not state.connected


# ---- steadiness ----


def test_the_view_is_its_parts(make, words):
    state, now = make.connected(make.session()), make.now()
    assert view(state, now, words) == View(icon(state), tooltip(state, now, words))


def test_nothing_that_is_not_visible_is_worded(make):
    said = []

    class Noted(NullTranslations):
        def gettext(self, message):
            said.append(message)
            return message

    state, words = make.connected(make.session()), Words("en", Noted())
    past = tuple(PastNotification(GatewayUp(60.0), make.now().wall, deferred=False) for _ in range(30))
    view(state, make.now(), words)
    alone = said.copy()
    view(replace(state, process=replace(state.process, recent=past)), make.now(), words)
    assert alone
    assert said == alone * 2


def test_equal_states_look_equal(make, words):
    assert view(make.connected(make.session()), make.now(), words) == view(
        make.connected(make.session()), make.now(), words
    )


@given(
    ago=st.floats(0, 200_000),
    steps=st.lists(st.floats(0.01, 30), min_size=1, max_size=40),
    cause=st.sampled_from([None, FailureKind.CONNECTION_LOST, FailureKind.RATE_LIMITED]),
)
def test_an_idle_view_changes_at_most_once_a_minute(make, words, ago, steps, cause):
    session = make.session(ago=ago)
    state = make.connected(session) if cause is None else make.troubled(cause, session, retry_after=300.0)
    elapsed, changes = 0.0, 0
    before = view(state, make.now(), words)
    for step in steps:
        elapsed += step
        after = view(state, make.now(elapsed), words)
        changes += after != before
        before = after
    assert changes <= elapsed // 60 + 1


def test_internal_changes_do_not_change_the_view(make, words):
    state, now = make.connected(make.session()), make.now()
    link = replace(
        state.connection, step=replace(state.connection.step, last_message_at=99.0), attempt=7, revision=3
    )
    snapshot = replace(state.gateway.snapshot, next_read_at=77.0)
    other = replace(
        state,
        connection=link,
        process=replace(state.process, serial=12, clock_drift=1.0),
        gateway=replace(state.gateway, snapshot=snapshot),
    )
    assert view(other, now, words) == view(state, now, words)
