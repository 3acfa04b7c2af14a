"""The workflows of three hosts: valid, pinned to the lock, and run in a clone, step by step.

`make environment` runs against an environment that is up to date already, so it installs nothing; `ipportal build`
is replaced by a small finished site. Checking, comparing, verifying, publishing and rolling back are the real ones.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import set_up
from support.pipeline import Ran, run_actions, run_gitlab
from support.quick import quick_program
from support.smallsite import contents, write_site

ROOT = Path(__file__).resolve().parents[2]
TINY = ROOT / "tests" / "tiny"
GITHUB, GITEA = ".github/workflows/portal.yml", ".gitea/workflows/portal.yml"
GITLAB = ".gitlab-ci.yml"
BACK = {GITHUB: ".github/workflows/rollback.yml", GITEA: ".gitea/workflows/rollback.yml", GITLAB: GITLAB}
FILES = sorted({*BACK, *BACK.values()})
OBSERVATIONS = Path("datapackages/indicators/data/observations.csv")
BEFORE, AFTER = "2022-H1,plan,90,", "2022-H1,plan,95,"


@pytest.mark.parametrize("schema", ["vendor.gitlab-ci", "vendor.github-workflows"])
def test_they_follow_the_schema_of_their_host(schema: str) -> None:
    names = [str(ROOT / name) for name in FILES if (name == GITLAB) == (schema == "vendor.gitlab-ci")]
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *names]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert names and done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", FILES)
def test_it_installs_nothing_beside_the_lock_and_holds_no_secret(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "make environment" in text
    assert not re.search(r"pip install|password|index-ur[l]|https?://", text)
    # keys are named, never written; the host's own token reaches the publishing step only
    assert set(re.findall(r"secrets\.(\w+)", text)) <= {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
    assert set(re.findall(r"(?i)token:(.*)", text)) <= {" ${{ github.token }}"}


ALL = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob(".git*/workflows/*.yml"))
#: What reads pages or data of a proposal, or is made by it
RENDERS = re.compile(r"ipportal (check|diff|build|serve|stub|status|workbook)\b|make (site|test|audit)\b")
#: What may be used to change something elsewhere
SECRET = re.compile(r"secrets\.|github\.token|PORTAL_TOKEN|REMINDER_TOKEN|PORTAL_TARGET|AWS_|\$CI_JOB_TOKEN|ASKPASS")


def jobs(name: str) -> dict[str, dict[str, Any]]:
    content = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    if name == GITLAB:
        return {key: job for key, job in content.items() if isinstance(job, dict) and "script" in job}
    return dict(content["jobs"])


def steps(name: str) -> list[dict[str, Any]]:
    return [step for job in jobs(name).values() for step in job.get("steps", [])]


def test_every_workflow_of_every_host_is_looked_at() -> None:
    assert {*FILES} <= {*ALL, GITLAB}
    assert {name.split("/")[0] for name in ALL} == {".github", ".gitea"}


@pytest.mark.parametrize("name", ALL)
def test_actions_are_pinned_by_commit_with_the_version_beside(name: str) -> None:
    lines = re.findall(r"uses:.*", (ROOT / name).read_text(encoding="utf-8"))
    assert lines and len(lines) == len([step for step in steps(name) if "uses" in step])
    for line in lines:
        assert re.fullmatch(r"uses: actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+(-node\d+)?", line), line


@pytest.mark.parametrize("name", ALL)
def test_no_checkout_leaves_credentials_behind(name: str) -> None:
    found = [step for step in steps(name) if step.get("uses", "").startswith("actions/checkout@")]
    assert len(found) == len(jobs(name))
    assert all(step["with"]["persist-credentials"] is False for step in found)


@pytest.mark.parametrize("name", ALL)
def test_permissions_are_named_for_every_job(name: str) -> None:
    content = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    assert content["permissions"] == {"contents": "read"}
    # words of a proposal never run with the rights of the main branch
    assert not set(content[True]) & {"pull_request_target", "workflow_run", "issue_comment"}
    for job in content["jobs"].values():
        assert job["permissions"]["contents"] in ("read", "write")
        assert set(job["permissions"]) <= {"contents", "issues"}


@pytest.mark.parametrize("name", [*ALL, GITLAB])
def test_what_renders_has_no_secret_and_what_may_write_renders_nothing(name: str) -> None:
    for key, job in jobs(name).items():
        words = yaml.safe_dump({part: job[part] for part in job if part not in ("rules", "if")}, allow_unicode=True)
        may_write = "write" in job.get("permissions", {}).values() or "environment" in job
        if RENDERS.search(words) and key != "reminder":
            assert not SECRET.search(words) and not may_write, key
            assert name != GITLAB or key == "vulnerabilities" or job["extends"] == ".renders", key
        if "ipportal publish" in words:
            assert not RENDERS.search(words), key
            assert name == GITLAB or may_write, key
            assert "--rollback" in words or job["needs"] in ("build", ["build"]), key


@pytest.mark.parametrize("name", ALL)
def test_the_reminder_reads_first_and_gets_its_token_for_the_last_step_only(name: str) -> None:
    for job in jobs(name).values():
        holders = [step for step in job["steps"] if SECRET.search(yaml.safe_dump(step))]
        assert holders in ([], job["steps"][-1:])
        assert not any(RENDERS.search(step["run"]) for step in holders)


def test_gitlab_forgets_its_token_before_it_renders() -> None:
    first, second = yaml.safe_load((ROOT / GITLAB).read_text(encoding="utf-8"))[".renders"]["before_script"]
    assert first.split()[0] == "unset" and "CI_JOB_TOKEN" in first.split() and "CI_REPOSITORY_URL" in first.split()
    assert second == "git remote remove origin"
    for name in ("publish", "rollback"):
        assert jobs(GITLAB)[name]["environment"] == "production"


def test_git_gets_its_password_from_the_workflow() -> None:
    script = str(ROOT / "scripts" / "servers" / "askpass.sh")
    for prompt, answer in (("Username for 'https://x': ", "x-access-token"), ("Password for 'https://x': ", "a b$c")):
        environment = os.environ | {"PORTAL_TOKEN": "a b$c"}
        done = subprocess.run([script, prompt], env=environment, capture_output=True, text=True, check=True)
        assert done.stdout == f"{answer}\n"


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=Li", "-c", "user.email=li@example.org"]
    done = subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture(scope="module")
def ipportal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with quick_program(tmp_path_factory.mktemp("p")) as program:
        yield program


@pytest.fixture
def clone(ipportal: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of a repository with a small portal, its workflows, and an environment that is up to date."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    monkeypatch.setenv("HOME", str(tmp_path))
    source = tmp_path / "source"
    shutil.copytree(TINY, source)
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-test.lock", *FILES):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, source / name)
    (source / "scripts" / "servers").mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "set_up.py", source / "scripts")
    shutil.copy(ROOT / "scripts" / "servers" / "askpass.sh", source / "scripts" / "servers")
    (source / ".gitignore").write_text(".venv/\nsite/\npublic/\n")
    git(tmp_path, "init", "--quiet", "--initial-branch=main", str(source))
    git(source, "add", "--all")
    git(source, "commit", "--quiet", "-m", "Begin")
    git(tmp_path, "clone", "--quiet", "--bare", str(source), str(tmp_path / "origin.git"))
    git(tmp_path, "clone", "--quiet", str(tmp_path / "origin.git"), str(tmp_path / "clone"))
    place = tmp_path / "clone"
    programs = place / ".venv" / "bin"
    programs.mkdir(parents=True)
    shutil.copy(ipportal, programs / "ipportal")
    (programs / "python").symlink_to(sys.executable)
    (place / ".venv" / ".installed").write_text(set_up.mark_of([set_up.RUNTIME]), encoding="utf-8")
    return place


def commit(clone: Path, branch: str, words: str, *, data: tuple[str, str] = ("", "")) -> None:
    """Move to a branch and commit what the site is about, and perhaps a change of the data."""
    git(clone, "checkout", "--quiet", "-B", branch)
    (clone / "words.txt").write_text(words)
    text = (clone / OBSERVATIONS).read_text(encoding="utf-8")
    assert data[0] in text
    (clone / OBSERVATIONS).write_text(text.replace(*data, 1), encoding="utf-8")
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "-m", words)


def run(name: str, clone: Path, event: str, *, target: str = "", back: bool = False) -> Ran:
    """What the host does on a proposal (`pull_request`), on `main`, or when somebody asks to go back."""
    if name == GITLAB:
        if not git(clone, "remote"):  # the host clones afresh for each run
            git(clone, "remote", "add", "origin", str(clone.parent / "origin.git"))
        known = {"CI_DEFAULT_BRANCH": "main", "PORTAL_TARGET": target}
        if event == "pull_request":
            base = git(clone, "merge-base", "HEAD", "origin/main")
            known |= {"CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
        else:
            known |= {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main"}
        return run_gitlab(clone / name, clone, known, manual="rollback" if back else "")
    known = {
        "github.event_name": event,
        "github.base_ref": "main",
        "github.ref": "refs/heads/main" if event != "pull_request" else "refs/pull/1/merge",
        "github.server_url": str(clone.parent),
        "github.repository": "origin",
        "github.workspace": str(clone),
        "github.token": "not-used-for-a-folder",
        "vars.PORTAL_TARGET": target,
    }
    return run_actions(clone / (BACK[name] if back else name), clone, known)


@pytest.mark.parametrize("name", BACK)
def test_a_proposal_is_checked_compared_and_previewed(name: str, clone: Path) -> None:
    commit(clone, "proposal", "proposal", data=(BEFORE, AFTER))
    ran = run(name, clone, "pull_request", target="nowhere")
    assert ran.code == 0, ran.said
    assert ran.jobs == (["preview"] if name == GITLAB else ["build"])
    # which figure would change, readable where people decide
    told = ran.summary if name != GITLAB else ran.said
    assert re.search(r"90.*→.*95", told), told
    assert "95" in (clone / "changes.html").read_text(encoding="utf-8")
    site = "public" if name == GITLAB else "site"
    assert {site, "changes.html"} <= {path.rstrip("/") for path in ran.artifacts.values()}
    assert b"proposal" in contents(clone / site)["index.html"]
    # nothing was published
    assert git(clone.parent / "origin.git", "branch", "--list").split() == ["*", "main"]


@pytest.mark.parametrize("name", BACK)
def test_a_wrong_row_is_marked_and_ends_the_run(name: str, clone: Path) -> None:
    commit(clone, "proposal", "proposal", data=(BEFORE, BEFORE.replace("90", "9O")))
    ran = run(name, clone, "pull_request")
    assert ran.code == 1
    assert not (clone / "site").exists() and not (clone / "public").exists()
    if name == GITLAB:
        (entry,) = json.loads((clone / ran.artifacts["codequality"]).read_text(encoding="utf-8"))
        assert entry["location"] == {"path": OBSERVATIONS.as_posix(), "lines": {"begin": 7}}
        assert "9O" in entry["description"] and "9O" in ran.said
    else:
        assert re.search(rf"^::error file={OBSERVATIONS.as_posix()},line=7,title=.*9O", ran.said, re.MULTILINE)


@pytest.mark.parametrize("name", BACK)
def test_main_is_published_earlier_releases_stay_and_one_run_goes_back(name: str, clone: Path) -> None:
    origin = clone.parent / "origin.git"
    # GitHub needs no setting; the others are told where to
    target = "" if name == GITHUB else f"git:{origin}#gh-pages"
    for words in ("one", "two"):
        commit(clone, "main", words)
        for leftover in ("site", "public"):
            shutil.rmtree(clone / leftover, ignore_errors=True)
        ran = run(name, clone, "push", target=target)
        assert ran.code == 0, ran.said
    if name == GITLAB:
        assert ran.jobs == ["build", "pages", "publish"]
    assert git(origin, "rev-list", "--count", "gh-pages") == "2"
    ran = run(name, clone, "workflow_dispatch", target=target, back=True)
    assert ran.code == 0, ran.said
    shown = clone.parent / "shown"
    git(clone.parent, "clone", "--quiet", "--branch", "gh-pages", str(origin), str(shown))
    expected = contents(write_site(clone.parent / "one", "one"))
    assert {name: data for name, data in contents(shown).items() if not name.startswith(".git/")} == expected
