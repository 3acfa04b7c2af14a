"""Fixtures for all tests: the repository, and the finished site built once for the whole run."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import settings

from ipportal.data.model import Portal
from ipportal.data.settings import read_settings
from ipportal.files.drawings import warm
from ipportal.files.gather import gather_files
from support.portals import SECOND, TINY, real_portal, tiny_portal
from support.registers import pages_with_register, portal_with_register

ROOT = Path(__file__).resolve().parents[1]
BUILD_LIMIT_SECONDS = 600
#: Rows of made-up registers
REGISTERED, MANY_REGISTERED = 20_000, 1_000_000

# A shell that starts the tests in the background lets Ctrl-C be ignored, also by the programs they start and end so.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A change is judged by the same examples everywhere; the nightly run looks for new ones (--hypothesis-profile many).
settings.register_profile("fixed", derandomize=True, max_examples=24, deadline=None)
settings.register_profile("many", max_examples=600, deadline=None, print_blob=True)
settings.load_profile("fixed")


#: The portal that tests/instance, tests/browser and what is marked `this_portal` speak of
OURS = "chegu-ip"
APART = (ROOT / "tests/instance", ROOT / "tests/browser")


def _is_ours() -> bool:
    return bool(read_settings(ROOT).id == OURS)


def pytest_report_header() -> list[str]:
    """Say openly which tests a clone with another office's portal leaves out."""
    if _is_ours():
        return []
    return [
        f"门户不是 {OURS}：只关于它的测试不运行，程序的测试和任何门户都适用的网站测试照常运行",
        f"The portal is not {OURS}: tests of that portal alone do not run; those of the program and of any site do",
    ]


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Do not even read modules that speak of the other portal alone."""
    file = collection_path.is_file() and collection_path.name.startswith("test_") and not _is_ours()
    apart = file and any(collection_path.is_relative_to(place) for place in APART)
    return True if apart and "any_portal" not in collection_path.read_text(encoding="utf-8") else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what speaks of the portal this repository came with where another office's lies here."""
    if _is_ours():
        return
    theirs = [
        item
        for item in items
        if item.get_closest_marker("this_portal")
        or (any(item.path.is_relative_to(place) for place in APART) and not item.get_closest_marker("any_portal"))
    ]
    config.hook.pytest_deselected(items=theirs)
    items[:] = [item for item in items if item not in set(theirs)]


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def portal() -> Portal:
    """The real portal."""
    return real_portal()


def _once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], str]) -> Path:
    """A folder that `make` fills once, also when several processes run the tests; it gives what went wrong, if any.

    IPPORTAL_TEST_FOLDER names a folder in which runs one after the other share it.
    """
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = Path(os.environ.get("IPPORTAL_TEST_FOLDER", shared)) / name
    outcome = folder.with_suffix(".done")
    try:
        # Making a folder succeeds for exactly one process, on every system: that one works, the others wait.
        folder.with_suffix(".claim").mkdir()
    except FileExistsError:
        deadline = time.monotonic() + BUILD_LIMIT_SECONDS
        while not outcome.exists() and time.monotonic() < deadline:
            time.sleep(0.3)
    else:
        said = make(folder)
        written = outcome.with_suffix(".writing")
        written.write_text(said, encoding="utf-8")
        written.replace(outcome)
    assert outcome.exists(), f"{name} was not made in time"
    said = outcome.read_text(encoding="utf-8")
    assert not said, said
    return folder


def _build(folder: Path, root: Path = ROOT) -> str:
    """Build the portal at ``root`` into ``folder`` as a user would."""
    command = [sys.executable, "-m", "ipportal", "build", "--output", str(folder)]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "scripts"), "CI": "true"}
    result = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=BUILD_LIMIT_SECONDS
    )
    said = f"{' '.join(command[2:])} ended with {result.returncode}\n{result.stdout[-4000:]}\n{result.stderr[-4000:]}"
    return "" if result.returncode == 0 else said


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished site, built once. IPPORTAL_SITE names a ready one."""
    ready = os.environ.get("IPPORTAL_SITE")
    if ready:
        assert (Path(ready) / "index.html").is_file(), f"IPPORTAL_SITE={ready} holds no index.html"
        return Path(ready).resolve()
    return _once(tmp_path_factory, "built-site", _build)


def _build_second(folder: Path) -> str:
    """Build the second made-up portal, as it lies and without a look of its own, into `site` below ``folder``."""
    shutil.copytree(SECOND, folder)
    thin = "site_name: ipportal\ntheme: {name: ipportal, language: zh}\nplugins: [ipportal]\n"
    (folder / "mkdocs.yml").write_text(thin)
    return _build(folder / "site", folder)


@pytest.fixture(scope="session")
def second_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished site of the second made-up portal, built once."""
    return _once(tmp_path_factory, "second-portal", _build_second) / "site"


def _build_register(folder: Path, rows: int = REGISTERED) -> str:
    """Build the small portal with a made-up register of patents into `ip` below ``folder``."""
    pages_with_register(portal_with_register(folder, rows))
    return _build(folder / "ip", folder)


@pytest.fixture(scope="session")
def register_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished site of the small portal with a register beside it, built once."""
    return _once(tmp_path_factory, "register-portal", _build_register) / "ip"


@pytest.fixture(scope="session")
def large_register_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a million rows."""
    return _once(tmp_path_factory, "large-register-portal", partial(_build_register, rows=MANY_REGISTERED)) / "ip"


def _draw(folder: Path) -> str:
    """Draw every chart of the small portal as a build does."""
    shutil.copytree(TINY, folder)
    warm(tiny_portal(), folder)
    gather_files(tiny_portal(), folder)
    return ""


@pytest.fixture(scope="session")
def tiny_drawings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a build of the small portal keeps in `.cache`, made once: not to be changed, but copied."""
    return _once(tmp_path_factory, "drawn-tiny", _draw) / ".cache"
