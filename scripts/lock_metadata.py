"""Read what every locked package demands, for each Python and system the portal runs on, into requirements-needs.json.

`make lock` runs it after the lock files were made. pip is asked as if it stood on that system (`--dry-run --report`),
so the demands come from the very file that would be installed there, also from what is never installed here. The tests
prove the locks complete from this file, without a network. What a published file demands never changes: only packages
that the file does not know yet are asked for.

The file holds `environments` (name -> values of the markers) and `packages` (`name==version` -> list of
`{"requires": [...], "python": "...", "source": true, "environments": [...]}`): one entry where all systems agree (then
without `environments`), else one for each group that agrees. `source`: no wheel there, it is built from source.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from packaging.markers import Marker
from packaging.utils import canonicalize_name

from ipportal.files.sbom import NEEDS, TEST_LOCK, read_lock

ROOT: Final = Path(__file__).resolve().parents[1]
PYTHONS: Final = ("3.11", "3.12", "3.13", "3.14")
#: system -> (what the markers see there, the kinds of wheels it takes)
SYSTEMS: Final = {
    "linux": (
        {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
        ("manylinux_2_36_x86_64", "manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
    ),
    "macos": (
        {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64"},
        ("macosx_15_0_arm64",),
    ),
    "windows": (
        {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
        ("win_amd64",),
    ),
}


def environments() -> Iterator[tuple[str, dict[str, str], tuple[str, ...]]]:
    """Name, marker values and kinds of wheels of each Python on each system."""
    for python in PYTHONS:
        for system, (values, wheels) in SYSTEMS.items():
            more = {
                "python_version": python,
                "python_full_version": f"{python}.0",
                "implementation_name": "cpython",
                "implementation_version": f"{python}.0",
                "platform_python_implementation": "CPython",
            }
            yield f"{system}-{python}", values | more, wheels


def demands(pins: list[str], python: str, wheels: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """`name==version` -> what it demands there, as pip reads it.

    Raises:
        subprocess.CalledProcessError: a package has no file for this Python and system.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        abi = f"cp{python.replace('.', '')}"
        kinds = [f"--abi={kind}" for kind in (abi, "abi3", "none")] + [f"--platform={kind}" for kind in wheels]
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--no-deps"]
        command += ["--target", folder, f"--python-version={python}", "--implementation=cp", *kinds]
        subprocess.run([*command, "--report", str(report), *pins], check=True)
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
    demanded = {canonicalize_name(item["metadata"]["name"]): _demand(item) for item in found}
    return {pin: demanded[canonicalize_name(pin.split("==")[0])] for pin in pins}


def _demand(item: dict[str, Any]) -> dict[str, Any]:
    meta = item["metadata"]
    demand = {"requires": sorted(meta.get("requires_dist", [])), "python": meta.get("requires_python", "")}
    return demand if item["download_info"]["url"].endswith(".whl") else demand | {"source": True}


def grouped(found: dict[str, dict[str, dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """From environment -> pin -> demand to pin -> demands, each with its environments where they differ."""
    packages: dict[str, list[dict[str, Any]]] = {}
    for pin in sorted({pin for there in found.values() for pin in there}):
        places = {name: there[pin] for name, there in found.items() if pin in there}
        kinds = {json.dumps(demand, sort_keys=True): demand for demand in places.values()}
        if len(kinds) == 1:
            packages[pin] = list(kinds.values())
        else:
            packages[pin] = [
                kind | {"environments": [name for name, demand in places.items() if demand == kind]}
                for kind in kinds.values()
            ]
    return packages


def known_demand(entries: list[dict[str, Any]], place: str) -> dict[str, Any] | None:
    """What a package is known to demand at a place, as `demands` gives it."""
    there = (entry for entry in entries if place in entry.get("environments", [place]))
    return next(({key: entry[key] for key in entry if key != "environments"} for entry in there), None)


def main() -> int:
    """Write the file anew."""
    locked = read_lock((ROOT / TEST_LOCK).read_text(encoding="utf-8"))
    listed = list(environments())
    file = ROOT / NEEDS
    known = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    if known.get("environments") != {name: values for name, values, _ in listed}:
        known = {"packages": {}}

    def ask(one: tuple[str, dict[str, str], tuple[str, ...]]) -> dict[str, dict[str, Any]]:
        name, values, wheels = one
        there = [f"{p.name}=={p.version}" for p in locked if not p.marker or Marker(p.marker).evaluate(values)]
        before = {pin: demand for pin in there if (demand := known_demand(known["packages"].get(pin, []), name))}
        new = [pin for pin in there if pin not in before]
        return before | (demands(new, values["python_version"], wheels) if new else {})

    with ThreadPoolExecutor(max_workers=2) as pool:
        found = dict(zip((name for name, _, _ in listed), pool.map(ask, listed), strict=True))
    content = {"environments": {name: values for name, values, _ in listed}, "packages": grouped(found)}
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    file.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
