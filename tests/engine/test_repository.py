"""The tracked files as such: nothing of one machine, nothing unfinished, nothing unpinned."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import ipportal

ROOT = Path(__file__).resolve().parents[2]
LINE_CEILING = 400
BINARY = {".png", ".webp", ".ico", ".woff2", ".xlsx", ".parquet", ".zip"}
# Broken on purpose: wrong encodings and line ends are what these files are about.
BROKEN_ON_PURPOSE = ("tests/bad/",)

# A letter in brackets keeps each pattern from matching its own line.
UNFINISHED = re.compile(r"\b(TOD[O]|FIXM[E]|XX[X]|HAC[K]|NotImplemente[d]Error|lorem ipsu[m]|coming soo[n])\b")
REGISTRY = re.compile(
    r"index-ur[l]\b|\"resolved\": *\"htt[p]|registry *= *\"htt[p]|/simpl[e]/"
    r"|pythonhoste[d]\.org|pypi\.or[g]|npmjs\.co[m]"
)
MACHINE_PATH = re.compile(r"(?<![\w./-])/(?:home/\w+|Users/\w+|root|wor[k]|opt/\w+|tmp/\w+)/")


def tracked() -> list[str]:
    """Every file git knows or would take in: a new file is checked before it is committed."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    return sorted(name for name in listed.split("\0") if name and (ROOT / name).is_file())


def texts() -> list[tuple[str, str]]:
    """Name and text of every tracked file that is meant to be read as text."""
    return [
        (name, (ROOT / name).read_text(encoding="utf-8"))
        for name in tracked()
        if Path(name).suffix not in BINARY and not name.startswith(BROKEN_ON_PURPOSE)
    ]


def found(pattern: re.Pattern[str], text: str) -> list[str]:
    """Each line the pattern matches, as ``number: line``."""
    lines = enumerate(text.splitlines(), 1)
    return [f"{number}: {line.strip()[:90]}" for number, line in lines if pattern.search(line)]


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (UNFINISHED, ("# TO", "DO: later")),
        (UNFINISHED, ("lorem ", "ipsum dolor")),
        (REGISTRY, ("--index", "-url somewhere")),
        (REGISTRY, ("see https://pypi", ".org/project/x")),
        (MACHINE_PATH, ("open /ho", "me/li/site/x")),
        (MACHINE_PATH, ("open /t", "mp/build/x")),
    ],
)
def test_patterns_catch_what_they_are_for(pattern: re.Pattern[str], words: tuple[str, str]) -> None:
    assert found(pattern, "".join(words))


def test_nothing_unfinished_and_nothing_of_one_machine() -> None:
    problems = [
        f"{name}:{hit}"
        for name, text in texts()
        for pattern in (UNFINISHED, REGISTRY, MACHINE_PATH)
        for hit in found(pattern, text)
    ]
    assert not problems, "\n".join(problems)


def test_text_is_utf8_with_plain_line_ends() -> None:
    problems = []
    for name in tracked():
        if Path(name).suffix in BINARY | {".bat"} or name.startswith(BROKEN_ON_PURPOSE):
            continue
        content = (ROOT / name).read_bytes()
        content.decode("utf-8")
        if b"\r" in content:
            problems.append(f"{name}: carriage return")
        if content.startswith(b"\xef\xbb\xbf"):
            problems.append(f"{name}: byte-order mark")
        if content and not content.endswith(b"\n"):
            problems.append(f"{name}: no line end at the end of the file")
    assert not problems, "\n".join(problems)


def test_no_module_is_too_long() -> None:
    lengths = {name: len(text.splitlines()) for name, text in texts() if name.endswith(".py")}
    too_long = {name: length for name, length in lengths.items() if length > LINE_CEILING}
    assert lengths and not too_long


def test_no_foreign_lock_file() -> None:
    unwanted = {"uv.lock", "poetry.lock", "package-lock.json", "yarn.lock"}
    assert not [name for name in tracked() if Path(name).name in unwanted]


@pytest.mark.this_portal
def test_citation_file_is_valid_and_carries_this_version() -> None:
    citation = ROOT / "CITATION.cff"
    command = [sys.executable, "-m", "check_jsonschema", "--output-format", "json"]
    command += ["--builtin-schema", "vendor.citation-file-format", str(citation)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
    assert json.loads(result.stdout)["status"] == "ok"
    content = yaml.safe_load(citation.read_text(encoding="utf-8"))
    assert (content["type"], content["version"]) == ("dataset", ipportal.__version__)


@pytest.mark.this_portal
def test_readme_and_citation_carry_the_names_of_the_site() -> None:
    site = tomllib.loads((ROOT / "portal.toml").read_text(encoding="utf-8"))["site"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    for name in (site["name_zh"], site["name_en"]):
        assert f"# {name}\n" in readme
        assert name in citation and name in (ROOT / "LICENSE-DATA").read_text(encoding="utf-8")


@pytest.mark.this_portal
def test_readme_lists_places_and_commands_that_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    commands = set(re.findall(r"(?:^|`)make ([a-z-]+)", readme, re.MULTILINE))
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert {"site", "test", "serve"} <= commands <= targets
    for place in re.findall(r"^\| `([^`]+)`", readme, re.MULTILINE):
        assert (ROOT / place).exists(), place


@pytest.mark.parametrize("behind", ["", *["&"] * (sys.platform == "linux")])
def test_what_a_part_of_the_tests_took_is_noted_with_the_time_of_its_processes(behind: str, tmp_path: Path) -> None:
    (tmp_path / "busy.py").write_text(
        "import os, time\nwhile time.process_time() < 1.1: pass\nopen('over', 'w').write(str(os.getpid()))\n"
    )
    # with & nobody waits for it, so that its end is noted too
    work = f"sh -c '{sys.executable} busy.py {behind}'"
    work += "; until [ -s over ]; do sleep 0.1; done; while kill -0 $(cat over) 2>/dev/null; do sleep 0.1; done; exit 3"
    command = [sys.executable, ROOT / "tests/support/timed.py", tmp_path / "notes", "a part", "sh", "-c", work]
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 3
    noted = re.fullmatch(r" +(\d+) s +(\d+) s   a part\n", (tmp_path / "notes").read_text(encoding="utf-8"))
    assert noted and 1 <= int(noted[1]) <= int(noted[2]) + 1
