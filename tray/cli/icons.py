"""`icons`: a picture of every state of the icon."""

from pathlib import Path

from tray.cli.console import CommandFailed
from tray.cli.exit_codes import OFFLINE, ExitCode
from tray.cli.parser import Commands, Given
from tray.i18n.words import Words, message
from tray.settings.settings import IconStyle


def register(commands: Commands) -> None:
    icons = commands.add(
        "icons",
        _icons,
        commands.words("draw every state of the icon"),
        about=commands.words("Draw every state of the icon into one picture, as on light and dark taskbars."),
        examples=("clawtray icons icons.png --style digits",),
        codes=OFFLINE,
    )
    icons.add_argument("file", metavar="FILE.png", type=Path)
    icons.add_argument(
        "--style",
        choices=[style.value for style in IconStyle],
        default=IconStyle.RING.value,
        help=commands.words("how the icon shows context usage"),
    )


def _icons(given: Given) -> None:
    from tray.view.icon.contact_sheet import contact_sheet  # noqa: PLC0415 - Pillow is slow to load

    if given.file.suffix.lower() != ".png":
        problem = message("The name {path} must end in .png.", path=given.file)
        raise CommandFailed(problem, ExitCode.USAGE)
    try:
        contact_sheet(Words(), IconStyle(given.style)).save(given.file)
    except OSError as error:
        reason = error.strerror or error
        problem = message("Could not write {path}: {reason}.", path=given.file, reason=reason)
        raise CommandFailed(problem) from error
