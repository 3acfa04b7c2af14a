"""The address of a publication: a folder, a Git branch, an rsync place or an object store."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ipportal.deploy.plan import trouble


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of this machine; `path` is absolute and becomes a symbolic link to the current deployment."""

    path: Path


@dataclass(frozen=True, slots=True)
class GitBranch:
    """A branch of a repository, as Pages hosts serve it. `repository` is an address or a path."""

    repository: str
    branch: str


@dataclass(frozen=True, slots=True)
class Rsync:
    """`user@host:/path` through ssh, or `rsync://host/module/path` of a daemon; no slash at the end."""

    address: str


@dataclass(frozen=True, slots=True)
class ObjectStore:
    """A bucket of an S3-compatible store, or a part of it; `prefix` is empty or ends in a slash.

    `endpoint` is the store's address; empty means what the environment or the standard configuration says.
    With `virtual_host` the bucket is part of the host name. With `compress` pages, styles and scripts are
    stored compressed, as a store cannot choose by reader.
    """

    bucket: str
    prefix: str
    endpoint: str = ""
    virtual_host: bool = False
    compress: bool = False

    def __str__(self) -> str:
        """The address as it was typed."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")


Target = Folder | GitBranch | Rsync | ObjectStore

_FORMS: Final = (
    "/var/www/ip · git:ADDRESS#BRANCH · rsync:USER@HOST:/PATH · rsync://HOST/MODULE/PATH · s3://BUCKET/PREFIX"
)
#: Two letters at least: `C:` is a drive
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.]+:")
_BRANCH: Final = re.compile(r"(?![-/.])[\w./-]+(?<![/.])")
_RSYNC: Final = re.compile(
    r"(?!-|rsync:)(?:[\w.-]+@)?[\w.-]+:/.*[^/]|rsync://[^/-][^/]*/[^/].*[^/]|rsync://[^/-][^/]*/[^/]"
)
#: Bucket names as all stores accept them; no hidden folder, no `..`
_STORE: Final = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:/[\w~-][\w.~-]*)*)/?")


def parse_target(text: str, here: Path) -> Target:
    """Read what was typed on the command line; a relative folder is taken from `here`.

    Raises:
        OutputError: it is none of the forms.
    """
    if text.startswith("git:"):
        repository, _, branch = (text if text.startswith("git://") else text[4:]).rpartition("#")
        if repository and not repository.startswith("-") and _BRANCH.fullmatch(branch) and ".." not in branch:
            local = here / repository
            return GitBranch(str(local) if local.is_dir() else repository, branch)
    elif text.startswith("rsync:"):
        address = (text if text.startswith("rsync://") else text.removeprefix("rsync:")).rstrip("/")
        if _RSYNC.fullmatch(address):
            return Rsync(address)
    elif found := _STORE.fullmatch(text):
        return ObjectStore(found[1], f"{found[2][1:]}/" if found[2] else "")
    elif text and not _SCHEME.match(text):
        return Folder(here / text)
    raise trouble("publish-target", "ipportal publish", text, forms=_FORMS)
