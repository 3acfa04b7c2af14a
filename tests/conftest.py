"""Fixtures for all tests: the repository, and the finished site built once for the whole run."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import settings

from ipportal.data.memory import remember
from ipportal.data.model import Portal
from ipportal.loading import load

ROOT = Path(__file__).resolve().parents[1]
BUILD_LIMIT_SECONDS = 600

# A shell that starts the tests in the background lets Ctrl-C be ignored, also by the programs they start and end so.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A change is judged by the same examples everywhere; the nightly run looks for new ones (--hypothesis-profile many).
settings.register_profile("fixed", derandomize=True, max_examples=24, deadline=None)
settings.register_profile("many", max_examples=600, deadline=None, print_blob=True)
settings.load_profile("fixed")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def portal() -> Portal:
    """The real portal, checked and loaded once in each process; one that passed is not checked by the next."""
    portal = load(ROOT)
    remember(ROOT)
    return portal


def _build(folder: Path) -> None:
    """Build into ``folder`` as a user would; what went wrong is left beside it for the other processes."""
    command = [sys.executable, "-m", "ipportal", "build", "--output", str(folder)]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "scripts"), "CI": "true"}
    result = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=BUILD_LIMIT_SECONDS
    )
    said = f"{' '.join(command[2:])} ended with {result.returncode}\n{result.stdout[-4000:]}\n{result.stderr[-4000:]}"
    folder.with_suffix(".done").write_text("" if result.returncode == 0 else said, encoding="utf-8")


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished site, built once, also when several processes run the tests.

    IPPORTAL_SITE names a ready one. IPPORTAL_TEST_FOLDER names a folder in which runs one after the other share it.
    """
    ready = os.environ.get("IPPORTAL_SITE")
    if ready:
        assert (Path(ready) / "index.html").is_file(), f"IPPORTAL_SITE={ready} holds no index.html"
        return Path(ready).resolve()
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    shared = Path(os.environ.get("IPPORTAL_TEST_FOLDER", shared))
    folder = shared / "built-site"
    outcome = folder.with_suffix(".done")
    try:
        # Making a folder succeeds for exactly one process, on every system: that one builds, the others wait.
        (shared / "built-site.claim").mkdir()
    except FileExistsError:
        deadline = time.monotonic() + BUILD_LIMIT_SECONDS
        while not outcome.exists() and time.monotonic() < deadline:
            time.sleep(0.3)
    else:
        _build(folder)
    assert outcome.exists(), "the build did not end in time"
    said = outcome.read_text(encoding="utf-8")
    assert not said, said
    return folder
