"""Placeholders in the text of a preset."""

from tray.core.model import Now

CLIPBOARD = "{clipboard}"
NAMES = (CLIPBOARD, "{date}", "{time}", "{session}")


def fill(text: str, key: str, pasted_text: str, now: Now) -> str:
    """Return the text as it is sent. Other braces stay as they are, also in the clipboard text.

    Args:
        text: As written in the settings.
        key: The canonical key of its session, for ``{session}``.
        pasted_text: The clipboard text.
        now: Its wall clock gives ``{date}`` and ``{time}``.
    """
    values = {
        "{date}": now.wall.strftime("%Y-%m-%d"),
        "{time}": now.wall.strftime("%H:%M"),
        "{session}": key,
        CLIPBOARD: pasted_text,
    }
    for name, value in values.items():
        text = text.replace(name, value)
    return text
