"""`ipportal serve`: the live preview."""

import argparse
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ipportal.base.errors import PortalError, Problem
from ipportal.base.processes import end_all
from ipportal.commands import say
from ipportal.office.desk import Desk
from ipportal.rules.report import as_text
from ipportal.site.preview import PreviewSite
from ipportal.site.serve import OFFICE, Preview

#: How often the main thread looks up while it waits
_WAIT_SECONDS: Final = 0.2
#: How long ending may take
_GRACE_SECONDS: Final = 3.0


def run(args: argparse.Namespace) -> int:
    """Serve, and look at the sources again after each change, until Ctrl-C or SIGTERM."""
    shown = _Shown(args)
    server = shown.preview.server(args.host, args.port)
    observer = shown.preview.watch()
    # the main thread only waits, so that it is free to hear that it is to end
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        say(args, "start", to=sys.stderr)
        threading.Thread(target=shown.work, daemon=True).start()
        while not shown.ready.wait(_WAIT_SECONDS):
            pass
        address = f"http://{args.host}:{server.server_port}/"
        say(args, "preview", address=address)
        say(args, "office", address=f"{address}{OFFICE}{args.lang}")
        say(args, "live", to=sys.stderr)
        server.serve_forever()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        _end_at_the_latest()
        shown.preview.stopped.set()
        observer.stop()
        server.server_close()
        end_all()
    return 0


class _Shown:
    """The site as the preview shows it, and what the terminal is told about it."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args, root = args, args.root.resolve()
        self.site = PreviewSite(root, self.print_problems)
        token = secrets.token_urlsafe(32)
        self.preview = Preview(root, self.site.find, self.update, Desk(root, token), token)
        self.ready = threading.Event()

    def work(self) -> None:
        """Look at the sources, then again after each change."""
        try:
            self.update()
        finally:
            self.ready.set()
        self.preview.work()

    def update(self, changed: frozenset[Path] = frozenset()) -> None:
        """Show the sources as they are now; what is wrong with them is told, and what was shown before stays."""
        start = time.monotonic()
        try:
            self.site.update(changed)
        except PortalError as error:
            self.print_problems(error.problems)
            say(self.args, "old", to=sys.stderr)
        except Exception as error:
            # whatever an edit breaks, the preview goes on showing the last good state
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            say(self.args, "old", to=sys.stderr)
        else:
            seconds = time.monotonic() - start
            self.preview.renew()
            say(self.args, "renewed-in", to=sys.stderr, seconds=seconds)
            if any(path.suffix != ".md" for path in changed):
                self.site.review()

    def print_problems(self, problems: Sequence[Problem]) -> None:
        """Problems, in the terminal."""
        print(as_text(problems, self.args.lang, colour=sys.stderr.isatty()), file=sys.stderr, flush=True)


def _end_at_the_latest() -> None:
    """Whatever a thread is in the middle of, this process is gone soon, with the exit code of what ends it.

    Processes for drawing end with it.
    """
    cause = sys.exception()
    code = cause.code if isinstance(cause, SystemExit) else 130 if isinstance(cause, KeyboardInterrupt) else 1
    timer = threading.Timer(_GRACE_SECONDS, os._exit, [code])
    timer.daemon = True
    timer.start()
