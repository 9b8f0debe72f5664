"""Several changes of settings.toml at once. Comments, order and unknown keys stay."""

from typing import TypeAlias

from tray.settings.parse import set_value

Value: TypeAlias = str | float | bool | None
Changes: TypeAlias = tuple[tuple[tuple[str, ...], Value], ...]
PRESETS = "presets"


def apply_changes(text: str, changes: Changes) -> str:
    """Return the text with the changes made in their order; None removes a key.

    The key of a preset is `("presets", number, name)`, numbers from 0. `("presets",)` with None removes all
    presets; presets written after that lose the comments among them.

    Raises:
        ValueError: See `settings.set_value`.
    """
    presets = [change for change in changes if change[0][0] == PRESETS]
    for key, value in changes:
        if key[0] != PRESETS:
            text = set_value(text, key, _as_written(value))
    return _with_presets(text, presets) if presets else text


def _as_written(value: Value) -> Value:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _with_presets(text: str, changes: list[tuple[tuple[str, ...], Value]]) -> str:
    import tomlkit  # noqa: PLC0415 - it loads slowly, and only a change of settings needs it

    rows: dict[str, dict[str, str]] = {}
    for key, value in changes:
        if len(key) == 3 and isinstance(value, str):  # noqa: PLR2004 - presets, the number, the name
            rows.setdefault(key[1], {})[key[2]] = value
    document = tomlkit.parse(set_value(text, (PRESETS,), None))
    if rows:
        array = tomlkit.aot()
        for row in rows.values():
            table = tomlkit.table()
            table.update(row)
            array.append(table)
        document.append(PRESETS, array)
    else:
        document.add(PRESETS, tomlkit.array())
    return tomlkit.dumps(document)


DEFAULT_SETTINGS_TEXT = """\
# ClawTray's settings. A change counts within a minute, or at once with Gateway > Reconnect now.
# Lines that begin with # are comments; remove the # to use one.

# Which of the [profiles] below to watch. "default" is the gateway of this computer, found automatically.
profile = "default"

# "auto" is the system's language, where ClawTray speaks it: "en" or "ko". A change counts at the next start.
language = "auto"

# Show notifications. The icon, its tooltip and the menu show the same.
notices = true

# Seconds between two readings of the sessions when nothing happens, 5 to 3600. They cost no tokens.
poll_seconds = 60

# Keep the last prompts and answers for the next start, in a file that only you can read. Else they are
# forgotten at the end.
keep_answers = false

# Hours in which notifications wait; afterwards they come as one.
# [quiet]
# from = "22:00"
# to = "07:00"

[thresholds]
# Percent of the context window at which the icon turns amber, and red.
warning = 75
critical = 90

[icon]
# How the icon shows the usage: "ring", "digits" (the number) or "bar".
style = "ring"

# Prompts for the menu, in its order. Each spends tokens, but only when it is chosen.
# {date}, {time}, {session} and {clipboard} are filled in; a long clipboard is asked about first.
# Without a session, a prompt goes to ClawTray's own one, and your conversations stay clean.
[[presets]]
name = "Summarise this session"
text = "Summarise this session in at most five short points: what was done, and what is waiting for me?"
session = "main"

[[presets]]
name = "What is on today?"
text = "It is {date}, {time}. What is planned for today, as far as you know? At most five short points."
session = "main"
# model = "anthropic/claude-sonnet-4-5"    # only for presets without a session

# Another gateway, for instance. Tokens and passwords do not belong in this file.
# [profiles.home]
# url = "wss://gateway.example"
# level = "watch"                 # "watch" only reads, "ask" also sends prompts, "control" can do everything
# fingerprint = "aa:bb:..."       # SHA-256 of its certificate, if that is self-signed
# allow_plain = false             # true allows ws://, without encryption, beyond this computer

[profiles.default]
# url = "ws://127.0.0.1:18789"    # without it, the gateway is found by itself
# level = "watch"                 # without it: control on this computer, watch elsewhere
# gateway_user = "1001@127.0.0.1:18789"    # another user of this computer who runs the gateway there
"""
"""The text of a new settings.toml. It means `Settings()`."""
