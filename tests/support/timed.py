"""Run a part of `make test` and note how long it took: ``python timed.py NOTES NAME COMMAND…``.

NOTES gets a line with the processor seconds of all the part's processes and the seconds that went by. On Linux those
are counted too that nobody waits for: a browser leaves the processes behind that draw its pages, the greater part.
The exit code is that of the command. Only the standard library is used.
"""

import ctypes
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

#: Makes this process the parent of the orphans below it
_PR_SET_CHILD_SUBREAPER = 36


def main(notes: str, name: str, *command: str) -> int:
    """Run the command and add its line."""
    start = time.monotonic()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    process = subprocess.Popen(command)
    # Ctrl-C reaches the part too, which ends by itself
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ended, status = os.wait()
    while ended != process.pid:
        ended, status = os.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    with Path(notes).open("a", encoding="utf-8") as file:
        file.write(f"{used.ru_utime + used.ru_stime:7.0f} s {time.monotonic() - start:7.0f} s   {name}\n")
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
