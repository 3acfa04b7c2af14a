"""An rsync daemon on the loopback."""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def rsync_daemon(place: Path, folder: Path) -> Iterator[str]:
    """Its address; the module `web` stands for `place`, `sealed` is the same and cannot be written to."""
    assert shutil.which("rsync"), "rsync is needed: apt-get install rsync"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = folder / "rsyncd.conf"
    rights = f"uid = {os.getuid()}\ngid = {os.getgid()}\n" if os.getuid() == 0 else ""
    config.write_text(
        f"use chroot = no\nreverse lookup = no\n{rights}[web]\npath = {place}\nread only = no\n"
        f"[sealed]\npath = {place}\nread only = yes\n"
    )
    command = ["rsync", "--daemon", "--no-detach", "--address=127.0.0.1", f"--port={port}", f"--config={config}"]
    daemon = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.05)
        yield f"rsync://127.0.0.1:{port}"
    finally:
        daemon.terminate()
        daemon.wait()
