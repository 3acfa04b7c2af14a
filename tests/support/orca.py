"""Orca at Firefox in a virtual screen. A speech module that writes instead of speaking keeps every word."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from support.engines import Firefox, firefox

_MODULE = Path(__file__).with_name("spoken.py")
_LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
_SET = (
    "gdbus call --session --dest org.a11y.Bus --object-path /org/a11y/bus --method org.freedesktop.DBus.Properties.Set"
)
#: Seconds without a word after which the reader has come to an end, and for a program to start
_QUIET, _PATIENCE = 12, 60


class Orca:
    """A reader at the screen. `page` is what Firefox shows; keys go to the window, as from a keyboard."""

    def __init__(self, page: Firefox, session: dict[str, str], log: Path) -> None:
        self.page, self._session, self._log = page, session, log

    def open(self, address: str) -> None:
        """Open an address, and go to the beginning of its page."""
        self.page.go(address)
        self.heard("ctrl+Home")

    def heard(self, *keys: str, at_most: int = 240) -> list[str]:
        """What is said after keys (by their X names, such as ctrl+Home), until there is silence."""
        before = count = self._said()
        subprocess.run(["xdotool", "key", "--delay", "80", *keys], env=self._session, check=True)
        begun = changed = time.monotonic()
        while time.monotonic() - changed < _QUIET and time.monotonic() - begun < at_most:
            time.sleep(0.2)
            if len(now := self._said()) != len(count):
                count, changed = now, time.monotonic()
        return count[len(before) :]

    def _said(self) -> list[str]:
        return self._log.read_text(encoding="utf-8").splitlines() if self._log.is_file() else []


@contextlib.contextmanager
def orca(folder: Path) -> Iterator[Orca]:
    """Start a session in the folder: bus, screen, window manager, speech, Firefox, Orca. At its end all of it ends."""
    log, module = folder / "spoken", folder / "module"
    for name in ("speech-dispatcher", "run", "profile", ".local/share/orca"):
        (folder / name).mkdir(mode=0o700, parents=True)
    # a page is read when the reader asks for it, not as soon as it is there
    custom = folder / ".local/share/orca/orca-customizations.py"
    custom.write_text("import orca.settings\norca.settings.sayAllOnLoad = False\n")
    module.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{_MODULE}" "{log}"\n')
    module.chmod(0o755)
    (folder / "speech-dispatcher" / "speechd.conf").write_text(
        f'LogLevel 3\nLogDir "{folder}"\nAddModule "spoken" "{module}" ""\nDefaultModule spoken\nDisableAutoSpawn\n'
    )
    session = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "DBUS_"))}
    session |= {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder / "run"), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    with contextlib.ExitStack() as ends:

        def start(*words: str, tells: bool = False) -> str:
            with (folder / f"{Path(words[0]).name}.log").open("wb") as said:
                out = subprocess.PIPE if tells else said
                process = subprocess.Popen(words, env=session, stdout=out, stderr=said, start_new_session=True)
            ends.callback(_end, process)
            return process.stdout.readline().decode().strip() if process.stdout else ""

        bus = start("dbus-daemon", "--session", "--nofork", "--print-address", tells=True)
        session["DBUS_SESSION_BUS_ADDRESS"] = bus
        session["DISPLAY"] = ":" + start("Xvfb", "-displayfd", "1", "-screen", "0", "1400x1000x24", tells=True)
        start("openbox")
        start(next(filter(os.path.exists, _LAUNCHERS)), "--launch-immediately", "--a11y=1", "--screen-reader=1")
        for name in ("IsEnabled", "ScreenReaderEnabled"):
            words = [*_SET.split(), "org.a11y.Status", name, "<true>"]
            _until(
                lambda words=words: not subprocess.run(words, env=session, capture_output=True, check=False).returncode
            )
        start("speech-dispatcher", "-s", "-t", "0", "-C", str(folder / "speech-dispatcher"))
        start("orca", "--replace")
        _until(log.is_file)
        page = ends.enter_context(firefox(folder / "profile", session=session))
        window = ["xdotool", "search", "--sync", "--onlyvisible", "--class", "firefox"]
        found = subprocess.run(window, env=session, capture_output=True, text=True, check=True).stdout.split()[0]
        subprocess.run(["xdotool", "windowactivate", "--sync", found], env=session, check=True)
        reader = Orca(page, session, log)
        reader.heard("F6")  # from the line of the address into the page
        yield reader


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while not true():
        assert time.monotonic() < end, "the session of the screen reader did not come up: see its logs"
        time.sleep(0.3)


def _end(process: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):  # Orca may wait for a bus that has ended
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
            return
