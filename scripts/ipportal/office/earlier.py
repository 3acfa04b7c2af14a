"""An earlier state of the portal to compare with: a folder, a state kept by git, or the last released packages."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from ipportal.base.errors import PortalError, Where
from ipportal.base.text import Text
from ipportal.base.writing import write_staged
from ipportal.data.ledger import FOLDER as RELEASES
from ipportal.data.ledger import read_ledger
from ipportal.data.model import Portal, Release
from ipportal.data.packages import DESCRIPTOR, read_packages
from ipportal.data.packages import FOLDER as PACKAGES
from ipportal.data.settings import FILE as SETTINGS
from ipportal.data.settings import read_settings
from ipportal.loading import build_portal
from ipportal.office import CATALOGUE

_DOCS: Final = "docs"
_KEPT: Final = (SETTINGS, PACKAGES, _DOCS)
_GIT_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier state. `docs` are its pages; `name` says in words what it is."""

    name: Text
    portal: Portal
    docs: Path


@contextmanager
def earlier_state(root: Path, base: str | None) -> Iterator[Earlier]:
    """The state named by `base` (a folder or a git revision), else the last commit, else the last releases.

    Raises:
        PortalError: there is no such state, or it cannot be read.
    """
    with TemporaryDirectory(prefix="ipportal-") as folder:
        place = Path(folder)
        if base and (Path(base) / SETTINGS).is_file():
            yield _read(Path(base), Text(f"文件夹 {base}", f"the folder {base}"))
        elif revision := _revision(root, base or "HEAD"):
            _unpack(root, revision, place)
            name = Text("上次提交", "the last commit") if not base else Text(base, base)
            yield _read(place, Text(f"{name.zh}（{revision[:7]}）", f"{name.en} ({revision[:7]})"))
        elif not base and (releases := _last_releases(root)):
            _thaw(root, releases, place)
            yield _read(place, Text("上次发布的版本", "the last releases"))
        else:
            raise PortalError([CATALOGUE.problem("diff-base", Where("--base"), base or "")])


def _read(root: Path, name: Text) -> Earlier:
    try:
        return Earlier(name, build_portal(read_packages(root), read_settings(root)), root / _DOCS)
    except (KeyError, ValueError, ArithmeticError, StopIteration) as error:
        raise PortalError([CATALOGUE.problem("diff-unreadable", Where(str(name.en)), repr(error))]) from error


def _git(root: Path, *arguments: str) -> bytes | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, check=True, timeout=_GIT_SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout


def _revision(root: Path, name: str) -> str | None:
    """The full hash of a revision; None without git, outside a repository, or for an unknown name."""
    found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return found.decode().strip() if found else None


def _unpack(root: Path, revision: str, place: Path) -> None:
    archive = _git(root, "archive", "--format=tar", revision)
    if archive is None:
        raise PortalError([CATALOGUE.problem("diff-base", Where("--base"), revision)])
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            path = PurePosixPath(member.name)
            if not member.isfile() or path.parts[0] not in _KEPT or ".." in path.parts:
                continue
            content = tar.extractfile(member)
            target = place / path
            write_staged(target, content.read() if content else b"")


def _last_releases(root: Path) -> dict[str, Release]:
    return {release.package: release for release in read_ledger(root)}


def _thaw(root: Path, releases: dict[str, Release], place: Path) -> None:
    """Lay the frozen files out as packages, beside the present settings and pages."""
    shutil.copyfile(root / SETTINGS, place / SETTINGS)
    if (root / _DOCS).is_dir():
        shutil.copytree(root / _DOCS, place / _DOCS)
    for name, release in releases.items():
        folder = place / PACKAGES / name
        folder.mkdir(parents=True)
        for file in release.files:
            if file.path == DESCRIPTOR or file.path.endswith(".csv"):
                shutil.copyfile(root / RELEASES / name / release.version / file.path, folder / file.path)
