"""Data stories: pages that tell on their day what the data show, in lists, feed and pictures, corrected openly."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from small_portal import settings

from ipportal.base.errors import SiteError
from ipportal.base.text import LANGS
from ipportal.data.manuscripts import Manuscript, read_manuscripts
from ipportal.files.chartfiles import card_pages
from ipportal.files.feeds import feed, known_news
from ipportal.loading import load
from ipportal.pages.filling import fill
from ipportal.pages.view import MACROS, View
from ipportal.rules.pages import RULES
from ipportal.rules.rule import Context

TINY = Path(__file__).resolve().parents[1] / "tiny"
HEAD = '---\npage_kind: data-story\npublished: {day}\ndescription: "{about}"\n{more}---\n\n# {title}\n\n{text}\n'


def write(
    root, path, *, day="2026-11-20", about="About", more="", title="Title", text='{{ figure("grants", "2021") }}'
):
    for lang in LANGS:
        file = root / "docs" / lang / path
        file.parent.mkdir(parents=True, exist_ok=True)
        words = HEAD.format(day=day, about=f"{about} {lang}", more=more, title=f"{title} {lang}", text=text)
        file.write_text(words, encoding="utf-8")


@pytest.fixture
def told(tmp_path):
    """The small portal with two stories: one of them on grants and corrected, the other of the day before."""
    root = tmp_path / "portal"
    shutil.copytree(TINY, root)
    write(root, "stories/new.md", title="New", more='corrections: ["2026-11-21 the year was wrong"]\n')
    write(root, "stories/old.md", day="2026-11-19", title="Old", text="words")
    return root


def shown(root, call, lang="en"):
    view = View(load(root), lang, "index.md", manuscripts=read_manuscripts(root, LANGS))
    filled = fill(call, view)
    assert filled.problems == ()
    return filled.text


@pytest.mark.parametrize("lang", LANGS)
def test_the_list_has_the_newest_first_with_day_and_summary(told, lang):
    text = shown(told, "{{ data_stories() }}", lang)
    assert re.findall(r">(New|Old) (\w\w)<", text) == [("New", lang), ("Old", lang)]
    assert f"About {lang}" in text and '<time datetime="2026-11-20">' in text
    assert text.count("corrected" if lang == "en" else "有更正") == 1


def test_an_indicator_names_the_stories_that_name_it_and_a_line_the_newest(told):
    assert "Old" not in shown(told, '{{ data_stories("grants") }}')
    assert "New" not in shown(told, '{{ data_stories("trademarks") }}')
    line = shown(told, "{{ data_stories(most=1) }}")
    assert "New en" in line and "Old" not in line


def test_a_portal_without_stories_shows_nothing(tmp_path):
    shutil.copytree(TINY, tmp_path, dirs_exist_ok=True)
    assert shown(tmp_path, '{{ data_stories("grants") }}{{ data_stories(most=2) }}') == ""
    assert not [item for item in known_news(load(tmp_path), tmp_path) if item.kind == "story"]


def test_stories_and_their_corrections_are_news_up_to_the_day_of_the_data(told):
    portal = load(told)
    write(told, "stories/next.md", day="2026-12-24")
    news = [item for item in known_news(portal, told) if item.page.startswith("stories/")]
    assert [(item.kind, item.id, item.day.isoformat()) for item in news] == [
        ("correction", "new-2026-11-21", "2026-11-21"),
        ("story", "new", "2026-11-20"),
        ("story", "old", "2026-11-19"),
    ]
    assert (news[0].said.en, news[1].title.zh, news[1].said.zh) == ("the year was wrong", "New zh", "About zh")
    text = feed(portal, "en", news).decode()
    assert "New en" in text and "stories/new" in text


def test_one_language_is_enough(told):
    portal = load(told)
    shutil.rmtree(told / "docs/en")
    portal = replace(portal, settings=replace(portal.settings, languages=("zh",)))
    assert [item.title.zh for item in known_news(portal, told) if item.kind == "story"] == ["New zh", "Old zh"]


def test_every_story_has_a_picture_for_shared_links(told):
    found = card_pages(load(told), "zh", read_manuscripts(told, LANGS))
    assert {"stories/new.md", "stories/old.md"} <= set(found)


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({}, []),
        ({"day": "soon"}, ["published", "published"]),
        ({"day": "2026-12-24"}, ["published", "published"]),
        ({"title": '{{ figure(\\"grants\\") }}'}, [None, None]),
        ({"more": "corrections: 2026-11-21 the year\n"}, []),
        ({"more": "corrections: [the year]\n"}, ["corrections", "corrections"]),
        ({"more": "corrections: ['2026-11-21']\n"}, ["corrections", "corrections"]),
        ({"more": "corrections: ['2026-12-24 the year']\n"}, ["corrections", "corrections"]),
    ],
)
def test_what_a_story_must_say(tmp_path, change, faults):
    write(tmp_path, "a.md", **change)
    rule = next(rule for rule in RULES if rule.code == "story-undated")
    problems = rule.problems(Context((), settings(), tmp_path))
    assert [problem.where.column for problem in problems] == faults


def test_both_languages_tell_a_story_of_the_same_day(tmp_path):
    write(tmp_path, "a.md")
    english = tmp_path / "docs/en/a.md"
    english.write_text(english.read_text().replace("11-20", "11-18"))
    rule = next(rule for rule in RULES if rule.code == "story-undated")
    assert [p.where.file for p in rule.problems(Context((), settings(), tmp_path))] == ["docs/en/a.md"]


def test_corrections_are_a_day_and_what_was_wrong():
    page = Manuscript("en", "a.md", HEAD.format(day="", about="", title="", text="", more="corrections: soon it is\n"))
    assert page.published is None and page.corrections == [(None, "soon it is")]


def test_a_share_is_of_exact_values_of_one_definition():
    view = View(load(TINY), "en", "index.md")
    share = MACROS["share"]
    assert re.sub("<[^>]*>", "", str(share(view, "grants", "2020", of="sample-city"))) == "12.5%"
    with pytest.raises(SiteError):
        share(view, "grants-growth", "2021", of="sample-zone")
    with pytest.raises(SiteError):
        share(view, "grants", "2021", of="sample-city")


def test_a_target_of_another_place_is_asked_for_by_its_id(told):
    assert "200" in shown(told, '{{ target("grants") }}')
