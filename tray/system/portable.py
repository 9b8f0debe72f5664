"""The platform made of portable libraries and common programs: all there is on Linux."""

import errno
import os
import sys
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from tray.storage import processes
from tray.system.platform import ContrastColours, Platform
from tray.view.notification import Notification

_SECONDS_SHOWN = 10
_NOTIFY_TIMEOUT = 10.0
_CLIPBOARD_TIMEOUT = 5.0
_COPY_COMMANDS = (
    ("wl-copy",),
    ("xclip", "-selection", "clipboard"),
    ("xsel", "--clipboard", "--input"),
    ("pbcopy",),
)
"""Programs that put their input on the clipboard, of Wayland, X11 and macOS. One success is enough."""
_PASTE_COMMANDS = (
    ("wl-paste", "--no-newline"),
    ("xclip", "-selection", "clipboard", "-out"),
    ("xsel", "--clipboard", "--output"),
    ("pbpaste",),
)
"""Programs that print what is on it."""


class PortablePlatform(Platform):
    """Does what is possible everywhere; what is not offered here does nothing and says so."""

    has_own_icon: ClassVar[bool] = False

    def prepare_process(self) -> None:
        pass  # no other system asks a process what it is

    def claim_instance(self, *, demo: bool) -> bool:  # noqa: ARG002 - as on Windows
        return True  # elsewhere the user decides how many there are

    def has_tray(self) -> bool:
        return sys.platform == "darwin" or bool(os.environ.get("DISPLAY"))

    def create_icon(self, menu: Any, **_: Any) -> Any:  # noqa: ANN401 - pystray has no types
        import pystray  # noqa: PLC0415 - choosing its backend fails where there is no display

        icon = pystray.Icon("clawtray", title="ClawTray", menu=menu)
        if hasattr(icon, "_display"):
            _flush_after_each_call(icon, icon._display)  # noqa: SLF001 - pystray has no other way
        if hasattr(icon, "_notifier"):
            # Without a session bus, GTK's fail only when they run, and leave a thread that never ends.
            from gi.repository import Gio  # noqa: PLC0415 - there only with these backends

            Gio.bus_get_sync(Gio.BusType.SESSION, None)
        return icon

    def open_url(self, url: str) -> bool:
        import webbrowser  # noqa: PLC0415 - only for a click

        return url.startswith(("http://", "https://")) and webbrowser.open(url)

    def open_file(self, path: Path) -> bool:
        opener = "open" if sys.platform == "darwin" else "xdg-open"
        return _run_first(((opener, str(path)),), start_new_session=True) is not None

    def open_icon_settings(self) -> bool:
        return False

    def copy_text(self, text: str) -> bool:
        # What was copied lives in a program that stays in the background: it must outlive this one.
        content = text.encode(errors="replace")
        copied = _run_first(_COPY_COMMANDS, input=content, timeout=_CLIPBOARD_TIMEOUT, start_new_session=True)
        return copied is not None

    def read_clipboard(self) -> str | None:
        import subprocess  # noqa: PLC0415 - only for a click

        content = _run_first(_PASTE_COMMANDS, stdout=subprocess.PIPE, timeout=_CLIPBOARD_TIMEOUT)
        return None if content is None else content.decode(errors="replace")

    def language(self) -> str:
        values = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
        return next(filter(None, values), "en")[:2].lower()

    def prefers_dark(self) -> bool:
        # The variable of GTK is what most desktops have in common.
        return os.environ.get("GTK_THEME", "").lower().endswith(("dark", "noir"))

    def contrast_colours(self) -> ContrastColours | None:
        name = os.environ.get("GTK_THEME", "").lower()
        if not name.startswith("highcontrast"):
            return None
        dark = "inverse" in name or name.endswith("dark")
        ground, ink = ("#000000", "#ffffff") if dark else ("#ffffff", "#000000")
        return ContrastColours(ground, ink, ink, ground)

    def work_area(self, at: tuple[int, int]) -> tuple[int, int, int, int] | None:  # noqa: ARG002 - nobody tells
        return None

    def round_corners(self, window: int) -> None:
        pass  # a window without a frame has square ones

    def set_dark_title_bar(self, window: int, *, dark: bool) -> None:
        pass  # the frame of a window is the window manager's

    def allow_foreground(self, process_id: int) -> None:
        pass  # any process may bring its window to the front

    def show_notification(self, notification: Notification) -> bool:
        if sys.platform == "linux" and processes.find_program("notify-send", os.environ):
            return _run_first((_notify_send(notification),), timeout=_NOTIFY_TIMEOUT) is not None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # plyer warns where D-Bus has no Python binding, and manages
                if sys.platform == "linux":
                    from plyer.platforms.linux.notification import NotifyDbus  # noqa: PLC0415 - as below

                    notifier, body = NotifyDbus(), _without_markup(notification.body)
                else:
                    from plyer import notification as notifier  # noqa: PLC0415 - the first may be days away

                    body = notification.body
                notifier.notify(
                    title=notification.title, message=body, app_name="ClawTray", timeout=_SECONDS_SHOWN
                )
        except Exception:  # noqa: BLE001 - every backend of plyer has its own; none may end the program
            return False
        return True

    def may_interrupt(self) -> bool:
        return True  # desktops on Linux see to that themselves

    def show_message(self, text: str) -> None:
        pass  # elsewhere programs are started from a terminal

    def autostart(self) -> bool | None:
        return None

    def set_autostart(self, *, on: bool) -> None:  # noqa: ARG002 - as on Windows
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    def terminal_supports_escapes(self) -> bool:
        return True


def _notify_send(notification: Notification) -> tuple[str, ...]:
    # It reads escapes such as \\n in the body, and all that begins with a dash before the two dashes.
    body = _without_markup(notification.body).replace("\\", "\\\\")
    options = ("--app-name=ClawTray", f"--expire-time={_SECONDS_SHOWN * 1000}")
    return ("notify-send", *options, "--", notification.title, body)


def _without_markup(body: str) -> str:
    """Return what a desktop on Linux shows as this text: there, bodies may hold links and bold letters."""
    return body.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _flush_after_each_call(icon: Any, display: Any) -> None:  # noqa: ANN401 - pystray has no types
    """Have X11 get what the icon's thread was asked for by another one.

    Where two threads send at the same time, Xlib leaves the requests of one of them unsent until something
    happens on the screen: the icon stays as it was, or does not go away. So the caller sends them afterwards.
    """

    def call(method: Callable[[], None]) -> None:
        method()
        display.flush()

    for name in ("_show", "_hide", "_update_icon", "_update_title", "_stop"):
        setattr(icon, name, partial(call, getattr(icon, name)))


def _run_first(commands: tuple[tuple[str, ...], ...], **options: Any) -> bytes | None:  # noqa: ANN401 - of `run`
    """Run the first command that succeeds and return its output, or None if none does."""
    import subprocess  # noqa: PLC0415 - only for a click

    streams = dict.fromkeys(("stdout", "stderr"), subprocess.DEVNULL)
    if "input" not in options:
        streams["stdin"] = subprocess.DEVNULL
    for program, *arguments in commands:
        found = processes.find_program(program, os.environ)
        if found is None:
            continue
        try:
            done = subprocess.run(  # noqa: S603 - our own choice
                [found, *arguments],
                check=False,
                cwd=processes.folder(),
                env=processes.without_secrets(os.environ),
                **{**streams, **options},
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0:
            return done.stdout or b""
    return None
