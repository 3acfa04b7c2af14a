"""What targets share: their addresses, what every kind can do, what there is to do, the names of deployments."""

import hashlib
import re
import shutil
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from pathlib import Path
from typing import Final

from ipportal.base import Frozen
from ipportal.base.errors import Catalogue, OutputError, Where
from ipportal.base.text import LANGS

#: Files that lead a reader to other files; they follow once everything they lead to is in place
_LEADING: Final = ("sitemap.xml", "manifest.json", "SHA256SUMS", "releases.json", "pagefind-entry.json")
#: `user:secret@` in an address must not reach a log
_SECRET: Final = re.compile(r"(?<=://)[^/@\s]+@")
CATALOGUE: Final = Catalogue("ipportal.deploy", ("publish",))

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


class Folder(Frozen):
    """A folder of this machine; `path` is absolute and becomes a symbolic link to the current deployment."""

    path: Path


class GitBranch(Frozen):
    """A branch of a repository, as Pages hosts serve it. `repository` is an address or a path."""

    repository: str
    branch: str


class Rsync(Frozen):
    """`user@host:/path` through ssh, or `rsync://host/module/path` of a daemon; no slash at the end."""

    address: str


class ObjectStore(Frozen):
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


class FileChanges(Frozen):
    """What differs between the published site and the new one, as site paths."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


class Outcome(Frozen):
    """The deployment now at the target (empty for a dry run) and what changed there."""

    deployment: str
    changes: FileChanges


class Standing(Frozen):
    """What stands at a target: the deployments kept there, and the one readers see (empty before the first).

    It is not `settled` while a publication that was cut off may show in part.
    """

    names: Sequence[str]
    current: str
    settled: bool = True


class Store(ABC):
    """A target at work. `address` names it in messages; `site` is the tree to publish, or receives the one kept.

    Every method raises OutputError when the target refuses; readers then still see whole pages.
    """

    def __init__(self, address: str, site: Path) -> None:
        self.address = address
        self.site = site

    @cached_property
    def inventory(self) -> Mapping[str, str]:
        """{site path: mark} of what is published; two files with equal marks look the same to every reader."""
        return hashes(self.site)

    def alone(self) -> AbstractContextManager[None]:
        """Keep other publishers away, where the target can."""
        return nullcontext()

    @abstractmethod
    def look(self) -> Standing:
        """See what stands; refuses a place that holds anything this command did not put there."""

    @abstractmethod
    def changes(self) -> FileChanges:
        """What the site changes for readers."""

    def name(self, standing: Standing, mark: str) -> str:
        """What a deployment with this fingerprint is called; one that was cut off is taken up again."""
        if standing.current.endswith(mark):
            return standing.current
        return unfinished(standing.names, standing.current, mark) or next_deployment(standing.names, mark)

    @abstractmethod
    def upload(self, deployment: str) -> None:
        """Bring the site to the target, whole, where no reader sees it; what is there already does not travel."""

    @abstractmethod
    def activate(self, deployment: str) -> None:
        """Show a deployment to readers: in one step, or so that at every moment pages find what they need."""

    def earlier(self, standing: Standing) -> str | None:
        """The deployment to go back to; None where none is kept."""
        return previous_deployment(standing.names, standing.current) if standing.current else None

    @abstractmethod
    def kept(self, deployment: str) -> Mapping[str, str]:
        """The inventory of a kept deployment as it is at the target now."""

    @abstractmethod
    def forget(self, deployments: Sequence[str]) -> None:
        """Delete deployments that are kept no longer."""


def compare(old: Mapping[str, str], new: Mapping[str, str]) -> FileChanges:
    """The changes between two inventories {site path: SHA-256}."""
    return FileChanges(
        added=tuple(sorted(set(new) - set(old))),
        changed=tuple(sorted(path for path in set(new) & set(old) if new[path] != old[path])),
        removed=tuple(sorted(set(old) - set(new))),
    )


def waves(paths: Iterable[str]) -> tuple[list[str], list[str]]:
    """Split an upload: assets and downloads first, then pages and lists, which refer to them."""
    every = sorted(paths)
    pages = [path for path in every if path.removesuffix(".gz").endswith((".html", *_LEADING))]
    return sorted({*every} - {*pages}), pages


def fingerprint(inventory: Mapping[str, str]) -> str:
    """Twelve hexadecimal digits that name a site by its content."""
    lines = "".join(f"{digest}  {path}\n" for path, digest in sorted(inventory.items()))
    return hashlib.sha256(lines.encode()).hexdigest()[:12]


def deployments(names: Iterable[str]) -> list[str]:
    """The names that are deployments, oldest first; anything else in the folder is ignored."""
    return sorted((name for name in names if re.fullmatch(r"(\d{4,})-[0-9a-f]{12}", name)), key=_number)


def next_deployment(names: Iterable[str], mark: str) -> str:
    """The name of a deployment newer than all given ones: running number and fingerprint."""
    known = deployments(names)
    return f"{_number(known[-1]) + 1 if known else 1:04d}-{mark}"


def unfinished(names: Iterable[str], before: str, mark: str) -> str:
    """A deployment of the same content whose upload was cut off after `before` became current; empty without one."""
    known = [name for name in reversed(deployments(names)) if name.endswith(f"-{mark}")]
    return next((name for name in known if not before or _number(name) > _number(before)), "")


def previous_deployment(names: Iterable[str], current: str) -> str | None:
    """The deployment before the current one; None where none is kept."""
    return next((name for name in reversed(deployments(names)) if _number(name) < _number(current)), None)


def outdated(names: Iterable[str], current: str, before: str, keep: int) -> list[str]:
    """The deployments to delete once `current` stands.

    `keep` older ones stay. A deployment newer than `before`, the one that stood until now, was rolled
    back or never finished: it goes too, so that a rollback never returns to it.
    """
    older = [name for name in deployments(names) if _number(name) < _number(current)]
    kept = [name for name in older if not before or _number(name) <= _number(before)]
    return sorted({*older} - {*kept[max(0, len(kept) - keep) :]})


def _number(name: str) -> int:
    return int(name.split("-", 1)[0])


def hashes(folder: Path) -> dict[str, str]:
    """{path: SHA-256} of every file below a folder."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def check_whole(site: Path) -> None:
    """Refuse what is no site to publish: its home page, those of other languages that it leads to, and nothing but
    plain files are there.

    Raises:
        OutputError: a home page is missing, or something is neither file nor folder.
    """
    home = site / "index.html"
    text = home.read_text(encoding="utf-8", errors="replace") if home.is_file() else ""
    others = (f"{lang}/{home.name}" for lang in LANGS if re.search(rf'href="{lang}/(index\.html)?"', text))
    missing = (name for name in (home.name, *others) if not (site / name).is_file())
    problems = [CATALOGUE.problem("publish-incomplete", Where(name)) for name in missing]
    for path in sorted(site.rglob("*")):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            problems.append(CATALOGUE.problem("publish-special-file", Where(path.relative_to(site).as_posix()), "link"))
    if problems:
        raise OutputError(problems)


def run(
    command: Sequence[str], *, environment: Mapping[str, str], stdin: str = "", accept: Sequence[int] = (0,)
) -> subprocess.CompletedProcess[str]:
    """Run a tool to its end and return what it printed.

    Raises:
        OutputError: the tool is not installed, or ends with a code not in `accept`.
    """
    tool = command[0]
    if shutil.which(tool, path=environment.get("PATH")) is None:
        raise trouble("publish-tool-missing", tool, tool=tool)
    done = subprocess.run(
        list(command), env=dict(environment), input=stdin, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode not in accept:
        said = " / ".join(line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip())
        raise trouble("publish-failed", tool, mask(said)[-400:] or str(done.returncode), tool=tool)
    return done


def mask(text: str) -> str:
    """Hide the user and password of addresses."""
    return _SECRET.sub("***@", text)


def trouble(code: str, place: str, found: str = "", variant: str = "", /, **facts: object) -> OutputError:
    """The error of a target, or of what is to be published, in the words of the catalogue."""
    return OutputError([CATALOGUE.problem(code, Where(mask(place)), found, variant, **facts)])


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
