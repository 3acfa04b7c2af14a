"""The program's own pages, in any portal: sound by the rules for pages, and only where the portal has none."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from bad_corpus import TINY
from mkdocs.config import load_config
from mkdocs.structure.files import get_files

from ipportal.base.text import LANGS, Text
from ipportal.cli import main
from ipportal.data.manuscripts import PROGRAM, outdated, own_files, read_manuscripts, site_manuscripts, translations
from ipportal.loading import load
from ipportal.pages import MACROS, prepared
from ipportal.pages.view import View
from ipportal.site.generator import write_project

PICTURES = [f"docs/{lang}/{path}" for lang in LANGS for path in own_files(lang) if path.endswith(".svg")]
OWN = "site_name: ipportal\ntheme: {name: ipportal, language: zh}\nplugins: [ipportal]\n"


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "portal"
    shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (folder / "mkdocs.yml").write_text(OWN, encoding="utf-8")
    (folder / "mkdocs.en.yml").write_text(OWN.replace("zh", "en"), encoding="utf-8")
    return folder


def write(root, path, text):
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


@pytest.fixture
def found(root, capsys):
    """What `ipportal check` tells of the portal: a line for each problem."""

    def told(*options):
        main(["check", "--root", str(root), "--lang", "en", "--format", "github", *options])
        return [line for line in capsys.readouterr().out.splitlines() if line.startswith("::error")]

    return told


def test_every_rule_for_pages_holds_for_the_program_s_own(root, found):
    for page in site_manuscripts(root, LANGS):
        write(root, page.file, page.text)
    for file in PICTURES:
        shutil.copytree(PROGRAM / file.rpartition("/")[0], root / file.rpartition("/")[0], dirs_exist_ok=True)
    with (root / "portal.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"[files]\nallowed = {PICTURES}\n".replace("'", '"'))
    assert len(read_manuscripts(root, LANGS)) > len(read_manuscripts(TINY, LANGS))
    assert found() == []


def test_every_english_page_translates_the_chinese_as_it_stands():
    pages = read_manuscripts(PROGRAM, LANGS)
    assert outdated(pages) == ()
    pairs = list(translations(pages))
    assert all("source_hash" in english.head for english, _ in pairs)
    assert len(pages) == 2 * len(pairs)


def test_nothing_is_asked_of_the_clerk_about_them(root, found):
    write(root, "docs/zh/index.md", "# 首页\n\n[手册](handbook/staff.md#导入)、[图](handbook/pictures/sheet.svg)\n")
    assert found() == []
    lacking = found("--official")
    assert any("docs/zh/index.md" in line for line in lacking)
    assert [line for line in lacking if "handbook" in line or "accessibility" in line] == []
    write(root, "docs/zh/index.md", "# 首页\n\n[手册](handbook/staf.md)、[导入](handbook/staff.md#进口)\n")
    assert len(found()) == 2


def files_of(root, lang="zh"):
    """Source path → what the generator reads there."""
    config = load_config(str(root / "mkdocs.yml"))
    config = config.plugins.on_config(config)
    return {file.src_uri: file for file in config.plugins.on_files(get_files(config), config=config)}


@pytest.fixture
def quick(portal, monkeypatch):
    """Without loading the data: only files are looked at."""
    monkeypatch.setattr("ipportal.macros._live", lambda *_: (lambda text, page: text, {}))


def test_a_portal_s_own_page_wins(root, quick):
    assert "无障碍" in files_of(root)["about/accessibility.md"].content_string
    write(root, "docs/zh/about/accessibility.md", "# 我们自己的声明\n")
    write(root, "docs/zh/handbook/pictures/sheet.svg", "<svg/>")
    files = files_of(root)
    assert files["about/accessibility.md"].content_string == "# 我们自己的声明\n"
    assert Path(files["handbook/pictures/sheet.svg"].abs_src_path).is_relative_to(root)
    assert Path(files["handbook/pictures/marked.svg"].abs_src_path).is_relative_to(PROGRAM)
    texts = {page.path: page.text for page in site_manuscripts(root, LANGS) if page.lang == "zh"}
    assert texts["about/accessibility.md"] == "# 我们自己的声明\n"


def test_files_come_in_the_order_the_generator_gives_them(root, quick):
    write(root, "docs/zh/handbook/aaa.md", "# 甲\n")
    order = [path for path in files_of(root) if path.startswith("handbook/") and path.endswith(".md")]
    assert order == ["handbook/index.md", *sorted(set(order) - {"handbook/index.md"})]
    assert next(iter(files_of(root))) == "index.md"


def test_a_link_to_a_page_the_portal_has_not_is_only_words(root):
    def upkeep():
        (page,) = (page for page in site_manuscripts(root, LANGS) if page.file == "docs/en/handbook/upkeep.md")
        return page.text

    assert "(../about/freshness.md)" not in upkeep() and "Freshness" in upkeep()
    write(root, "docs/en/about/freshness.md", "# Freshness\n")
    assert "[Freshness](../about/freshness.md)" in upkeep()


def test_a_portal_without_a_contact_page_gives_its_contact():
    tiny = load(TINY)
    settings = replace(tiny.settings, contact=Text("电话 <0>", "Phone <0>"), contact_url="")
    view = View(replace(tiny, settings=settings, pages=frozenset()), "en", "about/accessibility.md")
    assert MACROS["contact_way"](view) == "Contact: Phone &lt;0&gt;."
    view = replace(view, portal=replace(view.portal, settings=replace(settings, contact_url="https://a.example/ask")))
    assert MACROS["contact_way"](view) == 'Contact: <a href="https://a.example/ask">Phone &lt;0&gt;</a>.'
    view = replace(view, portal=replace(view.portal, pages=frozenset({"about/contact.md"})))
    assert MACROS["contact_way"](view) == 'See <a href="../contact/">contact and corrections</a>.'


def test_zensical_gets_them_too(root, tmp_path, monkeypatch):
    monkeypatch.setattr(prepared, "pending_changes", lambda portal, root: {})
    monkeypatch.setattr(prepared, "known_news", lambda portal, root, pending: ())
    write(root, "docs/zh/about/accessibility.md", "# 我们自己的声明\n")
    write_project(load(TINY), root, "zh", tmp_path / "project")
    docs = tmp_path / "project/docs"
    assert (docs / "about/accessibility.md").read_text(encoding="utf-8") == "# 我们自己的声明\n"
    assert (docs / "handbook/staff.md").is_file() and (docs / "handbook/pictures/sheet.svg").is_file()
