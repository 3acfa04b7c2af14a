"""Run the shell steps of a workflow as its host would, in a clone, for one event.

Known are the parts of the hosts' languages that the workflows use; anything else ends the test.
Steps that call an action of the host (checkout, Python, artifacts) are not run: what they carry is looked at instead.
"""

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_FORMAT = re.compile(r"format\('([^']*)'((?:, [\w.]+)*)\)")


@dataclass
class Ran:
    """What a run did: the jobs that ran, what each step printed, the exit code of the first failure, artifacts."""

    jobs: list[str] = field(default_factory=list)
    said: str = ""
    summary: str = ""
    code: int = 0
    artifacts: dict[str, str] = field(default_factory=dict)


def shell(script: str, clone: Path, environment: dict[str, str], ran: Ran) -> None:
    """Run a script as the hosts do: bash, ending at the first command that fails."""
    base = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    options = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    done = subprocess.run(
        options, cwd=clone, env=base | {"CI": "true"} | environment, capture_output=True, text=True, check=False
    )
    ran.said += done.stdout + done.stderr
    ran.code = done.returncode


def value(expression: str, known: dict[str, str]) -> str:
    """The value of an expression of GitHub: names, quoted words, ==, !=, &&, ||, format()."""
    for word, join in ((" || ", any), (" && ", all)):
        if word in expression:
            parts = [value(part, known) for part in expression.split(word)]
            if word == " || ":
                return next((part for part in parts if part), "")
            return parts[-1] if join(parts) else ""
    for word in (" == ", " != "):
        if word in expression:
            left, right = (value(part, known) for part in expression.split(word))
            return "true" if (left == right) == (word == " == ") else ""
    if found := _FORMAT.fullmatch(expression):
        return found[1].format(*(known[name] for name in found[2].split(", ")[1:]))
    if quoted := re.fullmatch(r"'([^']*)'", expression):
        return quoted[1]
    assert re.fullmatch(r"(?:github|vars|secrets)\.\w+", expression), expression
    # an unset variable is empty; what the host itself knows must be given
    return known.get(expression, "") if not expression.startswith("github.") else known[expression]


def filled(text: Any, known: dict[str, str]) -> str:
    return _EXPRESSION.sub(lambda found: value(found[1], known), str(text))


def run_actions(file: Path, clone: Path, known: dict[str, str]) -> Ran:
    """Run a workflow of GitHub's form (also Gitea and Forgejo)."""
    ran = Ran()
    summary = clone.parent / f"{clone.name}-summary"
    summary.write_text("")
    for name, job in yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"].items():
        if "if" in job and not value(job["if"], known):
            continue
        assert set([job["needs"]] if "needs" in job else []) <= set(ran.jobs)
        ran.jobs.append(name)
        for step in job["steps"]:
            if "if" in step and not value(step["if"], known):
                continue
            if "run" not in step:
                action, words = step["uses"].split("@")[0], step.get("with", {})
                if action == "actions/upload-artifact":
                    assert (clone / words["path"]).exists(), words
                    ran.artifacts[words["name"]] = words["path"]
                elif action == "actions/download-artifact":
                    assert ran.artifacts[words["name"]] == words["path"]
                else:
                    assert action in ("actions/checkout", "actions/setup-python"), action
                continue
            own = {key: filled(words, known) for key, words in step.get("env", {}).items()}
            shell(filled(step["run"], known), clone, own | {"GITHUB_STEP_SUMMARY": str(summary)}, ran)
            ran.summary = summary.read_text(encoding="utf-8")
            if ran.code:
                return ran
    return ran


def holds(rule: str, known: dict[str, str]) -> bool:
    """Whether a rule of GitLab holds: variables, quoted words, == and &&."""
    for part in rule.split(" && "):
        sides = [known.get(word[1:], "") if word.startswith("$") else word.strip('"') for word in part.split(" == ")]
        assert len(sides) in (1, 2) and re.fullmatch(r"[$\w\" =]+", part), part
        if (len(sides) == 1 and not sides[0]) or (len(sides) == 2 and sides[0] != sides[1]):
            return False
    return True


def run_gitlab(file: Path, clone: Path, known: dict[str, str], *, manual: str = "") -> Ran:
    """Run a pipeline of GitLab; `manual` names the one job started by hand."""
    ran = Ran()
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert any(holds(rule["if"], known) for rule in content["workflow"]["rules"])
    jobs = {name: job for name, job in content.items() if isinstance(job, dict) and "script" in job}
    for name, job in jobs.items():
        rule = next((rule for rule in job["rules"] if holds(rule["if"], known)), None)
        if rule is None or (rule.get("when") == "manual") != (name == manual):
            continue
        assert set(job.get("needs", [])) <= set(ran.jobs)
        ran.jobs.append(name)
        before = content[job["extends"]]["before_script"] if "extends" in job else []
        shell("\n".join([*before, *job["script"]]), clone, known, ran)
        kept = job.get("artifacts", {})
        if not ran.code or kept.get("when") == "always":
            ran.artifacts |= {path: path for path in kept.get("paths", []) if (clone / path).exists()}
            ran.artifacts |= {kind: path for kind, path in kept.get("reports", {}).items() if (clone / path).exists()}
        if ran.code:
            return ran
        assert set(kept.get("paths", [])) <= set(ran.artifacts)
    return ran
