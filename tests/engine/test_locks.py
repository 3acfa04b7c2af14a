"""The lock files install without a resolver, for every Python and system: nothing is missing, nothing is left over."""

import json
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import set_up
from ipportal.files.sbom import LOCK, NEEDS, TEST_LOCK, Locked, read_lock

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ASKED = {LOCK: PROJECT["dependencies"], TEST_LOCK: PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"]}
KNOWN = json.loads((ROOT / NEEDS).read_text(encoding="utf-8"))


requirement = cache(Requirement)


@cache
def locked(name: str) -> tuple[Locked, ...]:
    return read_lock((ROOT / name).read_text(encoding="utf-8"))


def demand(package: Locked, place: str) -> dict:
    """What one package asks for on one system."""
    entries = KNOWN["packages"][f"{package.name}=={package.version}"]
    return next(entry for entry in entries if place in entry.get("environments", [place]))


def problems(packages: tuple[Locked, ...], asked: list[str], place: str) -> list[str]:
    """All that an installation of these packages alone would lack on a system, and what nobody there asks for."""
    values = KNOWN["environments"][place]
    there = {p.name: p for p in packages if not p.marker or Marker(p.marker).evaluate(values)}
    found, seen, waiting = [], set(), [(text, "", "pyproject.toml") for text in asked]
    while waiting:
        text, extra, by = waiting.pop()
        wanted = requirement(text)
        if (text, extra) in seen or (wanted.marker and not wanted.marker.evaluate(values | {"extra": extra})):
            continue
        seen.add((text, extra))
        package = there.get(canonicalize_name(wanted.name))
        if package is None or not wanted.specifier.contains(package.version, prereleases=True):
            found.append(f"{by} needs {text}, locked is {package and package.version}")
            continue
        found += [f"{by} needs {text}, locked without it" for extra in wanted.extras - set(package.extras)]
        for part in ("", *wanted.extras):
            waiting += [(needed, part, package.name) for needed in demand(package, place)["requires"]]
    reached = {canonicalize_name(requirement(text).name) for text, _ in seen}
    found += [f"nobody needs {name}" for name in sorted(there.keys() - reached)]
    full = values["python_full_version"]
    return found + [
        f"{package.name} does not run on Python {full}"
        for package in there.values()
        if not SpecifierSet(demand(package, place)["python"]).contains(full)
    ]


def test_what_the_packages_demand_was_read_for_this_very_lock():
    pins = {f"{package.name}=={package.version}" for package in locked(TEST_LOCK)}
    assert pins == KNOWN["packages"].keys()
    assert {f"{package.name}=={package.version}" for package in locked(LOCK)} <= pins
    assert {tuple(place.split("-")) for place in KNOWN["environments"]} == {
        (system, f"3.{minor}") for system in ("linux", "macos", "windows") for minor in range(11, 15)
    }


@pytest.mark.parametrize("lock", [LOCK, TEST_LOCK])
def test_every_line_is_a_package_pinned_with_its_hashes(lock):
    logical = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in logical.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert len(lines) == len(locked(lock)) > 20
    assert all(package.hashes for package in locked(lock))


@pytest.mark.parametrize("lock", [LOCK, TEST_LOCK])
def test_every_demand_is_met_on_every_system_and_nothing_is_left_over(lock):
    found = {place: problems(locked(lock), ASKED[lock], place) for place in KNOWN["environments"]}
    assert not {place: told for place, told in found.items() if told}


def test_the_proof_sees_a_lost_extra_a_missing_package_a_wrong_version_and_one_too_many():
    packages = locked(TEST_LOCK)
    bare = tuple(Locked(p.name, p.version, p.marker, p.hashes, p.via) if p.name == "coverage" else p for p in packages)
    assert any("locked without it" in told for told in problems(bare, ASKED[TEST_LOCK], "linux-3.11"))
    lost = tuple(p for p in packages if p.name != "markupsafe")
    assert any("markupsafe" in told.lower() for told in problems(lost, ASKED[TEST_LOCK], "windows-3.14"))
    assert problems(packages, [*ASKED[TEST_LOCK], "jinja2<2"], "macos-3.12")
    assert "nobody needs moto" in problems(packages, ASKED[LOCK], "linux-3.12")


def test_only_these_are_built_from_source():
    """Building needs more than downloading: each more is thought about."""
    sources = {pin.split("==")[0] for pin, entries in KNOWN["packages"].items() if any("source" in e for e in entries)}
    assert sources == {"jsonpath-rw", "jstyleson"}
    assert not sources & {package.name for package in locked(LOCK) if package.name != "jsonpath-rw"}


def test_setting_up_is_done_in_one_place_and_without_a_resolver():
    for command in set_up.commands(Path("python"), [set_up.RUNTIME, set_up.TESTS]):
        assert "--no-deps" in command or command[-1] == "check"
        assert ("-r" in command) == ("--require-hashes" in command)
    tracked = subprocess.run(["git", "-C", str(ROOT), "ls-files"], capture_output=True, text=True, check=True).stdout
    others = [
        name
        for name in tracked.split("\n")
        if re.search(r"\.(md|sh|bat|yml)$|^Makefile$|^\.ci/", name)
        and re.search(r"pip\w* install.*(-r|-e)\b", (ROOT / name).read_text(encoding="utf-8"))
    ]
    assert others == []


def test_setting_up_does_nothing_where_all_is_there_and_says_why_it_could_not(tmp_path, capsys, monkeypatch):
    python = tmp_path / ("Scripts/python.exe" if set_up.WINDOWS else "bin/python")
    python.parent.mkdir()
    python.touch()
    ran = []
    monkeypatch.setattr(set_up, "run", lambda command: ran.append(command) or 0)
    monkeypatch.setattr(set_up, "works", lambda python: True)
    assert set_up.set_up(tmp_path, tests=False) == 0
    assert len(ran) == 3
    assert set_up.set_up(tmp_path, tests=False) == 0
    assert len(ran) == 3
    assert set_up.set_up(tmp_path, tests=True) == 0
    assert len(ran) == 7
    (tmp_path / ".installed").write_text("another lock", encoding="utf-8")
    monkeypatch.setattr(set_up, "run", lambda command: 1)
    assert set_up.set_up(tmp_path, tests=False) == 1
    assert "再运行一次" in capsys.readouterr().err
    assert not (tmp_path / ".installed").exists()


def test_a_failing_step_shows_what_pip_said_and_an_old_python_is_told_so(capsys, monkeypatch):
    assert set_up.run([sys.executable, "-c", "print('no such hash'); raise SystemExit(3)"]) == 3
    assert "no such hash" in capsys.readouterr().err
    monkeypatch.setattr(set_up.sys, "argv", ["set_up.py"])
    monkeypatch.setattr(set_up, "OLDEST", (99, 0))
    assert set_up.main() == 1
    assert "Python 3.11" in capsys.readouterr().err
