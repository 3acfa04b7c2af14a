"""What the program that made the site is made of, told as CycloneDX 1.6 JSON (ECMA-424).

Read from requirements.lock where the program lies with it, so the same commit gives the same bytes: no clock, no random
id. Of a program that was installed without it, what is installed is told.
"""

import csv
import io
import re
import uuid
from collections.abc import Mapping, Sequence
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import ipportal
from ipportal.base import Frozen
from ipportal.files.plainfiles import from_template, json_bytes

#: Name of the bill inside the archive
SBOM: Final = "sbom.cdx.json"
#: Licence of every locked package, kept beside the lock
LICENCES: Final = "licences.csv"
_OWN: Final = "ipportal"
#: Namespace of the serial numbers: a bill of the same content keeps its number
_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_OID, "ipportal-sbom")
LOCK: Final = "requirements.lock"
#: The same and what the tests need
TEST_LOCK: Final = "requirements-test.lock"
#: What each locked package demands, for every Python and system; `make lock` writes it
NEEDS: Final = "requirements-needs.json"
_PIN: Final = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9._-]*)(?:\[(?P<extras>[^\]]*)\])?==(?P<version>[^\s;\\]+)"
    r"(?:[^\S\n]*;[^\S\n]*(?P<marker>[^\\\n]+?))?[^\S\n]*\\?$",
    re.MULTILINE,
)
_VIA: Final = re.compile(r"^ +#(?: via)? +(?P<name>[a-z0-9][a-z0-9._-]*)(?: \(pyproject\.toml\))?$", re.MULTILINE)


class Locked(Frozen):
    """One pinned package. `hashes` are the SHA-256 of its published files, `via` the packages that need it.

    `extras` are the optional parts that are installed with it, `marker` the condition for installing it at all.
    """

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    via: tuple[str, ...]
    extras: tuple[str, ...] = ()

    @property
    def purl(self) -> str:
        """Package URL, which is also the name other entries of a bill refer to."""
        return f"pkg:pypi/{self.name}@{self.version}"


#: Where the lock lies with the program's source; an installed program has none there
SOURCE: Final = Path(ipportal.__file__).parents[2]


def materials(source: Path = SOURCE) -> tuple[Sequence[Locked], Mapping[str, str]]:
    """The packages the program is made of, and their licences: those locked, or else those installed.

    Raises:
        OSError: there is a lock, and it or the list of licences cannot be read.
    """
    if (source / LOCK).is_file():
        lock, licences = ((source / name).read_text(encoding="utf-8") for name in (LOCK, LICENCES))
        return read_lock(lock), read_licences(licences)
    packages = installed()
    told = {package.name: distribution(package.name).metadata.json.get("license_expression") for package in packages}
    return packages, {name: licence for name, licence in told.items() if isinstance(licence, str)}


def installed() -> tuple[Locked, ...]:
    """What this program needs of what is installed; the checksums of its files are no longer known then."""
    via: dict[str, set[str]] = {}
    waiting = [(_OWN, "")]
    for name, extra in waiting:
        for need in map(Requirement, distribution(name).requires or ()):
            if need.marker is None or need.marker.evaluate({"extra": extra}):
                needed = canonicalize_name(need.name)
                via.setdefault(needed, set()).add(name)
                waiting += [(needed, part) for part in ("", *need.extras) if (needed, part) not in waiting]
    return tuple(Locked(name, distribution(name).version, "", (), tuple(sorted(via[name]))) for name in sorted(via))


def read_licences(text: str) -> dict[str, str]:
    """Licence (SPDX expression) by package name, from `licences.csv`."""
    return {row["name"]: row["licence"] for row in csv.DictReader(io.StringIO(text))}


def sbom(locked: Sequence[Locked], licences: Mapping[str, str], version: str) -> bytes:
    """The bill of materials of this version of the program."""
    named = [(_OWN, _OWN), *((package.purl, package.name) for package in locked)]
    needs = {ref: sorted(one.purl for one in locked if name in one.via) for ref, name in named}
    bill = from_template("sbom", locked=locked, licences=licences, version=version, own=_OWN, needs=needs)
    bill["serialNumber"] = f"urn:uuid:{uuid.uuid5(_NAMESPACE, json_bytes(bill).decode())}"
    return json_bytes(bill)


def read_lock(text: str) -> tuple[Locked, ...]:
    """The packages of a lock file as `uv pip compile --generate-hashes` writes it, in the order of the file."""
    return tuple(
        Locked(
            name=pin["name"],
            version=pin["version"],
            marker=pin["marker"] or "",
            hashes=tuple(sorted(re.findall(r"--hash=sha256:([0-9a-f]{64})", entry))),
            via=tuple(sorted(name for name in _VIA.findall(entry) if name != "via")),
            extras=tuple(re.findall(r"[\w.-]+", pin["extras"] or "")),
        )
        for entry in re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
        if (pin := _PIN.match(entry))
    )
