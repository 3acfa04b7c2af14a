"""List the licence of every package the portal runs with, from what the packages themselves state.

`licences.py` writes licences.csv; `licences.py --check` only compares and judges. Run it in the environment that was
installed from requirements.lock.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from ipportal.files.sbom import LICENCES, LOCK, Locked, read_lock

ROOT: Final = Path(__file__).resolve().parents[1]
#: Licences that allow everybody to use, change and pass on the portal
ALLOWED: Final = {
    "0BSD",
    "Apache-2.0",
    "Artistic-1.0-Perl",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "OFL-1.1",
    "PSF-2.0",
    "Zlib",
}
#: What older metadata call them
_NAMES: Final = {
    "apache 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
}
#: Packages whose metadata leave a choice open; settled by reading the licence files they ship
_READ: Final = {
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "text-unidecode": "Artistic-1.0-Perl OR GPL-2.0-or-later",
}
#: The third condition, by which a BSD licence of three clauses differs from one of two
_THIRD_CLAUSE: Final = re.compile(r"endorse\s+or\s+promote", re.IGNORECASE)


def licence_of(found: Distribution) -> str:
    """The licence of an installed package as an SPDX expression; empty where it states none."""
    meta = found.metadata
    stated = meta.get("License-Expression") or _READ.get(found.name.lower())
    if stated:
        return str(stated)
    names = [(meta.get("License") or "").strip()]
    names += [c.split("::")[-1].strip() for c in meta.get_all("Classifier") or [] if c.startswith("License ::")]
    for name in names:
        known = _NAMES.get(name.lower(), name)
        if known in ALLOWED:
            return known
    return _bsd(found) if "BSD License" in names else ""


def _bsd(found: Distribution) -> str:
    texts = [path for path in found.files or () if re.search(r"licen[cs]e|copying", path.name, re.IGNORECASE)]
    words = "\n".join(path.read_text(encoding="utf-8") for path in texts if path.locate().is_file())
    if not words:
        return ""
    return "BSD-3-Clause" if _THIRD_CLAUSE.search(words) else "BSD-2-Clause"


def allowed(expression: str) -> bool:
    """True when the licence may be used: every part of an AND, at least one of an OR."""
    parts = re.split(r"\s+AND\s+", expression.replace("(", "").replace(")", ""))
    return all(any(choice in ALLOWED for choice in re.split(r"\s+OR\s+", part)) for part in parts)


def listing(locked: Iterable[Locked]) -> str:
    """`licences.csv`: name, locked versions, licence.

    Raises:
        PackageNotFoundError: a locked package is not installed.
    """
    versions: dict[str, list[str]] = {}
    for package in locked:
        versions.setdefault(package.name, []).append(package.version)
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(("name", "versions", "licence"))
    for name, numbers in sorted(versions.items()):
        writer.writerow((name, " ".join(numbers), licence_of(distribution(name))))
    return sink.getvalue()


def main(argv: list[str] | None = None) -> int:
    """Write or check the list. Exit code 1: out of date, or a licence nobody has allowed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="只核对，不改写 / compare only")
    args = parser.parse_args(argv)
    file = ROOT / LICENCES
    try:
        text = listing(read_lock((ROOT / LOCK).read_text(encoding="utf-8")))
    except PackageNotFoundError as error:
        print(f"没有安装 / not installed: {error.name}", file=sys.stderr)
        return 1
    refused = [row for row in csv.DictReader(io.StringIO(text)) if not allowed(row["licence"])]
    for row in refused:
        print(f"不允许的许可 / licence not allowed: {row['name']}: {row['licence'] or '?'}", file=sys.stderr)
    if args.check and (not file.is_file() or file.read_text(encoding="utf-8") != text):
        print(f"{LICENCES} 已过时，运行 make licences / {LICENCES} is out of date, run: make licences", file=sys.stderr)
        return 1
    if not args.check:
        file.write_text(text, encoding="utf-8", newline="\n")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
