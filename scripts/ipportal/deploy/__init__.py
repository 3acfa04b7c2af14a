"""A finished site published to a folder, a Git branch, through rsync or to an object store, back in one step; and the
site in one archive.

May import every room up to files. Begin with `publish` below: one way for every kind of target, which `target.Store`
describes.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from ipportal.deploy import target as places
from ipportal.deploy.folder import FolderStore
from ipportal.deploy.objectstore import BucketStore
from ipportal.deploy.target import Folder, GitBranch, ObjectStore, Outcome, Store, Target, fingerprint, trouble
from ipportal.deploy.tools import BranchStore, RsyncStore


def publish(target: Target, site: Path, *, keep: int, dry_run: bool) -> Outcome:
    """Put the site at the target; `keep` earlier deployments stay (a Git branch keeps all of them).

    A run cut off at any moment leaves a site whose pages find what they need; the next run completes the work.

    Raises:
        OutputError: the target cannot be written to or is not ours; its old site is still whole.
    """
    places.check_whole(site)
    with _opened(target, site) as store, nullcontext() if dry_run else store.alone():
        standing = store.look()
        changes = store.changes()
        if dry_run:
            return Outcome("", changes)
        deployment = store.name(standing, fingerprint(store.inventory))
        if changes or not standing.settled or deployment != standing.current:
            store.upload(deployment)
            store.activate(deployment)
        store.forget(places.outdated([*standing.names, deployment], deployment, standing.current, keep))
        return Outcome(deployment, changes)


def rollback(target: Target) -> str:
    """Show the deployment before the current one again, if it is still what was published; returns its name.

    After a publication that was cut off in the middle this is the deployment that stood when it began.

    Raises:
        OutputError: there is none, it was changed since, or the target cannot be written to.
    """
    with _opened(target, None) as store, store.alone():
        earlier = store.earlier(store.look())
        if earlier is None:
            raise trouble("publish-no-previous", store.address)
        found = fingerprint(store.kept(earlier))
        if not earlier.endswith(found):
            raise trouble("publish-release-changed", earlier, found)
        store.activate(earlier)
        return earlier


@contextmanager
def _opened(target: Target, site: Path | None) -> Iterator[Store]:
    with tempfile.TemporaryDirectory(prefix="ipportal-") as folder:
        workspace = Path(folder)
        site = site or workspace / "site"
        site.mkdir(exist_ok=True)
        if isinstance(target, Folder):
            yield FolderStore(target, site)
        elif isinstance(target, GitBranch):
            yield BranchStore(target, site, workspace)
        elif isinstance(target, ObjectStore):
            yield BucketStore(target, site)
        else:
            yield RsyncStore(target, site, workspace)
