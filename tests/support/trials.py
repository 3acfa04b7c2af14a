"""Whole builds of a small portal under bad conditions, each in a process of its own that may be killed.

Starting Python and importing everything takes longer than such a build, so one process imports once and forks for each
trial. The generators it would start as new processes are forked the same way and run the same modules.

What a build and its two generators do with files is counted, each process for itself, so that a build can be killed at
the same point of its work on every machine.

Run as ``python -m support.trials``: a trial in JSON on each line of standard input, its outcome on each line of output.
"""

import ctypes
import json
import mmap
import os
import resource
import runpy
import signal
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

#: What the forks would import one by one
SHARED = ("material", "mkdocs.__main__", "ipportal.commands.build", "ipportal.macros")
#: The exchange of the old site for the new is the look-up of a function of the C library
_SWAP = "ctypes.dlsym"
#: What is counted of a build
OPERATIONS = {
    _SWAP, "open", "os.chmod", "os.link", "os.listdir", "os.mkdir", "os.remove", "os.rename", "os.rmdir",
    "os.scandir", "os.symlink", "os.utime",
}  # fmt: skip
#: Where counting begins: what an earlier build left is cleared by then, more or less of it
_BEGIN = "tempfile.mkdtemp"
_CAPABILITY_VERSION_3 = 0x20080522


class Operations:
    """What the processes of one build do with files, counted in memory that they share.

    The build itself comes first, then the Chinese and the English generator; last stands how much the build had done
    when it put the new site in the place of the old one.
    """

    def __init__(self):
        self.counts = memoryview(mmap.mmap(-1, 8 * 4)).cast("Q")
        self.process = 0
        self.started = 0
        self.begun = False

    def watch(self, point, whole_group):
        """Count in this process and those it forks; SIGKILL at `point`, [process, number of the operation]."""
        build = os.getpid()

        def seen(event, _):
            self.begun = self.begun or event == _BEGIN
            if not self.begun or event not in OPERATIONS:
                return
            self.counts[self.process] += 1
            if event == _SWAP:
                self.counts[3] = self.counts[0]
            if point == [self.process, self.counts[self.process]]:
                # the whole group as `Ctrl-\\` or a job's time limit does, or the build alone as want of memory does
                (os.killpg if whole_group else os.kill)(build, signal.SIGKILL)

        sys.addaudithook(seen)


class Forked:
    """What `generator.start` asks of `subprocess.Popen`, with a fork of this process at work."""

    operations: Operations

    def __init__(self, command, *, cwd, env, **_):
        here, there = os.pipe()
        self.operations.started += 1
        self.pid = os.fork()
        if self.pid == 0:
            self.operations.process = self.operations.started
            os.dup2(there, 1)
            os.dup2(there, 2)
            # as a new process has them: none that holds the build's folder after the build has gone
            os.closerange(3, os.sysconf("SC_OPEN_MAX"))
            os.chdir(cwd)
            os.environ.update(env)
            sys.argv = command[2:]
            _exit_with(lambda: runpy.run_module(command[2], run_name="__main__", alter_sys=True))
        os.close(there)
        self.output = os.fdopen(here, encoding="utf-8", errors="replace")
        self.returncode = None

    def communicate(self):
        text = self.output.read()
        self.wait()
        return text, None

    def poll(self):
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def wait(self):
        if self.returncode is None:
            self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)


def _exit_with(work):
    """Run `work` and leave this process at once with its exit code."""
    code = 1
    try:
        code = work()
    except SystemExit as ended:
        code = ended.code
    except BaseException as error:
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code if isinstance(code, int) else 0)


def _give_up_capabilities():
    """Let file permissions bind even root. Does nothing to an ordinary user."""
    if sys.platform == "linux":
        header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
        assert ctypes.CDLL(None).capset(header, (ctypes.c_uint32 * 6)()) == 0


@cache
def downloads(root):
    """The downloads of a portal, made once: the disk is what trials are about, not the arithmetic."""
    from ipportal.files.gather import gather_files
    from ipportal.loading import load

    return gather_files(load(root), root)


def attempt(trial):
    """Run one trial; gives exit code (negative: the signal that killed it), output and what each process did."""
    from ipportal import build, cli
    from ipportal.files import chartfiles
    from ipportal.site import generator

    log = Path(trial["log"])
    prepared = downloads(Path(trial["prepared"])) if "prepared" in trial else None
    Forked.operations = operations = Operations()
    pid = os.fork()
    if pid == 0:
        os.setsid()
        handle = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o644)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        os.environ.update(trial.get("environment", {}))
        generator.subprocess = SimpleNamespace(Popen=Forked, PIPE=subprocess.PIPE, STDOUT=subprocess.STDOUT)
        if prepared is not None:
            build.gather_files = lambda portal, root, report: prepared
        if "font" in trial:
            assert chartfiles._FONTS.is_dir()
            chartfiles._FONTS = Path(trial["font"])
        if trial.get("bound"):
            _give_up_capabilities()
        if "largest_file" in trial:
            resource.setrlimit(resource.RLIMIT_FSIZE, (trial["largest_file"], resource.RLIM_INFINITY))
        operations.watch(trial.get("kill_at"), trial.get("whole_group"))
        _exit_with(lambda: cli.main(trial["arguments"]))
    _, status = os.waitpid(pid, 0)
    return {
        "group": pid,
        "code": os.waitstatus_to_exitcode(status),
        "said": log.read_text(encoding="utf-8", errors="replace"),
        "operations": list(operations.counts),
    }


def main():
    """Serve trials until the input ends."""
    for name in SHARED:
        import_module(name)
    for line in sys.stdin:
        print(json.dumps(attempt(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
