"""Publish to a folder of this machine: deployments beside it, and one rename that makes a deployment current.

`/var/www/ip` becomes a symbolic link to `/var/www/.ip.releases/0007-<fingerprint>`. The web server
sees the old site until the link is renamed, and the whole new site from then on.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from ipportal.base.errors import OutputError
from ipportal.base.text import Text
from ipportal.deploy.steps import (
    FileChanges,
    Outcome,
    compare,
    deployments,
    fingerprint,
    next_deployment,
    outdated,
    previous_deployment,
)
from ipportal.deploy.target import Folder
from ipportal.deploy.tools import hashes, inventory, nothing_before, trouble

if sys.platform != "win32":  # there the folder has one publisher
    import fcntl


def publish(target: Folder, site: Path, *, keep: int, dry_run: bool) -> Outcome:
    """Copy the site to a new deployment, read it back, make it current, delete what is outdated.

    A run cut off at any moment leaves the old site current; the next run clears what it left behind.

    Raises:
        OutputError: the target is not ours, or the disk refuses.
    """
    place = target.path
    _refuse_foreign(place, site)
    new = inventory(site)
    before = _current(place)
    changes = compare(_published(place, before), new)
    if dry_run:
        return Outcome("", changes)
    try:
        with _alone(place):
            return Outcome(_replace(place, site, new, before, changes, keep), changes)
    except OSError as error:
        raise _refused(place, error) from error


def rollback(target: Folder) -> str:
    """Make the deployment before the current one current again; returns its name.

    Raises:
        OutputError: nothing was published here, or no earlier deployment is kept.
    """
    place = target.path
    current = _current(place)
    earlier = previous_deployment(_names(place), current) if current else None
    if earlier is None:
        raise nothing_before(str(place))
    try:
        with _alone(place):
            _point(place, earlier)
    except OSError as error:
        raise _refused(place, error) from error
    return earlier


def _replace(place: Path, site: Path, new: Mapping[str, str], before: str, changes: FileChanges, keep: int) -> str:
    home = _home(place)
    for leftover in home.glob("incoming-*"):
        shutil.rmtree(leftover)
    current = before
    if changes or not before:
        current = next_deployment(_names(place), fingerprint(new))
        incoming = home / f"incoming-{current}"
        try:
            _copy(site, incoming, new)
        except BaseException:
            # a full disk must not stay full because of us
            shutil.rmtree(incoming, ignore_errors=True)
            raise
        incoming.rename(home / current)
        _point(place, current)
    for name in outdated(_names(place), current, before, keep):
        shutil.rmtree(home / name)
    return current


def _copy(site: Path, incoming: Path, new: Mapping[str, str]) -> None:
    incoming.mkdir()
    for path, digest in new.items():
        copy = incoming / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        with copy.open("xb") as stream:
            stream.write((site / path).read_bytes())
            stream.flush()
            os.fsync(stream.fileno())
        if hashlib.sha256(copy.read_bytes()).hexdigest() != digest:
            raise OSError(f"{path}: the copy differs")


def _point(place: Path, deployment: str) -> None:
    """Rename a fresh link over the old one: the system does that in one step."""
    fresh = _home(place) / "next"
    fresh.unlink(missing_ok=True)
    # written as seen from `place`, where it is about to stand
    fresh.symlink_to(f"{_home(place).name}/{deployment}", target_is_directory=True)
    if place.is_dir() and not place.is_symlink():
        place.rmdir()
    fresh.replace(place)


@contextlib.contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Hold the deployments for one process; the system lets go when it ends, however it ends."""
    _home(place).mkdir(exist_ok=True)
    with (_home(place) / "lock").open("w") as lock:
        if sys.platform != "win32":
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                expected = Text("没有别的发布正在进行", "no other publication at work")
                hint = Text("等它结束再运行", "wait until it ends and run again")
                raise OutputError([trouble("publish-busy", str(place), expected, "", hint)]) from error
        yield


def _refuse_foreign(place: Path, site: Path) -> None:
    if place.resolve().is_relative_to(site.resolve()) or site.resolve().is_relative_to(place.resolve()):
        hint = Text("另选一个目标", "choose another target")
        expected = Text("网站文件夹之外的目标", "a target apart from the site's folder")
        raise OutputError([trouble("publish-into-itself", str(place), expected, str(site), hint)])
    if not place.parent.is_dir():
        hint = Text("检查地址；需要的话先建好上级文件夹", "check the address; make the parent folder if it is right")
        expected = Text("已有的上级文件夹", "a parent folder that exists")
        raise OutputError([trouble("publish-no-parent", str(place), expected, str(place.parent), hint)])
    empty = place.is_dir() and not place.is_symlink() and not any(place.iterdir())
    ours = place.is_symlink() and bool(_current(place))
    if (place.exists() or place.is_symlink()) and not empty and not ours:
        hint = Text("另选一个目标，或先移走那里的内容", "choose another target, or move away what stands there")
        expected = Text("空位置，或由本命令建立的目标", "a free place, or a target this command made")
        raise OutputError([trouble("publish-foreign", str(place), expected, _what(place), hint)])


def _what(place: Path) -> str:
    if place.is_symlink():
        return str(place.readlink())
    return "folder" if place.is_dir() else "file"


def _home(place: Path) -> Path:
    return place.with_name(f".{place.name}.releases")


def _names(place: Path) -> list[str]:
    home = _home(place)
    return deployments(path.name for path in home.iterdir()) if home.is_dir() else []


def _current(place: Path) -> str:
    """The name of the deployment the target shows; empty before the first one."""
    if not place.is_symlink():
        return ""
    link = place.readlink()
    return link.name if link.parent.name == _home(place).name and deployments([link.name]) else ""


def _published(place: Path, current: str) -> dict[str, str]:
    deployment = _home(place) / current
    return hashes(deployment) if current and deployment.is_dir() else {}


def _refused(place: Path, error: OSError) -> OutputError:
    hint = Text(
        "网站没有损坏。检查磁盘空间和权限，再运行一次",
        "the site is not harmed; check disk space and rights, then run again",
    )
    expected = Text("可以写入的位置", "a place that can be written to")
    return OutputError([trouble("publish-unwritable", str(place), expected, str(error), hint)])
