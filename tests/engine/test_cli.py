"""The command line: usage, languages, exit codes."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from bad_corpus import TINY

from ipportal.base.errors import Problem, SiteError, Where
from ipportal.base.text import Text
from ipportal.cli import main, terminal_lang
from ipportal.commands import VERBS, changes, workbook
from ipportal.commands import build as build_command
from ipportal.commands import serve as serve_command

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", VERBS)
def test_every_command_has_help_with_examples(name, capsys):
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert VERBS[name].examples[0] in capsys.readouterr().out


def test_help_lists_every_verb_and_loads_no_heavy_library():
    code = "import sys; from ipportal.cli import main\ntry: main(['--help'])\nfinally: print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert all(f"\n    {name} " in done.stdout for name in VERBS)
    heavy = {"altair", "botocore", "frictionless", "mkdocs", "openpyxl", "pandas", "pyarrow", "rdflib", "vl_convert"}
    assert heavy & set(done.stdout.split()) == set()


def test_a_check_loads_nothing_that_draws_or_writes_files():
    code = (
        "import sys; from ipportal.cli import main\n"
        f"assert main(['check', '--root', {str(TINY)!r}]) == 0\n"
        "print(*sys.modules, sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"altair", "botocore", "duckdb", "ibis", "mkdocs", "numpy", "openpyxl", "pandas", "pyarrow", "rdflib"}
    assert heavy & set(done.stdout.split()) == set()


def test_a_wrong_command_is_usage(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["publsh"])
    assert ended.value.code == 2
    assert "publsh" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({}, "zh"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LC_ALL": "en_GB", "LANG": "zh_CN"}, "en"),
        ({"LANG": "C.UTF-8"}, "zh"),
    ],
)
def test_messages_follow_the_terminal(environment, lang):
    assert terminal_lang(environment) == lang


@pytest.mark.parametrize("word", ["--root check", "--lang status", "--root undo"])
def test_a_value_left_out_is_asked_for(word, capsys):
    with pytest.raises(SystemExit) as ended:
        main(word.split())
    assert ended.value.code == 2
    assert f"{word.split()[0]} 后面缺内容" in capsys.readouterr().err


WORDS = "check,build,serve,verify,stub,release --all,workbook export,workbook import x.xlsx,diff,new event,undo,"
WORDS += "undo --list,review,review --by 甲 --on 2026-11-20 docs,bundle,status,publish /nowhere"


@pytest.mark.parametrize("place", ["nothing", "file", "empty", "docs"])
def test_where_no_portal_is_every_verb_says_so_and_writes_nothing(place, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "docs/zh").mkdir(parents=True)
    before = sorted(tmp_path.rglob("*"))
    for words in WORDS.split(","):
        assert main([*words.split(), "--root", str(tmp_path / place), "--lang", "en"]) == 1
        told = capsys.readouterr()
        assert (told.out, told.err.count("[root]"), told.err.count("→")) == ("", 1, 1), words
    assert sorted(tmp_path.rglob("*")) == before


def test_problems_go_to_the_terminal_and_end_with_one(tmp_path, capsys):
    (tmp_path / "docs").mkdir()
    assert main(["check", "--root", str(tmp_path), "--lang", "zh"]) == 1
    out = capsys.readouterr()
    assert "portal.toml" in out.out + out.err


@pytest.mark.parametrize("where", ["ci", "pipe"])
def test_build_says_what_it_made(tmp_path, monkeypatch, capsys, where):
    (tmp_path / "portal.toml").touch()
    monkeypatch.setenv("CI", "true" if where == "ci" else "")

    def made(root, output, report, **options):
        report(Text("检查数据", "checking the data"))
        output.mkdir()
        (output / "index.html").write_text("")
        (output / "a.csv").write_text("")

    monkeypatch.setattr(build_command, "build", made)
    monkeypatch.setattr(build_command, "pending_changes", lambda portal, root: {})
    assert main(["build", "--root", str(tmp_path), "--lang", "en"]) == 0
    told = capsys.readouterr()
    assert told.out == f"done: 1 pages and 1 files in {tmp_path / 'site'}\n"
    assert told.err == ("… checking the data\n" if where == "ci" else "")


def test_build_shows_its_steps_at_a_terminal(tmp_path, monkeypatch, capsys):
    (tmp_path / "portal.toml").touch()
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(build_command.sys.stderr, "isatty", lambda: True, raising=False)

    def made(root, output, report, **options):
        report(Text("检查数据", "checking the data"))
        assert [*report(Text("绘制图表", "drawing"), iter("abc"), 3)] == ["a", "b", "c"]

    monkeypatch.setattr(build_command, "build", made)
    monkeypatch.setattr(build_command, "pending_changes", lambda portal, root: {})
    (tmp_path / "site").mkdir()
    assert main(["build", "--root", str(tmp_path), "--lang", "zh"]) == 0
    told = capsys.readouterr().err
    assert "绘制图表" in told and "3/3" in told


def test_verify_tells_a_broken_site(tmp_path, capsys):
    shutil.copy(ROOT / "portal.toml", tmp_path)
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text("<html><body><p>x</p></body></html>")
    assert main(["verify", "--root", str(tmp_path), "--lang", "en"]) == 1
    assert "site-lang" in capsys.readouterr().err


@pytest.mark.this_portal
def test_stub_has_nothing_to_do_on_the_real_portal(capsys):
    assert main(["stub", "--root", str(ROOT), "--lang", "zh"]) == 0
    assert capsys.readouterr().out == "没有缺少的页面\n"


def test_ctrl_c_is_no_traceback(monkeypatch):
    def interrupted(args):
        raise KeyboardInterrupt

    monkeypatch.setattr(workbook, "run_stub", interrupted)
    assert main(["stub"]) == 130


class _Server:
    server_port = 8000

    def serve_forever(self):
        raise KeyboardInterrupt

    def server_close(self):
        pass


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (None, "up to date"),
        (SiteError([Problem("x", Where("a.md"), Text("甲", "A"), "", Text("乙", "mend it"))]), "mend it"),
        (RuntimeError("odd"), "RuntimeError: odd"),
    ],
)
@pytest.mark.usefixtures("process_lives_on")
def test_the_preview_survives_whatever_an_update_does(tmp_path, monkeypatch, capsys, outcome, told):
    def update(self, changed=()):
        if outcome:
            raise outcome

    monkeypatch.setattr(serve_command.PreviewSite, "update", update)
    monkeypatch.setattr(serve_command.Preview, "server", lambda self, host, port: _Server())
    for name in ("docs", "overrides", "datapackages"):
        (tmp_path / name).mkdir()
    assert main(["serve", "--root", str(tmp_path), "--lang", "en"]) == 130
    out = capsys.readouterr()
    assert told in out.err
    assert "http://127.0.0.1:8000/" in out.out


@pytest.mark.parametrize(
    "fault", [ValueError("{odd} \u202etext \udcff"), RecursionError(), MemoryError(), KeyError("mass")]
)
@pytest.mark.parametrize(("lang", "words"), [("zh", "程序自己出了错"), ("en", "The program itself failed")])
def test_what_nobody_foresaw_is_one_message(fault, lang, words, monkeypatch, capsys, tmp_path):
    (tmp_path / "portal.toml").touch()

    def fail(args):
        raise fault

    monkeypatch.setattr(workbook, "run_stub", fail)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert main(["stub", "--lang", lang, "--root", str(tmp_path)]) == 70
    said = capsys.readouterr().err
    assert words in said
    assert VERBS["stub"].about[lang] in said
    assert type(fault).__name__ in said
    assert "Traceback" not in said
    assert "\u202e" not in said
    [details] = tmp_path.glob("ipportal-*.txt")
    assert str(details) in said
    assert "Traceback" in details.read_text(encoding="utf-8")


@pytest.mark.parametrize("words", ["--dry-run indicators", "indicators --dry-run", "--lang en indicators --dry-run"])
def test_options_and_files_come_in_any_order(words, monkeypatch, capsys, tmp_path):
    (tmp_path / "portal.toml").touch()
    seen = []

    def note(args):
        seen.append(args)
        return 0

    monkeypatch.setattr(changes, "run_release", note)
    monkeypatch.setattr("ipportal.commands.workbook.run", note)
    root = f"--root {tmp_path}"
    for line in (f"release {words} {root}", f"{root} release {words}", f"release {root} {words}"):
        assert main(line.split()) == 0
    for line in (
        f"workbook import {words} {root}",
        f"{root} workbook {words.replace('indicators', 'import indicators')}",
    ):
        assert main(line.split()) == 0
    assert [getattr(args, "packages", None) or args.what for args in seen] == [["indicators"]] * 5
    assert all(args.dry_run and args.root == tmp_path for args in seen)


def test_a_reader_that_goes_away_is_no_fault():
    code = "import sys; from ipportal.cli import main; sys.exit(main(['status', '--root', 'tests/tiny']))"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (141, "")


def test_the_end_of_the_input_ends_the_questions(monkeypatch, tmp_path):
    (tmp_path / "portal.toml").touch()

    def ended(args):
        raise EOFError

    monkeypatch.setattr(workbook, "run_stub", ended)
    assert main(["stub", "--root", str(tmp_path)]) == 130


@pytest.mark.parametrize("held", ["thesis.docx", "photos"])
def test_a_folder_somebody_keeps_things_in_is_not_replaced(held, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(build_command, "build", lambda *_, **__: pytest.fail("work was started"))
    (tmp_path / "mine" / held).mkdir(parents=True)
    words = ["build", "--root", str(TINY), "--output", str(tmp_path / "mine"), "--lang", "en"]
    assert main(words) == 1
    assert "[output-place]" in capsys.readouterr().err
    assert (tmp_path / "mine" / held).exists()
    (tmp_path / "mine" / "index.html").touch()
    with pytest.raises(pytest.fail.Exception, match="work was started"):
        main(words)


@pytest.mark.parametrize("place", ["portal.toml", "mkdocs.yml", "docs/zh/index.md", "datapackages/plan/data/x.csv"])
@pytest.mark.parametrize("words", ["check --format json --output", "status --output"])
def test_no_report_is_written_over_what_people_write(words, place, tmp_path, capsys):
    shutil.copytree(TINY, tmp_path / "portal", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    before = {path: path.read_bytes() for path in (tmp_path / "portal").rglob("*") if path.is_file()}
    root = str(tmp_path / "portal")
    assert main([*words.split(), f"{root}/{place}", "--root", root, "--lang", "en"]) == 1
    assert "[output-place]" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in (tmp_path / "portal").rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "yesterday"])
def test_a_day_is_one_of_our_times(day, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["status", "--today", day, "--root", str(TINY)])
    assert ended.value.code == 2


@pytest.mark.parametrize(
    "words", ["publish www --keep 0", "publish www --keep 9999999999", "serve --port 99999", "serve --port ８０００"]
)
def test_a_number_that_cannot_be_is_wrong_usage(words):
    with pytest.raises(SystemExit) as caught:
        main(words.split())
    assert caught.value.code == 2
