"""What frozen releases cost in Git: `python tests/benchmarks/bench_releases.py [ROWS ...]`.

Tables of growing length are frozen three times as a release would; between two versions one row in a hundred is
corrected and one in ten is new. Printed are the sizes on disk, and of the repository after each version was packed.
"""

import hashlib
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from ipportal.data.model import Row
from ipportal.data.packages import csv_bytes
from ipportal.office.release import frozen_files
from support.portals import tiny_portal


def package_of(rows, version):
    """The package of indicators with a long table of observations, as its `version` (0, 1, 2) would be."""
    package = tiny_portal().packages["indicators"]
    table = package.tables["observations"]
    made = []
    for number in range(rows * (10 + version) // 10):
        source = table.rows[number % len(table.rows)]
        corrected = version if number % 100 == 0 else 0
        value = (number * 7919) % 100_003 + corrected
        note = hashlib.sha256(str(number + corrected).encode()).hexdigest()[:24]  # as little alike as real notes are
        cells = {"value": value, "period": f"{1900 + number % 200}", "note_zh": note, "note_en": note[::-1]}
        made.append(Row(number + 2, {**source.values, **cells}))
    names = [field.name for field in table.fields]
    cells = ({name: "" if row[name] is None else str(row[name]) for name in names} for row in made)
    table = replace(table, rows=tuple(made), data=csv_bytes(names, cells))
    return replace(package, tables={**package.tables, "observations": table})


def megabytes(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def git(folder, *words):
    subprocess.run(["git", "-C", folder, "-c", "user.name=x", "-c", "user.email=x@x.example", *words], check=True,
                   capture_output=True)  # fmt: skip


def measure(rows):
    portal = tiny_portal()
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        git(root, "init")
        for version in range(3):
            folder = root / f"releases/indicators/{version}.0.0"
            folder.mkdir(parents=True)
            by_kind = {}
            for name, data in frozen_files(portal, package_of(rows, version)).items():
                (folder / name).write_bytes(data)
                kind = name.rsplit(".", 1)[-1]
                by_kind[kind] = by_kind.get(kind, 0) + len(data) / 1e6
            git(root, "add", "-A")
            git(root, "commit", "-m", "release")
            git(root, "gc", "--aggressive", "--prune=now")
            kinds = "  ".join(f"{kind} {size:.2f}" for kind, size in by_kind.items())
            print(f"{rows:>7} rows  version {version + 1}: {megabytes(folder):8.2f} MB on disk ({kinds})"
                  f"  repository {megabytes(root / '.git'):8.2f} MB", flush=True)  # fmt: skip


if __name__ == "__main__":
    for rows in map(int, sys.argv[1:] or ("1000", "10000", "100000")):
        measure(rows)
