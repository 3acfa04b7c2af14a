"""Ports for servers that cannot be told to take any free one, and the wait until they answer."""

import contextlib
import itertools
import os
import socket
import ssl
import subprocess
import time
from pathlib import Path

#: A range for each process of a test run, below those from which the system takes the ports of connections:
#: nobody gets a port between the moment it is found free and the moment its server takes it
_SIZE = 500
_FIRST = 20_000 + _SIZE * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_turns = itertools.cycle(range(_FIRST, _FIRST + _SIZE))
#: Seconds for a server to start on a machine with much other work
_PATIENCE = 120


def free_port() -> int:
    """A port of the loopback that no server has."""
    for port in itertools.islice(_turns, _SIZE):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no free port")


def wait_for(server: subprocess.Popen[bytes], port: int, log: Path, *, secure: bool = False) -> None:
    """Until the server answers on the port, with a certificate where it is `secure`.

    Raises AssertionError with what it said if it ends or does not answer.
    """
    tls = ssl.create_default_context()
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    end = time.monotonic() + _PATIENCE
    while server.poll() is None and time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE) as line:
            if secure:
                tls.wrap_socket(line, server_hostname="localhost").close()
            return
        time.sleep(0.05)
    raise AssertionError(log.read_text(encoding="utf-8", errors="replace"))
