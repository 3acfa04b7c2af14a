"""Fixtures several modules of unit tests share."""

import shutil
from pathlib import Path

import pytest
from chart_worlds import full_world

from ipportal.cli import main
from ipportal.commands import serve
from ipportal.files.drawings import warm

TINY = Path(__file__).resolve().parents[1] / "tiny"


@pytest.fixture(scope="session")
def frozen_tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small made-up portal after its first release of every package; not to be changed."""
    folder = tmp_path_factory.mktemp("released") / "portal"
    shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    assert main(["release", "--all", "--root", str(folder), "--lang", "en"]) == 0
    return folder


@pytest.fixture
def released(frozen_tiny: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may edit."""
    return Path(shutil.copytree(frozen_tiny, tmp_path / "released"))


@pytest.fixture
def process_lives_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The preview ends its process for good, whatever that does; in a test it shares the process with all others."""
    monkeypatch.setattr(serve.signal, "signal", lambda number, handler: None)
    monkeypatch.setattr(serve, "_end_at_the_latest", lambda: None)
    monkeypatch.setattr(serve, "end_all", lambda: None)


@pytest.fixture(scope="session")
def drawn_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portal's root whose charts, those of the full made-up world, have all been rendered."""
    folder = tmp_path_factory.mktemp("drawn")
    warm(full_world(), folder)
    return folder
