"""Flags for starting other programs: without a console window on Windows."""

import sys

NO_CONSOLE = 0x08000000 if sys.platform == "win32" else 0
"""Creation flags with which a console program opens no window on Windows (CREATE_NO_WINDOW)."""
