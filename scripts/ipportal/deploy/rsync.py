"""Publish through rsync: the whole deployment is uploaded beside the site first, then the site changes in three steps.

1. The site goes to `.releases/<number>-<fingerprint>/`. Files equal to published ones are linked on
   the server, so only what changed travels. A full disk or a broken line ends here; nobody noticed.
2. Assets, then pages, are put in place from that deployment, each file by one rename, without uploading.
3. What the deployment does not have is deleted.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ipportal.base.errors import OutputError
from ipportal.base.text import Text
from ipportal.deploy.steps import (
    FileChanges,
    Outcome,
    deployments,
    fingerprint,
    next_deployment,
    outdated,
    previous_deployment,
    unfinished,
    waves,
)
from ipportal.deploy.target import Rsync
from ipportal.deploy.tools import hashes, inventory, nothing_before, run, trouble

_KEPT: Final = ".releases"
#: Holds the name of the deployment the site shows
_CURRENT: Final = "current"
# contents decide, not times: two builds of the same data have other times and the same bytes
_SYNC: Final = ("--recursive", "--checksum", "--perms", "--chmod=D755,F644")
#: Seconds without any answer after which a host counts as gone
_PATIENCE: Final = "60"


def publish(target: Rsync, site: Path, *, keep: int, dry_run: bool) -> Outcome:
    """Upload what changed, then replace the site: assets, pages, deletions.

    Raises:
        OutputError: the host refuses, or the place holds something this command did not put there.
    """
    new = inventory(site)
    names, before = _look(target)
    changes = _changes(target, site)
    if dry_run:
        return Outcome("", changes)
    mark = fingerprint(new)
    if before.endswith(mark) and not changes:
        return Outcome(before, changes)
    deployment = unfinished(names, before, mark) or next_deployment(names, mark)
    with tempfile.TemporaryDirectory(prefix="ipportal-") as folder:
        empty = Path(folder)
        (empty / _KEPT).mkdir()
        _rsync("--recursive", "--perms", "--chmod=D755,F644", f"{empty}/", f"{target.address}/")
    _rsync(*_SYNC, "--link-dest=../../", "--delete", _inside(site), f"{target.address}/{_KEPT}/{deployment}/")
    _put_in_place(target, site, list(new), deployment)
    _forget(target, outdated([*names, deployment], deployment, before, keep))
    return Outcome(deployment, changes)


def rollback(target: Rsync) -> str:
    """Put the deployment before the current one in place again; returns its name.

    Raises:
        OutputError: no earlier deployment is kept, or the host refuses.
    """
    with tempfile.TemporaryDirectory(prefix="ipportal-") as folder:
        site = Path(folder)
        names, current = _look(target)
        earlier = previous_deployment(names, current) if current else None
        if earlier is None:
            raise nothing_before(target.address)
        _rsync("--recursive", f"{target.address}/{_KEPT}/{earlier}/", _inside(site))
        found = hashes(site)
        if not earlier.endswith(fingerprint(found)):
            expected = Text("当时发布的文件", "the files as they were published")
            hint = Text("用 --site 发布一份旧网站", "publish an older site with --site")
            raise OutputError(
                [trouble("publish-release-changed", f"{_KEPT}/{earlier}", expected, fingerprint(found), hint)]
            )
        _put_in_place(target, site, list(found), earlier)
        return earlier


def _put_in_place(target: Rsync, site: Path, paths: Sequence[str], deployment: str) -> None:
    linked = f"--link-dest={_KEPT}/{deployment}/"
    for wave in waves(paths):
        listed = "".join(f"{path}\n" for path in wave)
        _rsync(*_SYNC, linked, "--files-from=-", _inside(site), f"{target.address}/", stdin=listed)
    _rsync(*_SYNC, "--delete-after", f"--exclude=/{_KEPT}/", _inside(site), f"{target.address}/")
    with tempfile.TemporaryDirectory(prefix="ipportal-") as folder:
        note = Path(folder) / _CURRENT
        note.write_text(f"{deployment}\n", encoding="utf-8")
        _rsync("--checksum", "--perms", "--chmod=F644", str(note), f"{target.address}/{_KEPT}/")


def _look(target: Rsync) -> tuple[list[str], str]:
    """The deployments kept at the target and the current one; refuses a place that holds anything else."""
    parent, _, name = target.address.rpartition("/")
    if parent.startswith("rsync://") and parent.count("/") == 2:
        name = ""  # a whole module, which exists
    listed = _list(f"{parent}/") if name else []
    if name and name not in listed:
        return [], ""
    found = _list(f"{target.address}/")
    if not found:
        return [], ""
    if _KEPT not in found:
        expected = Text("空位置，或由本命令建立的目标", "a free place, or a target this command made")
        hint = Text("另选一个目标，或先移走那里的内容", "choose another target, or move away what stands there")
        raise OutputError([trouble("publish-foreign", target.address, expected, ", ".join(found[:3]), hint)])
    kept = _list(f"{target.address}/{_KEPT}/")
    if _CURRENT not in kept:
        return deployments(kept), ""
    with tempfile.TemporaryDirectory(prefix="ipportal-") as folder:
        note = Path(folder) / _CURRENT
        _rsync(f"{target.address}/{_KEPT}/{_CURRENT}", str(note))
        current = note.read_text(encoding="utf-8").strip()
    return deployments(kept), current if deployments([current]) else ""


def _list(address: str) -> list[str]:
    lines = _rsync("--list-only", address).splitlines()
    # type and rights, size, day, time, name
    names = [line.split(maxsplit=4)[4] for line in lines if line[:1] in "dl-" and len(line.split(maxsplit=4)) == 5]
    return sorted(name.split(" -> ")[0] for name in names if name != ".")


def _changes(target: Rsync, site: Path) -> FileChanges:
    """What rsync would do; a first look at a place that does not exist yet counts everything as new."""
    words = ("--dry-run", "--itemize-changes", "--delete", f"--exclude=/{_KEPT}/")
    lines = [line.split(" ", 1) for line in _rsync(*_SYNC, *words, _inside(site), f"{target.address}/").splitlines()]
    pairs = [(what, path.strip()) for what, path in (line for line in lines if len(line) == 2)]
    files = [(what, path) for what, path in pairs if not path.endswith("/")]
    return FileChanges(
        added=tuple(path for what, path in files if what.startswith("<f+")),
        # `c`: other contents; a file with other rights only is none
        changed=tuple(path for what, path in files if what.startswith("<fc")),
        removed=tuple(path for what, path in files if what == "*deleting"),
    )


def _forget(target: Rsync, names: Sequence[str]) -> None:
    if not names:
        return
    with tempfile.TemporaryDirectory(prefix="ipportal-") as folder:
        chosen = [f"--include=/{name}/***" for name in names]
        words = ("--recursive", "--delete", *chosen, "--exclude=*")
        _rsync(*words, f"{folder}/", f"{target.address}/{_KEPT}/")


def _inside(folder: Path) -> str:
    return f"{folder}/"


def _rsync(*words: str, stdin: str = "") -> str:
    environment = os.environ | {"LC_ALL": "C.UTF-8"}
    environment.setdefault("RSYNC_RSH", "ssh -o BatchMode=yes -o ConnectTimeout=20")
    return run(["rsync", f"--timeout={_PATIENCE}", *words], environment=environment, stdin=stdin).stdout
