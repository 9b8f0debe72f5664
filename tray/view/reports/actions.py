"""What the console prints about a session action, as a JSON value."""

from typing import Any

from tray.core.model import ActionStatus, SessionAction
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
