"""Publish to an object store, which has no rename: contents first, then the site changes by copies inside the store.

1. New contents go to `.releases/contents/<SHA-256>`, with a list of the deployment. A cut here is noticed by nobody.
2. `.releases/state.json` notes which deployment is put in place. Assets, then pages, are copied to their addresses.
3. What the deployment does not have is deleted, pages first. Then the note says the deployment stands.

Every step may be repeated, and the note tells the next run what a run cut off may have touched. Access keys come from
where every S3 tool looks for them (environment, `~/.aws/`), never from the command line.
"""

import base64
import contextlib
import gzip
import hashlib
import json
import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import botocore.session
from botocore import exceptions
from botocore.config import Config

from ipportal.base import Frozen
from ipportal.base.errors import OutputError, catalogue_file
from ipportal.deploy.target import FileChanges, ObjectStore, Standing, Store, compare, deployments, mask, trouble, waves
from ipportal.files.headers import cache_control, compressible, content_type

#: Requests at the same time
PARALLEL: Final = 8
#: What the store sends with an object, as its interface names them: ContentType, CacheControl, ContentEncoding
Headers = Mapping[str, str]
_KEPT: Final = ".releases/"
_STATE: Final = f"{_KEPT}state.json"
_CONTENTS: Final = f"{_KEPT}contents/"
_LIST: Final = re.compile(rf"{re.escape(_KEPT)}([^/]+)\.json")
_PRIVATE: Final = {"ContentType": "application/json", "CacheControl": "no-store"}
_CONTENT: Final = {"ContentType": "application/octet-stream", "CacheControl": "no-store"}


class StoredFile(Frozen):
    """A file of a deployment: the SHA-256 and size of the stored bytes, and the headers sent with it."""

    sha256: str
    bytes: int
    content_type: str
    cache_control: str
    content_encoding: str = ""

    @property
    def headers(self) -> Headers:
        """What the store sends with the file."""
        words = {"ContentType": self.content_type, "CacheControl": self.cache_control}
        return words | ({"ContentEncoding": self.content_encoding} if self.content_encoding else {})

    def __str__(self) -> str:
        """Equal for files a reader cannot tell apart."""
        return f"{self.sha256} {self.content_type} {self.cache_control} {self.content_encoding}"


Files = Mapping[str, StoredFile]


class _State(Frozen):
    """The deployment that stands (empty before the first), and those that may stand in part."""

    current: str
    placing: tuple[str, ...] = ()


class Bucket(Frozen):
    """One place in an object store; keys are given without the place's own prefix."""

    target: ObjectStore
    client: Any = field(repr=False)

    def sizes(self) -> dict[str, int]:
        """{key: bytes} of everything at the place."""
        place = {"Bucket": self.target.bucket, "Prefix": self.target.prefix}
        with self._translated_errors():
            pages = list(self.client.get_paginator("list_objects_v2").paginate(**place))
        found = (item for page in pages for item in page.get("Contents", ()))
        return {item["Key"].removeprefix(self.target.prefix): item["Size"] for item in found}

    def read(self, key: str) -> bytes:
        """The bytes of an object."""
        with self._translated_errors():
            return bytes(self._call("get_object", key)["Body"].read())

    def write(self, key: str, data: bytes, headers: Headers) -> None:
        """Write an object in one step; the store compares the bytes it got with their checksum."""
        digest = base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
        self._call("put_object", key, Body=data, ContentMD5=digest, **headers)

    def copy(self, source: str, key: str, headers: Headers) -> None:
        """Copy an object inside the store, in one step, with headers of its own."""
        place = {"Bucket": self.target.bucket, "Key": self.target.prefix + source}
        self._call("copy_object", key, CopySource=place, MetadataDirective="REPLACE", **headers)

    def delete(self, key: str) -> None:
        """Delete an object; one that is gone already is no fault."""
        # one by one: several stores refuse the checksum that deleting in bulk requires
        self._call("delete_object", key)

    def _call(self, operation: str, key: str, **words: object) -> Any:
        with self._translated_errors():
            return getattr(self.client, operation)(Bucket=self.target.bucket, Key=self.target.prefix + key, **words)

    @contextlib.contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except (exceptions.BotoCoreError, exceptions.ClientError) as error:
            raise _problem(str(self.target), error) from error


class BucketStore(Store):
    """A place in an object store. `sizes` is what was found there: {key: bytes}; `lists` are the deployments read."""

    def __init__(self, target: ObjectStore, site: Path) -> None:
        super().__init__(str(target), site)
        self.compress = target.compress
        self.bucket = open_bucket(target)
        self.sizes: dict[str, int] = {}
        self.lists: dict[str, Files] = {}
        self.state = _State("")

    @cached_property
    def files(self) -> Files:
        """The files of the site as they are to be stored."""
        found = {}
        for name in (path.relative_to(self.site).as_posix() for path in sorted(self.site.rglob("*")) if path.is_file()):
            data, encoding = self._stored(name), "gzip" if self._packed(name) else ""
            words = (content_type(name), cache_control(name), encoding)
            found[name] = StoredFile(hashlib.sha256(data).hexdigest(), len(data), *words)
        return found

    @cached_property
    def inventory(self) -> Mapping[str, str]:
        """Contents and headers: both are seen by readers."""
        return {path: str(entry) for path, entry in self.files.items()}

    def look(self) -> Standing:
        """What is kept at the place, by its keys and its note."""
        self.sizes = self.bucket.sizes()
        if _STATE in self.sizes:
            self.state = self._noted()
        elif self.sizes:
            raise trouble("publish-foreign", self.address, ", ".join(sorted(self.sizes)[:3]))
        return Standing(self._names(), self.state.current, settled=not self.state.placing)

    def changes(self) -> FileChanges:
        """The addresses that do not, or may not, hold what the site has there."""
        return self._unlike(self.files)

    def upload(self, deployment: str) -> None:
        """Send contents that are not there yet, then the list; one upload for each content, however many share it."""
        self._note(self.state)
        sources = {entry.sha256: path for path, entry in self.files.items()}

        def send(digest: str) -> None:
            data = self._stored(sources[digest])
            if hashlib.sha256(data).hexdigest() != digest:
                raise trouble("publish-site-changed", sources[digest])
            self.bucket.write(_CONTENTS + digest, data, _CONTENT)

        sizes = {digest: self.files[path].bytes for digest, path in sources.items()}
        _all(send, [digest for digest, size in sizes.items() if self.sizes.get(_CONTENTS + digest) != size])
        listed = {"files": {path: asdict(entry) for path, entry in self.files.items()}}
        self.bucket.write(f"{_KEPT}{deployment}.json", json.dumps(listed, ensure_ascii=False).encode(), _PRIVATE)
        self.lists[deployment] = self.files

    def activate(self, deployment: str) -> None:
        """Copy assets, then pages, to their addresses, delete what is gone; the note is written before and after."""
        if self._noted() != self.state:
            raise trouble("publish-busy", self.address)
        files, changes = self._files_of(deployment), self._unlike(self._files_of(deployment))
        self._note(_State(self.state.current, tuple(dict.fromkeys((*self.state.placing, deployment)))))

        def place(path: str) -> None:
            self.bucket.copy(_CONTENTS + files[path].sha256, path, files[path].headers)

        for added, changed in zip(waves(changes.added), waves(changes.changed), strict=True):
            # new pages first: nothing leads to them before the changed ones stand
            _all(place, added)
            _all(place, changed)
        for wave in reversed(waves(changes.removed)):
            _all(self.bucket.delete, wave)
        self.state = _State(deployment)
        self._note(self.state)

    def earlier(self, standing: Standing) -> str | None:
        """The deployment before, or the current one where a publication was cut off; a rollback cut off goes on."""
        older = super().earlier(standing)
        return standing.current if standing.current and self.state.placing[-1:] not in ((), (older,)) else older

    def kept(self, deployment: str) -> Mapping[str, str]:
        """Its list; contents that are gone, or no longer what would be put in place, get no mark."""
        files = self._files_of(deployment)
        unlike = self._unlike(files)
        lost = {entry.sha256 for entry in files.values() if self.sizes.get(_CONTENTS + entry.sha256) != entry.bytes}

        def read(digest: str) -> None:
            if hashlib.sha256(self.bucket.read(_CONTENTS + digest)).hexdigest() != digest:
                lost.add(digest)

        _all(read, sorted({files[path].sha256 for path in (*unlike.added, *unlike.changed)} - lost))
        return {path: "" if entry.sha256 in lost else str(entry) for path, entry in files.items()}

    def forget(self, deployments: Sequence[str]) -> None:
        """Delete their lists, then contents no list names any more."""
        left = {*self._names(), self.state.current} - set(deployments)
        needed = {_CONTENTS + entry.sha256 for name in left for entry in self._files_of(name).values()}
        stored = {key for key in self.sizes if key.startswith(_CONTENTS)}
        _all(self.bucket.delete, [f"{_KEPT}{name}.json" for name in deployments])
        _all(self.bucket.delete, sorted(stored - needed))

    def _names(self) -> list[str]:
        return deployments(found[1] for key in self.sizes if (found := _LIST.fullmatch(key)))

    def _files_of(self, deployment: str) -> Files:
        """The list of a deployment; empty for no deployment."""
        if deployment not in self.lists:
            key = f"{_KEPT}{deployment}.json"
            listed = json.loads(self.bucket.read(key))["files"] if key in self.sizes else {}
            self.lists[deployment] = {path: StoredFile(**words) for path, words in listed.items()}
        return self.lists[deployment]

    def _unlike(self, files: Files) -> FileChanges:
        """The addresses that do not, or may not, hold what `files` have there."""
        shown = [self._files_of(name) for name in (self.state.current, *self.state.placing)]
        old = {path: "" for listed in (files, *shown) for path in listed if path in self.sizes}
        new = {path: str(entry) for path, entry in files.items()}
        same = (path for path in old.keys() & files if all(str(listed.get(path)) == new[path] for listed in shown))
        return compare(old | {path: new[path] for path in same if self.sizes[path] == files[path].bytes}, new)

    def _noted(self) -> _State:
        noted = json.loads(self.bucket.read(_STATE))
        return _State(noted["current"], tuple(noted["placing"]))

    def _note(self, state: _State) -> None:
        self.bucket.write(_STATE, json.dumps(asdict(state)).encode(), _PRIVATE)

    def _stored(self, name: str) -> bytes:
        data = (self.site / name).read_bytes()
        return gzip.compress(data, 9, mtime=0) if self._packed(name) else data

    def _packed(self, name: str) -> bool:
        """Downloads stay as they are: their checksums are published, and not every program unpacks."""
        page = name.endswith((".html", ".css", ".js", ".svg")) and not name.startswith("data/")
        return self.compress and page and compressible(name)


def _all(action: Callable[[str], None], items: Iterable[str]) -> None:
    """Do it for every item, several at a time; return when all are done, raise what failed first."""
    with ThreadPoolExecutor(PARALLEL) as pool:
        deque(pool.map(action, items), maxlen=0)  # what has not begun when one fails is left


def open_bucket(target: ObjectStore) -> Bucket:
    """A connection to the place, not used yet.

    Raises:
        OutputError: the standard configuration cannot be read, or the endpoint is no address.
    """
    config = Config(
        connect_timeout=20,
        read_timeout=60,
        retries={"mode": "standard"},
        max_pool_connections=PARALLEL,
        # other stores know neither the newer checksums nor bodies sent in signed pieces
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "virtual"} if target.virtual_host else None,
    )
    session = botocore.session.get_session()
    # a store outside of AWS has one region; the signature needs a name for it
    try:
        region = os.environ.get("AWS_REGION") or session.get_config_variable("region") or "us-east-1"
        client = session.create_client("s3", region_name=region, endpoint_url=target.endpoint or None, config=config)
    except (exceptions.BotoCoreError, ValueError) as error:
        raise _problem(str(target), error) from error
    return Bucket(target, client)


def _problem(place: str, error: Exception) -> OutputError:
    """A fault of the store, or of how it was to be reached."""
    code, variant = "publish-failed", "setting"
    if isinstance(error, exceptions.NoCredentialsError | exceptions.PartialCredentialsError):
        code, variant = "publish-no-credentials", ""
    elif isinstance(error, exceptions.HTTPClientError | exceptions.ConnectionError):
        code, variant = "publish-connection", ""
    elif isinstance(error, exceptions.ClientError):
        forbidden = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 403
        usual = ("publish-forbidden", "") if forbidden else ("publish-failed", "refused")
        called = str(error.response.get("Error", {}).get("Code", ""))
        known = catalogue_file("ipportal.deploy", "store")
        told = (("publish-credentials", ""), ("publish-no-bucket", ""), ("publish-failed", "virtual"))
        code, variant = next((each for each in told if called in known[each[0]]), usual)
    return trouble(code, place, mask(str(error))[-300:], variant)
