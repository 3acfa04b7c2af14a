"""Publish to a branch of a Git repository: one commit per publication, never forced.

The commit is made in a temporary repository; the branch moves in one step on the server, so a run
cut off before that leaves the old site whole. History keeps every deployment.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ipportal.base.errors import OutputError
from ipportal.base.text import Text
from ipportal.deploy.steps import FileChanges, Outcome, fingerprint
from ipportal.deploy.target import GitBranch
from ipportal.deploy.tools import inventory, nothing_before, run, trouble

_MADE: Final = "Portal-Release"
_RESTORES: Final = "Portal-Restores"
_TOP: Final = "refs/heads/top"
#: Whatever this machine's own configuration says
_PLAIN: Final = ("-c", "core.autocrlf=false", "-c", "core.quotePath=false", "-c", "core.attributesFile=")


@dataclass(frozen=True)
class _Workshop:
    """A temporary repository that looks at the site as its work tree."""

    folder: Path
    site: Path

    def git(self, *words: str, stdin: str = "", accept: Sequence[int] = (0,)) -> str:
        """What a git command prints, without the line end."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        passed = ("GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS")
        environment |= {name: os.environ[name] for name in passed if name in os.environ}
        environment |= {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8"}
        environment |= {"GIT_DIR": str(self.folder), "GIT_WORK_TREE": str(self.site)}
        # the bytes that were verified are the bytes that are published
        command = ["git", "-C", str(self.site), *_PLAIN, *words]
        return run(command, environment=environment, stdin=stdin, accept=accept).stdout.rstrip("\n")

    def trailer(self, commit: str, key: str) -> str:
        """A closing line of a commit's message; empty without one."""
        return self.git("log", "-1", f"--format=%(trailers:key={key},valueonly)", commit).strip()


def publish(target: GitBranch, site: Path, *, dry_run: bool) -> Outcome:
    """Commit the site on top of the branch and push it; nothing is pushed where nothing changed.

    Raises:
        OutputError: the address is wrong, the branch holds something else, or the push is refused.
    """
    new = inventory(site)
    with tempfile.TemporaryDirectory(prefix="ipportal-") as folder:
        workshop = _open(Path(folder), site)
        top = _fetch(workshop, target, depth=1)
        workshop.git("add", "--all", "--force", ".")
        # without this file some Pages hosts drop folders that begin with an underscore
        blob = workshop.git("hash-object", "-w", "--stdin")
        workshop.git("update-index", "--add", "--cacheinfo", f"100644,{blob},.nojekyll")
        tree = workshop.git("write-tree")
        changes = _changes(workshop, top, tree)
        if dry_run:
            return Outcome("", changes)
        if top and not changes:
            return Outcome(workshop.trailer(top, _MADE), changes)
        mark = fingerprint(new)
        _push(workshop, target, tree, top, f"Publish {mark}\n\n{_MADE}: {mark}\n")
        return Outcome(mark, changes)


def rollback(target: GitBranch) -> str:
    """Add a commit with the content of the deployment before the current one; returns its fingerprint.

    Raises:
        OutputError: the branch has no earlier deployment, or the push is refused.
    """
    with tempfile.TemporaryDirectory(prefix="ipportal-") as folder:
        workshop = _open(Path(folder), Path(folder))
        top = _fetch(workshop, target, depth=0)
        origin = top
        # a rollback shows an earlier commit again: the deployment before is the one before that commit
        while origin and (restored := workshop.trailer(origin, _RESTORES)):
            origin = restored
        earlier = workshop.git("rev-parse", "--verify", "--quiet", f"{origin}^", accept=(0, 1)) if origin else ""
        if not earlier:
            raise nothing_before(f"{target.repository}#{target.branch}")
        mark = workshop.trailer(earlier, _MADE)
        message = f"Roll back to {mark}\n\n{_MADE}: {mark}\n{_RESTORES}: {earlier}\n"
        _push(workshop, target, workshop.git("rev-parse", f"{earlier}^{{tree}}"), top, message)
        return mark


def _open(folder: Path, site: Path) -> _Workshop:
    workshop = _Workshop(folder / "repository", site)
    workshop.git("init", "--quiet")
    for key, value in (("user.name", "ipportal"), ("user.email", "ipportal@localhost")):
        if not workshop.git("config", key, accept=(0, 1)):
            workshop.git("config", key, value)
    return workshop


def _fetch(workshop: _Workshop, target: GitBranch, *, depth: int) -> str:
    """The commit the branch stands at, fetched; empty where the branch does not exist yet."""
    listed = workshop.git("ls-remote", "--heads", "--", target.repository, f"refs/heads/{target.branch}")
    if not listed:
        return ""
    limit = [f"--depth={depth}"] if depth else []
    source = f"refs/heads/{target.branch}:{_TOP}"
    workshop.git("fetch", "--quiet", "--no-tags", *limit, "--", target.repository, source)
    top = workshop.git("rev-parse", _TOP)
    if not workshop.trailer(top, _MADE):
        expected = Text("只用来发布的分支", "a branch used for publishing only")
        hint = Text("换一个新的分支名，例如 gh-pages", "name a new branch, such as gh-pages")
        subject = workshop.git("log", "-1", "--format=%s", top)
        raise OutputError([trouble("publish-foreign", f"{target.repository}#{target.branch}", expected, subject, hint)])
    return top


def _changes(workshop: _Workshop, top: str, tree: str) -> FileChanges:
    old = workshop.git("rev-parse", f"{top}^{{tree}}") if top else workshop.git("mktree")
    lines = workshop.git("diff-tree", "-r", "--no-renames", "--name-status", old, tree).splitlines()
    pairs = [line.split("\t", 1) for line in lines]
    added, changed, removed = (tuple(path for kind, path in pairs if kind == letter) for letter in "AMD")
    return FileChanges(added, changed, removed)


def _push(workshop: _Workshop, target: GitBranch, tree: str, top: str, message: str) -> None:
    parent = ["-p", top] if top else []
    commit = workshop.git("commit-tree", tree, *parent, stdin=message)
    workshop.git("push", "--quiet", "--", target.repository, f"{commit}:refs/heads/{target.branch}")
