"""What the panel shows in each situation, made from states as the core would make them."""

from __future__ import annotations

from datetime import timedelta

from tests.parts import having
from tests.view.conftest import NOON, Make
from tray.core.model import (
    ActionError,
    Approval,
    ApprovalStatus,
    Confidence,
    ConnectionFailure,
    FailureKind,
    GatewayUp,
    ModelDiffers,
    Page,
    PastNotification,
    Prompt,
    PromptStatus,
    RunningRun,
    Setup,
    StaleReason,
    ThresholdCrossed,
    Trial,
    UsageHistory,
    UsageTotals,
    Window,
    WindowKind,
)
from tray.i18n.words import Words, message
from tray.protocol.approvals import Decision, ExecRequest, PairingRequest
from tray.protocol.usage import DailyCost, Quota, Quotas, SpendingRow, Totals, UsageBreakdown
from tray.settings.settings import Level
from tray.settings.target import Target
from tray.values import replace
from tray.view.panel.cards import PanelPane
from tray.view.panel.panel import panel

SONNET, LONG = "anthropic/claude-sonnet-4-5", "the release of the second quarter, reviewed and announced"
_DAYS = {
    (NOON - timedelta(days=back)).date().isoformat(): Totals(300_000 + back * 7919 % 900_000, 0.4 + back % 7)
    for back in range(30)
    if back % 7
} | {NOON.date().isoformat(): Totals(757_000, 3.4)}


def _tally(share):
    return {day: Totals(each.tokens // share, each.cost / share) for day, each in _DAYS.items()}


USAGE = UsageTotals(
    daily_cost=DailyCost(days=_DAYS),
    breakdown=UsageBreakdown(
        days=_DAYS,
        models=(
            SpendingRow("claude-opus-4-5", _tally(2)),
            SpendingRow("claude-sonnet-4-5", _tally(4)),
            SpendingRow("gemini-2.5-pro", _tally(8)),
            SpendingRow("qwen3-8b", {day: Totals(each.tokens // 30, 0.0) for day, each in _DAYS.items()}),
        ),
        sessions=tuple(SpendingRow(f"agent:main:s{n}", _tally(n + 2), f"{LONG} {n}") for n in range(8)),
    ),
    quotas=Quotas(
        (
            Quota("anthropic", "Claude", "5h", 62.0, Make.now().ms + 7_200_000),
            Quota("anthropic", "Claude", "Week", 81.0, Make.now().ms + 200_000_000),
        )
    ),
    today=NOON.date(),
    read_at=NOON,
)
SESSIONS = (
    Make.session("main", ago=20, used=124_000),
    Make.session(
        "slack:#release", Make.usage(168_000), key="agent:main:slack", model=SONNET, ago=190, used=168_000
    ),
    Make.session(
        "weekly report", Make.usage(36_000), key="agent:main:weekly", model=SONNET, ago=7300, used=36_000
    ),
    Make.session(
        "notes",
        Make.usage(None, 200_000, Confidence.UNKNOWN, StaleReason.NEVER_USED),
        key="agent:main:notes",
        model="local/qwen3-8b",
        ago=180_000,
    ),
    Make.session(LONG, Make.usage(186_000), key="agent:main:long", ago=400_000, used=186_000),
)
MANY = SESSIONS + tuple(
    Make.session(f"session {n}", Make.usage(n * 900), key=f"agent:main:n{n}", ago=n * 9000)
    for n in range(195)
)
HISTORY = {
    "agent:main:main": UsageHistory(None, SESSIONS[0].model, 200_000, 124_000, (9_000, 12_500, 18_000))
}
COMMAND = (
    "git push origin release/2.4 &&\n  curl -X POST https://hooks.example/deploy \\\n"
    '    -H "X-Stage: prod\u200buction"'
)
APPROVAL = Approval(
    "default",
    ExecRequest(
        "7f3a",
        COMMAND,
        cwd="~/work/site",
        host="gateway",
        session_key="agent:main:slack",
        decisions=(Decision.ALLOW_ONCE, Decision.DENY),
    ),
    due_at=Make.now().mono + 28 * 60,
)
LONG_APPROVAL = replace(
    APPROVAL,
    request=replace(
        APPROVAL.request, id="9c", command="\n".join(f"rm -rf build/{n} {'x' * 60}" for n in range(40))
    ),
)
DEVICE = Approval("default", PairingRequest("d1", "iPad of Kim", "iOS", "operator", ("operator.read",)))
RECENT = (
    PastNotification(GatewayUp(240.0), NOON - timedelta(days=1), deferred=False),
    PastNotification(
        ModelDiffers("agent:main:main", "anthropic/claude-opus-4-5", SONNET),
        NOON - timedelta(minutes=88),
        deferred=False,
    ),
    PastNotification(ThresholdCrossed(SESSIONS[1], 1), NOON - timedelta(minutes=71), deferred=True),
    PastNotification(ThresholdCrossed(SESSIONS[4], 2), NOON - timedelta(minutes=12), deferred=False),
)

ANSWER = """## Three things are waiting

1. The **release** of `clawtray 2.4` needs your approval: [notes](https://example.org/notes)
2. Two reviews were asked for *yesterday*.
3. The invoice of November is not sent.

```
git push origin release/2.4
```
"""
QUESTION = Prompt(
    "p1",
    "agent:main:tray",
    "What is waiting for me today?",
    state=PromptStatus.ANSWERED,
    answer=ANSWER,
    answered_by=SONNET,
    sent_ms=Make.now().ms,
)
PROMPTS = (
    replace(
        QUESTION,
        id="p2",
        text="Summarise the last week in five lines, for people who were not there. " * 4,
        answer="# The week\n\nOn **Monday** the release was cut, and nobody has complained since then.",
        sent_ms=Make.now().ms - 3_600_000,
    ),
    replace(QUESTION, id="p3", text="And the week before?", state=PromptStatus.STOPPED, answer=""),
    replace(QUESTION, id="p4", text="Is the build green?", state=PromptStatus.UNKNOWN, answer=""),
    QUESTION,
)
LONG_ANSWER = "\n\n".join(f"{number}. {LONG}, and what else there is to say of it." for number in range(40))


def _asked(status, **more):
    return replace(QUESTION, state=status, **more)


def tried(state, trial):
    """Return a state with a test of what was typed."""
    return having(state, setup=Setup(trial=trial))


def situations(words: Words) -> dict[str, PanelPane]:
    """Return the panel in each situation, by its name."""

    def shown(state, page=Page.NOW, key=None):
        subjects = {} if key is None else {page: key}
        return panel(Window("w", WindowKind.PANEL, page, subjects), state, Make.now(), words)

    usual = Make.connected(*SESSIONS, usage_totals=USAGE, usage_history=HISTORY, recent=RECENT)
    stale = replace(SESSIONS[0], usage=Make.usage(148_000, 200_000, Confidence.STALE, StaleReason.UNCHANGED))
    unknown = replace(
        SESSIONS[0],
        usage=replace(
            Make.usage(1_900_000, 1_000_000, Confidence.UNKNOWN, StaleReason.TOO_LARGE),
            figures=(1_900_000, 1_000_000),
        ),
    )
    full = replace(SESSIONS[0], usage=Make.usage(191_000))
    down = Make.troubled(
        FailureKind.NOT_RUNNING, *SESSIONS, hello=Make.hello(), settings=Make.settings(Level.CONTROL)
    )
    nothing = Make.troubled(FailureKind.NOT_FOUND, target=None)
    searched = (
        message("CLAWTRAY_URL: not set"),
        message("OPENCLAW_GATEWAY_URL: not set"),
        message("~/.openclaw/openclaw.json: not there"),
        message("~/.clawdbot/clawdbot.json: not there"),
    )
    nothing = replace(nothing, connection=replace(nothing.connection, searched=searched))
    return {
        "now": shown(usual),
        "running": shown(
            having(
                usual,
                snapshot=replace(usual.gateway.snapshot, runs={"r": RunningRun("agent:main:main", 0.0)}),
            )
        ),
        "critical": shown(Make.connected(full, *SESSIONS[1:])),
        "stale": shown(Make.connected(stale, *SESSIONS[1:])),
        "unknown": shown(Make.connected(unknown)),
        "approval": shown(Make.connected(*SESSIONS[:3], approvals=(APPROVAL,))),
        "long-approval": shown(Make.connected(SESSIONS[0], approvals=(LONG_APPROVAL,))),
        "approval-alone": shown(
            Make.connected(*SESSIONS[:3], approvals=(APPROVAL, DEVICE)), Page.APPROVAL, "7f3a"
        ),
        "approval-whole": shown(Make.connected(SESSIONS[0], approvals=(LONG_APPROVAL,)), Page.APPROVAL, "9c"),
        "approval-decided": shown(
            Make.connected(
                SESSIONS[0],
                approvals=(
                    replace(APPROVAL, state=ApprovalStatus.DECIDED, decision=Decision.ALLOW_ONCE),
                    LONG_APPROVAL,
                ),
            ),
            Page.APPROVAL,
            "7f3a",
        ),
        "approval-gone": shown(Make.connected(), Page.APPROVAL, "0"),
        "many": shown(Make.connected(*MANY), key="agent:main:long"),
        "watching": shown(Make.connected(*SESSIONS[:3], level=Level.WATCH)),
        "none": shown(Make.connected()),
        "connecting": shown(Make.troubled(None)),
        "down": shown(down),
        "refused": shown(Make.troubled(FailureKind.TOKEN_WRONG)),
        "no-token": shown(Make.troubled(FailureKind.TOKEN_MISSING)),
        "testing": shown(tried(nothing, Trial("default", saves=True, running=True))),
        "wrong-address": shown(
            tried(
                nothing,
                Trial(
                    "default",
                    saves=True,
                    target=Target("ws://127.0.0.1:1", "", is_loopback=True, secure=False),
                    failure=ConnectionFailure(FailureKind.NOT_RUNNING),
                ),
            )
        ),
        "wrong-token": shown(
            tried(
                nothing,
                Trial("default", saves=True, failure=ConnectionFailure(FailureKind.TOKEN_WRONG)),
            )
        ),
        "nothing": shown(nothing),
        "ask": shown(usual, Page.ASK),
        "ask-many": shown(Make.connected(*MANY), Page.ASK),
        "ask-answered": shown(having(usual, prompts=PROMPTS), Page.ASK),
        "ask-long": shown(having(usual, prompts=(replace(QUESTION, answer=LONG_ANSWER),)), Page.ASK),
        "ask-sent": shown(having(usual, prompts=(_asked(PromptStatus.SENT, answer=""),)), Page.ASK),
        "ask-growing": shown(having(usual, prompts=(_asked(PromptStatus.RUNNING),)), Page.ASK),
        "ask-unknown": shown(having(usual, prompts=(_asked(PromptStatus.UNKNOWN, answer=""),)), Page.ASK),
        "ask-failed": shown(
            having(
                usual,
                draft=QUESTION.text,
                prompts=(
                    _asked(
                        PromptStatus.FAILED, answer="", error=ActionError.GATEWAY, detail="no credit is left"
                    ),
                ),
            ),
            Page.ASK,
        ),
        "ask-clipboard": shown(
            having(
                usual,
                prompts=(
                    _asked(PromptStatus.DRAFT, answer="", text="Sum up: " + "x " * 3000, preset="Sum up"),
                ),
            ),
            Page.ASK,
        ),
        "ask-watching": shown(Make.connected(*SESSIONS[:3], level=Level.WATCH), Page.ASK),
        "ask-down": shown(having(down, draft=QUESTION.text), Page.ASK),
        "usage": shown(usual, Page.USAGE),
        "usage-unknown": shown(Make.connected(*SESSIONS), Page.USAGE),
        "notifications": shown(usual, Page.NOTIFICATIONS),
        "no-notifications": shown(Make.connected(*SESSIONS), Page.NOTIFICATIONS),
    }
