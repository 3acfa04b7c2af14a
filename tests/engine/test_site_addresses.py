import pytest

from ipportal.base.addresses import Addresses, page_url


@pytest.mark.parametrize(
    ("source", "folder", "flat"),
    [
        ("index.md", "", "index.html"),
        ("plan/index.md", "plan/", "plan/index.html"),
        ("plan/tasks.md", "plan/tasks/", "plan/tasks.html"),
    ],
)
def test_page_urls(source, folder, flat):
    assert page_url(source) == folder
    assert page_url(source, directory_urls=False) == flat


@pytest.mark.parametrize(
    ("lang", "source", "home", "sibling", "other", "file"),
    [
        ("zh", "index.md", "./", "indicators/b/", "en/", "data/x.zip"),
        ("en", "index.md", "./", "indicators/b/", "../", "../data/x.zip"),
        ("zh", "indicators/a.md", "../../", "../b/", "../../en/", "../../data/x.zip"),
        ("en", "indicators/a.md", "../../", "../b/", "../../../", "../../../data/x.zip"),
    ],
)
def test_links_are_relative(lang, source, home, sibling, other, file):
    here = Addresses(lang, source)
    assert here.page("index.md") == home
    assert here.page("indicators/b.md") == sibling
    assert here.page("index.md", lang="zh" if lang == "en" else "en") == other
    assert here.file("data/x.zip") == file


def test_anchors_and_flat_addresses():
    here = Addresses("en", "indicators/a.md", directory_urls=False)
    assert here.page("indicators/b.md", "row-1") == "b.html#row-1"
    assert here.page("index.md") == "../index.html"
    assert here.page("index.md", lang="zh") == "../../index.html"
