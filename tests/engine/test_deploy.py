"""Publishing: where to, and a folder that is never seen half."""

import errno
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bad_corpus
import pytest

from ipportal import cli
from ipportal.base.errors import OutputError
from ipportal.commands import apart
from ipportal.deploy import folder, publish, rollback
from ipportal.deploy.target import Folder, GitBranch, Rsync, mask, parse_target, run
from support.smallsite import codes, contents, write_site

TINY = Path(__file__).parents[1] / "tiny"


# addresses


def test_every_form_of_target(tmp_path: Path) -> None:
    (tmp_path / "bare.git").mkdir()
    assert parse_target("www", tmp_path) == Folder(tmp_path / "www")
    assert parse_target("git:bare.git#pages", tmp_path) == GitBranch(str(tmp_path / "bare.git"), "pages")
    address = "https://git.example.org/a/b.git"
    assert parse_target(f"git:{address}#gh-pages", tmp_path) == GitBranch(address, "gh-pages")
    assert parse_target("git:git@example.org:a/b.git#p/q", tmp_path) == GitBranch("git@example.org:a/b.git", "p/q")
    assert parse_target("rsync:web@example.org:/srv/ip/", tmp_path) == Rsync("web@example.org:/srv/ip")
    assert parse_target("rsync://example.org:873/web/ip", tmp_path) == Rsync("rsync://example.org:873/web/ip")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "git:somewhere",
        "git:#gh-pages",
        "git:x#",
        "git:x#../y",
        "git:x#-f",
        "git:--upload-pack=x#y",
        "rsync:host",
        "rsync:host:relative",
        "rsync:host:/",
        "rsync:-e:/x",
        "rsync://host",
        "rsync://host/",
        "ftp://host/x",
        "s3:bucket",
    ],
)
def test_other_targets_are_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        parse_target(text, tmp_path)
    assert codes(caught) == ["publish-target"]


def test_no_secret_reaches_a_message() -> None:
    assert mask("fatal: https://li:pass@git.example.org/x refused") == "fatal: https://***@git.example.org/x refused"


def test_a_missing_tool_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        run(["rsync", "--version"], environment={"PATH": str(tmp_path)})
    assert codes(caught) == ["publish-tool-missing"]


# the site


def test_half_a_site_is_refused(tmp_path: Path) -> None:
    site = write_site(tmp_path / "site", "one")
    home = site / "index.html"
    home.write_text(home.read_text().replace("</body>", '<a href="en/" hreflang="en">English</a></body>'))
    (site / "en" / "index.html").unlink()
    (site / "assets" / "link.css").symlink_to(site / "assets" / "same.css")
    with pytest.raises(OutputError) as caught:
        publish(Folder(tmp_path / "www"), site, keep=3, dry_run=False)
    assert sorted(codes(caught)) == ["publish-incomplete", "publish-special-file"]
    assert not (tmp_path / "www").exists()


# a folder


def editions(tmp_path: Path, *words: str) -> list[Path]:
    return [write_site(tmp_path / f"site-{word}", word) for word in words]


def test_a_folder_holds_the_site_and_goes_back(tmp_path: Path) -> None:
    place = tmp_path / "www"
    one, two, three = editions(tmp_path, "one", "two", "three")
    for site in (one, two):
        outcome = publish(Folder(place), site, keep=3, dry_run=False)
        assert contents(place) == contents(site)
        assert outcome.deployment == place.resolve().name
    assert "assets/same.css" not in outcome.changes.changed and "index.html" in outcome.changes.changed
    assert rollback(Folder(place)).startswith("0001-")
    assert contents(place) == contents(one)
    with pytest.raises(OutputError) as caught:
        rollback(Folder(place))
    assert codes(caught) == ["publish-no-previous"]
    # what was withdrawn never comes back
    publish(Folder(place), three, keep=3, dry_run=False)
    rollback(Folder(place))
    assert contents(place) == contents(one)


@pytest.fixture
def private() -> Iterator[None]:
    """What this process writes is for nobody else to read."""
    before = os.umask(0o077)
    yield
    os.umask(before)


def test_a_web_server_can_read_what_was_published_whatever_the_umask(tmp_path: Path, private: None) -> None:
    (site,) = editions(tmp_path, "one")
    place = tmp_path / "www"
    publish(Folder(place), site, keep=3, dry_run=False)
    found = place.resolve()
    modes = {(path.is_dir(), path.stat().st_mode & 0o777) for path in (found.parent, found, *found.rglob("*"))}
    assert modes == {(True, 0o755), (False, 0o644)}


@pytest.mark.parametrize(
    ("verb", "place"),
    [
        *itertools.product(("build", "bundle", "publish"), ("docs", "docs/zh/site", "datapackages/x", "link")),
        ("build", "."),
        ("build", ".."),
    ],
)
def test_nothing_is_put_among_the_sources(verb: str, place: str, tmp_path: Path, capsys: Any) -> None:
    root = bad_corpus.break_copy([], tmp_path / "portal")
    (root / "link").symlink_to("docs")
    write_site(root / "site", "one")
    before = contents(root)
    words = [verb, str(root / place)] if verb == "publish" else [verb, "--output", str(root / place)]
    assert cli.main([*words, "--root", str(root), "--lang", "en"]) == 1
    assert "a folder apart from the project's sources" in capsys.readouterr().err
    assert contents(root) == before


@pytest.mark.parametrize("kind", ["mount", "file"])
def test_what_cannot_be_replaced_as_a_whole_is_refused_before_work(
    kind: str, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = bad_corpus.break_copy([], tmp_path / "portal")
    site = root / "site"
    site.mkdir() if kind == "mount" else site.write_bytes(b"")
    monkeypatch.setattr(os.path, "ismount", lambda path: kind == "mount" and path == site)
    assert cli.main(["build", "--root", str(root), "--lang", "en"]) == 1
    assert "a folder that can be replaced as a whole" in capsys.readouterr().err


def test_a_link_leads_to_where_output_goes(tmp_path: Path) -> None:
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal/site").symlink_to(tmp_path / "elsewhere")
    assert apart(tmp_path / "portal", tmp_path / "portal/site", swapped=True) == tmp_path / "elsewhere"


def test_the_same_site_again_changes_nothing(tmp_path: Path) -> None:
    (site,) = editions(tmp_path, "one")
    first = publish(Folder(tmp_path / "www"), site, keep=3, dry_run=False)
    again = publish(Folder(tmp_path / "www"), site, keep=3, dry_run=False)
    assert again.deployment == first.deployment and not again.changes


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    (site,) = editions(tmp_path, "one")
    before = set(tmp_path.iterdir())
    outcome = publish(Folder(tmp_path / "www"), site, keep=3, dry_run=True)
    assert outcome.deployment == "" and len(outcome.changes.added) == len(contents(site))
    assert set(tmp_path.iterdir()) == before


def test_old_deployments_are_deleted_beyond_the_number_kept(tmp_path: Path) -> None:
    for site in editions(tmp_path, "one", "two", "three", "four"):
        publish(Folder(tmp_path / "www"), site, keep=2, dry_run=False)
    kept = sorted(path.name[:4] for path in (tmp_path / ".www.releases").glob("0*"))
    assert kept == ["0002", "0003", "0004"]


def test_the_whole_folder_can_move(tmp_path: Path) -> None:
    (site,) = editions(tmp_path, "one")
    (tmp_path / "srv").mkdir()
    publish(Folder(tmp_path / "srv" / "www"), site, keep=3, dry_run=False)
    (tmp_path / "srv").rename(tmp_path / "elsewhere")
    assert contents(tmp_path / "elsewhere" / "www") == contents(site)


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (site,) = editions(tmp_path, "one")
    (tmp_path / "www").mkdir()
    publish(Folder(tmp_path / "www"), site, keep=3, dry_run=False)
    assert contents(tmp_path / "www") == contents(site)


@pytest.mark.parametrize("kind", ["folder", "file", "link", "dangling"])
def test_what_others_made_is_left_alone(tmp_path: Path, kind: str) -> None:
    (site,) = editions(tmp_path, "one")
    place, other = tmp_path / "www", tmp_path / "other"
    if kind == "folder":
        place.mkdir()
        (place / "letter.txt").write_text("mine")
    elif kind == "file":
        place.write_text("mine")
    else:
        if kind == "link":
            other.mkdir()
        place.symlink_to(other)
    before = sorted(str(path) for path in tmp_path.rglob("*"))
    with pytest.raises(OutputError) as caught:
        publish(Folder(place), site, keep=3, dry_run=False)
    assert codes(caught) == ["publish-foreign"]
    assert sorted(str(path) for path in tmp_path.rglob("*")) == before


def test_wrong_places_are_refused(tmp_path: Path) -> None:
    (site,) = editions(tmp_path, "one")
    for place, code in (
        (tmp_path / "none" / "www", "publish-no-parent"),
        (site / "www", "publish-into-itself"),
        (tmp_path, "publish-into-itself"),
    ):
        with pytest.raises(OutputError) as caught:
            publish(Folder(place), site, keep=3, dry_run=False)
        assert codes(caught) == [code]


def test_a_full_disk_leaves_the_old_site_and_no_rubbish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = editions(tmp_path, "one", "two")
    place = tmp_path / "www"
    publish(Folder(place), one, keep=3, dry_run=False)

    def full(_: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(folder, "sync_tree", full)
        with pytest.raises(OutputError) as caught:
            publish(Folder(place), two, keep=3, dry_run=False)
    assert codes(caught) == ["publish-unwritable"]
    assert contents(place) == contents(one)
    assert len(list((tmp_path / ".www.releases").glob("*-*"))) == 1
    publish(Folder(place), two, keep=3, dry_run=False)
    assert contents(place) == contents(two)


def test_a_disk_that_alters_what_it_was_given_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = editions(tmp_path, "one", "two")
    publish(Folder(tmp_path / "www"), one, keep=3, dry_run=False)
    write = folder.write_staged

    def altered(path: Path, content: bytes) -> None:
        write(path, content.replace(b"two", b"2wo"))

    monkeypatch.setattr(folder, "write_staged", altered)
    with pytest.raises(OutputError) as caught:
        publish(Folder(tmp_path / "www"), two, keep=3, dry_run=False)
    assert codes(caught) == ["publish-unwritable"]
    assert contents(tmp_path / "www") == contents(one)


KILLED = """
import os, signal, sys
from pathlib import Path
from ipportal.deploy import publish
from ipportal.deploy.target import Folder

left = int(sys.argv[3])

def hook(event, arguments):
    global left
    if event in ("open", "os.mkdir", "os.rename", "os.symlink", "os.remove", "os.rmdir", "shutil.rmtree"):
        if ".www.releases" in str(arguments) or "www" == Path(str(arguments[0])).name:
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(hook)
publish(Folder(Path(sys.argv[1])), Path(sys.argv[2]), keep=1, dry_run=False)
print(left)
"""


def test_killed_at_any_step_the_site_is_whole_and_the_next_run_completes(tmp_path: Path) -> None:
    one, two, three = editions(tmp_path, "one", "two", "three")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    ends = set()
    steps = [999]  # a run to the end first: it tells how many steps there are
    while steps:
        step = steps.pop()
        place = tmp_path / f"at-{step}" / "www"
        place.parent.mkdir()
        for site in (one, two):
            publish(Folder(place), site, keep=1, dry_run=False)
        command = [sys.executable, "-c", KILLED, str(place), str(three), str(step)]
        done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        if step == 999:
            used = step - int(done.stdout)
            steps = sorted({0, 3, used // 3, used // 2, *range(used - 12, used, 2)})
        now = contents(place)
        assert now in (contents(two), contents(three)), step
        ends.add((done.returncode, now == contents(three)))
        publish(Folder(place), three, keep=1, dry_run=False)
        assert contents(place) == contents(three)
        assert len(list((place.parent / ".www.releases").glob("*-*"))) == 2
        rollback(Folder(place))
        assert contents(place) == contents(two)
    # the steps tried lie before the change, after it, and beyond the end
    assert ends == {(-signal.SIGKILL, False), (-signal.SIGKILL, True), (0, True)}


def test_two_at_once_do_not_mix(tmp_path: Path) -> None:
    (site,) = editions(tmp_path, "one")
    target = Folder(tmp_path / "www")
    with folder.FolderStore(target, site).alone(), pytest.raises(OutputError) as caught:
        publish(target, site, keep=3, dry_run=False)
    assert codes(caught) == ["publish-busy"]


def test_a_deployment_changed_since_is_not_brought_back(tmp_path: Path) -> None:
    place = tmp_path / "www"
    one, two = editions(tmp_path, "one", "two")
    for site in (one, two):
        publish(Folder(place), site, keep=3, dry_run=False)
    (old,) = (tmp_path / ".www.releases").glob("0001-*")
    (old / "index.html").write_text("tampered")
    with pytest.raises(OutputError) as caught:
        rollback(Folder(place))
    assert codes(caught) == ["publish-release-changed"]
    assert contents(place) == contents(two)


def test_a_site_changed_by_hand_is_mended_by_publishing_again(tmp_path: Path) -> None:
    place = tmp_path / "www"
    (site,) = editions(tmp_path, "one")
    deployment = publish(Folder(place), site, keep=3, dry_run=False).deployment
    (place / "index.html").write_text("tampered")
    assert publish(Folder(place), site, keep=3, dry_run=False).deployment == deployment
    assert contents(place) == contents(site)


def test_going_back_where_nothing_was_published_leaves_no_trace(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        rollback(Folder(tmp_path / "www"))
    assert codes(caught) == ["publish-no-previous"] and not list(tmp_path.iterdir())


# the command


def test_the_command_publishes_and_goes_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = editions(tmp_path, "one", "two")
    place = tmp_path / "www"
    common = ["publish", str(place), "--root", str(TINY), "--lang", "en"]
    assert cli.main([*common, "--site", str(one)]) == 0
    assert cli.main([*common, "--site", str(two), "--dry-run"]) == 0
    assert contents(place) == contents(one)
    assert cli.main([*common, "--site", str(two)]) == 0
    assert cli.main([*common, "--site", str(two)]) == 0
    assert cli.main([*common, "--rollback"]) == 0
    assert contents(place) == contents(one)
    said = capsys.readouterr().out
    for words in ("published 0001-", "published 0002-", "up to date: 0002-", "rolled back to 0001-"):
        assert words in said
    assert "files added: 0, changed: 5, removed: 0" in said


def test_the_command_refuses_a_site_that_does_not_verify(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site,) = editions(tmp_path, "one")
    (site / "data" / "table.csv").write_text("changed by hand")
    for lang in ("zh", "en"):
        target = ["publish", str(tmp_path / "www"), "--root", str(TINY), "--lang", lang, "--site", str(site)]
        assert cli.main(target) == 1
        assert "site-download-changed" in capsys.readouterr().err
    assert not (tmp_path / "www").exists()


def test_the_command_refuses_a_site_that_was_never_built(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = ["publish", str(tmp_path / "www"), "--root", str(TINY), "--site", str(tmp_path / "none")]
    assert cli.main(target) == 1
    assert "site-manifest-missing" in capsys.readouterr().err
