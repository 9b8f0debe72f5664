"""Open windows. `core.gui` opens and closes them."""

from enum import StrEnum

import msgspec


class WindowKind(StrEnum):
    """What a window is for."""

    SETTINGS = "settings"
    PANEL = "panel"
    DIAGNOSTICS = "diagnostics"


class Page(StrEnum):
    """A page of the panel."""

    NOW = "now"
    ASK = "ask"
    USAGE = "usage"
    NOTIFICATIONS = "notifications"
    APPROVAL = "approval"


class SettingsPage(StrEnum):
    """A page of the Settings window."""

    GENERAL = "general"
    ICON = "icon"
    GATEWAYS = "gateways"
    PROMPTS = "prompts"


class Window(msgspec.Struct, frozen=True):
    """An open window.

    Attributes:
        id: Unique in this process.
        page: The page that the panel shows.
        subjects: What was chosen on a page of the panel: the key of a session, or the id of a prompt or
            an approval.
        settings: The page of the settings that was asked for; None for none.
    """

    id: str
    kind: WindowKind
    page: Page = Page.NOW
    subjects: dict[Page, str] = msgspec.field(default_factory=dict)
    settings: SettingsPage | None = None

    @property
    def subject(self) -> str | None:
        """Return what was chosen on the page that is shown; None for nothing."""
        return self.subjects.get(self.page)
