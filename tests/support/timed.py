"""Run a part of `make test` and note how long it took: ``python timed.py NOTES NAME COMMAND…``.

NOTES gets a line with the processor seconds of the part's processes, those they waited for included, and the seconds
that went by. The exit code is that of the command. Only the standard library is used.
"""

import resource
import signal
import subprocess
import sys
import time
from pathlib import Path


def main(notes: str, name: str, *command: str) -> int:
    """Run the command and add its line."""
    start = time.monotonic()
    process = subprocess.Popen(command)
    # Ctrl-C reaches the part too, which ends by itself
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    code = process.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    with Path(notes).open("a", encoding="utf-8") as file:
        file.write(f"{used.ru_utime + used.ru_stime:7.0f} s {time.monotonic() - start:7.0f} s   {name}\n")
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
