"""Publish to an object store, which has no rename: contents first, then the site changes by copies inside the store.

1. New contents go to `.releases/contents/<SHA-256>`, with a list of the deployment. A cut here is noticed by nobody.
2. `.releases/state.json` notes which deployment is put in place. Assets, then pages, are copied to their addresses.
3. What the deployment does not have is deleted, pages first. Then the note says the deployment stands.

Every step may be repeated, and the note tells the next run what a run cut off may have touched.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from ipportal.base.errors import OutputError
from ipportal.base.text import Text
from ipportal.deploy.bucket import PARALLEL, Bucket, Headers, open_bucket
from ipportal.deploy.steps import (
    Outcome,
    compare,
    deployments,
    fingerprint,
    next_deployment,
    outdated,
    previous_deployment,
    unfinished,
    waves,
)
from ipportal.deploy.target import ObjectStore
from ipportal.deploy.tools import inventory, nothing_before, trouble
from ipportal.files.headers import cache_control, compressible, content_type

_KEPT: Final = ".releases/"
_STATE: Final = f"{_KEPT}state.json"
_CONTENTS: Final = f"{_KEPT}contents/"
_LIST: Final = re.compile(rf"{re.escape(_KEPT)}([^/]+)\.json")
_PRIVATE: Final = Headers("application/json", "no-store")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a deployment: the SHA-256 and size of the stored bytes, and the headers sent with it."""

    sha256: str
    bytes: int
    content_type: str
    cache_control: str
    content_encoding: str = ""

    @property
    def headers(self) -> Headers:
        """What the store sends with the file."""
        return Headers(self.content_type, self.cache_control, self.content_encoding)

    def __str__(self) -> str:
        """Equal for files a reader cannot tell apart."""
        return f"{self.sha256} {self.content_type} {self.cache_control} {self.content_encoding}"


Files = Mapping[str, StoredFile]


@dataclass(frozen=True, slots=True)
class _State:
    """The deployment that stands (empty before the first), and those that may stand in part."""

    current: str
    placing: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Place:
    """What was found at the target."""

    bucket: Bucket
    sizes: Mapping[str, int]
    state: _State

    @property
    def names(self) -> list[str]:
        """The deployments kept there."""
        return deployments(found[1] for key in self.sizes if (found := _LIST.fullmatch(key)))

    def files(self, deployment: str) -> dict[str, StoredFile]:
        """The list of a deployment; empty for no deployment."""
        if f"{_KEPT}{deployment}.json" not in self.sizes:
            return {}
        listed = json.loads(self.bucket.read(f"{_KEPT}{deployment}.json"))["files"]
        return {path: StoredFile(**words) for path, words in listed.items()}


def publish(target: ObjectStore, site: Path, *, keep: int, dry_run: bool) -> Outcome:
    """Upload contents that are not there yet, then change the site: assets, pages, deletions.

    Raises:
        OutputError: the store refuses or does not answer, or the place holds something this command did not put
            there. Run again to complete the work.
    """
    inventory(site)
    place = _look(target)
    new = _files(site, compress=target.compress)
    before = place.state.current
    changes = compare(_marks(place.files(before)), _marks(new))
    if dry_run:
        return Outcome("", changes)
    mark = fingerprint(_marks(new))
    if before.endswith(mark) and not place.state.placing and not _unlike(place, new, new):
        _forget(place, new, before, before, keep)
        return Outcome(before, changes)
    # a run cut off may have left the deployment that stands in part only
    again = before if before.endswith(mark) else unfinished(place.names, before, mark)
    deployment = again or next_deployment(place.names, mark)
    _note(place.bucket, place.state)
    _upload(place, site, new, compress=target.compress)
    listed = {"files": {path: asdict(entry) for path, entry in new.items()}}
    place.bucket.write(f"{_KEPT}{deployment}.json", json.dumps(listed, ensure_ascii=False).encode(), _PRIVATE)
    _put_in_place(place, new, deployment)
    _forget(place, new, deployment, before, keep)
    return Outcome(deployment, changes)


def rollback(target: ObjectStore) -> str:
    """Put the deployment before the current one in place again; returns its name.

    After a publication that was cut off this is the deployment that stood when it began.

    Raises:
        OutputError: no earlier deployment is kept, or the store refuses.
    """
    place = _look(target)
    earlier = _deployment_before(place)
    if earlier is None:
        raise nothing_before(str(target))
    files = place.files(earlier)
    whole = all(place.sizes.get(_CONTENTS + entry.sha256) == entry.bytes for entry in files.values())
    if not whole or not earlier.endswith(fingerprint(_marks(files))):
        expected = Text("当时发布的文件", "the files as they were published")
        hint = Text("用 --site 发布一份旧网站", "publish an older site with --site")
        raise OutputError([trouble("publish-release-changed", f"{_KEPT}{earlier}", expected, "", hint)])
    _put_in_place(place, files, earlier)
    return earlier


def _deployment_before(place: _Place) -> str | None:
    current, placing = place.state.current, place.state.placing
    if not current:
        return None
    older = previous_deployment(place.names, current)
    # a publication was cut off; a rollback that was cut off goes on
    return current if placing and placing[-1] != older else older


def _look(target: ObjectStore) -> _Place:
    bucket = open_bucket(target)
    sizes = bucket.sizes()
    if _STATE in sizes:
        return _Place(bucket, sizes, _noted(bucket))
    if sizes:
        expected = Text("空位置，或由本命令建立的目标", "a free place, or a target this command made")
        hint = Text("另选一个目标，或先移走那里的内容", "choose another target, or move away what stands there")
        raise OutputError([trouble("publish-foreign", str(target), expected, ", ".join(sorted(sizes)[:3]), hint)])
    return _Place(bucket, sizes, _State(""))


def _noted(bucket: Bucket) -> _State:
    noted = json.loads(bucket.read(_STATE))
    return _State(noted["current"], tuple(noted["placing"]))


def _files(site: Path, *, compress: bool) -> dict[str, StoredFile]:
    paths = sorted(path for path in site.rglob("*") if path.is_file())
    return {name: _entry(path, name, compress) for path in paths for name in [path.relative_to(site).as_posix()]}


def _entry(path: Path, name: str, compress: bool) -> StoredFile:
    data = _stored(path, name, compress)
    return StoredFile(
        hashlib.sha256(data).hexdigest(),
        len(data),
        content_type(name),
        cache_control(name),
        "gzip" if compress and _packed(name) else "",
    )


def _stored(path: Path, name: str, compress: bool) -> bytes:
    data = path.read_bytes()
    return gzip.compress(data, 9, mtime=0) if compress and _packed(name) else data


def _packed(name: str) -> bool:
    """Downloads stay as they are: their checksums are published, and not every program unpacks."""
    return name.endswith((".html", ".css", ".js", ".svg")) and not name.startswith("data/") and compressible(name)


def _marks(files: Files) -> dict[str, str]:
    return {path: str(entry) for path, entry in files.items()}


def _note(bucket: Bucket, state: _State) -> None:
    bucket.write(_STATE, json.dumps(asdict(state)).encode(), _PRIVATE)


def _upload(place: _Place, site: Path, new: Files, *, compress: bool) -> None:
    # one upload for each content, however many addresses share it
    sources = {entry.sha256: path for path, entry in new.items()}
    missing = [digest for digest, path in sources.items() if place.sizes.get(_CONTENTS + digest) != new[path].bytes]

    def send(digest: str) -> None:
        data = _stored(site / sources[digest], sources[digest], compress)
        if hashlib.sha256(data).hexdigest() != digest:
            expected = Text("发布期间不变的文件", "a file that stays as it is while it is published")
            raise OutputError([trouble("publish-site-changed", sources[digest], expected, "", _AGAIN)])
        place.bucket.write(_CONTENTS + digest, data, Headers("application/octet-stream", "no-store"))

    _all(send, missing)


def _put_in_place(place: _Place, files: Files, deployment: str) -> None:
    bucket = place.bucket
    if _noted(bucket) != place.state:
        expected = Text("没有别的发布正在进行", "no other publication at work")
        hint = Text("等它结束再运行", "wait until it ends and run again")
        raise OutputError([trouble("publish-busy", str(bucket.target), expected, "", hint)])
    touched = tuple(dict.fromkeys((*place.state.placing, deployment)))
    earlier = [place.files(name) for name in (place.state.current, *place.state.placing)]
    _note(bucket, _State(place.state.current, touched))
    for wave in waves(_unlike(place, files, *earlier)):
        # new pages first: nothing leads to them before the changed ones stand
        for step in (
            [path for path in wave if path not in place.sizes],
            [path for path in wave if path in place.sizes],
        ):
            _all(lambda path: bucket.copy(_CONTENTS + files[path].sha256, path, files[path].headers), step)
    gone = {path for listed in earlier for path in listed if path not in files and path in place.sizes}
    for wave in reversed(waves(gone)):
        _all(bucket.delete, wave)
    _note(bucket, _State(deployment))


def _unlike(place: _Place, files: Files, *earlier: Files) -> list[str]:
    """The addresses that do not, or may not, hold what the deployment has there."""
    return [
        path
        for path, entry in files.items()
        if place.sizes.get(path) != entry.bytes or any(str(listed.get(path)) != str(entry) for listed in earlier)
    ]


def _forget(place: _Place, new: Files, deployment: str, before: str, keep: int) -> None:
    """Delete outdated lists, then contents no list names any more."""
    names = [*place.names, deployment]
    old = outdated(names, deployment, before, keep)
    kept = [place.files(name) for name in set(place.names) - {*old, deployment}]
    needed = {entry.sha256 for files in (new, *kept) for entry in files.values()}
    stored = {key for key in place.sizes if key.startswith(_CONTENTS)}
    _all(place.bucket.delete, [f"{_KEPT}{name}.json" for name in old])
    _all(place.bucket.delete, sorted(stored - {_CONTENTS + digest for digest in needed}))


def _all(action: Callable[[str], None], items: Iterable[str]) -> None:
    """Do it for every item, several at a time; return when all are done, raise what failed first."""
    with ThreadPoolExecutor(PARALLEL) as pool:
        jobs = [pool.submit(action, item) for item in items]
        try:
            wait(jobs, return_when=FIRST_EXCEPTION)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    for job in jobs:
        if not job.cancelled():
            job.result()


_AGAIN: Final = Text("等 ipportal build 结束再运行", "run again when ipportal build has ended")
