"""What really goes wrong: publishers killed at random points, full disks, hosts that refuse, over ssh and locally."""

import os
import random
import resource
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ipportal.base.errors import OutputError
from ipportal.deploy import publish, rollback
from ipportal.deploy.target import Folder, GitBranch, Rsync, Target
from support.loopback_ssh import ssh_server
from support.rsync_daemon import rsync_daemon
from support.smallsite import codes, contents, write_site

#: More than `portal-full` and the limit below let a file have
LARGE = 150_000
PUBLISH = """
import sys
from pathlib import Path
from ipportal.deploy import publish
from ipportal.deploy.target import Folder, GitBranch, Rsync
from ipportal.base.errors import OutputError
try:
    publish(eval(sys.argv[1], {"Folder": Folder, "GitBranch": GitBranch, "Rsync": Rsync, "PosixPath": Path}),
            Path(sys.argv[2]), keep=2, dry_run=False)
except OutputError as error:
    sys.exit(error.problems[0].code)
"""
#: Stands before git or rsync and, at the call it is told, ends the tool and the publisher as a power cut would
SHIM = """#!/bin/sh
count=$(cat {state}/count)
echo $((count + 1)) >{state}/count
if [ "$count" -ne "$(cat {state}/point)" ]; then exec {tool} "$@"; fi
case $(cat {state}/mode) in
    before) ;;
    during) timeout -s KILL 0.02 {tool} "$@" ;;
    after) {tool} "$@" ;;
esac
kill -9 $PPID
"""


@pytest.fixture(scope="module")
def ssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with ssh_server(tmp_path_factory.mktemp("ssh")) as config:
        yield config


@pytest.fixture
def plain(ssh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tools see the test's ssh hosts, and no configuration of this machine."""
    client = f"ssh -F {shlex.quote(str(ssh))} -o BatchMode=yes -o ConnectTimeout=120"
    monkeypatch.setenv("RSYNC_RSH", client)
    monkeypatch.setenv("GIT_SSH_COMMAND", client)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    monkeypatch.setenv("HOME", str(tmp_path))


def edition(tmp_path: Path, word: str) -> Path:
    noise = random.Random(word)
    large = "".join(noise.choices("0123456789abcdefghijklmnopqrstuvwxyz", k=LARGE))  # hardly to be compressed
    return write_site(tmp_path / f"site-{word}", word, large=large, **{word: "only here"})


class Shown:
    """The three kinds of target at work, and what their readers see."""

    def __init__(self, tmp_path: Path) -> None:
        self.home = tmp_path / "home"
        self.home.mkdir()
        subprocess.run(["git", "init", "--quiet", "--bare", str(self.home / "bare.git")], check=True)

    def target(self, kind: str, host: str = "portal") -> Target:
        return {
            "folder": Folder(self.home / "www"),
            "git": GitBranch(f"{host}:{self.home}/bare.git", "pages"),
            "rsync": Rsync(f"{host}:{self.home}/ip"),
        }[kind]

    def __call__(self, kind: str) -> dict[str, bytes]:
        if kind != "git":
            return contents(self.home / {"folder": "www", "rsync": "ip"}[kind])
        shown = self.home / "checkout"
        shutil.rmtree(shown, ignore_errors=True)
        bare = str(self.home / "bare.git")
        subprocess.run(["git", "clone", "--quiet", "--branch", "pages", bare, str(shown)], check=True)
        return {name: data for name, data in contents(shown).items() if not name.startswith(".git/")}


@pytest.fixture
def shown(tmp_path: Path) -> Shown:
    return Shown(tmp_path)


@pytest.fixture
def near(shown: Shown, tmp_path: Path) -> Iterator[Callable[[str], Target]]:
    """The same targets without ssh, whose greeting takes most of the time."""
    with rsync_daemon(shown.home, tmp_path) as daemon:
        targets = {"git": GitBranch(str(shown.home / "bare.git"), "pages"), "rsync": Rsync(f"{daemon}/web/ip")}
        yield targets.__getitem__


def run_apart(target: Target, site: Path, before: Callable[[], None] | None = None, **values: str) -> tuple[int, str]:
    """Publish in a process of its own; its exit code and the code of the problem it told."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | values
    words = [sys.executable, "-c", PUBLISH, repr(target), str(site)]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False, preexec_fn=before)
    return done.returncode, done.stderr.strip()


@pytest.mark.parametrize("further", [1, pytest.param(6, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", ["git", "rsync"])
def test_killed_at_random_points_the_site_works_and_the_next_run_completes(
    kind: str, further: int, plain: None, shown: Shown, near: Callable[[str], Target], tmp_path: Path
) -> None:
    sites = [edition(tmp_path, word) for word in ("one", "two", "three")]
    target = near(kind)
    tool = shutil.which(kind)
    assert tool
    programs = tmp_path / "programs"
    programs.mkdir()
    shim = programs / kind
    shim.write_text(SHIM.format(state=tmp_path, tool=shlex.quote(tool)))
    shim.chmod(0o755)
    publish(target, sites[0], keep=2, dry_run=False)

    def attempt(site: Path, point: int, mode: str) -> tuple[int, str]:
        for name, words in (("count", "0"), ("point", str(point)), ("mode", mode)):
            (tmp_path / name).write_text(words)
        return run_apart(target, site, PATH=f"{programs}{os.pathsep}{os.environ['PATH']}")

    # a run to the end first: it tells how often the tool is called
    assert attempt(sites[1], -1, "before") == (0, "")
    calls = int((tmp_path / "count").read_text())
    draw = random.Random(20260102)
    # the last call, one while the site is still sent or prepared, and others
    points = [calls - 1, draw.randrange(calls // 2), *draw.sample(range(calls - 1), min(further, calls) - 1)]
    ends = set()
    for turn, point in enumerate(points):
        old, new = contents(sites[(turn + 1) % 3]), contents(sites[(turn + 2) % 3])
        assert shown(kind) == old
        mode = draw.choice(["before", "during", "after"])
        assert attempt(sites[(turn + 2) % 3], point, mode)[0] == -signal.SIGKILL
        now = shown(kind)
        if kind == "git":
            assert now in (old, new), (point, mode)
        # pages find their assets: an old page all it had, a new page all of the new ones
        elif now["index.html"] == new["index.html"]:
            assets = {name: data for name, data in new.items() if not name.endswith((".html", "manifest.json"))}
            assert assets.items() <= now.items(), (point, mode)
        else:
            assert now["index.html"] == old["index.html"] and set(old) <= set(now), (point, mode)
        ends.add(now == old)
        publish(target, sites[(turn + 2) % 3], keep=2, dry_run=False)
        assert shown(kind) == new, (point, mode)
    assert any(ends), "no kill came before readers saw anything of the new site"
    if kind == "git":
        subprocess.run(["git", "-C", str(shown.home / "bare.git"), "fsck", "--strict"], check=True, capture_output=True)
    rollback(target)
    assert shown(kind) == contents(sites[len(points) % 3])


@pytest.mark.parametrize("kind", ["git", "rsync"])
def test_a_full_disk_at_the_host_leaves_the_site_as_it_was(
    kind: str, plain: None, shown: Shown, tmp_path: Path
) -> None:
    first, large = write_site(tmp_path / "first", "first"), edition(tmp_path, "one")
    publish(shown.target(kind), first, keep=2, dry_run=False)
    with pytest.raises(OutputError) as caught:
        publish(shown.target(kind, "portal-full"), large, keep=2, dry_run=False)
    assert codes(caught) == ["publish-failed"]
    assert shown(kind) == contents(first)
    publish(shown.target(kind), large, keep=2, dry_run=False)
    assert shown(kind) == contents(large)


def test_a_full_disk_of_this_machine_leaves_the_folder_as_it_was(shown: Shown, tmp_path: Path) -> None:
    first, large = write_site(tmp_path / "first", "first"), edition(tmp_path, "one")
    target = shown.target("folder")
    publish(target, first, keep=2, dry_run=False)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGE // 2, LARGE // 2))

    assert run_apart(target, large, limit) == (1, "publish-unwritable")
    assert shown("folder") == contents(first)
    assert len(list((shown.home / ".www.releases").glob("*-*"))) == 1
    assert run_apart(target, large) == (0, "")
    assert shown("folder") == contents(large)


@pytest.mark.parametrize("kind", ["git", "rsync"])
@pytest.mark.parametrize(
    ("host", "words"),
    [("portal-down", "refused"), ("portal-stranger", "denied"), ("portal-nowhere.invalid", "resolve")],
)
def test_a_host_that_refuses_is_told_in_its_own_words(
    kind: str, host: str, words: str, plain: None, shown: Shown, tmp_path: Path
) -> None:
    site = write_site(tmp_path / "site", "one")
    with pytest.raises(OutputError) as caught:
        publish(shown.target(kind, host), site, keep=2, dry_run=False)
    assert codes(caught) == ["publish-failed"] and words in caught.value.problems[0].found.lower()
    assert not (shown.home / "ip").exists()


@pytest.mark.parametrize("others", [(), ("zh",)])
def test_a_site_in_the_languages_its_home_page_leads_to_is_whole(tmp_path: Path, others: tuple[str, ...]) -> None:
    site = write_site(tmp_path / "site", "one")
    for lang in others:
        (site / "en").rename(site / lang)
        with (site / "index.html").open("a") as home:
            home.write(f'<a href="{lang}/index.html">其他</a>')
    if not others:
        shutil.rmtree(site / "en")
    publish(Folder(tmp_path / "www"), site, keep=3, dry_run=False)
    assert (tmp_path / "www/index.html").is_file()
