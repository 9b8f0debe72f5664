"""The panel as one value: its head, the ways to its pages, and the page that is open."""

from tray.core.commands import ShowPage
from tray.core.model import Now, Page, Window
from tray.core.prompts import thread
from tray.core.state import State
from tray.i18n.words import Words
from tray.view.panel import approval, ask, notifications, now, usage
from tray.view.panel.cards import Card, PanelPane, Tab
from tray.view.text import connection_errors, formatting, summary


def panel(window: Window, state: State, at: Now, words: Words) -> PanelPane:
    """Return what the panel shows; only the page that is open is made."""
    labels = {
        Page.NOW: words("Now"),
        Page.ASK: words("Ask"),
        Page.USAGE: words("Usage"),
        Page.NOTIFICATIONS: words("Notifications"),
    }
    chosen = Page.NOW if window.page is Page.APPROVAL else window.page
    tabs = [Tab(label, ShowPage(page), chosen=page is chosen) for page, label in labels.items()]
    name, _, about = connection_errors.gateway_line(state).rpartition(" · ")
    parts = (formatting.phase(state.phase, words), about)
    lines = [line.removeprefix("ClawTray · ") for line in summary.glance(state, words)]
    return PanelPane(
        f"{' · '.join(lines)} - ClawTray",
        name or "ClawTray",
        " · ".join(part for part in parts if part),
        window.page,
        tuple(tabs),
        _cards(window, state, at, words),
    )


def _cards(window: Window, state: State, at: Now, words: Words) -> tuple[Card, ...]:
    match window.page:
        case Page.NOW:
            return now.cards(state, window.subject, at, words)
        case Page.ASK:
            return ask.cards(state, thread.shown(state, window), at, words)
        case Page.USAGE:
            return usage.cards(state, at, words)
        case Page.NOTIFICATIONS:
            return notifications.cards(state, at, words)
        case Page.APPROVAL:
            return approval.cards(state, window.subject, at, words)
