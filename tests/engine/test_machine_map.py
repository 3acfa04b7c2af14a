import json
import re
from dataclasses import replace

from ipportal.files.gather import LLMS, MAP, map_files
from support.portals import second_portal, tiny_portal

TINY = tiny_portal()


def test_only_what_is_there_is_told():
    files = map_files(replace(TINY, pages=frozenset({"datasets/index.md"})), {"feed.xml", "data/manifest.json"})
    assert [entry["href"] for entry in json.loads(files[MAP])["entries"]] == ["manifest.json", "../feed.xml"]
    links = re.findall(r"\]\((.*?)\)", files[LLMS].decode())
    assert links[:2] == ["data/manifest.json", "feed.xml"]
    assert links[-1] == "datasets/"
    assert "data/indicators/datapackage.json" in links and "data/analysis/datapackage.json" in links


def test_the_text_has_the_form_that_readers_of_it_know():
    lines = map_files(TINY, set())[LLMS].decode().splitlines()
    assert lines[0].startswith("# ") and sum(line.startswith("# ") for line in lines) == 1
    assert lines[2].startswith("> ")
    assert [line for line in lines if line.startswith("## ")] == ["## 数据 · Data", "## 页面 · Pages"]


def test_a_portal_speaks_its_own_languages_and_its_own_address():
    portal = second_portal()
    portal = replace(portal, settings=replace(portal.settings, url="https://town.example"))
    files = map_files(portal, {"data/manifest.json"})
    assert not re.search(r"[a-z]{4,} [a-z]{2,} [a-z]{3,}", files[LLMS].decode())
    (entry,) = json.loads(files[MAP])["entries"]
    assert entry["href"] == "https://town.example/data/manifest.json"
    assert set(entry["what"]) == {"zh"}
    assert "law" not in files[LLMS].decode() and "法律条文" not in files[LLMS].decode()
