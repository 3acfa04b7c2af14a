"""The real `ipportal` as a program that starts at once: modules are loaded once, each call is a process of its own."""

import contextlib
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_SERVER = """
import json, os, socket, sys, traceback
from pathlib import Path
from ipportal import cli
from ipportal.commands import VERBS, chosen
from support.smallsite import write_site

for verb in VERBS:
    chosen(verb)

def call(words):
    if words and words[0] == "build":
        arguments = cli.parse(words, "zh")
        write_site(arguments.output or Path("site"), Path("words.txt").read_text())
        return 0
    return cli.main(words)

listening = socket.socket(socket.AF_UNIX)
listening.bind(sys.argv[1])
listening.listen()
print("ready", flush=True)
while True:
    line, _ = listening.accept()
    data, streams, _, _ = socket.recv_fds(line, 1 << 20, 3)
    if os.fork() == 0:
        if os.fork() == 0:
            words, folder, environment = json.loads(data)
            for number, stream in enumerate(streams):
                os.dup2(stream, number)
            sys.stdout, sys.stderr = (open(number, "w", closefd=False) for number in (1, 2))
            os.chdir(folder)
            os.environ.clear()
            os.environ.update(environment)
            try:
                code = call(words)
            except SystemExit as end:
                code = end.code
            except BaseException:
                traceback.print_exc()
                code = 70
            sys.stdout.flush()
            sys.stderr.flush()
            line.sendall(str(code or 0).encode())
        os._exit(0)
    os.wait()
    line.close()
    for stream in streams:
        os.close(stream)
"""
_CLIENT = """
import json, os, socket, sys
line = socket.socket(socket.AF_UNIX)
line.connect({address!r})
socket.send_fds(line, [json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()], [0, 1, 2])
sys.exit(int(line.recv(8) or 70))
"""


@contextlib.contextmanager
def quick_program(folder: Path) -> Iterator[Path]:
    """A program like `ipportal`; its verb `build` writes a small site that says what `words.txt` says."""
    address, client, program = folder / "s", folder / "client.py", folder / "ipportal"
    client.write_text(_CLIENT.format(address=str(address)))
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -S {client} "$@"\n')
    program.chmod(0o755)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(address)], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    try:
        assert server.stdout and server.stdout.readline() == b"ready\n"
        yield program
    finally:
        server.kill()
        server.communicate()
