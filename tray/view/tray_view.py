"""What the tray icon shows, as a value that is compared, so that only changes are drawn."""

import msgspec

from tray.core import approvals
from tray.core.model import Confidence, ContextUsage, Now, Phase
from tray.core.sessions import thresholds
from tray.core.state import State
from tray.i18n.words import Words
from tray.settings.settings import IconStyle, Settings
from tray.view.icon.model import Icon, Situation
from tray.view.text import formatting
from tray.view.text.summary import glance

_NO_USAGE = ContextUsage(None, None, Confidence.UNKNOWN)


class View(msgspec.Struct, frozen=True):
    """Icon and tooltip."""

    icon: Icon
    tooltip: str


def view(state: State, now: Now, words: Words) -> View:
    """Return what is visible of a state at all times; the menu is made when it opens (`tray.view.menu`)."""
    return View(icon(state), tooltip(state, now, words))


def icon(state: State) -> Icon:
    """Return the icon: the connection if it is not up, else the context of the focus session."""
    match state.phase:
        case Phase.NOT_SET_UP:
            return Icon(Situation.NOT_SET_UP)
        case Phase.CONNECTING:
            return Icon(Situation.CONNECTING)
        case Phase.DOWN:
            return Icon(Situation.DOWN)
        case Phase.REFUSED:
            return Icon(Situation.REFUSED)
        case Phase.CONNECTED:
            running, waiting = state.running, bool(approvals.waiting(state))
    settings, session = state.settings, state.focused
    usage = _NO_USAGE if session is None else session.usage
    return usage_icon(usage, settings, settings.icon_style, running=running, waiting=waiting)


def usage_icon(
    usage: ContextUsage,
    settings: Settings,
    style: IconStyle = IconStyle.RING,
    *,
    running: bool = False,
    waiting: bool = False,
) -> Icon:
    """Return the picture of one session's context."""
    percent = formatting.whole_percent(usage)
    if usage.percent is None or percent is None:
        return Icon(Situation.UNKNOWN, running=running, waiting=waiting, style=style)
    bands = (Situation.CALM, Situation.WARNING, Situation.CRITICAL)
    return Icon(
        bands[thresholds.reached(usage.percent, settings)],
        min(percent, 100),
        stale=usage.confidence is Confidence.STALE,
        threshold=int(settings.warning),
        running=running,
        waiting=waiting,
        critical=int(settings.critical),
        style=style,
    )


def tooltip(state: State, now: Now, words: Words) -> str:
    """Return the connection unless it is up, the session, its usage, model and age, in 127 UTF-16 units.

    The most important comes first, since the end may be cut off.
    """
    lines, session = glance(state, words), state.focused
    if session is not None:
        details = (formatting.short_model(session.model), formatting.updated(session, now, words))
        lines.append(" · ".join(part for part in details if part))
    return formatting.clip("\n".join(line for line in lines if line), formatting.TOOLTIP_UNITS)
