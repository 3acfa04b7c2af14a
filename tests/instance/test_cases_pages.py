"""The pages on cases and promotion, with their macros filled in: complete, linked, without contact data."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from jinja2 import Environment, StrictUndefined
from lxml import html

from ipportal.base.text import LANGS, Text
from ipportal.files.chartfiles import Renderer
from ipportal.pages import MACROS
from ipportal.pages.view import View

pytestmark = pytest.mark.no_cover  # the published files are made by a fixture, which is counted


DOCS = Path(__file__).resolve().parents[2] / "docs"
SECTIONS = ("cases", "promotion")
PATHS = sorted(
    path.relative_to(DOCS / "zh").as_posix() for section in SECTIONS for path in (DOCS / "zh" / section).rglob("*.md")
)
LESSONS = [path for path in PATHS if path.startswith("promotion/learn/") and not path.endswith("index.md")]
#: Telephone and mobile numbers, mail addresses, house numbers. 12315 is a number the plan itself names.
CONTACT = re.compile(
    r"(?<!\d)(?:0\d{2,3}[-\s]?\d{7,8}|1[3-9]\d{9}|400[-\s]?\d{3}[-\s]?\d{4})(?!\d)|[\w.+-]+@[\w-]+\.\w+"
    r"|[\u4e00-\u9fff]{2,}(?:路|街|大道)\d+号|\d+ [A-Z]\w+ (?:Road|Street|Avenue)"
)


@pytest.fixture(scope="module")
def filled(portal):
    """Language and path → the Markdown of the page with every macro replaced by what it gives."""
    environment = Environment(undefined=StrictUndefined)
    drawings = Renderer(DOCS.parent)
    pages = {}
    for lang in LANGS:
        for path in PATHS:
            view = View(portal, lang, path, drawings=drawings)
            macros = {name: (lambda *a, b=block, v=view, **k: b(v, *a, **k)) for name, block in MACROS.items()}
            text = (DOCS / lang / path).read_text(encoding="utf-8")
            pages[lang, path] = environment.from_string(text).render(macros)
    return pages


def ids(page):
    return re.findall(r'\bid="([^"]+)"', page)


def words(page):
    return html.fromstring(f"<div>{page}</div>").text_content()


@pytest.mark.parametrize("lang", LANGS)
def test_every_story_has_its_page_with_all_three_parts(portal, filled, lang):
    for story in portal.case_stories.values():
        text = words(filled[lang, f"cases/stories/{story.id}.md"])
        for part in (story.title, story.facts, story.outcome, story.lesson, story.place):
            assert part[lang] in text, story.id
        assert portal.sources[story.source].name[lang] in text


@pytest.mark.parametrize("lang", LANGS)
def test_every_story_can_be_found_by_right_and_by_forum_without_scripts(portal, filled, lang):
    index = filled[lang, "cases/stories/index.md"]
    for story in portal.case_stories.values():
        assert index.count(f'href="{story.id}/"') == 3, story.id
        assert f'id="right-{story.ip_type}"' in index
        assert f'id="forum-{story.forum}"' in index


@pytest.mark.parametrize("lang", LANGS)
def test_every_service_is_listed_once_and_in_full(portal, filled, lang):
    page = filled[lang, "promotion/services.md"]
    text = words(page)
    for service in portal.services.values():
        assert ids(page).count(f"service-{service.id}") == 1, service.id
        for part in (service.what, service.audience, service.provider, service.conditions):
            assert part is None or part[lang] in text, service.id
        if service.measure:
            assert f"#measure-{service.measure}" in page


@pytest.mark.parametrize("lang", LANGS)
def test_every_term_is_explained_once(portal, filled, lang):
    page = filled[lang, "promotion/glossary.md"]
    text = words(page)
    for term in portal.glossary.values():
        assert ids(page).count(f"term-{term.id}") == 1, term.id
        assert f'href="#term-{term.id}"' in page
        assert term.plain[lang] in text


@pytest.mark.parametrize("lang", LANGS)
def test_every_event_and_every_statistic_is_shown_with_its_source(portal, filled, lang):
    events = filled[lang, "promotion/events.md"]
    statistics = filled[lang, "cases/statistics.md"]
    for event in portal.events:
        assert ids(events).count(f"event-{event.id}") == 1
        assert f"#source-{event.source}" in events
    for row in portal.case_statistics:
        assert ids(statistics).count(f"stat-{row.id}") == 1
        assert f"#source-{row.source}" in statistics


@pytest.mark.parametrize("lang", LANGS)
def test_every_reward_and_honour_is_shown(portal, filled, lang):
    rewards = ids(filled[lang, "promotion/incentives.md"])
    honours = ids(filled[lang, "promotion/honours.md"])
    assert {f"incentive-{row.id}" for row in portal.incentives} <= set(rewards)
    assert {f"honour-{row.id}" for row in (*portal.awards, *portal.enterprises)} <= set(honours)


@pytest.mark.parametrize("path", LESSONS)
@pytest.mark.parametrize("lang", LANGS)
def test_every_lesson_leads_to_terms_services_stories_and_its_law(filled, lang, path):
    page = filled[lang, path]
    assert "glossary/#term-" in page
    assert "services/#service-" in page
    assert "cases/stories/" in page
    assert ("依据《" if lang == "zh" else "Based on the") in words(page)
    assert "reading_time: true" in page


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("lang", LANGS)
def test_no_page_gives_a_number_to_call_or_a_street(filled, lang, path):
    assert CONTACT.findall(words(filled[lang, path])) == []


@pytest.mark.parametrize(
    "text", ["电话 027-84220000", "13800000000", "400-123-4567", "a@example.com", "东风大道88号", "12 Main Street"]
)
def test_the_search_for_contacts_finds_them(text):
    assert CONTACT.search(text)


def test_a_design_to_be_examined_fast_finds_its_next_step_in_three_clicks(filled):
    assert '<a href="services/">' in filled["zh", "promotion/index.md"]
    assert 'id="service-design-pre-examination"' in filled["zh", "promotion/services.md"]


@pytest.mark.parametrize("path", PATHS)
def test_both_languages_call_the_same_macros(path):
    def calls(lang):
        text = (DOCS / lang / path).read_text(encoding="utf-8")
        return sorted(re.sub(r",\s*\"[^\"]*\"(?=\))", "", call) for call in re.findall(r"\{\{\s*(\w+\([^}]*\))", text))

    named = [[call for call in calls(lang) if not call.startswith(("term(", "service("))] for lang in LANGS]
    assert named[0] == named[1]


def test_words_of_an_everyday_topic_are_left_alone_in_stories(portal):
    topics = {one.value for one in portal.field("glossary", "topic").categories if one.more.get("everyday")}
    plain = next(term for term in portal.glossary.values() if term.topic in topics)
    marked = next(term for term in portal.glossary.values() if term.topic not in topics)
    story = replace(next(iter(portal.case_stories.values())), facts=plain.term + Text("，", ", ") + marked.term)
    view = View(replace(portal, case_stories={story.id: story}), "zh", "a.md")
    shown = str(MACROS["story_part"](view, story.id, "facts"))
    assert f"term-{marked.id}" in shown and f"term-{plain.id}" not in shown
