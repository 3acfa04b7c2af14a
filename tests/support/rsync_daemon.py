"""An rsync daemon on the loopback."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from support.ports import free_port, wait_for


@contextlib.contextmanager
def rsync_daemon(place: Path, folder: Path) -> Iterator[str]:
    """Its address; the module `web` stands for `place`, `sealed` is the same and cannot be written to."""
    assert shutil.which("rsync"), "rsync is needed: apt-get install rsync"
    port, log = free_port(), folder / "rsyncd.log"
    config = folder / "rsyncd.conf"
    rights = f"uid = {os.getuid()}\ngid = {os.getgid()}\n" if os.getuid() == 0 else ""
    config.write_text(
        f"use chroot = no\nreverse lookup = no\n{rights}[web]\npath = {place}\nread only = no\n"
        f"[sealed]\npath = {place}\nread only = yes\n"
    )
    command = ["rsync", "--daemon", "--no-detach", "--address=127.0.0.1", f"--port={port}", f"--config={config}"]
    with log.open("wb") as said:
        daemon = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    try:
        wait_for(daemon, port, log)
        yield f"rsync://127.0.0.1:{port}"
    finally:
        daemon.terminate()
        daemon.wait()
