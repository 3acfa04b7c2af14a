"""Make the portal's environment, exactly as the lock files say. Needs nothing but Python 3.11 or newer.

Run as ``python3 scripts/set_up.py``; with ``--tests`` what the tests need comes as well, with ``--venv FOLDER`` the
environment is made elsewhere than in ``.venv``. Run again after a change of a lock file; otherwise it does nothing.

Every package is pinned with its hash and installed as it stands (``--no-deps``): no resolver takes part, so neither
pip's age nor what was published since changes anything. pip then says whether the set is complete and consistent;
`test_locks.py` proves it beforehand for the systems that are not at hand.

Must be readable by a Python that is too old, which is told so.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OLDEST = (3, 11)
RUNTIME, TESTS = "requirements.lock", "requirements-test.lock"
WINDOWS = os.name == "nt"
QUIET = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_ROOT_USER_ACTION": "ignore"}
NO_PYTHON = """需要 Python 3.11 或更新版本。Python 3.11 or newer is needed; this is {found}.
  Debian / Ubuntu: apt-get install python3 python3-venv
  Fedora:          dnf install python3
  macOS:           brew install python
  Windows:         winget install Python.Python.3.13
已装在别处？ Installed elsewhere?  make site PYTHON=/path/to/python3"""
NO_VENV = """这个 Python 缺少 venv 模块。This Python lacks the venv module.
  Debian / Ubuntu: apt-get install python3-venv"""
NOT_DONE = """✗ 没有装好，原因见上。多半是网络中断，再运行一次即可；仍不行，请把上面的话发给维护人员。
✗ Not installed, for the reason above. Mostly the network was cut: run it again; if it fails again, send the
  words above to whoever looks after the portal."""


def commands(python: Path, locks: list[str]) -> list[list[str]]:
    """What is run, one after the other: the locked packages, the portal itself, and whether all of it fits."""
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-deps"]
    # A package published as source only is built with the setuptools that the runtime lock has brought by then.
    locked = [[*install, "--require-hashes", "--no-build-isolation", "--use-pep517", "-r", lock] for lock in locks]
    return [*locked, [*install, "--no-build-isolation", "-e", "."], [str(python), "-m", "pip", "check"]]


def mark_of(locks: list[str]) -> str:
    """Tells one set of pinned packages, and one project file, from another."""
    content = b"\0".join((ROOT / name).read_bytes() for name in [*locks, "pyproject.toml", "scripts/set_up.py"])
    return hashlib.sha256(content).hexdigest()


def works(python: Path) -> bool:
    """Whether an environment is there with a pip that starts; one whose making was cut off has none."""
    if not python.is_file():
        return False
    return subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0


def run(command: list[str]) -> int:
    """Run one step; what it says is shown when it fails. Gives its exit code."""
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | QUIET, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        print(done.stdout.decode(errors="replace"), file=sys.stderr)
    return done.returncode


def set_up(venv: Path, tests: bool) -> int:
    """Make the environment or bring it up to date; 0 when it holds what the lock files say."""
    locks = [RUNTIME, TESTS] if tests else [RUNTIME]
    python = venv / ("Scripts/python.exe" if WINDOWS else "bin/python")
    mark = venv / (".installed-tests" if tests else ".installed")
    wanted = mark_of(locks)
    if python.is_file() and mark.is_file() and mark.read_text(encoding="utf-8") == wanted:
        return 0
    print("安装依赖，约需一两分钟…… Installing dependencies, a minute or two...", flush=True)
    if not works(python) and run([sys.executable, "-m", "venv", "--clear", str(venv)]):
        print(NO_VENV, file=sys.stderr)
        return 1
    mark.unlink(missing_ok=True)
    if any(run(command) for command in commands(python, locks)):
        print(NOT_DONE, file=sys.stderr)
        return 1
    mark.write_text(wanted, encoding="utf-8")
    return 0


def main() -> int:
    """Read the command line and set up."""
    parser = argparse.ArgumentParser(description="建立运行环境 / make the portal's environment")
    parser.add_argument("--tests", action="store_true", help="连同测试需要的一起装 / with what the tests need")
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv", help="环境的文件夹 / its folder")
    args = parser.parse_args()
    if sys.version_info < OLDEST:
        print(NO_PYTHON.format(found=sys.version.split()[0]), file=sys.stderr)
        return 1
    try:
        return set_up(args.venv.absolute(), args.tests)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
