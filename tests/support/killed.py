"""Kill a piece of work at a chosen operation that changes files, in a child process of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final

_OPERATIONS: Final = frozenset(
    {"open", "os.chmod", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.truncate"}
)
#: Flags of an opened file that may change it
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_KILLED: Final = 77


def operations(work: Callable[[], object]) -> int:
    """How many file operations `work` makes, run to its end in a child process."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        seen = _run(work, sys.maxsize)
        os.write(writing, str(seen).encode())
        os._exit(0)
    os.close(writing)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    with os.fdopen(reading, encoding="ascii") as stream:
        return int(stream.read())


def killed_at(work: Callable[[], object], operation: int) -> bool:
    """Run `work` in a child that ends, without any clearing up, before its nth file operation. True when it did."""
    child = os.fork()
    if child == 0:
        _run(work, operation)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, _KILLED), code
    return code == _KILLED


def _run(work: Callable[[], object], last: int) -> int:
    seen = 0

    def count(event: str, given: tuple[Any, ...]) -> None:
        nonlocal seen
        if event in _OPERATIONS and (event != "open" or given[2] & _WRITING):
            seen += 1
            if seen > last:
                os._exit(_KILLED)

    try:
        sys.addaudithook(count)
        work()
    except BaseException:
        os._exit(1)
    return seen


def every_kill(work: Callable[[], object], prepare: Callable[[], object] = lambda: None) -> Iterator[int]:
    """Kill `work` before its first file operation, its second and so on, until it runs to its end.

    `prepare` sets the scene before each run.
    """
    operation = 0
    prepare()
    while killed_at(work, operation):
        yield operation
        operation += 1
        prepare()
    assert operation, "nothing was written"
