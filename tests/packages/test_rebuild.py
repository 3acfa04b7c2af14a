"""The real build, once more and interrupted: same bytes, and never a broken site."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ("datapackages", "docs", "overrides", "releases", "mkdocs.yml", "mkdocs.en.yml", "portal.toml")


def fingerprint(site):
    return {
        p.relative_to(site).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(site.rglob("*"))
        if p.is_file()
    }


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """A copy of the sources in a folder of another name."""
    copy = tmp_path_factory.mktemp("车谷 copy")
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name)
        elif source.exists():
            shutil.copy(source, copy / name)
    return copy


def start(root, site, **environment):
    command = [sys.executable, "-m", "ipportal", "build", "--root", str(root), "--output", str(site)]
    env = os.environ | {"PYTHONPATH": str(ROOT / "scripts"), "CI": "true"} | environment
    return subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )


def test_the_same_sources_give_the_same_bytes(built_site, elsewhere):
    site = elsewhere.parent / "again"
    process = start(elsewhere, site, TZ="Pacific/Auckland", LANG="en_US.UTF-8", LC_ALL="C", PYTHONHASHSEED="7")
    output, _ = process.communicate(timeout=600)
    assert process.returncode == 0, output
    first, second = fingerprint(built_site), fingerprint(site)
    assert sorted(first) == sorted(second)
    assert [path for path in first if first[path] != second[path]] == []


def test_killed_at_any_moment_the_previous_site_stays_whole(built_site, elsewhere, tmp_path):
    site = tmp_path / "site"
    shutil.copytree(built_site, site)
    before = fingerprint(site)
    (elsewhere / "docs/zh/about/privacy.md").open("a", encoding="utf-8").write("\n补一句。\n")
    for moment in (0.3, 2, 4.5, 8):
        process = start(elsewhere, site)
        time.sleep(moment)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        now = fingerprint(site)
        assert now == before or len(now) == len(before)
        assert (site / "index.html").is_file()
    process = start(elsewhere, site)
    output, _ = process.communicate(timeout=600)
    assert process.returncode == 0, output
    assert "补一句" in (site / "about/privacy/index.html").read_text(encoding="utf-8")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["site"]
