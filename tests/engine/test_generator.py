import re
import sys
from pathlib import Path

import pytest
import segno

from ipportal.base.errors import SiteError
from ipportal.site import generator


def run_of(code, tmp_path):
    process = generator.subprocess.Popen(
        [sys.executable, "-c", code], text=True, stdout=generator.subprocess.PIPE, stderr=generator.subprocess.STDOUT
    )
    return generator.Run("mkdocs.yml", Path(tmp_path), process)


def test_success_has_no_problem(tmp_path):
    assert generator.finish(run_of("print('fine')", tmp_path)) == []


def test_a_failure_tells_the_lines_that_matter(tmp_path):
    code = "print('INFO - reading'); print('ERROR - page a.md: no such id'); raise SystemExit(1)"
    (problem,) = generator.finish(run_of(code, tmp_path))
    assert problem.code == "site-generator"
    assert problem.where.file == "mkdocs.yml"
    assert problem.found == "ERROR - page a.md: no such id"


def test_a_disk_that_refuses_is_told_as_such(tmp_path):
    code = "raise OSError(28, 'No space left on device', '/srv/site/page.html')"
    (problem,) = generator.finish(run_of(code, tmp_path))
    assert (problem.code, problem.where.file) == ("disk-full", "/srv/site/page.html")
    code = "print(\"PermissionError: [Errno 13] Permission denied: '/srv/a b'\"); raise SystemExit(1)"
    (problem,) = generator.finish(run_of(code, tmp_path))
    assert (problem.code, problem.where.file) == ("disk-refused", "/srv/a b")


@pytest.mark.parametrize("engine", generator.ENGINES)
def test_every_generator_is_installed_for_the_tests_and_gets_its_language(engine, tmp_path):
    generator.require(engine)
    (tmp_path / "mkdocs.en.yml").touch()
    command = generator.command(engine, tmp_path, "en", tmp_path / "en")
    assert "en" in command or str(tmp_path / "mkdocs.en.yml") in command
    assert str(tmp_path / "en") in command


def test_a_generator_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setattr(generator, "find_spec", lambda name: None)
    with pytest.raises(SiteError) as caught:
        generator.require("zensical")
    (problem,) = caught.value.problems
    assert problem.code == "engine-missing"
    assert "zensical" in problem.message("zh") and "requirements-test.lock" in problem.hint.en


def test_an_installation_older_than_the_theme_is_told_how_to_follow(monkeypatch):
    monkeypatch.setattr(generator, "entry_points", lambda **_: ())
    with pytest.raises(SiteError) as caught:
        generator.require("mkdocs")
    (problem,) = caught.value.problems
    assert problem.code == "engine-missing" and "scripts/set_up.py" in problem.hint.zh


def test_without_telling_lines_the_last_ones_are_shown():
    assert generator.error_lines("a\nb\nc\nd\n") == "b / c / d"


def test_a_fault_of_a_portal_s_own_template_is_told_at_its_place(tmp_path):
    (tmp_path / "overrides").mkdir()
    template = tmp_path / "overrides/logo.html"
    template.write_text("<p>\n{{ nothing.at.all }}</p>\n")
    code = f"import jinja2; jinja2.Environment(loader=jinja2.FileSystemLoader({str(template.parent)!r}))"
    (problem,) = generator.finish(run_of(f"{code}.get_template('logo.html').render()", tmp_path))
    assert (problem.where.file, problem.where.row) == ("overrides/logo.html", 2)
    assert problem.found == "jinja2.exceptions.UndefinedError: 'nothing' is undefined"


def test_running_generators_can_be_ended(tmp_path):
    run = run_of("import time; time.sleep(60)", tmp_path)
    generator.stop([run])
    assert run.process.returncode != 0


def test_the_public_address_reaches_both_languages(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(generator.subprocess, "Popen", lambda command, **options: seen.append(options["env"]))
    generator.start(tmp_path, "zh", tmp_path, "https://ip.example/")
    generator.start(tmp_path, "en", tmp_path, "https://ip.example/en/")
    generator.start(tmp_path, "en", tmp_path, "")
    told = [environment["IPPORTAL_SITE_URL"] for environment in seen]
    assert told == ["https://ip.example/", "https://ip.example/en/", ""]


def test_the_printed_address_of_a_page_is_a_code_too_and_without_one_there_is_none(tmp_path):
    pages = {
        "a.html": '<p class="ip-printed">https://ip.example/a/?b&amp;c</p>',
        "b.html": '<p class="ip-printed">https://ip.example/b/</p>',
        "none.html": "<p>没有地址</p>",
    }
    for name, text in pages.items():
        (tmp_path / name).write_text(f'<html lang="zh-Hans"><body>{text}</body></html>', encoding="utf-8")
    assert generator.finish(run_of("print('fine')", tmp_path)) == []
    made = {name: (tmp_path / name).read_text(encoding="utf-8") for name in pages}
    code = re.compile(r'<div class="ip-printed" aria-hidden="true"><svg.*?</svg></div>')
    codes = {name: code.findall(text) for name, text in made.items()}
    assert [len(codes[name]) for name in pages] == [1, 1, 0]
    assert codes["a.html"] != codes["b.html"]
    matrix = segno.make("https://ip.example/a/?b&c", error="m", micro=False).matrix
    dark = sum(sum(row) for row in matrix)
    (drawn,) = re.findall(r' d="([^"]+)"', codes["a.html"][0])
    assert sum(int(step) for step in re.findall(r"h(\d+)", drawn)) == dark
    assert "https://ip.example/a/?b&amp;c" in made["a.html"]
