"""Programs that this process starts, and that must not outlive it."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from typing import Final

#: The programs at work now; each leads a group of its own, so that what it starts itself ends with it
_RUNNING: Final[set[subprocess.Popen[str]]] = set()


def run(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a program to its end without input. It is ended when this is interrupted."""
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as process:
        _RUNNING.add(process)
        try:
            output, errors = process.communicate()
        except BaseException:
            _kill(process)
            raise
        finally:
            _RUNNING.discard(process)
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


def end_all() -> None:
    """End every program at once; whoever waits for one gets an error."""
    for process in tuple(_RUNNING):
        _kill(process)


def _kill(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
