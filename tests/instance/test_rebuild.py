"""The real build, once more, elsewhere, by another generator and interrupted: same bytes, never a broken site."""

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


def start(root, site, engine, *, path=(), before=(), umask=-1, **environment):
    command = [*before, sys.executable, "-m", "ipportal", "build", "--root", str(root), "--output", str(site)]
    command += ["--engine", engine]
    paths = os.pathsep.join([*map(str, path), str(ROOT / "scripts")])
    env = os.environ | {"PYTHONPATH": paths, "CI": "true"} | environment
    return subprocess.Popen(
        command,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        umask=umask,
    )


def foreign_locale():
    """A locale with other letters or another encoding, where the system has one: Turkish, Chinese in GBK, or C."""
    listed = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.split()
    wanted = ("tr_tr", "zh_cn.gb", "zh_cn")
    return next((name for start in wanted for name in listed if name.lower().startswith(start)), "C")


def without_network():
    """A program that runs another one in a network with no way out, where the system lets us."""
    unshare = ["unshare", "--net", "--map-root-user"]
    allowed = shutil.which("unshare") and subprocess.run([*unshare, "true"], capture_output=True, check=False)
    return unshare if allowed and allowed.returncode == 0 else []


# ProperDocs is MkDocs under another name: when it differs, so does the place. MkDocs itself, kills and the rest of the
# drawings follow at night; a small portal is killed in every run.
@pytest.mark.parametrize(
    ("engine", "moments", "redrawn"),
    [("properdocs", (), 6), pytest.param("mkdocs", (0.3, 2, 4.5, 8), 1, marks=pytest.mark.slow)],
)
def test_killed_at_any_moment_the_site_is_whole_and_a_build_elsewhere_gives_the_same_bytes(
    engine, moments, redrawn, built_site, elsewhere, tmp_path
):
    site = tmp_path / "又一 次" / "site"
    shutil.copytree(built_site, site)
    (site / "about/privacy/index.html").write_text("the previous edition", encoding="utf-8")
    before, wanted = fingerprint(site), fingerprint(built_site)
    assert before != wanted
    for moment in moments:
        process = start(elsewhere, site, engine)
        time.sleep(moment)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert fingerprint(site) in (before, wanted), f"killed after {moment} s"
    # files, and of the drawings one in so many, are made again too; nothing may depend on the process, the day, the
    # zone, the locale, file modes, the home folder, the age of the files or a network
    drawings = sorted(path for path in (elsewhere / ".cache" / "charts").rglob("*") if path.is_file())
    for drawing in drawings[::redrawn]:
        drawing.unlink()
    for source in elsewhere.rglob("*"):
        os.utime(source, (2_000_000_000, 2_000_000_000))
    process = start(
        elsewhere, site, engine, path=[ROOT / "tests/support/elsewhere"], before=without_network(), umask=0o077,
        ELSEWHERE_SECONDS=str(-400 * 86_400), TZ="Pacific/Auckland", LANG="en_US.UTF-8", LC_ALL=foreign_locale(),
        PYTHONHASHSEED="7", HOME=str(tmp_path / "no home"),
    )  # fmt: skip
    output, _ = process.communicate(timeout=600)
    assert process.returncode == 0, output
    now = fingerprint(site)
    assert sorted(now) == sorted(wanted)
    assert [path for path in wanted if now[path] != wanted[path]] == []
    assert sorted(p.name for p in site.parent.iterdir()) == ["site"]
