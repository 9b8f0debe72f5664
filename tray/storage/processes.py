"""Starting other programs."""

import subprocess

NO_CONSOLE: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""Creation flags with which a console program opens no window on Windows."""
