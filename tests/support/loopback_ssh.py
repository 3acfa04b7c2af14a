"""An ssh server of its own on the loopback: own keys, own configuration, one user, nothing of this machine's."""

import contextlib
import os
import pwd
import subprocess
from collections.abc import Iterator
from pathlib import Path

import setup_browser
from support.ports import free_port, wait_for


@contextlib.contextmanager
def ssh_server(folder: Path) -> Iterator[Path]:
    """The configuration of a client that knows the hosts `portal`, `portal-full`, `portal-stranger` and `portal-down`.

    On `portal-full` no file can grow beyond 64 kB; `portal-stranger` offers a key the server does not know; nothing
    answers on `portal-down`.
    """
    sshd = setup_browser.find_sshd()
    assert sshd, "an ssh server is needed: apt-get install openssh-server"
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where a server started by root must be able to lock itself
    for name in ("host", "known", "full", "stranger"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)]
        subprocess.run(command, check=True, capture_output=True)
    known, full = ((folder / f"{name}.pub").read_text() for name in ("known", "full"))
    limited = 'command="ulimit -f 64; eval \\"$SSH_ORIGINAL_COMMAND\\"" '
    (folder / "authorized").write_text(known + limited + full)
    port = free_port()
    (folder / "sshd_config").write_text(
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized\n"
        f"PidFile {folder}/pid\nStrictModes no\nUsePAM no\n"
        "PasswordAuthentication no\nPermitRootLogin prohibit-password\n"
    )
    key = " ".join((folder / "host.pub").read_text().split()[:2])
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {key}\n")
    common = (
        f"  HostName 127.0.0.1\n  User {pwd.getpwuid(os.getuid()).pw_name}\n  IdentitiesOnly yes\n"
        f"  UserKnownHostsFile {folder}/known_hosts\n  StrictHostKeyChecking yes\n  IdentityAgent none\n"
    )
    hosts = {"portal": "known", "portal-full": "full", "portal-stranger": "stranger"}
    blocks = [f"Host {host}\n  IdentityFile {folder}/{key}\n  Port {port}\n{common}" for host, key in hosts.items()]
    blocks.append(f"Host portal-down\n  Port 9\n{common}")
    (folder / "config").write_text("".join(blocks))
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [sshd, "-D", "-e", "-f", str(folder / "sshd_config")], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        wait_for(server, port, folder / "log")
        yield folder / "config"
    finally:
        server.terminate()
        server.wait()
