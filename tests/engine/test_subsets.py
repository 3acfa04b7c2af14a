"""A portal of some packages is a portal: it is checked, made and told without a word of those it lacks."""

import inspect
import json
import shutil
from dataclasses import replace

import pytest

from ipportal.base.journal import change
from ipportal.base.text import LANGS
from ipportal.data.model import Portal
from ipportal.files.gather import gather_files
from ipportal.loading import load
from ipportal.pages import MACROS
from ipportal.pages.filling import rehearse
from ipportal.pages.prepared import site_view
from ipportal.pages.stubs import missing_stubs, stubs
from support.subsets import portal_with

ALL = ("plan", "cases", "promotion", "recognition")
#: The indicators by themselves, each other package beside them, and some together
SUBSETS = [(), *((one,) for one in ALL), ("plan", "cases", "promotion")]
#: What the files of a portal would say of a package it lacks: parts of their addresses
TOLD = {
    "plan": ("data/plan", "api/v1/measures", "charts/plan"),
    "cases": ("data/cases", "api/v1/cases", "charts/case"),
    "promotion": ("data/promotion", "api/v1/events", "calendar.ics", "charts/incentives"),
    "recognition": ("data/recognition", "composition-awards"),
}


@pytest.fixture(scope="module", params=SUBSETS, ids="-".join)
def subset(request, tmp_path_factory, tiny_drawings) -> tuple[Portal, dict[str, bytes], tuple[str, ...]]:
    """The portal of a subset, its public files and the packages it lacks."""
    root = portal_with(("indicators", *request.param), tmp_path_factory.mktemp("subset") / "portal")
    shutil.copytree(tiny_drawings, root / ".cache")
    change(root, "stub", missing_stubs(load(root, frozenset({"page-missing"})), root))
    portal = load(root)
    assert rehearse(portal, root) == []
    return portal, gather_files(portal, root), tuple(each for each in ALL if each not in request.param)


def test_no_file_speaks_of_a_package_that_is_not_there(subset):
    portal, files, lacking = subset
    stub = stubs(portal)["docs/en/indicators/grants.md"]
    assert ("linked_measures" in stub) == ("plan" not in lacking) and "{%" not in stub
    assert {*portal.packages} == {"indicators", *ALL} - {*lacking}
    wrong = [part for package in lacking for part in TOLD[package]]
    assert [path for path in files if any(part in path for part in wrong)] == []
    index = json.loads(files["data/api/v1/index.json"])["data"]["documents"]
    assert {f"data/api/v1/{each['path']}" for each in index if "{" not in each["path"]} <= set(files)


@pytest.mark.parametrize("lang", LANGS)
def test_every_block_that_asks_for_nothing_is_there_or_absent(subset, lang, tmp_path):
    portal, _, lacking = subset
    view = replace(site_view(portal, tmp_path, lang, directory_urls=True), page="index.md")
    shown = {name: str(block(view)) for name, block in MACROS.items() if _asks_nothing(block)}
    absent = {name for name, html in shown.items() if not html}
    assert ("plan_outline" in absent) == ("plan" in lacking)
    assert ("event_timeline" in absent) == ("promotion" in lacking)
    assert ("awards" in absent) == ("recognition" in lacking)
    assert ("story_list" in absent) == ("cases" in lacking)


def _asks_nothing(block) -> bool:
    _, *others = inspect.signature(block).parameters.values()
    return all(one.default is not one.empty or one.kind is one.VAR_POSITIONAL for one in others)


@pytest.mark.parametrize("lang", LANGS)
def test_links_lead_to_pages_only(subset, lang, tmp_path):
    portal, _, _ = subset
    view = replace(site_view(portal, tmp_path, lang, directory_urls=True), page="index.md")
    assert "href" in view.linked("a", "index.md")
    assert view.linked("a", "no/such.md") == "a"
    assert view.way("a", "no/such.md", before=" · ") == ""
