"""Publishing to a branch, against a real bare repository."""

import subprocess
from pathlib import Path

import pytest

from ipportal.base.errors import OutputError
from ipportal.deploy import publish, rollback
from ipportal.deploy.target import GitBranch
from ipportal.deploy.tools import BranchStore
from support.smallsite import contents, write_site


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bare repository that refuses what is not a step forward; no configuration of this machine counts."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    monkeypatch.setenv("HOME", str(tmp_path))
    subprocess.run(["git", "init", "--quiet", "--bare", str(tmp_path / "bare.git")], check=True)
    git(tmp_path / "bare.git", "config", "receive.denyNonFastForwards", "true")
    return tmp_path / "bare.git"


def checkout(bare: Path, branch: str = "pages") -> dict[str, bytes]:
    folder = bare.parent / f"checkout-{len(list(bare.parent.glob('checkout-*')))}"
    subprocess.run(["git", "clone", "--quiet", "--branch", branch, str(bare), str(folder)], check=True)
    assert (folder / ".nojekyll").is_file()
    return contents(folder)


def hidden_gone(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if not name.startswith(".git/")}


def test_a_branch_is_made_grows_by_commits_and_goes_back(bare: Path, tmp_path: Path) -> None:
    target = GitBranch(str(bare), "pages")
    sites = [write_site(tmp_path / word, word) for word in ("one", "two", "three")]
    marks = []
    for site in sites:
        marks.append(publish(target, site, keep=3, dry_run=False).deployment)
        assert hidden_gone(checkout(bare)) == contents(site)
    assert git(bare, "rev-list", "--count", "pages") == "3"
    # back twice, each a commit of its own, and on from there
    assert rollback(target) == marks[1]
    assert rollback(target) == marks[0]
    assert hidden_gone(checkout(bare)) == contents(sites[0])
    with pytest.raises(OutputError) as caught:
        rollback(target)
    assert [problem.code for problem in caught.value.problems] == ["publish-no-previous"]
    publish(target, sites[2], keep=3, dry_run=False)
    assert rollback(target) == marks[0]
    assert git(bare, "rev-list", "--count", "pages") == "7"


def test_the_same_site_again_makes_no_commit(bare: Path, tmp_path: Path) -> None:
    target, site = GitBranch(str(bare), "pages"), write_site(tmp_path / "site", "one")
    first = publish(target, site, keep=3, dry_run=False)
    again = publish(target, site, keep=3, dry_run=False)
    assert again.deployment == first.deployment and not again.changes
    assert git(bare, "rev-list", "--count", "pages") == "1"


def test_a_dry_run_only_counts(bare: Path, tmp_path: Path) -> None:
    target = GitBranch(str(bare), "pages")
    publish(target, write_site(tmp_path / "one", "one", old="x"), keep=3, dry_run=False)
    changes = publish(target, write_site(tmp_path / "two", "two", new="x"), keep=3, dry_run=True).changes
    assert changes.added == ("assets/new.txt",) and changes.removed == ("assets/old.txt",)
    assert "index.html" in changes.changed and "_under/中文 名.txt" not in changes.changed
    assert git(bare, "rev-list", "--count", "pages") == "1"


def test_a_branch_of_sources_is_left_alone(bare: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    subprocess.run(["git", "clone", "--quiet", str(bare), str(work)], check=True, capture_output=True)
    (work / "code.py").write_text("pass\n")
    git(work, "add", ".")
    git(work, "-c", "user.name=Li", "-c", "user.email=li@example.org", "commit", "-m", "Write code")
    git(work, "push", "--quiet", "origin", "HEAD:main")
    before = git(bare, "rev-parse", "main")
    for action in (
        lambda: publish(GitBranch(str(bare), "main"), write_site(tmp_path / "s", "one"), keep=3, dry_run=False),
        lambda: rollback(GitBranch(str(bare), "main")),
    ):
        with pytest.raises(OutputError) as caught:
            action()
        assert [problem.code for problem in caught.value.problems] == ["publish-foreign"]
        assert caught.value.problems[0].found == "Write code"
    assert git(bare, "rev-parse", "main") == before


def test_settings_of_the_machine_do_not_change_the_bytes(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "attributes").write_text("*.txt text eol=lf\n")
    (tmp_path / "ignore").write_text("*.css\n")
    config = f"[core]\n autocrlf = input\n attributesFile = {tmp_path}/attributes\n excludesFile = {tmp_path}/ignore\n"
    (tmp_path / "gitconfig").write_text(config)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    site = write_site(tmp_path / "site", "one")
    publish(GitBranch(str(bare), "pages"), site, keep=3, dry_run=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    assert hidden_gone(checkout(bare)) == contents(site)


@pytest.mark.parametrize("fault", ["refused", "gone", "killed"])
def test_a_failed_push_leaves_the_branch_and_can_be_repeated(bare: Path, tmp_path: Path, fault: str) -> None:
    target = GitBranch(str(bare), "pages")
    one, two = (write_site(tmp_path / word, word) for word in ("one", "two"))
    publish(target, one, keep=3, dry_run=False)
    before = git(bare, "rev-parse", "pages")
    hook = bare / "hooks" / "pre-receive"
    away = bare.with_name("away.git")
    if fault == "gone":
        bare.rename(away)
    else:
        # the second one ends the receiving side after everything was uploaded
        hook.write_text("#!/bin/sh\necho quota exceeded >&2\n" + ("exit 1" if fault == "refused" else "kill -9 $PPID"))
        hook.chmod(0o755)
    with pytest.raises(OutputError) as caught:
        publish(target, two, keep=3, dry_run=False)
    assert [problem.code for problem in caught.value.problems] == ["publish-failed"]
    if fault == "refused":
        assert "quota exceeded" in caught.value.problems[0].found
    if fault == "gone":
        away.rename(bare)
    else:
        hook.unlink()
    assert git(bare, "rev-parse", "pages") == before
    publish(target, two, keep=3, dry_run=False)
    assert hidden_gone(checkout(bare)) == contents(two)


def test_a_push_from_elsewhere_in_between_is_never_overwritten(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = GitBranch(str(bare), "pages")
    sites = [write_site(tmp_path / word, word) for word in ("one", "two", "three")]
    publish(target, sites[0], keep=3, dry_run=False)
    push = BranchStore.activate

    def late(store: BranchStore, deployment: str) -> None:
        monkeypatch.setattr(BranchStore, "activate", push)
        publish(target, sites[1], keep=3, dry_run=False)
        push(store, deployment)

    monkeypatch.setattr(BranchStore, "activate", late)
    with pytest.raises(OutputError):
        publish(target, sites[2], keep=3, dry_run=False)
    assert hidden_gone(checkout(bare)) == contents(sites[1])


def test_a_commit_that_is_not_what_it_says_is_not_brought_back(bare: Path, tmp_path: Path) -> None:
    target = GitBranch(str(bare), "pages")
    one, two = (write_site(tmp_path / word, word) for word in ("one", "two"))
    publish(target, one, keep=3, dry_run=False)
    work = tmp_path / "work"
    subprocess.run(["git", "clone", "--quiet", "--branch", "pages", str(bare), str(work)], check=True)
    (work / "index.html").write_text("tampered")
    git(work, "add", ".")
    message = git(work, "log", "-1", "--format=%B")
    git(work, "-c", "user.name=Li", "-c", "user.email=li@example.org", "commit", "-m", message)
    git(work, "push", "--quiet", "origin", "pages")
    publish(target, two, keep=3, dry_run=False)
    with pytest.raises(OutputError) as caught:
        rollback(target)
    assert [problem.code for problem in caught.value.problems] == ["publish-release-changed"]
    assert hidden_gone(checkout(bare)) == contents(two)
