"""A finished site published to a folder, a Git branch, through rsync or to an object store, back in one step; and the
site in one archive.

May import every room up to files. Begin with `publish` below, then `steps`.
"""

from __future__ import annotations

from pathlib import Path

from ipportal.deploy import folder, gitbranch, objectstore, rsync
from ipportal.deploy.steps import Outcome
from ipportal.deploy.target import Folder, GitBranch, ObjectStore, Target


def publish(target: Target, site: Path, *, keep: int, dry_run: bool) -> Outcome:
    """Put the site at the target; `keep` earlier deployments stay (a Git branch keeps all of them).

    Raises:
        OutputError: the target cannot be written to or is not ours; its old site is still whole.
    """
    if isinstance(target, Folder):
        return folder.publish(target, site, keep=keep, dry_run=dry_run)
    if isinstance(target, GitBranch):
        return gitbranch.publish(target, site, dry_run=dry_run)
    if isinstance(target, ObjectStore):
        return objectstore.publish(target, site, keep=keep, dry_run=dry_run)
    return rsync.publish(target, site, keep=keep, dry_run=dry_run)


def rollback(target: Target) -> str:
    """Show the deployment before the current one again; returns its name.

    Raises:
        OutputError: there is none, or the target cannot be written to.
    """
    if isinstance(target, Folder):
        return folder.rollback(target)
    if isinstance(target, GitBranch):
        return gitbranch.rollback(target)
    if isinstance(target, ObjectStore):
        return objectstore.rollback(target)
    return rsync.rollback(target)
