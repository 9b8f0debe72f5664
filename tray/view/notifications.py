"""Notifications in words: a title and a body that fit the Windows shell."""

from tray.core import approvals as core_approvals
from tray.core.commands import OpenPanel
from tray.core.model import (
    ActionError,
    ActionFinished,
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
    Digest,
    GatewayControlFinished,
    GatewayControlStatus,
    GatewayDown,
    GatewayNotFound,
    GatewayUp,
    LogEmpty,
    LongRunFinished,
    ModelDiffers,
    Now,
    OpenFailed,
    Phase,
    Prompt,
    PromptFinished,
    PromptNeedsConfirmation,
    PromptStatus,
    QuotaAvailable,
    QuotaCrossed,
    QuotaPace,
    SaveFailed,
    SecretAccepted,
    Session,
    SettingsRejected,
    SwitchFailed,
    ThresholdCrossed,
    Welcome,
    WindowFailed,
)
from tray.core.notifications.delivery import REPLIES
from tray.core.state import State
from tray.i18n.words import Words
from tray.protocol.approvals import ExecRequest
from tray.protocol.cron import CronJob
from tray.protocol.usage import Quota
from tray.values import replace
from tray.view import cures
from tray.view.notification import Notification
from tray.view.text import (
    action_results,
    amounts,
    approvals,
    connection_errors,
    cron,
    exact,
    formatting,
    prompts,
)
from tray.view.text.formatting import name_of
from tray.view.text.summary import glance


def render_notification(alert: Alert, state: State, now: Now, words: Words) -> Notification:
    """Return the notification for an alert, clipped to the shell's limits; title and body are never empty."""
    notification = _render(alert, state, now, words)
    title = formatting.clip(notification.title, formatting.TITLE_UNITS)
    body = formatting.clip(notification.body, formatting.BODY_UNITS) or title
    asked_for = isinstance(alert, REPLIES)
    command = notification.command or cures.place(alert)
    return replace(notification, title=title, body=body, command=command, asked_for=asked_for)


def _render(alert: Alert, state: State, now: Now, words: Words) -> Notification:
    match alert:
        case ThresholdCrossed(session, level):
            return _threshold_crossed(session, level, words)
        case GatewayDown(failure):
            return Notification(
                _connection_lost_title(failure, words),
                connection_errors.why(failure, state, words),
                urgent=True,
            )
        case GatewayUp(after):
            span = formatting.duration(after, words)
            return Notification(words("The gateway is back"), words("It was down for {span}.", span=span))
        case GatewayNotFound():
            body = words("Open the panel to enter the address of your gateway, or run: clawtray doctor")
            return Notification(words("No gateway found"), body)
        case ModelDiffers(key, asked, answered):
            title = words("{name}: another model answered", name=name_of(key, state))
            body = words(
                "Asked for {asked}, answered by {answered}.", asked=_model(asked), answered=_model(answered)
            )
            return Notification(title, body, urgent=True)
        case SwitchFailed():
            return _switch_failed(alert, state, words)
        case PromptFinished(prompt):
            return _prompt_finished(prompt, state, words)
        case PromptNeedsConfirmation(prompt):
            title = words(
                "{name}: send it?",
                name=prompts.name(prompt, state, 40),
            )
            size = words.plural(
                "With the clipboard text: {n} character.",
                "With the clipboard text: {n} characters.",
                len(prompt.text),
                n=f"{len(prompt.text):,}",
            )
            return Notification(title, f"{size} {words('See Prompts in the menu.')}")
        case ActionFinished(action):
            title = words(
                "{name}: {what}", name=name_of(action.key, state), what=action_results.what(action, words)
            )
            body = action_results.why(action, state.level, words)
            return Notification(title, body, urgent=action.state is not ActionStatus.DONE)
        case ContextCompacted(session, before):
            title = words("{name}: compacted", name=formatting.session_name(session))
            after = session.usage.used or 0
            return Notification(
                title,
                words(
                    "{before} → {after} tokens",
                    before=formatting.tokens(before),
                    after=formatting.tokens(after),
                ),
            )
        case LongRunFinished():
            return _long_run(alert, state, words)
        case ApprovalWaiting(approval):
            return _approval_waiting(approval, state, words)
        case ApprovalFinished(approval):
            title = approvals.title(approval.request, words)
            return Notification(title, approvals.outcome(approval, state.level, words), urgent=True)
        case CopyFailed(text):
            body = words("Copy it yourself: {text}", text=formatting.clean(text, 300))
            return Notification(words("Clipboard not available"), body)
        case QuotaCrossed(quota, level):
            return _quota_crossed(quota, level, now, words)
        case QuotaAvailable(quota):
            return _quota_available(quota, words)
        case QuotaPace():
            return _quota_pace(alert, now, words)
        case SecretAccepted():
            return _secret_accepted(words)
        case CronFailed(job):
            return _job_failed(state.gateway.cron.find(job.id) or job, now, words)
        case SettingsRejected(sentence):
            title = words("Error in the settings")
            return Notification(title, formatting.clean(words.render(sentence), 300), urgent=True)
        case SaveFailed(sentence):
            return Notification(
                words("Could not save"), formatting.clean(words.render(sentence), 300), urgent=True
            )
        case OpenFailed(place):
            body = words("Open it yourself: {place}", place=formatting.clean(place, 300))
            return Notification(words("Could not open it"), body, urgent=True)
        case WindowFailed():
            body = words(
                "Use the dashboard, the settings file, or clawtray ask and clawtray diagnostics in a "
                "terminal."
            )
            return Notification(words("Could not open the window"), body, urgent=True)
        case Welcome():
            return _welcome(state, words)
        case AlreadyRunning():
            where = words("Its icon is next to the clock or behind the ^ there.")
            body = "\n".join((*glance(state, words), where))
            return Notification(words("ClawTray is already running"), body)
        case Digest():
            return _digest(alert, state, now, words)
        case GatewayControlFinished(control):
            failed = control.state is GatewayControlStatus.FAILED
            body = action_results.gateway_control_reason(control, state.level, words) or "\n".join(
                glance(state, words)
            )
            return Notification(action_results.gateway_control(control, words), body, urgent=failed)
        case LogEmpty():
            body = words("ClawTray has not logged any errors.")
            return Notification(words("The log is empty"), body)


def _welcome(state: State, words: Words) -> Notification:
    title, failure = words("ClawTray is running"), state.connection.failure
    if failure is None or state.connected:
        body = words(
            "Windows hides new icons behind the ^ next to the clock. Click here for the setting "
            "that keeps this one visible."
        )
        return Notification(title, body)
    cause = connection_errors.cause(failure, state, words)
    rest = words("Click here to connect. Windows hides the icon behind the ^ next to the clock.")
    return Notification(title, f"{cause} {rest}", command=OpenPanel())


def _threshold_crossed(session: Session, level: int, words: Words) -> Notification:
    usage = formatting.usage_line(session.usage, words)
    title = words("{name}: context at {usage}", name=formatting.session_name(session), usage=usage)
    if level > 1:
        body = words(
            "The gateway will soon compact this session automatically. Compact it now or start a new session."
        )
        return Notification(title, body, urgent=True)
    return Notification(title, words("Consider compacting it or starting a new session."))


def _long_run(alert: LongRunFinished, state: State, words: Words) -> Notification:
    name, span = name_of(alert.key, state), formatting.duration(alert.seconds, words)
    if alert.error is None:
        return Notification(words("{name}: run finished", name=name), words("It took {span}.", span=span))
    reason = formatting.action_error(ActionError.GATEWAY, alert.error, state.level, words)
    return Notification(words("{name}: run failed after {span}", name=name, span=span), reason, urgent=True)


def _approval_waiting(approval: Approval, state: State, words: Words) -> Notification:
    # The user decides in the panel, which a click opens, or in the menu: both show the whole request.
    request = approval.request
    if not isinstance(request, ExecRequest):
        body = words("A device asks for access. See Approvals in the menu, or run: clawtray approvals")
        return Notification(approvals.title(request, words), body, urgent=True)
    key = request.session_key
    name = "" if key is None else name_of(key, state)
    title = words("{name}: approval needed", name=name) if name else words("Approval needed")
    where = words("See Approvals in the menu, or run: clawtray approvals")
    body = f"{exact.in_one_line(request.command, 180) or '?'}\n{where}"
    return Notification(title, body, urgent=True)


def _quota_crossed(quota: Quota, level: int, now: Now, words: Words) -> Notification:
    name = amounts.quota_name(quota)
    title = words("{name}: quota at {percent}%", name=name, percent=int(quota.percent))
    when = "" if quota.resets_ms is None else amounts.local_time(quota.resets_ms, now)
    where = words("See Usage in the menu, or run: clawtray usage")
    body = words("It resets at {when}.", when=when) if when else where
    return Notification(title, body, urgent=level > 1)


def _quota_available(quota: Quota, words: Words) -> Notification:
    title = words("{name}: available again", name=amounts.quota_name(quota))
    used = amounts.quota_percent(quota)
    body = words("The quota was exhausted. {percent} of it is used now.", percent=used)
    return Notification(title, body)


def _quota_pace(alert: QuotaPace, now: Now, words: Words) -> Notification:
    name, span = amounts.quota_name(alert.quota), formatting.duration(alert.seconds, words)
    title = words("{name}: exhausted in {span} at this pace", name=name, span=span)
    used = words("{percent} used", percent=amounts.quota_percent(alert.quota))
    resets = amounts.resets(alert.quota, now, words)
    return Notification(title, f"{used}, {resets}" if resets else used)


def _secret_accepted(words: Words) -> Notification:
    body = words("The gateway's token or password had changed. ClawTray uses the new one.")
    return Notification(words("Logged in again"), body)


def _job_failed(job: CronJob, now: Now, words: Words) -> Notification:
    body = " ".join(cron.details(job, now, words)) or words("See Failed jobs in the menu.")
    return Notification(cron.title(job, words), body, urgent=True)


def _connection_lost_title(failure: ConnectionFailure, words: Words) -> str:
    match failure.phase:
        case Phase.DOWN:
            return words("The gateway is down")
        case Phase.REFUSED:
            return words("Cannot log in to the gateway")
        case _:
            return words("No connection to the gateway")


def _switch_failed(alert: SwitchFailed, state: State, words: Words) -> Notification:
    name = name_of(alert.key, state)
    if alert.error is ActionError.UNCONFIRMED:
        title = words("{name}: model switch not confirmed", name=name)
    else:
        title = words("{name}: could not switch the model", name=name)
    reason = formatting.action_error(alert.error, alert.detail, state.level, words)
    model = words("the default model") if alert.requested is None else _model(alert.requested)
    return Notification(title, words("Asked for {model}. {reason}", model=model, reason=reason), urgent=True)


def _prompt_finished(prompt: Prompt, state: State, words: Words) -> Notification:
    name = prompts.name(prompt, state, 40)
    if prompt.state is PromptStatus.ANSWERED:
        body = _paragraphs(prompt.answer) or words("The answer is empty.")
        return Notification(name, body)
    if prompt.error is not None:
        reason = formatting.action_error(prompt.error, prompt.detail, state.level, words)
        return Notification(words("{name}: failed", name=name), reason, urgent=True)
    urgent = prompt.state is not PromptStatus.STOPPED
    return Notification(name, formatting.prompt_result(prompt, words), urgent=urgent)


def _digest(digest: Digest, state: State, now: Now, words: Words) -> Notification:
    """A line for each alert, the latest last, and one for all approvals.

    If there is no room, an ellipsis replaces the oldest of those that are not urgent, then of the others.
    """
    number = len(digest.alerts) + digest.dropped
    title = words.plural("{n} notification", "{n} notifications", number, n=f"{number:,}")
    asking = [alert for alert in digest.alerts if isinstance(alert, ApprovalWaiting)]
    merged = asking if len(asking) > 1 else []
    lines = [(True, _approvals_line(state, len(merged), words))] if merged else []
    lines += (
        (_render(alert, state, now, words).urgent, _digest_line(alert, state, now, words))
        for alert in digest.alerts
        if alert not in merged
    )
    urgent = any(urgent for urgent, _ in lines)
    body = "\n".join(text for _, text in lines)
    while body != formatting.clip(body, formatting.BODY_UNITS):
        lines.remove(next((line for line in lines if not line[0]), lines[1 if merged else 0]))
        body = "\n".join((formatting.ELLIPSIS, *(text for _, text in lines)))
    return Notification(title, body, urgent)


def _approvals_line(state: State, number: int, words: Words) -> str:
    waiting = approvals.count(len(core_approvals.waiting(state)), words)
    return waiting or words.plural(
        "An approval is no longer waiting", "{n} approvals are no longer waiting", number
    )


def _digest_line(alert: Alert, state: State, now: Now, words: Words) -> str:
    line = _render(alert, state, now, words).title
    if isinstance(alert, PromptFinished) and alert.prompt.error is None:  # its title is only a name
        line = f"{line}: {formatting.prompt_result(alert.prompt, words)}"
    return formatting.clip(line, formatting.TITLE_UNITS)


def _paragraphs(answer: str) -> str:
    """Keep the line breaks of an answer's beginning."""
    lines = (formatting.clean(line, formatting.BODY_UNITS + 1) for line in answer[:4000].splitlines())
    return "\n".join(line for line in lines if line)


def _model(name: str) -> str:
    return formatting.clean(name, 80) or "?"
