"""Pages made one at a time, on a small tree of pages in the real theme."""

import shutil
from pathlib import Path

import pytest

from ipportal import loading
from ipportal.base.errors import SiteError
from ipportal.pages import prepared
from ipportal.site.preview import LivePages

pytestmark = pytest.mark.this_portal

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    "index.md": "---\npage_kind: home\n---\n\n# 首页\n\n[下一页](plan/index.md)\n",
    "plan/index.md": (
        '---\npage_kind: article\norder: 1\n---\n\n# 规划：{{ dataset_title("plan") }}\n\n'
        '授权 {{ figure("invention-grants", "2021") }}。\n'
    ),
    "plan/a.md": "# 甲\n\n[没有的页](nowhere.md)\n",
    "plan/wrong.md": '# 错\n\n{{ figure("no-such-indicator", "2021") }}\n',
    "plan/template.md": "---\ntemplate: none.html\n---\n\n# 模板\n",
}


@pytest.fixture(scope="module")
def pages(portal, tmp_path_factory):
    root = tmp_path_factory.mktemp("live")
    shutil.copyfile(ROOT / "mkdocs.yml", root / "mkdocs.yml")
    shutil.copytree(ROOT / "releases", root / "releases")
    (root / "overrides/assets/css").mkdir(parents=True)
    for name, text in PAGES.items():
        file = root / "docs" / "zh" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    outside = tmp_path_factory.mktemp("outside") / "secret.md"
    outside.write_text("# not for the public", encoding="utf-8")
    (root / "docs/zh/plan/secret.md").symlink_to(outside)
    (root / "docs/zh/plan/up").symlink_to(outside.parent)
    (root / "overrides/assets/css/secret.css").symlink_to(outside)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "load", lambda root: portal)
        patch.setattr(prepared, "pending_changes", lambda portal, root: {})
        patch.setattr(prepared, "known_news", lambda portal, root, pending: ())
        return LivePages(root, "zh")


def test_a_page_is_made_whole_and_knows_the_titles_of_pages_not_made_yet(pages):
    html = pages.page("plan/a/index.html").decode()
    assert '<html lang="zh-Hans"' in html
    assert "<h1" in html and "<title>甲 - " in html
    assert "规划" in html
    title = pages.page("plan/index.html").decode().split("<title>")[1].split("</title>")[0]
    assert title.startswith("规划：") and "{{" not in title
    assert "1,443" in pages.page("plan/index.html").decode()


def test_a_page_is_made_once(pages):
    assert pages.page("index.html") is pages.page("index.html")


@pytest.mark.parametrize(
    ("address", "found"),
    [("plan/wrong/index.html", "no-such-indicator"), ("plan/template/index.html", "none.html")],
)
def test_what_stops_a_page_is_told_with_its_place_and_stops_no_other(pages, address, found):
    with pytest.raises(SiteError) as caught:
        pages.page(address)
    (problem,) = caught.value.problems
    assert problem.where.file == f"docs/zh/{pages.source(address)}"
    assert found in problem.found
    assert pages.page("index.html")


def test_addresses_sources_and_files(pages):
    own = {address for address in pages.addresses if address.startswith(("index", "plan"))}
    assert own == {"index.html", *(f"plan/{n}index.html" for n in ("", "a/", "wrong/", "template/"))}
    assert "handbook/staff/index.html" in pages.addresses
    assert pages.address("plan/a.md") == "plan/a/index.html"
    assert pages.address("plan/b.md") is None
    assert pages.source("plan/b/index.html") is None
    assert pages.page("plan/b/index.html") is None
    assert pages.static("assets/svg/favicon.svg").name == "favicon.svg"
    assert pages.static("assets/none.css") is None
    assert "没有" in pages.page("404.html").decode()


def test_a_configuration_that_cannot_be_read_is_told(tmp_path):
    (tmp_path / "mkdocs.yml").write_text("site_name: [\n")
    with pytest.raises(SiteError) as caught:
        LivePages(tmp_path, "zh")
    assert caught.value.problems[0].where.file == "mkdocs.yml"


def test_a_link_that_leads_out_is_no_page_and_no_file(pages):
    assert "plan/index.html" in pages.addresses
    assert not [address for address in pages.addresses if "secret" in address]
    for address in ("plan/secret/index.html", "plan/up/secret/index.html"):
        assert pages.page(address) is None
    for address in ("assets/css/secret.css", "plan/up/secret.md"):
        assert pages.static(address) is None
    assert pages.static("assets/svg/favicon.svg")
