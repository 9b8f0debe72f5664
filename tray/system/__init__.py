"""What differs between operating systems, behind one interface: `current().open_file(path)`."""

import functools
import sys

from tray.system.platform import Platform
from tray.system.portable import PortablePlatform


@functools.cache
def current() -> Platform:
    """Return the platform this process runs on."""
    if sys.platform == "win32":
        from tray.system.win32.platform import Win32Platform  # noqa: PLC0415 - it cannot be imported elsewhere

        return Win32Platform()
    return PortablePlatform()
