"""`ipportal init`: an empty portal of another place that checks, is fit for its hosts, and names nobody else."""

import base64
import csv
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from datetime import date

import pytest
import yaml

from ipportal import __version__
from ipportal.base.text import Text
from ipportal.cli import main
from ipportal.commands import VERBS
from ipportal.data.manuscripts import SOURCE_HASH, read_manuscripts, translations
from ipportal.data.settings import read_settings
from ipportal.loading import load
from ipportal.office import starting
from ipportal.office.starting import wheel
from ipportal.pages.filling import rehearse
from ipportal.pages.view import NOTHING_YET
from support.portals import ROOT, TINY

#: The call of the handbook
CALL = ["init", "changshu", "--name-zh", "常熟市知识产权规划门户", "--plan", "2021-2025"]
CALL += ["--packages", "indicators,plan", "--languages", "zh"]
ALL = ",".join(starting.PACKAGES)
#: Places and bodies of other portals
ELSEWHERE = re.compile(r"武汉|经开区|车谷|湖北|汉南|Wuhan|Chegu|Hubei|Hannan|420113|示例开发区|Sample Zone")


@pytest.fixture(scope="module")
def portals(tmp_path_factory):
    """A portal of each choice of languages, with all packages; and that of the handbook."""
    root = tmp_path_factory.mktemp("init")
    assert main([*CALL, "--as-of", "2026-03-01", "--root", str(root)]) == 0
    for name in ("zh", "en", "zh,en", "en,zh"):
        words = ["init", name.replace(",", "-"), "--languages", name, "--packages", ALL, "--as-of", "2026-03-01"]
        assert main([*words, "--root", str(root)]) == 0
    return root


NAMES = ("changshu", "zh", "en", "zh-en", "en-zh")


@pytest.mark.parametrize("name", NAMES)
def test_it_checks_and_every_macro_has_something_to_say(name, portals, capsys):
    assert main(["check", "--root", str(portals / name)]) == 0
    assert rehearse(load(portals / name), portals / name) == []
    capsys.readouterr()


@pytest.mark.parametrize("name", NAMES)
def test_it_names_no_other_place_and_speaks_no_language_that_was_not_asked_for(name, portals):
    languages = read_settings(portals / name).languages
    for path in (path for path in (portals / name).rglob("*") if path.is_file() and path.suffix != ".whl"):
        text = path.read_text(encoding="utf-8")
        assert not ELSEWHERE.search(text + path.name), path
        assert "[[" not in text or path.name == "portal.toml", path
    for absent in {"zh", "en"} - set(languages):
        tables = [path.read_text(encoding="utf-8") for path in (portals / name).glob("datapackages/*/data/*.csv")]
        assert not any(f"_{absent}" in table.splitlines()[0] for table in tables)
        assert not (portals / name / "docs" / absent).exists()


@pytest.mark.parametrize("name", ["zh-en", "en-zh"])
def test_pages_of_its_second_language_say_which_wording_they_translate(name, portals):
    pages = read_manuscripts(portals / name, read_settings(portals / name).languages)
    pairs = list(translations(pages))
    assert len(pairs) > 10
    assert [page.file for page, original in pairs if page.head.get(SOURCE_HASH) != original.fingerprint] == []


def test_the_call_of_the_handbook_makes_what_it_says(portals):
    settings = read_settings(portals / "changshu")
    assert (settings.id, settings.languages, settings.name.zh) == ("changshu", ("zh",), "常熟市知识产权规划门户")
    (plan,) = settings.plans
    assert (plan.first_year, plan.last_year, plan.baseline_year, plan.state) == (2021, 2025, 2020, "closed")
    assert plan.title.zh == "常熟市知识产权规划（2021—2025年）"
    portal = load(portals / "changshu")
    assert portal.zone.name.zh == "常熟市" and set(portal.packages) == {"indicators", "plan"}
    assert not portal.indicators and not portal.observations


def test_an_empty_page_says_that_there_is_nothing_yet(portals):
    from ipportal.pages.filling import fill
    from ipportal.pages.view import View

    portal = load(portals / "zh-en")
    for page in read_manuscripts(portals / "zh-en", ("zh", "en")):
        if page.head.get("page_kind") == "column" and page.path.split("/")[0] in starting.PACKAGES:
            said = fill(page.body, View(portal, page.lang, page.path)).text
            assert NOTHING_YET[page.lang] in said, page.path


def test_the_rows_it_begins_with_are_those_of_the_place(portals):
    told = (portals / "changshu/datapackages/indicators/data/areas.csv").read_text(encoding="utf-8")
    assert list(csv.DictReader(io.StringIO(told))) == [
        {"id": "zone", "name_zh": "常熟市", "short_zh": "常熟市", "level": "zone", "order": "1"}
    ]


def test_without_a_terminal_what_is_not_given_is_what_usually_stands_there(tmp_path):
    assert main(["init", "greenport", "--languages", "en", "--root", str(tmp_path)]) == 0
    settings = read_settings(tmp_path / "greenport")
    assert settings.name.en == "Greenport Plan Portal"
    assert settings.as_of == date.today()
    first = settings.plan.first_year
    assert first % 5 == 1 and settings.plan.last_year == first + 4 and first <= settings.as_of.year <= first + 4


def test_at_a_terminal_every_question_is_asked_and_a_wrong_answer_asked_again(tmp_path, monkeypatch, capsys):
    answers = iter(["Not An Address", "changshu", "zh", "", "2026-03-01", *[""] * 20])
    asked = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda words: asked.append(words) or next(answers))
    assert main(["init", "--root", str(tmp_path), "--lang", "en"]) == 0
    wanted = [
        Text(*told["help"].split(" / ", 1)).en
        for option, told in VERBS["init"].options.items()
        if "-en" not in option and "action" not in told
    ]
    assert [words.partition(" [")[0].removesuffix(" > ") for words in asked] == [wanted[0], *wanted]
    assert "small letters" in capsys.readouterr().out
    assert (tmp_path / "changshu/portal.toml").is_file()


def test_in_a_clone_of_the_program_it_takes_the_place_of_the_portal_there(tmp_path, monkeypatch, capsys):
    clone = tmp_path / "clone"
    shutil.copytree(TINY, clone, ignore=shutil.ignore_patterns("*.py", "__pycache__", ".cache"))
    for name in ("CITATION.cff", "releases/plan/1.0.0/README.md", "scripts/program.py", ".github/own.yml", "LICENSE"):
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / name).write_text("name: somebody\n")
    before = files_of(clone)
    monkeypatch.setattr(starting, "SOURCE", clone.resolve())
    assert main([*CALL, "--as-of", "2026-03-01", "--replace", "--root", str(clone)]) == 0
    assert main(["check", "--root", str(clone)]) == 0
    assert read_settings(clone).id == "changshu" and (clone / "docs/zh/index.md").is_file()
    kept = {name: data for name, data in files_of(clone).items() if before.get(name) == data}
    assert {name for name in before if name.startswith(("scripts/", ".github/", "LICENSE"))} <= set(kept)
    assert not [name for name in kept if name.startswith(("docs/", "datapackages/", "releases/", "CITATION"))]
    assert not (clone / "docs/en").exists() and not (clone / "releases").exists() and not (clone / "engine").exists()
    assert "make site" in (clone / "README.md").read_text(encoding="utf-8")
    assert main(["undo", "--root", str(clone)]) == 0 and files_of(clone) == before
    capsys.readouterr()


def files_of(root):
    hidden = (".changes", ".cache")
    files = (path for path in root.rglob("*") if path.is_file() and not {*hidden} & {*path.parts})
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


WRONG = {
    "id": ["init", "Chang Shu"],
    "no id": ["init"],
    "crossed years": [*CALL, "--plan", "2025-2021"],
    "no years": [*CALL, "--plan", "十四五"],
    "unknown package": [*CALL, "--packages", "indicators,weather"],
    "nothing to build on": [*CALL, "--packages", "plan"],
    "package twice": [*CALL, "--packages", "indicators,plan,plan"],
    "language": [*CALL, "--languages", "fr"],
    "language not chosen": [*CALL, "--name-en", "Changshu"],
    "day": [*CALL, "--as-of", "tomorrow"],
    "address": [*CALL, "--url", "ip.example"],
    "marks": [*CALL, "--place-zh", '常熟"市'],
    "hidden character": [*CALL, "--name-zh", "常\u200b熟市门户"],
    "no clone of the program": [*CALL, "--replace"],
}


@pytest.mark.parametrize("words", WRONG.values(), ids=WRONG)
def test_a_wrong_answer_is_told_and_nothing_is_written(words, tmp_path, capsys):
    assert main([*words, "--root", str(tmp_path)]) == 1
    assert "→" in capsys.readouterr().err and list(tmp_path.iterdir()) == []


def test_all_wrong_answers_are_told_at_once(tmp_path, capsys):
    assert main(["init", "A B", "--languages", "fr", "--plan", "2025-2021", "--root", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert all(option in said for option in ("--languages", "--plan")) and "A B" in said


@pytest.mark.parametrize("what", ["folder", "file"])
def test_a_place_that_is_taken_stays_as_it_was(what, tmp_path, capsys):
    place = tmp_path / "changshu"
    if what == "folder":
        place.mkdir()
        (place / "mine.txt").write_text("mine")
    else:
        place.write_text("mine")
    assert main([*CALL, "--root", str(tmp_path)]) == 1
    assert "changshu" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["changshu"]
    assert (place / "mine.txt" if what == "folder" else place).read_text() == "mine"


def test_an_empty_folder_will_do(tmp_path):
    (tmp_path / "changshu").mkdir()
    (tmp_path / "changshu/.DS_Store").write_bytes(b"")
    assert main([*CALL, "--root", str(tmp_path)]) == 0


def test_a_program_older_than_the_portal_is_refused(portals, tmp_path, capsys):
    shutil.copytree(portals / "changshu", tmp_path / "portal")
    (tmp_path / "portal/engine/ipportal-99.0.0-py3-none-any.whl").write_bytes(b"")
    assert main(["check", "--root", str(tmp_path / "portal"), "--lang", "en"]) == 1
    said = capsys.readouterr().err
    assert "99.0.0" in said and __version__ in said


def test_the_lock_names_the_wheel_beside_it_and_all_the_program_needs_by_hash(portals):
    text = (portals / "changshu/requirements.lock").read_text(encoding="utf-8")
    assert text.startswith((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    path, digest = re.search(r"^\./(\S+) --hash=sha256:(\w+)$", text, re.MULTILINE).groups()
    assert hashlib.sha256((portals / "changshu" / path).read_bytes()).hexdigest() == digest


def test_the_wheel_it_keeps_is_whole(tmp_path):
    data = wheel()
    assert data == wheel()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    (record,) = (name for name in files if name.endswith("/RECORD"))
    for name, digest, size in csv.reader(io.StringIO(files[record].decode())):
        if name != record:
            told = base64.urlsafe_b64encode(hashlib.sha256(files[name]).digest()).rstrip(b"=").decode()
            assert (digest, int(size)) == (f"sha256={told}", len(files[name]))
    assert {name for name in files if name.startswith("ipportal/")} >= {
        f"ipportal/{path.relative_to(ROOT / 'scripts/ipportal').as_posix()}"
        for path in (ROOT / "scripts/ipportal").rglob("*")
        if path.is_file() and not {"__pycache__", ".changes"} & set(path.parts)
    }
    # installed from it, the program makes the same one again
    kept, place = tmp_path / f"ipportal-{__version__}-py3-none-any.whl", tmp_path / "venv"
    kept.write_bytes(data)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    python = place / "bin/python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*install, str(kept)], check=True)
    code = "import sys; from ipportal.office import starting; sys.stdout.buffer.write(starting.wheel())"
    (libraries,) = place.glob("lib/python*/site-packages")
    (libraries / "others.pth").write_text(sysconfig.get_path("purelib"))
    done = subprocess.run([python, "-c", code], capture_output=True, check=False)
    assert done.stdout == data, done.stderr


WORKFLOWS = (".github/workflows/portal.yml", ".gitea/workflows/portal.yml", ".gitlab-ci.yml")


@pytest.mark.parametrize("name", WORKFLOWS)
def test_its_workflows_follow_the_schema_of_their_host(name, portals):
    schema = "vendor.gitlab-ci" if name == ".gitlab-ci.yml" else "vendor.github-workflows"
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(portals / "changshu" / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("known", ["", "7"])
def test_what_is_due_becomes_one_issue_on_github(known, portals, tmp_path):
    job = yaml.safe_load((portals / "changshu" / WORKFLOWS[0]).read_text(encoding="utf-8"))["jobs"]["reminder"]
    asked = tmp_path / "asked"
    gh = tmp_path / "gh"
    gh.write_text(f'#!/bin/sh\necho "$@" >>{asked}\n[ "$2" != list ] || echo {known}\n', encoding="utf-8")
    gh.chmod(0o755)
    told, last = job["steps"][-2:]
    assert "issues" in job["permissions"] and "env" not in told
    environment = os.environ | last["env"] | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    subprocess.run(["sh", "-e", "-c", last["run"]], env=environment, check=True)
    what = f"edit {known}" if known else f"create --title {last['env']['TITLE']}"
    assert asked.read_text(encoding="utf-8").splitlines()[1:] == [f"issue {what} --body-file reminder.md"]
