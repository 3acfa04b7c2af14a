"""Rules and the standard: keys are judged as frictionless judges them."""

import shutil

import bad_corpus
import frictionless
import pytest

from ipportal.data.packages import read_packages
from ipportal.data.settings import read_settings
from ipportal.rules import RULES, STAGES, check

REPOSITORY = bad_corpus.TESTS.parent


def test_stages_hold_every_rule_once():
    assert [rule for stage in STAGES for rule in stage] == list(RULES)


@pytest.mark.parametrize(
    "name", ["key-twice", "source-dangling", "indicator-dangling", "measure-without-section", "row-repeated"]
)
@pytest.mark.no_cover  # what runs here is counted elsewhere; counting lines would double the time
def test_keys_are_judged_as_frictionless_judges_them(name, tmp_path):
    root = bad_corpus.break_copy(bad_corpus.read(name)["change"], tmp_path / "portal")
    ours = {problem.where.row for problem in check(read_packages(root), read_settings(root))}
    theirs = set()
    for path in bad_corpus.complete(root):
        for task in frictionless.Package(str(path)).validate().tasks:
            theirs |= {error.row_number for error in task.errors if error.type in ("primary-key", "foreign-key")}
    assert ours <= theirs


@pytest.mark.this_portal
@pytest.mark.parametrize("root", [REPOSITORY, bad_corpus.TINY], ids=["real", "tiny"])
@pytest.mark.no_cover  # what runs here is counted elsewhere; counting lines would double the time
def test_frictionless_by_itself_finds_nothing_in_what_passes(root, tmp_path):
    shutil.copytree(root / "datapackages", tmp_path / "datapackages")
    for path in bad_corpus.complete(tmp_path):
        report = frictionless.Package(str(path)).validate()
        assert report.valid, report.flatten(["type", "note"])


def test_a_promise_changed_in_a_descriptor_that_was_judged_before_counts():
    settings, packages = read_settings(bad_corpus.TINY), read_packages(bad_corpus.TINY)
    assert check(packages, settings) == []
    package = next(package for package in packages if package.name == "indicators")
    for name in ("observations", "targets"):
        table = package.table(name)
        field = next(field for field in table.resource["schema"]["fields"] if field["name"] == "source")
        field.setdefault("constraints", {})["maxLength"] = 1
        faults = [problem for problem in check(packages, settings) if problem.where.file == table.file]
        assert {problem.where.column for problem in faults} == {"source"} and len(faults) == len(table.rows)
    field["type"] = "no-such-type"
    assert {problem.where.file for problem in check(packages, settings)} >= {package.file}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_methods_page_lists_the_rules_themselves(lang):
    page = (REPOSITORY / "scripts/ipportal/docs" / lang / "methods" / "quality.md").read_text(encoding="utf-8")
    assert "{{ quality_rules() }}" in page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_way_out_of_the_figure_rule_is_documented(lang):
    page = (REPOSITORY / "scripts/ipportal/docs" / lang / "handbook" / "macros.md").read_text(encoding="utf-8")
    assert "figure-ok:" in page
