"""Compiles the translations whenever ClawTray is installed from source or a wheel of it is made.

hatchling loads this file by its path, so it imports nothing of ours. `python -m build.hatch_hook` works, too.
"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_catalogues(checkout: Path) -> list[Path]:
    """Write a .mo file beside each .po file, unless it is as it should be, and return them."""
    compiled = []
    for source in sorted(checkout.glob("tray/i18n/locale/*/LC_MESSAGES/*.po")):
        target, content = source.with_suffix(".mo"), catalogue(source)
        # uv installs ClawTray again whenever one of these files has another date.
        if not target.is_file() or target.read_bytes() != content:
            target.write_bytes(content)
        compiled.append(target)
    return compiled


def catalogue(source: Path) -> bytes:
    """Return the content of the .mo file that a .po file asks for; it is the same at any time."""
    with source.open("rb") as file:
        read = read_po(file, abort_invalid=True)
    read.creation_date = read.revision_date = datetime(2020, 1, 1, tzinfo=UTC)
    content = BytesIO()
    write_mo(content, read)
    return content.getvalue()


class CatalogueHook(BuildHookInterface[Any]):
    """Runs before the files of a wheel are collected; an editable install has a wheel, too."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's names
        """Compile the catalogues."""
        compile_catalogues(Path(self.root))


if __name__ == "__main__":
    print(*compile_catalogues(Path(__file__).parent.parent), sep="\n")
