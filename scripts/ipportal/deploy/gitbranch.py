"""Publish to a branch of a Git repository: one commit per publication, never forced.

The commit is made in a temporary repository; the branch moves in one step on the server, so a run
cut off before that leaves the old site whole. History keeps every deployment.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

from ipportal.deploy.target import FileChanges, GitBranch, Standing, Store, hashes, run, trouble

_MADE: Final = "Portal-Release"
_RESTORES: Final = "Portal-Restores"
_TOP: Final = "refs/heads/top"
#: Whatever this machine's own configuration says
_PLAIN: Final = ("-c", "core.autocrlf=false", "-c", "core.quotePath=false", "-c", "core.attributesFile=")
#: Without this file some Pages hosts drop folders that begin with an underscore; it is no part of the site
_PAGES: Final = ".nojekyll"


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
        return {path: digest for path, digest in hashes(self.site).items() if path != _PAGES}

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
        current = self._trailer(self.top, _MADE)
        if not current:
            subject = self._git("log", "-1", "--format=%s", self.top)
            raise trouble("publish-foreign", self.address, subject, "branch")
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
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        passed = ("GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS")
        environment |= {name: os.environ[name] for name in passed if name in os.environ}
        environment |= {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8"}
        environment |= {"GIT_DIR": str(self.repository), "GIT_WORK_TREE": str(self.site)}
        # the bytes that were verified are the bytes that are published
        command = ["git", "-C", str(self.site), *_PLAIN, *words]
        return run(command, environment=environment, stdin=stdin, accept=accept).stdout.rstrip("\n")
