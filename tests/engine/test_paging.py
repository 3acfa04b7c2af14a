"""A page whose list is too heavy is finished as several: nothing is lost, and every anchor is led to."""

import re
from pathlib import Path

import pytest

from ipportal.site import paging
from ipportal.site.generator import page_paths
from ipportal.site.pagefacts import read_page
from ipportal.site.verify import check_languages, check_links, check_titles, plain_files
from support.portals import tiny_portal

SETTINGS = tiny_portal().settings
ROWS = 60


def page(lang, rows=ROWS):
    """A page with a list of two tables, and links into it."""

    def table(id, first, last):
        body = "".join(
            f'<tr id="row-{n}"><th scope="row">{n}</th><td>{"值 <br>" * 9}</td></tr>' for n in range(first, last)
        )
        head = f'<caption id="{id}">Table {id}</caption><thead><tr><th>No</th><th>Value</th></tr></thead>'
        return f'<h3 id="of-{id}">{id}</h3><div aria-labelledby="{id}"><table>{head}<tbody>{body}</tbody></table></div>'

    tag = "zh-CN" if lang == "zh" else "en"
    return (
        f'<html lang="{tag}"><head><title>{lang} figures - Site</title></head><body><a href="#content">skip</a>'
        f'<main id="content"><h1>Figures</h1><p><a href="#row-1">first</a> <a href="#row-{rows - 1}">last</a></p>'
        f'<div class="ip-context"><!-- <tr> --><section><h2 id="topic">Topic</h2>{table("one", 0, rows // 2)}'
        f'{table("two", rows // 2, rows)}</section></div><p id="after">after</p></main><footer>foot</footer>'
        "</body></html>"
    )


@pytest.fixture(params=["context/index.html", "context.html"])
def site(request, tmp_path, monkeypatch):
    monkeypatch.setattr(paging, "LIMIT", 3_000)
    monkeypatch.setattr(paging, "_LINKS", 1_000)
    for lang in ("zh", "en"):
        tree = tmp_path / SETTINGS.tree(lang)
        (tree / request.param).parent.mkdir(parents=True, exist_ok=True)
        (tree / request.param).write_text(page(lang), encoding="utf-8")
        link = request.param.removesuffix("index.html")
        home = f'<main><h1>H</h1><a href="{link}#row-{ROWS - 1}">far</a></main>'
        (tree / "index.html").write_text(f'<html lang="{lang}"><title>Home {lang}</title>{home}', encoding="utf-8")
    paging.split_pages(tmp_path, SETTINGS)
    return tmp_path


def parts(site: Path) -> list[Path]:
    found = [path for path in site.rglob("*.html") if "context" in path.as_posix() and "/en/" not in path.as_posix()]
    return sorted(found, key=lambda path: int((re.findall(r"page-(\d+)", path.name) or ["1"])[0]))


def test_every_row_is_on_one_page_and_no_page_is_too_heavy(site):
    texts = [path.read_text(encoding="utf-8") for path in parts(site)]
    assert len(texts) > 3 and all(len(text.encode()) <= 3_000 for text in texts)
    assert [int(n) for text in texts for n in re.findall(r'<tr id="row-(\d+)"', text)] == [*range(ROWS)]
    assert all(text.count("<table>") == text.count("</table>") == text.count("<caption") for text in texts)
    assert all(text.count("<h1") == 1 and "foot" in text for text in texts)
    assert [text.count('id="after"') for text in texts] == [1] + [0] * (len(texts) - 1)


def test_every_anchor_is_led_to(site):
    pages = {facts.path: facts for facts in (read_page(site, path) for path in sorted(site.rglob("*.html")))}
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert [*check_languages(pages, SETTINGS.languages), *check_titles(pages, SETTINGS.languages)] == []
    assert [problem for facts in pages.values() for problem in check_links(facts, pages, files)] == []
    (far,) = (link for link in pages["index.html"].links if "row" in link)
    assert "page-" in far and f"#row-{ROWS - 1}" in far


def test_parts_are_pages_of_the_map_and_no_plain_files(site):
    flat = any(path.name == "context.html" for path in site.iterdir())
    assert plain_files([path.relative_to(site).as_posix() for path in site.rglob("*.html")]) == flat
    told = page_paths(site, SETTINGS)
    assert len(told) == len(parts(site)) + 1 and len([path for path in told if "page-2.html" in path]) == 1


def test_a_light_page_stays_as_it_is(tmp_path):
    (tmp_path / "index.html").write_text(page("zh"), encoding="utf-8")
    paging.split_pages(tmp_path, SETTINGS)
    assert (tmp_path / "index.html").read_text(encoding="utf-8") == page("zh")
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]
