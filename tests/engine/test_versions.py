"""Frozen versions of the small made-up portal: a page, files and citations of each, and of nothing else."""

import csv
import io
import json
import zipfile
from dataclasses import replace

import pytest
from lxml import html

from ipportal.base.addresses import page_path
from ipportal.cli import main
from ipportal.data.manuscripts import frozen_versions, page_paths, site_manuscripts
from ipportal.files.citation import package_citation
from ipportal.files.descriptions import Versions
from ipportal.files.headers import signposts
from ipportal.files.package_files import PackageFiles
from ipportal.loading import load
from ipportal.pages.filling import fill
from ipportal.pages.prepared import site_view
from support.copies import edit

OBSERVATIONS = "datapackages/indicators/data/observations.csv"
URL = "https://ip.example.cn"


@pytest.fixture
def twice(released):
    """The portal below a folder, with a second version of `indicators`: one figure changed, with its reason."""
    edit(released, OBSERVATIONS, "2020,plan,800,", "2020,plan,801,")
    release(released, "indicators", "抄录有误", "Copying error")
    return released


def release(root, package, *reasons):
    command = ["release", package, "--root", str(root), "--lang", "en"]
    assert main(command) == 1
    sheet = root / f"releases/{package}-reasons.csv"
    head, *rows = csv.reader(sheet.read_text(encoding="utf-8-sig").splitlines())
    with sheet.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([head, *([*row[:5], *reasons] for row in rows)])
    assert main(command) == 0


def shown(root, id, lang):
    """The page of a version as it is filled in: its text, and its parts as HTML."""
    view = site_view(load(root), root, lang, directory_urls=True)
    (page,) = (one for one in view.manuscripts if (one.lang, one.path) == (lang, page_path("version", id)))
    filled = fill(page.body, view.on(page.path))
    assert not filled.problems
    return filled.text, html.fromstring(f"<main>{filled.text}</main>")


def test_every_frozen_version_has_a_page_in_each_language_and_nothing_else_has(twice):
    (twice / "releases/notes/1.0").mkdir(parents=True)
    found = frozen_versions(twice)
    assert found[:3] == ["cases/1.0.0", "help/1.0.0", "indicators/1.0.1"]
    assert "indicators/1.0.0" in found and len(found) == len(load(twice).releases) == 7
    for lang in ("zh", "en"):
        pages = {page.path: page for page in site_manuscripts(twice, ("zh", "en")) if page.lang == lang}
        assert {path for path in pages if path.startswith("data/")} == {page_path("version", id) for id in found}
        assert pages["data/indicators/1.0.0/index.md"].head["search_weight"] == 0
        assert pages["data/indicators/1.0.0/index.md"].head["parent"] == "datasets/indicators.md"
    assert "data/plan/1.0.0/index.md" in page_paths(twice, "zh")


def test_versions_are_in_the_order_of_their_numbers(tmp_path):
    for version in ("1.9.0", "1.10.0", "2.0.0", "1.9.10"):
        (tmp_path / "releases/plan" / version).mkdir(parents=True)
    assert frozen_versions(tmp_path) == ["plan/2.0.0", "plan/1.10.0", "plan/1.9.10", "plan/1.9.0"]


@pytest.mark.parametrize(
    ("lang", "old", "new"), [("zh", "这是旧版本", "这是最新的"), ("en", "an earlier version", "the newest release")]
)
def test_a_page_says_whether_there_is_a_newer_version(twice, lang, old, new):
    text, page = shown(twice, "indicators/1.0.0", lang)
    assert old in text and new not in text
    assert "../1.0.1/" in page.xpath("//p[contains(@class, 'ip-note')]//a/@href")
    text, _ = shown(twice, "indicators/1.0.1", lang)
    assert new in text and old not in text


def test_a_page_tells_what_changed_with_the_reason(twice):
    _, page = shown(twice, "indicators/1.0.1", "en")
    (row,) = page.xpath("//table[caption[@id='rows']]/tbody/tr")
    assert row.xpath("string(th/code)") == "observations"
    assert [cell.text_content() for cell in row.xpath("td")] == ["", "", "1"]
    (row,) = page.xpath("//table[caption[@id='changes']]/tbody/tr")
    assert [cell.text_content() for cell in row.xpath("td")] == ["800", "801", "Copying error"]


def test_a_page_lists_the_frozen_files_with_their_sums(twice):
    release = load(twice).releases_of("indicators")[1]
    _, page = shown(twice, release.id, "zh")
    rows = page.xpath("//table[caption[@id='frozen']]/tbody/tr")
    told = {row.xpath("string(th/a)"): row.xpath("string(td[2])") for row in rows}
    assert told == {file.path: file.sha256 for file in release.files}
    links = page.xpath("//table[caption[@id='frozen']]//a/@href")
    assert sorted(links) == sorted(file.path for file in release.files)  # the page lies in their folder
    marked = [row.xpath("boolean(th/span)") for row in rows]  # what people open comes first
    assert marked == [not link.endswith((".xlsx", ".zip")) for link in links] == sorted(marked)


def test_a_version_is_described_as_it_was(twice):
    portal = load(twice)
    versions = Versions(portal, twice)
    first, second = versions["indicators/1.0.0"], versions["indicators/1.0.1"]
    assert (first.before, first.after, second.before) == (None, second.release, first.release)
    assert (first.package.version, second.package.version) == ("1.0.0", "1.0.1")
    assert first.folder == second.folder == ""
    for version in (first, second):
        place = f"data/{version.release.id}"
        croissant = json.loads(version.described[f"{place}/croissant.json"])
        assert croissant["version"] == version.release.version
        assert croissant["url"].endswith(f"en/{place}/")
        sums = {each["name"]: each["sha256"] for each in croissant["distribution"]}
        frozen = {file.path: file.sha256 for file in version.release.files}
        assert sums == {name: digest for name, digest in frozen.items() if name.endswith(".csv")}
        group = json.loads(version.described[f"{place}/csv-metadata.json"])
        assert {f"{place}/{table['url']}" for table in group["tables"]} <= version.frozen.keys()
        assert json.loads(version.described[f"{place}/datacite.json"])["version"] == version.release.version


def test_a_citation_leads_to_the_page_of_its_version(twice):
    portal = load(twice)
    settings = replace(
        portal.settings, url=URL, dois={"indicators/1.0.0": "10.12345/one", "indicators": "10.12345/all"}
    )
    portal = replace(portal, settings=settings)
    versions = Versions(portal, twice)
    old, now = (package_citation(portal, versions[f"indicators/{number}"].package) for number in ("1.0.0", "1.0.1"))
    assert (old.address, old.link) == (f"{URL}/data/indicators/1.0.0/", "https://doi.org/10.12345/one")
    assert now.address == now.link == f"{URL}/data/indicators/1.0.1/"
    assert package_citation(portal, portal.packages["indicators"]) == now
    package, releases = portal.packages["indicators"], portal.releases_of("indicators")
    posts = {each.id if each else "": signposts(settings, package, each) for each in (None, *releases)}
    cited = {id: next(post.target for post in found if post.rel == "cite-as") for id, found in posts.items()}
    assert cited == {
        "": "https://doi.org/10.12345/all",
        "indicators/1.0.1": "data/indicators/1.0.1/",
        "indicators/1.0.0": "https://doi.org/10.12345/one",
    }
    related = json.loads(versions["indicators/1.0.1"].described["data/indicators/1.0.1/datacite.json"])[
        "relatedIdentifiers"
    ]
    assert [(each["relationType"], each["relatedIdentifier"]) for each in related] == [
        ("IsNewVersionOf", "10.12345/one"),
        ("IsVersionOf", "10.12345/all"),
    ]


def test_edited_data_are_cited_by_the_page_that_moves(twice):
    edit(twice, OBSERVATIONS, "2020,plan,801,", "2020,plan,802,")
    portal = load(twice)
    assert package_citation(portal, portal.packages["indicators"]).page == "datasets/indicators/"


def test_the_files_of_a_release_cite_it_by_its_own_page(twice):
    edit(twice, "portal.toml", '\nurl = ""', f'\nurl = "{URL}"')
    edit(twice, "datapackages/plan/datapackage.json", '"irregular"', '"yearly"')
    release(twice, "plan", "每年更新", "Updated every year")
    packed = (twice / "releases/plan/1.0.1/plan-1.0.1.zip").read_bytes()
    assert PackageFiles(load(twice), twice)["plan"]["data/plan.zip"] == packed
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert f"url: {URL}/data/plan/1.0.1/" in archive.read("CITATION.cff").decode()
