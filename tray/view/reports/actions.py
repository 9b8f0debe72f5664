"""What the console prints about a session action, a model switch or a prompt, as a JSON value."""

from typing import Any

from tray.core.model import (
    ActionError,
    ActionStatus,
    ModelSwitch,
    Prompt,
    PromptStatus,
    SessionAction,
)
from tray.core.state import State
from tray.i18n.words import Words
from tray.view.reports.status import SCHEMA
from tray.view.text import action_results


def action(done: SessionAction, state: State, words: Words) -> dict[str, Any]:
    """Return the value of `compact --json`, `new --json` and `stop --json`.

    `before` and `after` are tokens, where the gateway reports them.
    """
    named = {ActionStatus.DONE: "done", ActionStatus.FAILED: "failed"}
    succeeded = done.state is ActionStatus.DONE
    return {
        "schema": SCHEMA,
        "session": done.key,
        "deed": done.kind.value,  # codespell:ignore
        "outcome": named.get(done.state, "unknown"),
        "reason": None if succeeded else action_results.why(done, state.level, words),
        "before": done.before,
        "after": done.after,
    }


def switch(done: ModelSwitch) -> dict[str, Any]:
    """Return the value of `use --json`: `model` is what the gateway confirmed, None if nothing."""
    failed = "unknown" if done.error is ActionError.UNCONFIRMED else "failed"
    return {
        "schema": SCHEMA,
        "session": done.key,
        "requested": done.requested,
        "model": done.model,
        "outcome": "done" if done.error is None else failed,
    }


def prompt(ended: Prompt) -> dict[str, Any]:
    """Return the value of `ask --json`: `model` is the one that answered, where the gateway says so."""
    named = {PromptStatus.ANSWERED: "done", PromptStatus.STOPPED: "stopped", PromptStatus.UNKNOWN: "unknown"}
    return {
        "schema": SCHEMA,
        "session": ended.key,
        "model": ended.answered_by,
        "answer": ended.answer,
        "outcome": named.get(ended.state, "failed"),
    }
