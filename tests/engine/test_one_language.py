"""One language is a first-class case: nothing asks for the other one, and nothing of it is in the finished site."""

import io
import json
import re
import shutil
import zipfile
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest
import workbooks

from ipportal.base.addresses import Addresses
from ipportal.base.progress import silent
from ipportal.base.text import Text, in_languages
from ipportal.build import build
from ipportal.cli import main
from ipportal.data.description import STRUCTURE, described
from ipportal.data.packages import read_packages
from ipportal.data.settings import judge_settings
from ipportal.files.citation import apa, bibtex, csl, gb7714, package_citation, ris
from ipportal.files.gather import gather_files
from ipportal.files.identity import page
from ipportal.loading import load
from ipportal.office.excel_reader import mark_workbook
from ipportal.office.excel_writer import write_workbook
from ipportal.office.layout import lay_out_workbook
from ipportal.rules import check
from ipportal.site.verify import languages_of, verify
from support.copies import edit
from support.onelanguage import english_in, one_language, texts
from support.portals import ROOT, TINY, tiny_portal

pytestmark = pytest.mark.this_portal

HAN = re.compile("[\u3400-\u9fff]")


@pytest.fixture(scope="module")
def chinese(tmp_path_factory, tiny_drawings):
    """A portal in Chinese alone, and its site."""
    root = one_language(tmp_path_factory.mktemp("one") / "zh", "zh")
    shutil.copytree(tiny_drawings, root / ".cache")
    build(root, root / "site", silent)
    return root


@pytest.fixture(scope="module")
def english(tmp_path_factory, tiny_drawings):
    """A portal in English alone."""
    root = one_language(tmp_path_factory.mktemp("one") / "en", "en")
    shutil.copytree(tiny_drawings, root / ".cache")
    return root


def test_a_site_in_chinese_alone_says_nothing_in_english(chinese):
    site = chinese / "site"
    read, told = english_in(site)
    assert read > 200 and told == {}
    assert [path.name for path in (site / "pagefind").glob("words.*")] == ["words.zh.json"]


def test_its_pages_show_no_switch_and_no_empty_place(chinese):
    home = (chinese / "site/index.html").read_text(encoding="utf-8")
    tools = re.search(r'<ul class="ip-tools".*?</ul>', home, re.DOTALL).group()
    assert "<a " not in tools and "<li></li>" not in tools
    assert "ip-prevails" not in home and 'rel="alternate" type="application/atom+xml"' in home
    dictionary = (chinese / "site/datasets/indicators/index.html").read_text(encoding="utf-8")
    assert "发明专利授权量" in dictionary and '<span class="ip-meta" lang=' not in dictionary
    missing = (chinese / "site/404.html").read_text(encoding="utf-8")
    assert 'href="/./"' in missing and "/en/" not in missing


def test_what_it_publishes_in_english_alone_holds_no_chinese_but_that_of_its_rows(english):
    cells = set()
    for path in english.glob("datapackages/*/*"):
        for file in path.glob("*.csv") if path.is_dir() else [path]:
            cells |= {word for word in re.split(r'[,"\n]', file.read_text(encoding="utf-8")) if HAN.search(word)}
    longest = sorted(cells, key=len, reverse=True)
    for name, text in texts(gather_files(load(english), english)):
        own = re.sub("|".join(map(re.escape, longest)), "", text) if HAN.search(text) else ""
        assert not HAN.search(own), (name, HAN.search(own))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_check_finds_nothing_and_every_verb_works(lang, tmp_path, capsys):
    root = one_language(tmp_path / lang, lang)
    asked = ("--root", str(root), "--lang", "en")
    assert main(["check", *asked]) == 0
    assert main(["status", *asked]) == 0
    assert main(["review", *asked]) == 0
    assert main(["check", "--official", *asked]) == 1
    assert main(["workbook", "export", "indicators", "--output", str(tmp_path / "w.xlsx"), *asked]) == 0
    assert main(["workbook", "import", str(tmp_path / "w.xlsx"), *asked]) == 0
    assert main(["release", "indicators", *asked]) == 0
    said = capsys.readouterr()
    other = {"zh": "en", "en": "zh"}[lang]
    assert f"_{other}" not in said.out + said.err and f"docs/{other}" not in said.out + said.err
    changed = json.loads((root / "datapackages/indicators/datapackage.json").read_text(encoding="utf-8"))["changes"][0]
    assert set(changed) == {"date", "version", f"what_{lang}", f"why_{lang}"}


def test_a_release_asks_for_reasons_in_one_language(tmp_path, capsys):
    root = one_language(tmp_path / "zh", "zh")
    asked = ("release", "indicators", "--root", str(root))
    assert main([*asked]) == 0
    table, source = "datapackages/indicators/data/observations.csv", ",,about,final,sample-website-20220315"
    edit(
        root,
        table,
        f"grants,sample-zone,2021,website,180{source}",
        f"grants,sample-zone,2021,website,181{source}",
    )
    assert main([*asked]) == 1
    sheet = root / "releases/indicators-reasons.csv"
    head, *rows = sheet.read_text(encoding="utf-8-sig").splitlines()
    assert head.endswith(",new,reason_zh")
    sheet.write_text("\n".join([head, *(f"{row}更正" for row in rows)]), encoding="utf-8")
    assert main([*asked]) == 0
    ledger = (root / "releases/ledger.json").read_text(encoding="utf-8")
    assert "更正" in ledger and "figure" not in ledger
    capsys.readouterr()


def test_reviews_of_one_language_wait_for_no_translation(english, capsys):
    assert main(["review", "--root", str(english), "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("not reviewed") and "behind" not in told


@pytest.mark.parametrize("mode", ["export", "template"])
def test_a_workbook_for_editing_speaks_one_language(english, mode):
    raw = read_packages(english, ("en",))
    data = write_workbook(lay_out_workbook(raw, raw[0], mode, 2), datetime(2026, 11, 22))
    book = openpyxl.load_workbook(io.BytesIO(data))
    visible = [sheet for sheet in book if sheet.sheet_state == "visible"]
    rules = [rule for sheet in visible for rule in sheet.data_validations.dataValidation]
    said = [text for rule in rules for text in (rule.promptTitle, rule.prompt, rule.errorTitle, rule.error) if text]
    heads = [cell for sheet in visible[1:] for row in sheet[1:4] for cell in row]
    said += [text for cell in heads for text in (cell.value, cell.comment and cell.comment.text) if text]
    assert len(said) > 100 and [text for text in said if HAN.search(text)] == []
    assert book.sheetnames[0] == "Read me" and visible[0].max_column == 1
    assert not workbooks.import_workbook(data, "x.xlsx", raw, lambda packages: []).problems


def test_a_workbook_begins_with_the_main_language():
    raw = read_packages(TINY, ("en", "zh"))
    data = write_workbook(lay_out_workbook(raw, raw[0], "export", 2), datetime(2026, 11, 22))
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = next(sheet for sheet in book if sheet["A2"].value == "id")
    assert book.sheetnames[0] == "Read me 使用说明" and not HAN.search(sheet["A1"].value + sheet["A3"].value)
    note = sheet["A1"].comment.text
    assert not HAN.search(note.partition("\n")[0]) and HAN.search(note)


def test_a_workbook_of_an_english_portal_calls_its_own_sheets_in_english(english):
    raw = read_packages(english, ("en",))
    package = next(each for each in raw if each.name == "indicators")
    data = write_workbook(lay_out_workbook(raw, package, "export", 2), datetime(2026, 11, 22))
    marked = mark_workbook(data, [], "en")
    for each in (data, marked, mark_workbook(marked, [], "zh")):
        assert workbooks.import_workbook(each, "x.xlsx", raw, lambda packages: []).problems == ()
    names = openpyxl.load_workbook(io.BytesIO(marked)).sheetnames
    assert names[0] == "Problem list" and "Pick lists" in names and not HAN.search(" ".join(names))


def test_workbooks_and_readme_speak_one_language(chinese):
    files = gather_files(load(chinese), chinese)
    book = openpyxl.load_workbook(io.BytesIO(files["data/indicators/indicators.xlsx"]))
    assert book.sheetnames[0] == "observations" and book.sheetnames[-2:] == ["说明", "数据字典"]
    assert [cell.value for cell in book["units"]["A"][:2]] == ["id", "case"]
    assert book["units"]["A1"].comment.text.startswith("编号\n")
    with zipfile.ZipFile(io.BytesIO(files["data/indicators.zip"])) as packed:
        readme = packed.read("README.md").decode()
    assert readme.count("# ") == 3 and "---" not in readme


def test_citations_speak_the_languages_there_are(chinese, english):
    cited = package_citation(load(chinese), load(chinese).packages["plan"])
    assert "版）[数据集]" in apa(cited) and "[DS/OL]" in gb7714(cited)
    assert " / " not in bibtex(cited) and "TT  - " not in ris(cited) and "LA  - zh\r" in ris(cited)
    assert "title-short" not in json.loads(csl(cited))[0]
    cited = package_citation(load(english), load(english).packages["plan"])
    assert "Version 1.0.0" in gb7714(cited) and json.loads(csl(cited))[0]["language"] == "en"


def with_languages(tmp_path, value):
    shutil.copytree(TINY, tmp_path / "p")
    edit(tmp_path / "p", "portal.toml", "[site]", f"[site]\nlanguages = {value}")
    return tmp_path / "p"


@pytest.mark.parametrize("value", ['["fr"]', '["zh", "fr"]', "[]", '["zh", "zh"]', '"zh"', "[1]"])
def test_a_language_without_texts_is_told_with_those_there_are(tmp_path, value):
    _, (problem,) = judge_settings(with_languages(tmp_path, value))
    assert (problem.code, problem.where.column) == ("settings-entry", "[site] languages")
    assert '["zh"]' in problem.expected.en and '["en"]' in problem.expected.en


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("old", "new"), [("[site]", "[site"), ('languages = ["', 'languages = ["fr", "')])
def test_a_slip_in_the_settings_is_the_one_thing_told(lang, old, new, tmp_path, capsys):
    root = one_language(tmp_path / lang, lang)
    edit(root, "portal.toml", old, new)
    assert main(["check", "--root", str(root), "--format", "json"]) == 1
    assert [problem["file"] for problem in json.loads(capsys.readouterr().out)["problems"]] == ["portal.toml"]


def test_of_pages_in_two_languages_those_of_the_main_one_have_the_plain_configuration(tmp_path):
    root = with_languages(tmp_path, "[]")
    assert judge_settings(root)[0].languages == ("zh", "en")
    (root / "mkdocs.zh.yml").touch()
    assert judge_settings(root)[0].languages == ("en", "zh")


def test_a_lost_total_is_written_out_in_the_columns_there_are(tmp_path):
    root = one_language(tmp_path / "zh", "zh")
    edit(root, "datapackages/indicators/data/series.csv", "total,,,合计,0\n", "")
    problems = check(read_packages(root, ("zh",)), judge_settings(root)[0])
    assert "补上：total,,,合计,0" in [problem.hint.zh for problem in problems if problem.code == "series-total"]


def test_what_is_left_of_another_language_is_told(tmp_path):
    root = with_languages(tmp_path, '["zh"]')
    settings, problems = judge_settings(root)
    assert {problem.code for problem in problems} == {"settings-unknown"}
    assert all(problem.where.column.endswith("_en") for problem in problems)
    told = {(problem.code, problem.where.file) for problem in check(read_packages(root), settings)}
    assert ("page-single", "docs/en") in told
    assert ("descriptor-entry", "datapackages/plan/datapackage.json") in told


def test_with_english_first_it_stands_at_the_root(tmp_path):
    tiny = tiny_portal()
    settings = replace(tiny.settings, languages=("en", "zh"), url="https://ip.example.org")
    assert [settings.place(lang) for lang in ("en", "zh")] == ["https://ip.example.org/", "https://ip.example.org/zh/"]
    assert [page(settings, "a.md", lang) for lang in ("en", "zh", None)] == ["a/", "zh/a/", "a/"]
    there = Addresses("zh", "a.md", main="en")
    assert (there.page("b.md", lang="en"), there.page("b.md"), there.file("data/x")) == (
        "../../b/",
        "../b/",
        "../../data/x",
    )


def test_the_languages_of_a_finished_site_are_told_by_its_home_pages(tmp_path):
    for place, tag in (("", "en"), ("zh/", "zh-Hans")):
        (tmp_path / place).mkdir(exist_ok=True)
        (tmp_path / place / "index.html").write_text(f'<html lang="{tag}"><title>{tag}</title><h1>x</h1></html>')
    codes = {problem.code for problem in verify(tmp_path)}
    assert codes.isdisjoint({"site-lang", "site-missing-language"})
    (tmp_path / "zh/index.html").unlink()
    assert "site-lang" not in {problem.code for problem in verify(tmp_path)}
    assert languages_of({}) == ("zh",)


def test_texts_take_what_there_is():
    assert Text.read({"a_zh": "甲", "a_en": "A"}, "a") == Text("甲", "A")
    assert Text.read({"a": "甲", "a_en": "A"}, "a") == Text("甲", "A")
    assert Text.read({"a": "A", "a_zh": "甲"}, "a") == Text("甲", "A")
    assert Text.read({"a_en": "A"}, "a") == Text.read({"a": "A"}, "a") == Text("A", "A")
    assert Text("甲", "A").only(("zh",)) == Text("甲", "甲")
    assert Text("甲", "A").among(("en", "zh"), " / ") == "A / 甲" and Text("A", "A").among(("en", "zh"), " / ") == "A"


def test_json_data_keep_the_languages_asked_for():
    data = {"t": {"zh": 1, "en": 2, "url": 3}, "required": ["zh", "en", "one_en"], "one_en": 4, "codes": ["en", "fr"]}
    data["values"] = [{"@value": "甲", "@language": "zh-Hans"}, {"@value": "A", "@language": "en"}]
    assert in_languages(data, ("zh", "en")) == data
    assert in_languages(data, ("zh",)) == {
        "t": {"zh": 1, "url": 3}, "required": ["zh"], "codes": ["en", "fr"], "values": data["values"][:1]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh", ("中文", "英文里", "英文名", "中英")), ("en", ("in English", "both languages"))],
)
def test_columns_of_one_language_do_not_speak_of_languages(lang, words):
    tables = [path.stem for path in (ROOT / "scripts/ipportal/profiles").glob("*.json")]
    entry = {"structure": STRUCTURE, "resources": [{"name": name, "path": f"data/{name}.csv"} for name in tables]}
    complete, faults = described(entry, (lang,))
    columns = [field for table in complete["resources"] for field in table["schema"]["fields"]]
    told = [field["description"] for field in columns if field["name"].endswith(f"_{lang}")]
    assert not faults and len(told) > 50
    assert [text for text in told if any(word in text for word in words) or not text.endswith(("。", "."))] == []
    assert not any("规划表2" in field["description"] or "Table 2" in field["description"] for field in columns)
