"""What is published speaks of this portal: releases of another one are told, the licence is that of the data."""

import json
import shutil
from dataclasses import replace

import pytest

from ipportal.base.errors import DataError
from ipportal.charts import all_charts
from ipportal.data.ledger import read_ledger
from ipportal.data.packages import read_packages
from ipportal.data.settings import read_settings
from ipportal.files.drawings import chart_words
from ipportal.loading import load
from ipportal.rules import check
from support.copies import edit


def told(root):
    problems = check(read_packages(root), read_settings(root))
    return [(p.where.file, p.where.column, p.found) for p in problems if p.code == "identity-foreign"]


def test_a_release_of_this_portal_is_no_stranger(released):
    assert read_ledger(released) and told(released) == []


def test_a_release_of_another_publisher_is_told_until_it_is_a_former_name(released):
    edit(released, "portal.toml", 'organiser_zh = "虚构机构"', 'organiser_zh = "另一机构"')
    edit(released, "portal.toml", 'organiser_en = "Made-up body"', 'organiser_en = "Another body"')
    names = sorted(path.parent.parent.name for path in released.glob("releases/*/*/datapackage.json"))
    assert [file.split("/")[1] for file, column, _ in told(released) if column == "publisher"] == names
    edit(released, "portal.toml", 'organiser_en = "Another body"', 'organiser_en = "B"\nformerly = ["虚构机构"]')
    assert told(released) == []


@pytest.mark.parametrize(
    ("authors", "found"),
    [
        ("  - name: Office of another town\n    website: https://example.org\n", ["Office of another town"]),
        ("- name: Office of another town\n", ["Office of another town"]),
        ("  - name: 虚构机构 (Made-up body)\n", []),
        ("  - name: 示例知识产权门户（虚构）编者\n  - name: Office of another town\n", []),
        ("  - family-names: Li\n    given-names: Hua\n", []),
    ],
)
def test_a_citation_file_with_the_own_title_and_authors_from_elsewhere_is_told(released, authors, found):
    cff = f"cff-version: 1.2.0\ntitle: 示例知识产权门户（虚构）\nauthors:\n{authors}keywords:\n  - name: data\n"
    (released / "CITATION.cff").write_text(cff, encoding="utf-8")
    assert told(released) == [("CITATION.cff", "authors", each) for each in found]


def test_the_history_of_a_stranger_is_not_asked_of_ones_own_package(released):
    edit(released, "portal.toml", 'organiser_zh = "虚构机构"', 'organiser_zh = "另一机构"')
    edit(released, "portal.toml", 'organiser_en = "Made-up body"', 'organiser_en = "Another body"')
    for path in released.glob("datapackages/*/datapackage.json"):
        descriptor = json.loads(path.read_bytes())
        descriptor["changes"] = [descriptor["changes"][0] | {"version": "9.0.0"}]
        path.write_text(json.dumps(descriptor | {"version": "9.0.0"}, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load(released)
    assert {problem.code for problem in caught.value.problems} == {"identity-foreign"}


def test_a_release_of_a_package_that_is_not_here_is_told(released):
    shutil.rmtree(released / "datapackages/recognition")
    assert told(released) == [("releases/recognition/1.0.0/datapackage.json", None, "recognition")]


@pytest.mark.this_portal
def test_the_licence_is_that_of_the_packages(portal):
    package = next(iter(portal.packages.values()))
    other = replace(package, descriptor=package.descriptor | {"licenses": [{"name": "ODbL-1.0"}]})
    told = chart_words(replace(portal, packages={"a": package, "b": other}), all_charts(portal)[0], "en")
    assert told.licence.startswith("Licence: CC BY 4.0, ODbL 1.0 · Chart: ")
