"""The search index: there for both languages, the same bytes for the same pages, and a failure is told."""

import gzip
import json

import pytest

from ipportal.base.errors import SiteError
from ipportal.site import search as search_index
from ipportal.site.search import in_order, index

WORDS = {"zh": [("牌子", "商标")], "en": [("brand", "trademark")]}
KINDS = ("规划", "进展", "指标", "案件", "数据集", "方法", "关于", "手册")


def site_in(folder):
    for number, kind in enumerate(KINDS):
        for lang, place in (("zh-Hans", f"p{number}"), ("en", f"en/p{number}")):
            page = folder / place / "index.html"
            page.parent.mkdir(parents=True)
            page.write_text(
                f'<html lang="{lang}"><head><title>{kind}</title></head><body><main data-pagefind-body>'
                f'<h1>{kind}</h1><span data-pagefind-filter="kind:{kind}"></span>'
                f'<span data-pagefind-filter="weight:{number}"></span><span data-pagefind-filter="year:2025"></span>'
                f"知识产权 patent {number}</main>",
                encoding="utf-8",
            )
    return folder


def files_of(folder):
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_same_pages_same_bytes(tmp_path):
    found = []
    for run in range(3):
        index(site_in(tmp_path / str(run)), WORDS)
        found.append(files_of(tmp_path / str(run) / "pagefind"))
    assert found[0] == found[1] == found[2]


def test_both_languages_are_indexed_and_every_name_leads_to_a_file(tmp_path):
    index(site_in(tmp_path), WORDS)
    folder = tmp_path / "pagefind"
    entry = json.loads((folder / "pagefind-entry.json").read_text(encoding="utf-8"))
    assert {lang: facts["page_count"] for lang, facts in entry["languages"].items()} == {"zh-hans": 8, "en": 8}
    for facts in entry["languages"].values():
        listing = gzip.decompress((folder / f"pagefind.{facts['hash']}.pf_meta").read_bytes())
        filters = [file.stem for file in (folder / "filter").iterdir() if file.stem.encode() in listing]
        assert len(filters) == 3
    assert not list(folder.glob("*ui*"))
    listed = json.loads((folder / "words.zh.json").read_text(encoding="utf-8"))
    assert listed["words"] == [["商标", "牌子"]] and len(listed["pages"]) == 8
    assert json.loads((folder / "answers.zh.json").read_text(encoding="utf-8")) == []
    assert not list(tmp_path.glob(".*"))


def test_chinese_is_indexed_by_character_so_that_words_inside_compounds_are_found(tmp_path):
    index(site_in(tmp_path / "site"), WORDS)
    folder = tmp_path / "site/pagefind"
    chunks = b"".join(gzip.decompress(file.read_bytes()) for file in (folder / "index").glob("cmn-hans_*"))
    assert all(chunks.count(character.encode()) for character in "知识产权")
    assert "知识".encode() not in chunks and "产权".encode() not in chunks


def test_the_list_knows_both_scripts_and_the_sound_of_what_pages_say(tmp_path):
    index(site_in(tmp_path), WORDS)
    listed = json.loads((tmp_path / "pagefind/words.zh.json").read_text(encoding="utf-8"))
    old, new = listed["folds"]
    assert dict(zip(old, new, strict=True))["標"] == "标"
    assert {"biao标", "shang商"} <= set(listed["sounds"].split())


def test_what_is_only_found_when_asked_for_is_set_apart(tmp_path):
    site = site_in(tmp_path)
    (site / "p0/index.html").write_text(
        '<html lang="zh-Hans"><body><main data-pagefind-body><h1>数据</h1><p>说明</p><div><!--asked-->'
        '<h2 id="columns">字段</h2>暗号<!--/asked--></div></main>',
        encoding="utf-8",
    )
    index(site, WORDS)
    listed = json.loads((site / "pagefind/words.zh.json").read_text(encoding="utf-8"))
    kept = {page[0]: page for page in listed["pages"] if page[4] == "数据"}
    assert sorted(page[1] for page in kept.values()) == [0, 1]
    for name, page in kept.items():
        fragment = gzip.decompress((site / f"pagefind/fragment/{name}.pf_fragment").read_bytes()).decode()
        assert ("暗 号" in fragment) == (page[1] == 0)


def test_the_index_comes_in_small_chunks_and_the_list_of_files_names_each(tmp_path):
    site = site_in(tmp_path)
    words = "".join(f"<p>{chr(0x4E00 + number)}{chr(0x5000 + number)} word{number}</p>" for number in range(900))
    page = site / "p0/index.html"
    page.write_text(page.read_text(encoding="utf-8").replace("</main>", f"{words}</main>"), encoding="utf-8")
    index(site, WORDS)
    folder = site / "pagefind"
    listing = gzip.decompress(next(folder.glob("pagefind.cmn-hans*.pf_meta")).read_bytes())
    chunks = [*(folder / "index").glob("cmn-hans_*")]
    assert len(chunks) > 3
    assert all(chunk.stem.encode() in listing for chunk in chunks)
    assert max(len(gzip.decompress(chunk.read_bytes())) for chunk in chunks) < 6500


def test_nothing_to_index_is_a_failure(tmp_path):
    with pytest.raises(SiteError) as caught:
        index(tmp_path / "nowhere", WORDS)
    assert caught.value.problems[0].code == "site-search"


def filter_file(*values, name=b"kind"):
    body = b"".join(bytes([0x82, 0x60 + len(value)]) + value + pages for value, pages in values)
    return b"pagefind_dcd" + bytes([0x82, 0x60 + len(name)]) + name + bytes([0x80 + len(values)]) + body


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (filter_file((b"b", b"\x81\x01"), (b"a", b"\x80")), filter_file((b"a", b"\x80"), (b"b", b"\x81\x01"))),
        # page numbers above 23, 255 and 65535 take one, two and four more bytes
        (
            filter_file((b"z", b"\x82\x18\x20\x19\x01\x00"), (b"y", b"\x81\x1a\x00\x01\x00\x00")),
            filter_file((b"y", b"\x81\x1a\x00\x01\x00\x00"), (b"z", b"\x82\x18\x20\x19\x01\x00")),
        ),
        (filter_file(), filter_file()),
    ],
)
def test_values_are_put_in_order(given, wanted):
    assert in_order(given) == wanted


@pytest.mark.parametrize("content", [b"something_el\x82\x61a\x80", b"pagefind_dcd\x83\x61a\x80\x80"])
def test_another_format_is_refused(content):
    with pytest.raises(ValueError, match="not a filter file"):
        search_index.in_order(content)
