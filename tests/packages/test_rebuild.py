"""The real build, once more and interrupted: same bytes, and never a broken site."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from support.copies import ROOT, copy_portal


def fingerprint(site):
    return {
        p.relative_to(site).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(site.rglob("*"))
        if p.is_file()
    }


@pytest.fixture
def elsewhere(tmp_path_factory):
    """A copy of the sources in a folder of another name."""
    return copy_portal(tmp_path_factory.mktemp("车谷 copy"))


def start(root, site, **environment):
    command = [sys.executable, "-m", "ipportal", "build", "--root", str(root), "--output", str(site)]
    env = os.environ | {"PYTHONPATH": str(ROOT / "scripts"), "CI": "true"} | environment
    return subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )


def test_killed_at_any_moment_the_site_is_whole_and_the_next_build_gives_the_same_bytes(
    built_site, elsewhere, tmp_path
):
    site = tmp_path / "site"
    shutil.copytree(built_site, site)
    (site / "about/privacy/index.html").write_text("the previous edition", encoding="utf-8")
    before, wanted = fingerprint(site), fingerprint(built_site)
    assert before != wanted
    for moment in (0.3, 2, 4.5, 8):
        process = start(elsewhere, site)
        time.sleep(moment)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert fingerprint(site) in (before, wanted), f"killed after {moment} s"
    # the drawings are made again too: they must not depend on the process, the time zone or the locale either
    shutil.rmtree(elsewhere / ".cache")
    process = start(elsewhere, site, TZ="Pacific/Auckland", LANG="en_US.UTF-8", LC_ALL="C", PYTHONHASHSEED="7")
    output, _ = process.communicate(timeout=600)
    assert process.returncode == 0, output
    now = fingerprint(site)
    assert sorted(now) == sorted(wanted)
    assert [path for path in wanted if now[path] != wanted[path]] == []
    assert sorted(p.name for p in tmp_path.iterdir()) == ["site"]
