"""Several changes of settings.toml at once, each under its key; comments, order and unknown keys stay."""

from __future__ import annotations

from typing import TypeAlias

from tray.config.settings import set_value

Value: TypeAlias = str | float | bool | None
Changes: TypeAlias = tuple[tuple[tuple[str, ...], Value], ...]
PRESETS = "presets"


def with_changes(text: str, changes: Changes) -> str:
    """The text with all of them, in their order; None removes a key.

    A preset's key is `("presets", number, name)`, numbers from 0. `("presets",)` with None removes them all;
    written anew after that, they lose the comments among them.

    Raises:
        ValueError: See `settings.set_value`.
    """
    presets = [change for change in changes if change[0][0] == PRESETS]
    for key, value in changes:
        if key[0] != PRESETS:
            text = set_value(text, key, _neat(value))
    return _with_presets(text, presets) if presets else text


def _neat(value: Value) -> Value:
    """A whole number as people write it: 75, not 75.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _with_presets(text: str, changes: list[tuple[tuple[str, ...], Value]]) -> str:
    import tomlkit  # noqa: PLC0415 - it loads slowly, and only a change of settings needs it

    rows: dict[str, dict[str, str]] = {}
    for key, value in changes:
        if len(key) == 3 and isinstance(value, str):  # noqa: PLR2004 - the word, the number, the name
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
