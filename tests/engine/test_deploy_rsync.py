"""Publishing through rsync, against a real daemon on the loopback."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ipportal.base.errors import OutputError
from ipportal.deploy import publish, rollback, tools
from ipportal.deploy.target import Rsync
from support.rsync_daemon import rsync_daemon
from support.smallsite import codes, contents, write_site


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The folder the daemon's module `web` stands for."""
    (tmp_path / "served").mkdir()
    return tmp_path / "served"


@pytest.fixture
def address(place: Path, tmp_path: Path) -> Iterator[str]:
    with rsync_daemon(place, tmp_path) as address:
        yield address


def test_a_place_holds_the_site_and_goes_back(address: str, place: Path, tmp_path: Path) -> None:
    target = Rsync(f"{address}/web/ip")
    sites = [write_site(tmp_path / word, word, **{word: "only here"}) for word in ("one", "two", "three")]
    names = []
    for site in sites[:2]:
        names.append(publish(target, site, keep=3, dry_run=False).deployment)
        assert contents(place / "ip") == contents(site)
    assert rollback(target) == names[0]
    assert contents(place / "ip") == contents(sites[0])
    with pytest.raises(OutputError) as caught:
        rollback(target)
    assert codes(caught) == ["publish-no-previous"]
    # what was withdrawn never comes back
    publish(target, sites[2], keep=3, dry_run=False)
    assert rollback(target) == names[0]


def test_a_whole_module_can_be_the_place(address: str, place: Path, tmp_path: Path) -> None:
    publish(Rsync(f"{address}/web"), write_site(tmp_path / "one", "one"), keep=3, dry_run=False)
    assert contents(place) == contents(tmp_path / "one")


def test_only_what_changed_travels(address: str, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = Rsync(f"{address}/web/ip")
    publish(target, write_site(tmp_path / "one", "one", heavy="x" * 300_000), keep=3, dry_run=False)
    sent = []
    plain = tools._rsync

    def counted(*words: str, stdin: str = "") -> str:
        said = plain("--stats", *words, stdin=stdin) if "--checksum" in words else plain(*words, stdin=stdin)
        sent.extend(line for line in said.splitlines() if line.startswith("Total bytes sent"))
        return said

    monkeypatch.setattr(tools, "_rsync", counted)
    publish(target, write_site(tmp_path / "two", "two", heavy="x" * 300_000), keep=3, dry_run=False)
    assert sum(int(line.split(":")[1].replace(",", "")) for line in sent) < 20_000
    kept = [path / "assets" / "heavy.txt" for path in (place / "ip" / ".releases").glob("0*")]
    assert len(kept) == 2 and len({path.stat().st_ino for path in kept}) == 1


def test_the_same_site_again_changes_nothing(address: str, tmp_path: Path) -> None:
    target, site = Rsync(f"{address}/web/ip"), write_site(tmp_path / "site", "one")
    first = publish(target, site, keep=3, dry_run=False)
    again = publish(target, write_site(tmp_path / "again", "one"), keep=3, dry_run=False)
    assert again.deployment == first.deployment and not again.changes


def test_who_was_overtaken_says_so(address: str, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = Rsync(f"{address}/web/ip")
    one, two, three = (write_site(tmp_path / word, word) for word in ("one", "two", "three"))
    publish(target, one, keep=3, dry_run=False)
    upload = tools.RsyncStore.upload

    def overtaken(store: tools.RsyncStore, deployment: str) -> None:
        upload(store, deployment)
        monkeypatch.setattr(tools.RsyncStore, "upload", upload)
        publish(target, three, keep=3, dry_run=False)

    monkeypatch.setattr(tools.RsyncStore, "upload", overtaken)
    with pytest.raises(OutputError) as caught:
        publish(target, two, keep=3, dry_run=False)
    assert codes(caught) == ["publish-busy"]
    assert contents(place / "ip") == contents(three)
    publish(target, two, keep=3, dry_run=False)
    assert contents(place / "ip") == contents(two)


def test_a_dry_run_only_counts(address: str, place: Path, tmp_path: Path) -> None:
    target = Rsync(f"{address}/web/ip")
    one, two = write_site(tmp_path / "one", "one", old="x"), write_site(tmp_path / "two", "two", new="x")
    assert len(publish(target, one, keep=3, dry_run=True).changes.added) == len(contents(one))
    assert not (place / "ip").exists()
    publish(target, one, keep=3, dry_run=False)
    changes = publish(target, two, keep=3, dry_run=True).changes
    assert changes.added == ("assets/new.txt",) and changes.removed == ("assets/old.txt",)
    assert set(changes.changed) == {p for p, d in contents(two).items() if contents(one).get(p, d) != d}
    assert contents(place / "ip") == contents(one)


def test_old_deployments_are_deleted_beyond_the_number_kept(address: str, place: Path, tmp_path: Path) -> None:
    for word in ("one", "two", "three", "four"):
        publish(Rsync(f"{address}/web/ip"), write_site(tmp_path / word, word), keep=1, dry_run=False)
    assert sorted(path.name[:4] for path in (place / "ip" / ".releases").glob("0*")) == ["0003", "0004"]


def test_what_others_put_there_is_left_alone(address: str, place: Path, tmp_path: Path) -> None:
    (place / "ip").mkdir()
    (place / "ip" / "letter one.txt").write_text("mine")
    with pytest.raises(OutputError) as caught:
        publish(Rsync(f"{address}/web/ip"), write_site(tmp_path / "one", "one"), keep=3, dry_run=False)
    assert codes(caught) == ["publish-foreign"] and caught.value.problems[0].found == "letter one.txt"
    assert contents(place / "ip") == {"letter one.txt": b"mine"}


@pytest.mark.parametrize("wrong", ["none/ip", "sealed/ip", "web/no/parent"])
def test_a_wrong_address_is_told(address: str, place: Path, tmp_path: Path, wrong: str) -> None:
    with pytest.raises(OutputError) as caught:
        publish(Rsync(f"{address}/{wrong}"), write_site(tmp_path / "one", "one"), keep=3, dry_run=False)
    assert codes(caught) == ["publish-failed"]
    assert list(place.iterdir()) == []


def test_a_host_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        publish(Rsync("rsync://127.0.0.1:9/web/ip"), write_site(tmp_path / "one", "one"), keep=3, dry_run=False)
    assert codes(caught) == ["publish-failed"]


def test_cut_off_after_any_step_pages_find_their_assets_and_the_next_run_completes(
    address: str, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = Rsync(f"{address}/web/ip")
    one = write_site(tmp_path / "one", "one", one="only here")
    two = write_site(tmp_path / "two", "two", two="only here")
    plain = tools._rsync
    seen = []
    publish(target, one, keep=3, dry_run=False)
    shutil.copytree(place / "ip", tmp_path / "as-it-was")
    # the first five calls only look; the one after the last step is never reached
    for step in range(6, 14):
        shutil.rmtree(place / "ip")
        shutil.copytree(tmp_path / "as-it-was", place / "ip")
        left = [step]

        def cut(*words: str, stdin: str = "", left: list[int] = left) -> str:
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
            return plain(*words, stdin=stdin)

        with monkeypatch.context() as patch:
            patch.setattr(tools, "_rsync", cut)
            try:
                publish(target, two, keep=3, dry_run=False)
            except KeyboardInterrupt:
                now = contents(place / "ip")
                new_page = b"two" in now["index.html"]
                # a new page stands only beside all new assets; an old asset goes only when no page needs it
                assert now["assets/site.css"] == contents(two)["assets/site.css"] or not new_page
                assert "assets/two.txt" in now or not new_page
                assert "assets/one.txt" in now or new_page
                seen.append((new_page, now == contents(two)))
            else:
                break
        publish(target, two, keep=3, dry_run=False)
        assert contents(place / "ip") == contents(two)
        assert sorted(path.name[:4] for path in (place / "ip" / ".releases").glob("0*")) == ["0001", "0002"]
    assert {(False, False), (True, False), (True, True)} == set(seen)


def test_a_deployment_damaged_on_the_server_is_not_brought_back(address: str, place: Path, tmp_path: Path) -> None:
    target = Rsync(f"{address}/web/ip")
    for word in ("one", "two"):
        publish(target, write_site(tmp_path / word, word), keep=3, dry_run=False)
    (old,) = (place / "ip" / ".releases").glob("0001-*")
    (old / "index.html").write_text("tampered")
    with pytest.raises(OutputError) as caught:
        rollback(target)
    assert codes(caught) == ["publish-release-changed"]
    assert contents(place / "ip") == contents(tmp_path / "two")


def test_a_web_server_can_read_what_was_published_whatever_the_umask(address: str, place: Path, tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        publish(Rsync(f"{address}/web/ip"), write_site(tmp_path / "one", "one"), keep=3, dry_run=False)
    finally:
        os.umask(before)
    modes = {(path.is_dir(), path.stat().st_mode & 0o777) for path in (place / "ip", *(place / "ip").rglob("*"))}
    assert modes == {(True, 0o755), (False, 0o644)}
