"""What stands for something else in the text of a preset."""

from __future__ import annotations

from tray.core.model.clock import Now

CLIPBOARD = "{clipboard}"


def fill(text: str, key: str, pasted_text: str, now: Now) -> str:
    """The text as it is sent: other braces stay as they are, and so does all that was copied.

    Args:
        text: As written in the settings.
        key: The canonical key of the session that gets it, for ``{session}``.
        pasted_text: What the clipboard holds.
        now: Its wall clock gives ``{date}`` and ``{time}``, where the user is.
    """
    local = now.wall.astimezone()
    values = {
        "{date}": local.strftime("%Y-%m-%d"),
        "{time}": local.strftime("%H:%M"),
        "{session}": key,
        CLIPBOARD: pasted_text,
    }
    for name, value in values.items():
        text = text.replace(name, value)
    return text
