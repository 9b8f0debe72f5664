from __future__ import annotations

import pytest

from tests.parts import having
from tests.view.spent import usage_totals
from tray.core.commands import EditSettings, ShowPage
from tray.core.model import Approval, Confidence, Page, RunningRun, StaleReason, UsageTotals
from tray.i18n.words import message
from tray.protocol.approvals import ExecRequest
from tray.protocol.usage import Quota, Quotas
from tray.settings.settings import Level
from tray.values import replace
from tray.view.panel.cards import Figures, Gauge, Hero, Note, Request, Row, Rows, Tone
from tray.view.panel.now import CODE_LINES, SHOWN, cards

COMMAND = ExecRequest("c1", "rm -rf build", host="gateway", session_key="agent:main:main")


@pytest.fixture
def show(make, words):
    return lambda state, key=None: cards(state, key, make.now(), words)


@pytest.fixture
def asked(make, show):
    def shown(request, **more):
        approval = Approval("default", request, **more)
        (card,) = (
            c for c in show(make.connected(make.session(), approvals=(approval,))) if isinstance(c, Request)
        )
        return card

    return shown


def of(kind, shown):
    return next((card for card in shown if isinstance(card, kind)), None)


def test_a_single_session_has_no_list(make, show):
    assert [type(card) for card in show(make.connected(make.session()))] == [Hero]


def test_the_sessions_and_the_one_that_is_shown_above(make, show):
    unused = make.usage(None, 200_000, Confidence.UNKNOWN, StaleReason.NEVER_USED)
    state = make.connected(
        make.session("main", used=1),
        make.session("side", make.usage(168_000), key="agent:main:side", ago=190, model=None),
        make.session("notes", unused, key="agent:main:notes", ago=7300),
        make.session("odd", unused, key="agent:main:odd", ago=3 * 86_400, used=5),
        make.session("timeless", key="agent:main:timeless", ago=None),
        make.session("cron", key="agent:main:cron:1", background=True),
    )
    rows = of(Rows, show(state, "agent:main:side"))
    assert rows.title == "Sessions"
    assert rows.rows[0] == Row(
        "main", Gauge(62, Tone.CALM), "62%", "opus-4-5", "now", ShowPage(Page.NOW, "agent:main:main")
    )
    assert [(row.label, row.figure, row.end, row.chosen) for row in rows.rows[1:]] == [
        ("side", "84%", "3 min", True),
        ("notes", "not used yet", "2 h", False),
        ("odd", "unknown", "3 days", False),
        ("timeless", "62%", "", False),
    ]
    assert of(Hero, show(state, "agent:main:side")).title == "side"
    assert of(Hero, show(state, "agent:main:gone")).title == "main"


def test_a_session_that_runs_says_so(make, show):
    state = make.connected(make.session(), make.session("side", key="agent:main:side"))
    snapshot = replace(state.gateway.snapshot, runs={"r": RunningRun("agent:main:side", 0.0)})
    assert of(Rows, show(having(state, snapshot=snapshot))).rows[1].end == "running"


def test_of_many_sessions_the_first_are_shown_and_all_can_be_found(make, show):
    many = [make.session(f"s{n}", key=f"agent:main:s{n}") for n in range(100)]
    rows = of(Rows, show(make.connected(*many)))
    assert (len(rows.rows), rows.shown, rows.more) == (100, SHOWN, "All 100…")


def test_what_was_known_before_the_gateway_went_down(make, show):
    rows = of(Rows, show(make.troubled(None, make.session())))
    assert rows.title == "Before that"
    assert rows.rows[0].gauge == Gauge(62, Tone.QUIET)
    assert (rows.rows[0].command, rows.rows[0].chosen) == (None, False)


def test_a_short_command_is_decided_here_and_a_long_one_on_its_own_page(asked):
    assert [action.enabled for action in asked(COMMAND).actions] == [True, True, True]
    card = asked(replace(COMMAND, command="\n".join("x" for _ in range(CODE_LINES + 1))))
    assert (len(card.code), card.note) == (CODE_LINES, "… and 1 more line")
    assert [action.enabled for action in card.actions] == [True, True, False, False]
    assert card.actions[1].command == ShowPage(Page.APPROVAL, "c1")


def test_what_may_not_be_seen_is_not_shown(make, show):
    state = make.connected(make.session(), level=Level.WATCH, approvals=(Approval("default", COMMAND),))
    assert of(Request, show(state)) is None


def test_a_mistake_in_the_settings_comes_first(make, show):
    state = make.connected(make.session(), settings_problem=message("line 3\nis wrong"))
    note = show(state)[0]
    assert isinstance(note, Note)
    assert note.lines == ("line 3 is wrong",)
    assert note.actions[0].command == EditSettings()


def test_what_was_spent_and_the_quotas(make, show):
    quotas = Quotas((Quota("a", "Claude", "5h", 62.5, make.now().ms + 7_200_000),))
    state = make.connected(make.session(), usage_totals=replace(usage_totals(), quotas=quotas))
    shown = show(state)
    assert [figure.label for figure in of(Figures, shown).figures] == ["Today", "Last 7 days"]
    assert shown[-1] == Rows(
        "Quotas", (Row("Claude 5h", Gauge(62, Tone.CALM), "62%", "", "resets in 2 h"),), 1
    )
    assert of(Figures, show(make.connected(make.session(), usage_totals=UsageTotals()))) is None
