"""Publish with tools of the system: rsync, and git.

rsync uploads the whole deployment to `.releases/<number>-<fingerprint>/` first; files equal to published ones are
linked on the server. Then assets, then pages, are put in place from there, each file by one rename, and what the
deployment does not have is deleted.

A branch of a Git repository gets one commit per publication, never forced, made in a temporary repository; the branch
moves in one step on the server. History keeps every deployment.
"""

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

from ipportal.base.writing import write_staged
from ipportal.deploy.target import FileChanges, GitBranch, Rsync, Standing, Store, deployments, run, trouble, waves

_KEPT: Final = ".releases"
#: Holds the name of the deployment the site shows
_CURRENT: Final = "current"
# contents decide, not times: two builds of the same data have other times and the same bytes
_SYNC: Final = ("--recursive", "--checksum", "--perms", "--chmod=D755,F644")
#: Seconds without any answer after which a host counts as gone
_PATIENCE: Final = "60"

_MADE: Final = "Portal-Release"
_RESTORES: Final = "Portal-Restores"
_TOP: Final = "refs/heads/top"
#: Whatever this machine's own configuration says
_PLAIN: Final = ("-c", "core.autocrlf=false", "-c", "core.quotePath=false", "-c", "core.attributesFile=")
#: Without this file some Pages hosts drop folders that begin with an underscore; it is no part of the site
_PAGES: Final = ".nojekyll"


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
        found = _list(self.top) if whole_module or name in _list(f"{parent}/") else []
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
        lines = [line.partition(" ") for line in _rsync(*_SYNC, *words, self.from_site, self.top).splitlines()]
        files = [(what, path.strip()) for what, _, path in lines if path and not path.strip().endswith("/")]
        # `c`: other contents; a file with other rights only is none
        kinds = ("<f+", "<fc", "*deleting")
        return FileChanges(*(tuple(path for what, path in files if what.startswith(kind)) for kind in kinds))

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


class BranchStore(Store):
    """A branch, seen from a temporary repository that has the site as its work tree.

    Deployments are called by their fingerprints alone; the commits hold their order.
    """

    def __init__(self, target: GitBranch, site: Path, workspace: Path) -> None:
        super().__init__(f"{target.repository}#{target.branch}", site)
        self.target = target
        self.repository = workspace / "repository"
        self.top = ""
        self.restored = ""

    @cached_property
    def inventory(self) -> Mapping[str, str]:
        """The hashes of the site's files."""
        return {path: digest for path, digest in super().inventory.items() if path != _PAGES}

    def look(self) -> Standing:
        """The commit the branch stands at, fetched."""
        self._git("init", "--quiet")
        for key, value in (("user.name", "ipportal"), ("user.email", "ipportal@localhost")):
            if not self._git("config", key, accept=(0, 1)):
                self._git("config", key, value)
        if not self._git("ls-remote", "--heads", "--", self.target.repository, f"refs/heads/{self.target.branch}"):
            return Standing([], "")
        # a rollback begins without a site, and needs the history
        depth = ["--depth=1"] if any(self.site.iterdir()) else []
        source = f"refs/heads/{self.target.branch}:{_TOP}"
        self._git("fetch", "--quiet", "--no-tags", *depth, "--", self.target.repository, source)
        self.top = self._git("rev-parse", _TOP)
        if not (current := self._trailer(self.top, _MADE)):
            raise trouble("publish-foreign", self.address, self._git("log", "-1", "--format=%s", self.top), "branch")
        return Standing([], current)

    def name(self, standing: Standing, mark: str) -> str:
        """The fingerprint."""
        return mark

    def changes(self) -> FileChanges:
        """What differs between the branch and the site, which is added to the index."""
        self._git("add", "--all", "--force", ".")
        blob = self._git("hash-object", "-w", "--stdin")
        self._git("update-index", "--add", "--cacheinfo", f"100644,{blob},{_PAGES}")
        old = self._git("rev-parse", f"{self.top}^{{tree}}") if self.top else self._git("mktree")
        lines = self._git("diff-index", "--cached", "--no-renames", "--name-status", old).splitlines()
        pairs = [line.split("\t", 1) for line in lines]
        added, changed, removed = (tuple(path for kind, path in pairs if kind == letter) for letter in "AMD")
        return FileChanges(added, changed, removed)

    def upload(self, deployment: str) -> None:
        """Nothing yet: what travels is sent before the branch moves, by the same command."""

    def activate(self, deployment: str) -> None:
        """Commit what the index holds on top of the branch, and push."""
        message = f"{'Roll back to' if self.restored else 'Publish'} {deployment}\n\n{_MADE}: {deployment}\n"
        message += f"{_RESTORES}: {self.restored}\n" if self.restored else ""
        parent = ["-p", self.top] if self.top else []
        commit = self._git("commit-tree", self._git("write-tree"), *parent, stdin=message)
        self._git("push", "--quiet", "--", self.target.repository, f"{commit}:refs/heads/{self.target.branch}")

    def earlier(self, standing: Standing) -> str | None:
        """The deployment of the commit before; a rollback stands for the commit it shows again."""
        if not standing.current:
            return None
        origin = self.top
        while found := self._trailer(origin, _RESTORES):
            origin = found
        self.restored = self._git("rev-parse", "--verify", "--quiet", f"{origin}^", accept=(0, 1))
        return self._trailer(self.restored, _MADE) or None if self.restored else None

    def kept(self, deployment: str) -> Mapping[str, str]:
        """The hashes of its files, which are checked out."""
        self._git("checkout", "--quiet", "--force", self.restored, "--", ".")
        return self.inventory

    def forget(self, deployments: Sequence[str]) -> None:
        """Nothing: history keeps every deployment."""

    def _trailer(self, commit: str, key: str) -> str:
        """A closing line of a commit's message; empty without one."""
        return self._git("log", "-1", f"--format=%(trailers:key={key},valueonly)", commit).strip()

    def _git(self, *words: str, stdin: str = "", accept: Sequence[int] = (0,)) -> str:
        """What a git command prints, without the line end."""
        passed = ("GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS")
        environment = {n: value for n, value in os.environ.items() if n in passed or not n.startswith("GIT_")}
        environment |= {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8"}
        environment |= {"GIT_DIR": str(self.repository), "GIT_WORK_TREE": str(self.site)}
        # the bytes that were verified are the bytes that are published
        command = ["git", "-C", str(self.site), *_PLAIN, *words]
        return run(command, environment=environment, stdin=stdin, accept=accept).stdout.rstrip("\n")
