"""Publish through rsync: the whole deployment is uploaded beside the site first, then the site changes in three steps.

1. The site goes to `.releases/<number>-<fingerprint>/`. Files equal to published ones are linked on
   the server, so only what changed travels. A full disk or a broken line ends here; nobody noticed.
2. Assets, then pages, are put in place from that deployment, each file by one rename, without uploading.
3. What the deployment does not have is deleted.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from ipportal.base.writing import write_staged
from ipportal.deploy.target import FileChanges, Rsync, Standing, Store, deployments, run, trouble, waves

_KEPT: Final = ".releases"
#: Holds the name of the deployment the site shows
_CURRENT: Final = "current"
# contents decide, not times: two builds of the same data have other times and the same bytes
_SYNC: Final = ("--recursive", "--checksum", "--perms", "--chmod=D755,F644")
#: Seconds without any answer after which a host counts as gone
_PATIENCE: Final = "60"


class RsyncStore(Store):
    """A place that rsync reaches. What is sent beside the site is prepared in `workspace`."""

    def __init__(self, target: Rsync, site: Path, workspace: Path) -> None:
        super().__init__(target.address, site)
        self.top, self.home = f"{target.address}/", f"{target.address}/{_KEPT}/"
        self.from_site, self.note, self.empty = f"{site}/", workspace / _CURRENT, workspace / "empty"
        #: What the place said it shows when it was first looked at
        self.seen = ""

    def look(self) -> Standing:
        """The deployments kept at the place, and the note that names the current one."""
        parent, _, name = self.address.rpartition("/")
        whole_module = parent.startswith("rsync://") and parent.count("/") == 2  # which exists
        if not whole_module and name not in _list(f"{parent}/"):
            return Standing([], "")
        found = _list(self.top)
        if not found:
            return Standing([], "")
        if _KEPT not in found:
            raise trouble("publish-foreign", self.address, ", ".join(found[:3]))
        kept = _list(self.home)
        self.seen = self._noted(kept)
        return Standing(deployments(kept), self.seen if deployments([self.seen]) else "")

    def _noted(self, kept: Sequence[str]) -> str:
        """What the place says it shows, where the folder beside it holds `kept`; empty where it says nothing."""
        if _CURRENT not in kept:
            return ""
        _rsync(f"{self.home}{_CURRENT}", str(self.note))
        return self.note.read_text(encoding="utf-8").strip()

    def changes(self) -> FileChanges:
        """What rsync would do; a first look at a place that does not exist yet counts everything as new."""
        words = ("--dry-run", "--itemize-changes", "--delete", f"--exclude=/{_KEPT}/")
        lines = [line.split(" ", 1) for line in _rsync(*_SYNC, *words, self.from_site, self.top).splitlines()]
        pairs = [(what, path.strip()) for what, path in (line for line in lines if len(line) == 2)]
        files = [(what, path) for what, path in pairs if not path.endswith("/")]
        return FileChanges(
            added=tuple(path for what, path in files if what.startswith("<f+")),
            # `c`: other contents; a file with other rights only is none
            changed=tuple(path for what, path in files if what.startswith("<fc")),
            removed=tuple(path for what, path in files if what == "*deleting"),
        )

    def upload(self, deployment: str) -> None:
        """Make the place ours, then send the site beside what readers see."""
        (self.empty / _KEPT).mkdir(parents=True)
        _rsync("--recursive", "--perms", "--chmod=D755,F644", f"{self.empty}/", self.top)
        _rsync(*_SYNC, "--link-dest=../../", "--delete", self.from_site, f"{self.home}{deployment}/")

    def activate(self, deployment: str) -> None:
        """Link assets, then pages, from the deployment; delete what it does not have; note its name.

        Raises:
            OutputError: somebody else has published since the first look; rsync knows no lock.
        """
        if self._noted(_list(self.home)) != self.seen:
            raise trouble("publish-busy", self.address)
        for wave in waves(self.inventory):
            listed = "".join(f"{path}\n" for path in wave)
            linked = f"--link-dest={_KEPT}/{deployment}/"
            _rsync(*_SYNC, linked, "--files-from=-", self.from_site, self.top, stdin=listed)
        _rsync(*_SYNC, "--delete-after", f"--exclude=/{_KEPT}/", self.from_site, self.top)
        write_staged(self.note, f"{deployment}\n")
        _rsync("--checksum", "--perms", "--chmod=F644", str(self.note), self.home)

    def kept(self, deployment: str) -> Mapping[str, str]:
        """The hashes of its files, which are fetched."""
        _rsync("--recursive", f"{self.home}{deployment}/", self.from_site)
        return self.inventory

    def forget(self, deployments: Sequence[str]) -> None:
        """Delete their folders at the place."""
        if deployments:
            self.empty.mkdir(exist_ok=True)
            chosen = [f"--include=/{name}/***" for name in deployments]
            _rsync("--recursive", "--delete", *chosen, "--exclude=*", f"{self.empty}/", self.home)


def _list(address: str) -> list[str]:
    lines = _rsync("--list-only", address).splitlines()
    # type and rights, size, day, time, name
    names = [line.split(maxsplit=4)[4] for line in lines if line[:1] in "dl-" and len(line.split(maxsplit=4)) == 5]
    return sorted(name.split(" -> ")[0] for name in names if name != ".")


def _rsync(*words: str, stdin: str = "") -> str:
    environment = os.environ | {"LC_ALL": "C.UTF-8"}
    environment.setdefault("RSYNC_RSH", "ssh -o BatchMode=yes -o ConnectTimeout=20")
    return run(["rsync", f"--timeout={_PATIENCE}", *words], environment=environment, stdin=stdin).stdout
