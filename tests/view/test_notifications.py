from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parts import having
from tray.core.commands import OpenPanel
from tray.core.effects import Send
from tray.core.events import CommandReceived
from tray.core.model import (
    ActionError,
    ActionFinished,
    ActionKind,
    ActionStatus,
    Alert,
    AlreadyRunning,
    Approval,
    ApprovalFinished,
    ApprovalWaiting,
    ConnectionFailure,
    ContextCompacted,
    CopyFailed,
    CronFailed,
    CronJobs,
    Digest,
    FailureKind,
    GatewayControl,
    GatewayControlFinished,
    GatewayControlKind,
    GatewayControlStatus,
    GatewayDown,
    GatewayNotFound,
    GatewayUp,
    LogEmpty,
    LongRunFinished,
    ModelDiffers,
    OpenFailed,
    Phase,
    PromptFinished,
    PromptNeedsConfirmation,
    PromptStatus,
    QuotaAvailable,
    QuotaCrossed,
    QuotaPace,
    SaveFailed,
    SecretAccepted,
    SessionAction,
    SettingsRejected,
    SwitchFailed,
    ThresholdCrossed,
    Welcome,
    WindowFailed,
)
from tray.core.model import (
    Prompt as Asked,
)
from tray.core.update import update
from tray.protocol.approvals import ExecRequest, PairingRequest
from tray.protocol.cron import CronJob
from tray.protocol.usage import Quota
from tray.settings.settings import Level
from tray.values import replace
from tray.view.notification import Notification
from tray.view.notifications import render_notification as rendered_with_command
from tray.view.text.connection_errors import why
from tray.view.text.formatting import BODY_UNITS, TITLE_UNITS

KEY = "agent:main:main"
OPUS, SONNET = "anthropic/claude-opus-4-5", "anthropic/claude-sonnet-4-5"


def render_notification(alert, state, now, words):
    """What it says; where it leads is in `test_cures.py`."""
    return replace(rendered_with_command(alert, state, now, words), command=None)


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@pytest.mark.parametrize(
    ("used", "level", "expected"),
    [
        (
            152_000,
            1,
            Notification(
                "main: context at 76% of 200k",
                "Consider compacting it or starting a new session.",
            ),
        ),
        (
            184_000,
            2,
            Notification(
                "main: context at 92% of 200k",
                (
                    "The gateway will soon compact this session automatically. Compact it now or start a "
                    "new session."
                ),
                urgent=True,
            ),
        ),
    ],
)
def test_a_threshold_crossed(make, words, used, level, expected):
    session = make.session(usage=make.usage(used))
    assert (
        render_notification(ThresholdCrossed(session, level), make.connected(session), make.now(), words)
        == expected
    )


@pytest.mark.parametrize(
    "cause", [cause for cause in FailureKind if ConnectionFailure(cause).phase is not Phase.CONNECTED]
)
def test_a_lost_gateway_is_reported_with_its_reason(make, words, cause):
    titles = {Phase.DOWN: "The gateway is down", Phase.REFUSED: "Cannot log in to the gateway"}
    state = make.troubled(cause, detail="as reported")
    rendered = render_notification(GatewayDown(state.connection.failure), state, make.now(), words)
    assert rendered.title == titles.get(ConnectionFailure(cause).phase, "No connection to the gateway")
    assert rendered.body == why(state.connection.failure, state, words)
    assert rendered.urgent


@pytest.mark.parametrize(
    ("after", "body"),
    [(250.0, "It was down for 4 min."), (-3.0, "It was down for 0 s."), (8000, "It was down for 2 h.")],
)
def test_a_gateway_that_came_back(make, words, after, body):
    assert render_notification(GatewayUp(after), make.connected(), make.now(), words) == Notification(
        "The gateway is back", body
    )


def test_no_gateway_found(make, words):
    body = "Open the panel to enter the address of your gateway, or run: clawtray doctor"
    rendered = render_notification(GatewayNotFound(), make.troubled(FailureKind.NOT_FOUND), make.now(), words)
    assert rendered == Notification("No gateway found", body)


def test_another_model_answered(make, words):
    state = make.connected(make.session("Launch", key=KEY))
    rendered = render_notification(ModelDiffers(KEY, OPUS, SONNET), state, make.now(), words)
    assert rendered == Notification(
        "Launch: another model answered", f"Asked for {OPUS}, answered by {SONNET}.", urgent=True
    )
    assert render_notification(
        ModelDiffers("agent:ops:x", "\u200b", SONNET), state, make.now(), words
    ) == Notification("ops/x: another model answered", f"Asked for ?, answered by {SONNET}.", urgent=True)


@pytest.mark.parametrize(
    ("asked", "error", "detail", "body"),
    [
        (OPUS, ActionError.GATEWAY, "not allowed", f"Asked for {OPUS}. Gateway error: not allowed"),
        (
            OPUS,
            ActionError.LEVEL,
            "",
            f"Asked for {OPUS}. The trust level “watch” does not allow this. Change it in Settings.",
        ),
        (
            None,
            ActionError.OTHER_MODEL,
            SONNET,
            f"Asked for the default model. The gateway chose {SONNET} instead.",
        ),
    ],
)
def test_a_switch_that_failed_says_why(make, words, asked, error, detail, body):
    state = make.connected(make.session(), level=Level.WATCH)
    rendered = render_notification(SwitchFailed(KEY, asked, error, detail), state, make.now(), words)
    assert rendered == Notification("main: could not switch the model", body, urgent=True)


def test_a_switch_without_a_reply_may_have_been_made(make, words):
    rendered = render_notification(
        SwitchFailed(KEY, OPUS, ActionError.UNCONFIRMED, ""),
        make.connected(make.session()),
        make.now(),
        words,
    )
    body = f"Asked for {OPUS}. The gateway did not confirm the switch. Check the session's model."
    assert rendered == Notification("main: model switch not confirmed", body, urgent=True)


def test_a_switch_of_no_session_still_has_the_gateways_words(make, words):
    rendered = render_notification(
        SwitchFailed("", OPUS, ActionError.GATEWAY, "locked"), make.connected(), make.now(), words
    )
    assert rendered.title == "?: could not switch the model"
    assert rendered.body == f"Asked for {OPUS}. Gateway error: locked"


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        ("Forty-two.", "Forty-two."),
        ("\n- one\r\n\n-  two \u202etxt\n", "- one\n- two txt"),
        ("", "The answer is empty."),
        ("\u200b\n", "The answer is empty."),
        ("x" * 300, "x" * 254 + "…"),
        ("y" * 200 + "\n" + "z" * 200, "y" * 200 + "\n" + "z" * 53 + "…"),
    ],
)
def test_the_answer_to_a_preset(make, words, answer, body):
    prompt = Asked("1", KEY, "text", preset="Summarise", state=PromptStatus.ANSWERED, answer=answer)
    assert render_notification(PromptFinished(prompt), make.connected(), make.now(), words) == Notification(
        "Summarise", body
    )


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            {"state": PromptStatus.FAILED, "error": ActionError.GATEWAY, "detail": "overloaded"},
            Notification("Summarise: failed", "Gateway error: overloaded", urgent=True),
        ),
        (
            {"state": PromptStatus.FAILED, "error": ActionError.EMPTY},
            Notification("Summarise: failed", "The prompt is empty.", urgent=True),
        ),
        ({"state": PromptStatus.STOPPED}, Notification("Summarise", "The prompt was stopped.")),
        (
            {"state": PromptStatus.UNKNOWN},
            Notification(
                "Summarise",
                (
                    "The connection broke and the prompt may have run. Check the session before you send "
                    "it again."
                ),
                urgent=True,
            ),
        ),
        (
            {"state": PromptStatus.STOPPED, "preset": "\u200b"},
            Notification("main", "The prompt was stopped."),
        ),
    ],
)
def test_other_ends_of_a_prompt(make, words, change, expected):
    prompt = replace(Asked("1", KEY, "text", preset="Summarise"), **change)
    assert render_notification(PromptFinished(prompt), make.connected(), make.now(), words) == expected


def test_a_mistake_in_the_settings(make, words):
    rendered = render_notification(
        SettingsRejected("settings.toml: warning must be\n a number."), make.connected(), make.now(), words
    )
    assert rendered == Notification(
        "Error in the settings",
        "settings.toml: warning must be a number.",
        urgent=True,
    )


def test_a_window_that_cannot_be_shown(make, words):
    rendered = render_notification(WindowFailed(), make.connected(), make.now(), words)
    body = "Use the dashboard, the settings file, or clawtray ask and clawtray diagnostics in a terminal."
    assert rendered == Notification("Could not open the window", body, urgent=True, asked_for=True)


def test_a_file_that_was_not_saved(make, words):
    rendered = render_notification(
        SaveFailed("state.json cannot be saved: the disk is full"), make.connected(), make.now(), words
    )
    assert rendered == Notification(
        "Could not save", "state.json cannot be saved: the disk is full", urgent=True
    )


def test_what_could_not_be_opened(make, words):
    rendered = render_notification(OpenFailed("http://127.0.0.1:18789/"), make.connected(), make.now(), words)
    body = "Open it yourself: http://127.0.0.1:18789/"
    assert rendered == Notification("Could not open it", body, urgent=True, asked_for=True)


def test_the_first_start_explains_where_the_icon_is(make, words):
    assert render_notification(Welcome(), make.connected(), make.now(), words) == Notification(
        "ClawTray is running",
        (
            "Windows hides new icons behind the ^ next to the clock. Click here for the setting "
            "that keeps this one visible."
        ),
    )


def test_the_first_start_leads_to_what_is_missing(make, words):
    state = make.troubled(FailureKind.NOT_FOUND, target=None)
    shown = rendered_with_command(Welcome(), state, make.now(), words)
    assert shown.title == "ClawTray is running"
    assert shown.body.startswith("No gateway was found on this computer. Click here to connect.")
    assert "behind the ^" in shown.body
    assert shown.command == OpenPanel()


@pytest.mark.parametrize(
    ("cause", "lines"),
    [
        ("", ["main  62% of 200k"]),
        (FailureKind.NOT_RUNNING, ["ClawTray · gateway down", "main  62% of 200k"]),
    ],
)
def test_a_second_start_shows_the_state_and_where_the_icon_is(make, words, cause, lines):
    session = make.session()
    state = make.troubled(cause, session) if cause else make.connected(session)
    rendered = render_notification(AlreadyRunning(), state, make.now(), words)
    assert rendered.title == "ClawTray is already running"
    assert rendered.body.split("\n") == [*lines, "Its icon is next to the clock or behind the ^ there."]
    assert rendered.asked_for


def test_delayed_notifications_come_as_one_with_a_line_each(make, words):
    answered = Asked("1", KEY, "text", preset="Summarise", state=PromptStatus.ANSWERED, answer="Done.")
    failed = replace(answered, state=PromptStatus.FAILED, error=ActionError.EMPTY)
    rendered = render_notification(
        Digest((GatewayUp(250.0), PromptFinished(answered))), make.connected(), make.now(), words
    )
    body = "The gateway is back\nSummarise: The prompt was answered."
    assert rendered == Notification("2 notifications", body)
    rendered = render_notification(
        Digest((PromptFinished(failed), GatewayUp(250.0))), make.connected(), make.now(), words
    )
    assert rendered.body == "Summarise: failed\nThe gateway is back"
    assert rendered.urgent


def test_of_too_many_the_latest_are_listed(make, words):
    state = make.connected()
    switches = tuple(ModelDiffers(f"agent:main:{n:->20}", OPUS, SONNET) for n in range(20))
    rendered = render_notification(Digest(switches), state, make.now(), words)
    assert rendered.title == "20 notifications"
    titles = [render_notification(notice, state, make.now(), words).title for notice in switches]
    assert rendered.body.split("\n") == ["…", *titles[-5:]]


def test_what_waits_for_the_user_is_in_a_digest_however_much_else_there_is(make, words):
    approval = ApprovalWaiting(Approval("default", ExecRequest("c1", "ls")))
    many = tuple(GatewayUp(float(n)) for n in range(19))
    rendered = render_notification(Digest((approval, *many), 1_500), make.connected(), make.now(), words)
    assert rendered.title == "1,520 notifications"
    assert rendered.body.split("\n")[:2] == ["…", "Approval needed"]
    assert rendered.urgent


def test_several_approvals_are_one_line_of_a_digest(make, words):
    approvals = tuple(Approval("default", ExecRequest(f"c{n}", "ls")) for n in range(20))
    digest = Digest((*map(ApprovalWaiting, approvals), GatewayUp(1.0)))
    state = make.connected(level=Level.CONTROL, approvals=approvals)
    rendered = render_notification(digest, state, make.now(), words)
    assert rendered.body.split("\n") == ["20 approvals are waiting", "The gateway is back"]
    rendered = render_notification(digest, make.connected(level=Level.CONTROL), make.now(), words)
    assert rendered.body.split("\n")[0] == "20 approvals are no longer waiting"


def test_of_too_many_that_are_urgent_the_latest_and_the_approvals_are_named(make, words):
    state = make.connected()
    differs = tuple(ModelDiffers(f"agent:main:{n:->20}", OPUS, SONNET) for n in range(18))
    asked = ApprovalWaiting(Approval("default", ExecRequest("c1", "ls")))
    rendered = render_notification(Digest((asked, asked, *differs)), state, make.now(), words)
    first, second, *_, last = rendered.body.split("\n")
    assert (first, second) == ("…", "2 approvals are no longer waiting")
    assert last == render_notification(differs[-1], state, make.now(), words).title


def test_an_empty_log(make, words):
    rendered = render_notification(LogEmpty(), make.connected(), make.now(), words)
    body = "ClawTray has not logged any errors."
    assert rendered == Notification("The log is empty", body, asked_for=True)


def test_without_a_body_the_title_is_repeated(make, words):
    rendered = render_notification(SettingsRejected(""), make.connected(), make.now(), words)
    assert rendered.body == rendered.title == "Error in the settings"


def test_a_title_counts_an_emoji_twice(make, words):
    session = make.session("🐾" * 30)
    rendered = render_notification(ThresholdCrossed(session, 1), make.connected(session), make.now(), words)
    assert rendered.title == "🐾" * 30 + ":…"
    assert units(rendered.title) == 62


OUTSIDE = st.text(st.characters(exclude_categories=("Cs",)), max_size=400)


def test_a_quota_says_how_full_it_is_and_when_it_resets(make, words):
    at_ms = int(datetime(2026, 11, 26, 15, 30, tzinfo=UTC).timestamp() * 1000)
    full = Quota("anthropic", "Claude", "5h", 91.9, at_ms)
    rendered = render_notification(QuotaCrossed(full, 2), make.connected(), make.now(), words)
    assert rendered == Notification(
        "Claude 5h: quota at 91%",
        "It resets at 2026-11-26 15:30.",
        urgent=True,
    )


@pytest.mark.parametrize("resets_ms", [None, 2**53])
def test_a_quota_whose_reset_is_not_known_leads_to_the_menu(make, words, resets_ms):
    rendered = render_notification(
        QuotaCrossed(Quota("zai", "z.ai", "", 75.0, resets_ms), 1), make.connected(), make.now(), words
    )
    assert rendered == Notification(
        "z.ai: quota at 75%",
        "See Usage in the menu, or run: clawtray usage",
    )


def test_what_else_is_said_of_a_quota(make, words):
    at_ms = make.now().ms + 4 * 3_600_000
    half = Quota("anthropic", "Claude", "5h", 50.4, at_ms)
    assert render_notification(QuotaPace(half, 10_800), make.connected(), make.now(), words) == Notification(
        "Claude 5h: exhausted in 3 h at this pace", "50% used, resets in 4 h"
    )
    unknown = replace(half, resets_ms=None)
    assert render_notification(QuotaPace(unknown, 60), make.connected(), make.now(), words).body == "50% used"
    assert render_notification(QuotaAvailable(half), make.connected(), make.now(), words) == Notification(
        "Claude 5h: available again",
        "The quota was exhausted. 50% of it is used now.",
    )


def test_a_new_secret_that_logged_in(make, words):
    assert render_notification(SecretAccepted(), make.connected(), make.now(), words) == Notification(
        "Logged in again",
        "The gateway's token or password had changed. ClawTray uses the new one.",
    )


def test_a_job_that_failed(make, words):
    job = CronJob("a", "Nightly report", 1, error="no space", next_ms=make.now().ms + 3_600_000)
    state = make.connected()
    rendered = render_notification(CronFailed(job), state, make.now(), words)
    assert rendered == Notification(
        "Nightly report: failed", "no space Next run: 2026-11-23 13:00.", urgent=True
    )
    state = having(state, cron=CronJobs((replace(job, failures=3, error="", next_ms=None),)))
    rendered = render_notification(CronFailed(job), state, make.now(), words)
    assert rendered.title == "Nightly report: failed 3 times in a row"
    assert rendered.body == "See Failed jobs in the menu."


def every_notice(
    make, text="text", kind=FailureKind.CONNECTION_LOST, error=None, state=PromptStatus.ANSWERED
):
    """One of each kind, with this text in every place that holds one."""
    session = make.session(text, key=text, model=text)
    prompt = Asked("1", text, text, preset=text, state=state, answer=text, error=error, detail=text)
    return (
        ThresholdCrossed(session, 2),
        GatewayDown(ConnectionFailure(kind, text, text)),
        GatewayUp(len(text) * 60),
        GatewayNotFound(),
        ModelDiffers(text, text, text),
        SwitchFailed(text, text, error or ActionError.GATEWAY, text),
        PromptFinished(prompt),
        PromptNeedsConfirmation(prompt),
        QuotaCrossed(Quota(text, text, text, 91.0), 2),
        CronFailed(CronJob("a", text, 3, error=text)),
        QuotaAvailable(Quota(text, text, text, 3.0)),
        QuotaPace(Quota(text, text, text, 50.0), 10_800),
        SecretAccepted(),
        SettingsRejected(text),
        SaveFailed(text),
        OpenFailed(text),
        WindowFailed(),
        Welcome(),
        AlreadyRunning(),
        LogEmpty(),
        GatewayControlFinished(
            GatewayControl(
                GatewayControlKind.RESTART,
                GatewayControlStatus.FAILED,
                error=error or ActionError.CLI_FAILED,
                detail=text,
            )
        ),
        CopyFailed(text),
        ActionFinished(SessionAction(text, text, ActionKind.COMPACT, ActionStatus.FAILED, detail=text)),
        ContextCompacted(session, 150_000),
        LongRunFinished(text, len(text) * 60, text or None),
        ApprovalWaiting(Approval(text, ExecRequest(text, text, text, text, text, text, (text,)))),
        ApprovalFinished(Approval(text, PairingRequest(text, text), error=error, detail=text)),
        Digest((GatewayUp(1.0), PromptFinished(prompt), SettingsRejected(text))),
    )


def test_a_draft_shows_its_size(make, words):
    prompt = Asked("1", KEY, "x" * 12_345, preset="Explain")
    rendered = render_notification(PromptNeedsConfirmation(prompt), make.connected(), make.now(), words)
    assert rendered.title == "Explain: send it?"
    assert rendered.body == "With the clipboard text: 12,345 characters. See Prompts in the menu."
    assert (
        render_notification(
            PromptNeedsConfirmation(replace(prompt, preset=None)), make.connected(), make.now(), words
        ).title
        == "main: send it?"
    )


def test_compactions_and_long_runs(make, words):
    session = make.session(usage=make.usage(20_000), key=KEY)
    state = make.connected(session)
    compacted = render_notification(ContextCompacted(session, 150_000), state, make.now(), words)
    assert compacted == Notification("main: compacted", "150k → 20k tokens")
    ended = render_notification(LongRunFinished(KEY, 125, None), state, make.now(), words)
    assert ended == Notification("main: run finished", "It took 2 min.")
    failed = render_notification(LongRunFinished(KEY, 125, "401"), state, make.now(), words)
    assert (failed.title, failed.body) == ("main: run failed after 2 min", "Gateway error: 401")
    assert failed.urgent


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (
            ExecRequest("c1", "rm -rf\nbuild", session_key=KEY),
            Notification(
                "main: approval needed",
                "rm -rf\\nbuild\nSee Approvals in the menu, or run: clawtray approvals",
                urgent=True,
            ),
        ),
        (
            ExecRequest("c1", "ls"),
            Notification(
                "Approval needed",
                "ls\nSee Approvals in the menu, or run: clawtray approvals",
                urgent=True,
            ),
        ),
        (
            PairingRequest("d1", "laptop"),
            Notification(
                "Device access: laptop",
                "A device asks for access. See Approvals in the menu, or run: clawtray approvals",
                urgent=True,
            ),
        ),
    ],
)
def test_a_waiting_approval_is_reported_and_never_decided_by_a_click(make, words, request_, expected):
    waiting = ApprovalWaiting(Approval("default", request_))
    assert render_notification(waiting, make.connected(make.session(key=KEY)), make.now(), words) == expected


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (
            SessionAction(
                "default", KEY, ActionKind.COMPACT, ActionStatus.DONE, before=124_000, after=20_000
            ),
            Notification("main: Compacted", "124k → 20k tokens"),
        ),
        (
            SessionAction(
                "default", KEY, ActionKind.NEW, ActionStatus.FAILED, error=ActionError.GATEWAY, detail="no"
            ),
            Notification("main: Could not start a new session", "Gateway error: no", urgent=True),
        ),
        (
            SessionAction("default", KEY, ActionKind.STOP, ActionStatus.UNKNOWN, error=ActionError.NO_REPLY),
            Notification("main: The run may have stopped", "The gateway did not reply.", urgent=True),
        ),
    ],
)
def test_a_session_action_is_reported_with_its_figures_or_reason(make, words, action, expected):
    assert (
        render_notification(ActionFinished(action), make.connected(make.session(key=KEY)), make.now(), words)
        == expected
    )


def test_what_cannot_be_copied_is_shown(make, words):
    rendered = render_notification(CopyFailed(KEY), make.connected(), make.now(), words)
    assert rendered == Notification("Clipboard not available", f"Copy it yourself: {KEY}", asked_for=True)


def test_this_file_covers_every_alert(make):
    assert {type(notice) for notice in every_notice(make)} == set(get_args(Alert))


@pytest.mark.parametrize("trust", Level)
def test_no_click_on_a_notification_spends_tokens(make, words, trust):
    prompts = [Asked("1", KEY, "text", state=state) for state in PromptStatus if state.ended]
    here = make.connected(make.session(key=KEY), level=trust, prompts=tuple(prompts))
    for notice in (*every_notice(make, KEY), *map(PromptFinished, prompts)):
        rendered = rendered_with_command(notice, here, make.now(), words)
        if rendered.command is not None:
            _, effects = update(here, CommandReceived(rendered.command), make.now())
            assert not [e for e in effects if isinstance(e, Send) and e.request.spends]


@given(
    text=OUTSIDE,
    cause=st.sampled_from(FailureKind),
    error=st.none() | st.sampled_from(ActionError),
    state=st.sampled_from([state for state in PromptStatus if state.ended]),
)
def test_every_notification_fits_and_has_title_and_body(make, words, text, cause, error, state):
    here = make.connected(make.session(text, key=text, model=text))
    for notice in every_notice(make, text, cause, error, state):
        rendered = render_notification(notice, here, make.now(), words)
        assert 0 < units(rendered.title) <= TITLE_UNITS
        assert 0 < units(rendered.body) <= BODY_UNITS
        assert rendered.title.isprintable()
        assert rendered.body.replace("\n", "").isprintable()
        assert "\n" not in rendered.body or isinstance(
            notice, PromptFinished | AlreadyRunning | Digest | ApprovalWaiting
        )


def test_a_requested_restart_is_reported_with_its_result(make, words):
    session = make.session()
    done = GatewayControl(GatewayControlKind.RESTART, GatewayControlStatus.DONE)
    rendered = render_notification(GatewayControlFinished(done), make.connected(session), make.now(), words)
    assert rendered == Notification("Gateway restarted", "main  62% of 200k", asked_for=True)
    failed = replace(
        done, state=GatewayControlStatus.FAILED, error=ActionError.CLI_FAILED, detail="no service"
    )
    rendered = render_notification(GatewayControlFinished(failed), make.connected(session), make.now(), words)
    said = "The gateway's command failed: no service"
    assert rendered == Notification("Could not restart the gateway", said, urgent=True, asked_for=True)
