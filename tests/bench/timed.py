"""Runs a command and prints one line: wall seconds, peak resident KB, CPU seconds and exit code.

Linux counts a parent's memory as a child's until the child has loaded its program. So that this parent is
smaller than anything it measures, it is run as `python -I -S` and imports nothing but what is built in.
"""

import os
import sys
import time

start = time.monotonic()
pid = os.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(pid, 0)
wall = time.monotonic() - start
cpu = usage.ru_utime + usage.ru_stime
sys.stdout.write(f"\n{wall} {usage.ru_maxrss} {cpu} {os.waitstatus_to_exitcode(status)}\n")
