import re
from dataclasses import replace

import pytest

from ipportal.base.journal import change
from ipportal.base.text import Text
from ipportal.data.manuscripts import Manuscript
from ipportal.pages.stubs import missing_stubs, stubs

pytestmark = pytest.mark.this_portal


def test_every_core_indicator_and_commitment_gets_a_page_in_both_languages(portal):
    wanted = {
        f"docs/{lang}/indicators/{i.id}.md"
        for lang in ("zh", "en")
        for g in ("core", "commitment")
        for i in portal.group(g)
    }
    assert wanted <= set(stubs(portal))


def test_an_existing_page_is_never_touched(portal, tmp_path):
    page = tmp_path / "docs/zh/indicators/invention-grants.md"
    page.parent.mkdir(parents=True)
    page.write_text("mine", encoding="utf-8")
    written = change(tmp_path, "stub", missing_stubs(portal, tmp_path))
    assert "docs/zh/indicators/invention-grants.md" not in written
    assert page.read_text(encoding="utf-8") == "mine"
    assert "docs/en/indicators/invention-grants.md" in written
    assert missing_stubs(portal, tmp_path) == {}


def test_a_stub_names_its_indicator_in_every_macro(portal):
    text = stubs(portal)["docs/zh/indicators/pct-applications.md"]
    assert '# {{ name("pct-applications") }}' in text
    assert "[[" not in text


def test_every_task_and_project_of_the_plan_gets_a_page_with_all_its_measures(portal):
    for lang in ("zh", "en"):
        pages = {path: text for path, text in stubs(portal).items() if path.startswith(f"docs/{lang}/plan/")}
        kinds = {"task": 6, "project": 8}
        assert len(pages) == sum(kinds.values())
        for kind, number in kinds.items():
            found = [text for path, text in pages.items() if f"/{kind}s/" in path]
            assert len(found) == number
            for text in found:
                shown = re.findall(r'plan_measures\("([\w-]+)"\)', text)
                assert shown and all(portal.measures_in(section) for section in shown)
                assert "[[" not in text and "{%" not in text
        shown = {section for text in pages.values() for section in re.findall(r'plan_measures\("([\w-]+)"\)', text)}
        assert shown == {m.section for m in portal.measures.values() if m.kind in kinds}


def test_a_name_with_quotes_stays_inside_the_front_matter(portal):
    first = portal.group("core")[0]
    name = 'a"\n---\n<script> \\ 甲'
    told = portal.indicators | {first.id: replace(first, name=Text(name, name))}
    text = stubs(replace(portal, indicators=told))[f"docs/zh/indicators/{first.id}.md"]
    assert Manuscript("zh", "a.md", text).head["description"].startswith(name)
