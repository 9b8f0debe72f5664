"""The system by way of portable libraries: what every platform has, and all there is on Linux."""

from __future__ import annotations

import errno
import os
import sys
import warnings
from pathlib import Path
from typing import Any

from tray.view.notifications import Notification

_SECONDS_SHOWN = 10
_COPY_PATIENCE = 5.0
_COPIERS = (
    ("wl-copy",),
    ("xclip", "-selection", "clipboard"),
    ("xsel", "--clipboard", "--input"),
    ("pbcopy",),
)
"""Programs that put their input on the clipboard, of Wayland, X11 and macOS. One success is enough."""
_PASTERS = (
    ("wl-paste", "--no-newline"),
    ("xclip", "-selection", "clipboard", "-out"),
    ("xsel", "--clipboard", "--output"),
    ("pbpaste",),
)
"""Programs that print what is on it."""


def prepare() -> None:
    """Nothing: no other system asks a process what it is."""


def claim(*, demo: bool) -> bool:  # noqa: ARG001 - as on Windows
    """Become the one tray of this session. Other systems leave it to the user how many there are."""
    return True


def make_icon(menu: Any, **_: Any) -> Any:  # noqa: ANN401 - pystray has no types
    """The icon of the desktop.

    Raises:
        Exception: There is no display; every backend has an error of its own for it.
    """
    import pystray  # noqa: PLC0415 - choosing its backend fails where there is no display

    return pystray.Icon("clawtray", title="ClawTray", menu=menu)


def open_page(url: str) -> bool:
    """Show a page in the browser, and tell whether that went well; only http and https are opened.

    This may take as long as the browser runs.
    """
    import webbrowser  # noqa: PLC0415 - only for a click

    return url.startswith(("http://", "https://")) and webbrowser.open(url)


def open_file(path: Path) -> bool:
    """Open a text file with the program that the user has for it, and tell whether that went well.

    This may take as long as that program runs.
    """
    import subprocess  # noqa: PLC0415 - only for a click

    try:
        opener = "open" if sys.platform == "darwin" else "xdg-open"
        quiet = subprocess.DEVNULL
        done = subprocess.run(  # noqa: S603 - as above
            [opener, path], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True, check=False
        )
    except OSError:
        return False
    return done.returncode == 0


def copy_text(text: str) -> bool:
    """Put a text on the clipboard by whichever program is there for it; False where none did it."""
    import subprocess  # noqa: PLC0415 - only for a click

    quiet = subprocess.DEVNULL
    for program in _COPIERS:
        try:
            # What was copied lives in a program that goes on in the background: it must outlive this one.
            done = subprocess.run(  # noqa: S603 - programs of our own choice; the text goes to their input
                program,
                input=text.encode(errors="replace"),
                stdout=quiet,
                stderr=quiet,
                timeout=_COPY_PATIENCE,
                start_new_session=True,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0:
            return True
    return False


def language() -> str:
    """The language that the user wants programs to speak, as two letters."""
    named = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next(filter(None, named), "en")[:2].lower()


def read_clipboard() -> str | None:
    """The text of the clipboard by whichever program is there for it; None where none has any."""
    import subprocess  # noqa: PLC0415 - only for a click

    for program in _PASTERS:
        try:
            done = subprocess.run(  # noqa: S603 - programs of our own choice
                program, stdin=subprocess.DEVNULL, capture_output=True, timeout=_COPY_PATIENCE, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0:
            return done.stdout.decode(errors="replace")
    return None


def prefers_dark() -> bool:
    """Whether the user likes windows dark; the variable of GTK is what most desktops have in common."""
    return os.environ.get("GTK_THEME", "").lower().endswith(("dark", "noir"))


def dress(window: int, *, dark: bool) -> None:
    """Nothing: the frame of a window is the window manager's."""


def let_to_front(process: int) -> None:
    """Nothing: any process may bring its window to the front."""


def show_icon_settings() -> bool:
    """Show where the user chooses which icons are visible; False where the system has no such place."""
    return False


def show_balloon(balloon: Notification) -> bool:
    """Show a notice by plyer; False where the system has nothing that shows them. This may take long."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # plyer warns where D-Bus has no Python binding, and manages
            from plyer import notification  # noqa: PLC0415 - the first notice may be days away

            notification.notify(
                title=balloon.title, message=balloon.body, app_name="ClawTray", timeout=_SECONDS_SHOWN
            )
    except Exception:  # noqa: BLE001 - every backend of plyer has failures of its own; none may end the program
        return False
    return True


def say(text: str) -> None:
    """Show a sentence to somebody who has no terminal: nobody, where programs are started from one."""


def tray_is_there() -> bool:
    """Whether there is anything that could hold a tray icon."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY"))


def may_interrupt() -> bool:
    """Whether a notice would reach somebody now and not disturb; desktops on Linux see to that themselves."""
    return True


def autostart() -> bool | None:
    """Whether the program starts when the user signs in; None: that is not offered here."""
    return None


def set_autostart(*, on: bool) -> None:  # noqa: ARG001 - as on a system that offers it
    """Let it start when the user signs in, or not.

    Raises:
        OSError: The system does not allow it, or does not offer it.
    """
    raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))


def terminal_redraws() -> bool:
    """Whether a terminal follows escape sequences. Older consoles of Windows would print them as text."""
    return sys.platform != "win32" or any(os.environ.get(name) for name in ("WT_SESSION", "ANSICON", "TERM"))
