"""What became of a deed, or of the gateway's restart, in words: for the menu, notices and the console."""

from __future__ import annotations

from tray.core.errors import Fault
from tray.core.model.actions import Deed, DeedKind, DeedState
from tray.core.model.gateway_control import Lifecycle, LifecycleKind, LifecycleState
from tray.i18n.translate import Words
from tray.settings.settings import Level
from tray.view.text import formatting


def what(deed: Deed, words: Words) -> str:
    """In two or three words."""
    match deed.state:
        case DeedState.ASKED:
            return _asked(deed.kind, words)
        case DeedState.DONE:
            return _done(deed.kind, words)
        case DeedState.FAILED:
            return _failed(deed.kind, words)
        case DeedState.UNKNOWN:
            return _unknown(deed.kind, words)


def why(deed: Deed, level: Level, words: Words) -> str:
    """The reason, or the figures; empty where there is nothing to add."""
    match deed.state:
        case DeedState.ASKED:
            return ""
        case DeedState.DONE:
            return _figures(deed, words)
        case DeedState.FAILED:
            return formatting.fault(deed.fault or Fault.GATEWAY, deed.detail, level, words)
        case DeedState.UNKNOWN if deed.fault is Fault.OFFLINE:
            return words("The connection broke before the gateway answered. Look before you try again.")
        case DeedState.UNKNOWN:
            return formatting.fault(deed.fault or Fault.NO_REPLY, deed.detail, level, words)


def line(deed: Deed, level: Level, words: Words) -> str:
    """Both in one line."""
    reason = why(deed, level, words)
    return words("{what}: {why}", what=what(deed, words), why=reason) if reason else what(deed, words)


def _figures(deed: Deed, words: Words) -> str:
    if deed.kind is not DeedKind.COMPACT or deed.before is None:
        return ""
    before = formatting.tokens(deed.before)
    if deed.after is None:
        return words("{before} tokens before; the next run tells how many now", before=before)
    return words("{before} → {after} tokens", before=before, after=formatting.tokens(deed.after))


def _asked(kind: DeedKind, words: Words) -> str:
    match kind:
        case DeedKind.COMPACT:
            return words("Being compacted…")
        case DeedKind.NEW:
            return words("Beginning anew…")
        case DeedKind.STOP:
            return words("Being stopped…")
        case DeedKind.THINK:
            return words("Changing the thinking level…")


def _done(kind: DeedKind, words: Words) -> str:
    match kind:
        case DeedKind.COMPACT:
            return words("Compacted")
        case DeedKind.NEW:
            return words("Begun anew")
        case DeedKind.STOP:
            return words("Run stopped")
        case DeedKind.THINK:
            return words("Thinking level changed")


def _failed(kind: DeedKind, words: Words) -> str:
    match kind:
        case DeedKind.COMPACT:
            return words("Not compacted")
        case DeedKind.NEW:
            return words("Not begun anew")
        case DeedKind.STOP:
            return words("Not stopped")
        case DeedKind.THINK:
            return words("Thinking level not changed")


def _unknown(kind: DeedKind, words: Words) -> str:
    match kind:
        case DeedKind.COMPACT:
            return words("Perhaps compacted")
        case DeedKind.NEW:
            return words("Perhaps begun anew")
        case DeedKind.STOP:
            return words("Perhaps stopped")
        case DeedKind.THINK:
            return words("Thinking level perhaps changed")


def lifecycle(done: Lifecycle, words: Words) -> str:
    """What became of a start or restart of the gateway, in a few words."""
    starts = done.kind is LifecycleKind.START
    match done.state:
        case LifecycleState.ASKED:
            return (
                words("The gateway is being started…") if starts else words("The gateway is told to restart…")
            )
        case LifecycleState.TAKEN:
            return words("The gateway starts…") if starts else words("The gateway restarts…")
        case LifecycleState.DONE:
            return words("The gateway has started") if starts else words("The gateway has restarted")
        case LifecycleState.FAILED:
            return words("The gateway was not started") if starts else words("The gateway did not restart")


def lifecycle_reason(done: Lifecycle, level: Level, words: Words) -> str:
    """Why not, or what it waits for; empty where there is nothing to add."""
    if done.state is LifecycleState.FAILED:
        return formatting.fault(done.fault or Fault.GATEWAY, done.detail, level, words)
    if done.state is LifecycleState.TAKEN and done.detail and not done.by_cli:
        return words("It waits: {reason}", reason=formatting.clean(done.detail, 120))
    return ""
