"""The workflows of three hosts: valid, pinned to the lock, and calling only what exists."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ipportal.cli import parser

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = {
    ".github/workflows/portal.yml": "vendor.github-workflows",
    ".gitea/workflows/portal.yml": "vendor.github-workflows",
    ".gitlab-ci.yml": "vendor.gitlab-ci",
}


def commands(name: str) -> list[list[str]]:
    """The words of every shell line of a workflow."""
    content = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    jobs = content.get("jobs", content).values()
    steps = [step for job in jobs if isinstance(job, dict) for step in job.get("steps", [job])]
    blocks = [step["run"] for step in steps if "run" in step]
    blocks += [line for step in steps for line in step.get("script", [])]
    return [shlex.split(line) for block in blocks for line in block.splitlines() if line.strip()]


@pytest.mark.parametrize(("name", "schema"), WORKFLOWS.items())
def test_it_follows_the_schema_of_its_host(name: str, schema: str) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(ROOT / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_command_it_calls_exists_with_these_options(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    called = commands(name)
    for words in called:
        if words[0] == "make":
            assert set(words[1:]) <= targets, words
        elif words[0] == ".venv/bin/ipportal":
            parser().parse_args(words[1:])  # ends the test with SystemExit where a word is unknown
        else:
            assert words[0] == "test", words
    verbs = [words[1] for words in called if words[0] == ".venv/bin/ipportal"]
    assert verbs[:3] == ["check", "build", "verify"]
    assert called[0] == ["make", "environment"]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_it_installs_nothing_beside_the_lock_and_holds_no_secret(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"pip install|secrets\.|(?<!id-)token:|password|index-ur[l]|https?://", text)
