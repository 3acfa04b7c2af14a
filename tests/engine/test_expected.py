"""Which figures may come next follows from the days earlier ones were seen, and from nothing else."""

import json
from dataclasses import replace
from datetime import date

import icalendar
import pytest
from lxml import html
from small_portal import AREAS, SOURCES, indicator, observation, target
from small_portal import portal as small

from ipportal.analysis.freshness import expectations, freshness, silent
from ipportal.base.periods import PartialDate
from ipportal.base.text import Text
from ipportal.files.feeds import reminders
from ipportal.pages import MACROS
from ipportal.pages.view import View
from ipportal.words.freshtext import as_json, as_markdown, as_text, months

TODAY = date(2026, 11, 22)
NOTHING_EXPECTED = "The days of earlier publications do not tell what comes next."


def world(*seen, **row):
    """A portal with values of whole years, each with the day its source was published: (2024, "2025-02-03")."""
    sources = {
        f"s{n}": replace(
            SOURCES["zone-site-20220315"], id=f"s{n}", name=Text(f"报{n}", f"paper {n}"), date=day and PartialDate(day)
        )
        for n, (_, day) in enumerate(seen)
    }
    rows = [
        observation(year, 100 + n, source=f"s{n}", **({"confidence": "official"} | row))
        for n, (year, _) in enumerate(seen)
    ]
    return replace(small(rows), sources=SOURCES | sources)


def test_the_months_run_from_the_earliest_to_the_latest_seen():
    (found,) = expectations(world((2023, "2024-03-10"), (2024, "2025-01-20"), (2025, "2026-02-05")), TODAY)
    assert (found.year, found.first, found.until) == (2026, date(2027, 1, 1), date(2027, 3, 1))
    assert (found.missing, found.probable) == ((), True)
    assert months(found) == Text("2027 年 1—3 月", "January–March 2027")


@pytest.mark.parametrize(
    ("today", "year", "missing"),
    [(date(2026, 2, 28), 2025, ()), (date(2026, 3, 1), 2026, (2025,)), (date(2027, 3, 1), 2027, (2025, 2026))],
)
def test_a_month_that_has_passed_without_a_figure_counts_as_missed(today, year, missing):
    (found,) = expectations(world((2024, "2025-02-03")), today)
    assert (found.year, found.missing, found.probable) == (year, missing, len(missing) < 2)


@pytest.mark.parametrize(
    "seen",
    [
        (2024, "2025-07-01"),  # more than half a year after its year: told again, not published
        (2024, "2025"),  # no month
        (2024, None),
        (2024, "2024-11-30"),  # before its year was over
        ("2024-H1", "2024-08-01"),  # part of a year
    ],
)
def test_what_shows_no_habit_gives_no_expectation(seen):
    portal = world(seen)
    assert expectations(portal, TODAY) == ()
    assert [one.id for one in silent(portal, "core", ())] == ["grants"]


@pytest.mark.parametrize("row", [{"confidence": "plan"}, {"status": "superseded"}])
def test_the_plan_and_withdrawn_values_show_no_habit(row):
    assert expectations(world((2024, "2025-02-03"), **row), TODAY) == ()


def test_places_outside_the_chain_of_levels_are_not_waited_for():
    portal = replace(world((2025, "2026-02-03")), areas=AREAS | {"zone": replace(AREAS["zone"], level="peer")})
    assert expectations(portal, TODAY) == ()


def test_the_first_publication_of_a_year_makes_the_habit_and_definitions_are_kept_apart():
    rows = [(2025, "2026-04-10"), (2025, "2026-02-05")]
    (found,) = expectations(world(*rows), TODAY)
    assert found.first == date(2027, 2, 1)
    other = world(*rows)
    apart = replace(other, observations=(other.observations[0], replace(other.observations[1], basis="web")))
    assert {e.first for e in expectations(apart, TODAY)} == {date(2027, 2, 1), date(2027, 4, 1)}


def test_status_lists_what_may_come_and_reminds_of_it_a_month_before():
    portal = world((2024, "2025-02-03"), (2025, "2026-02-05"))
    report = freshness(portal, (), TODAY)
    assert "发明专利授权量（经开区）2026 年的数：2027 年 2 月；2024 年的数见于报0" in as_text(report, "zh")
    assert "Invention patents granted (Zone) for 2026: February 2027; 2024: paper 0, 3 February 2025" in as_text(
        report, "en"
    )
    (told,) = json.loads(as_json(report))["expected"]
    assert (told["indicator"], told["first"], told["probable"]) == ("grants", "2027-02-01", True)
    assert "February 2027" not in as_markdown(report)
    assert "February 2027" in as_markdown(freshness(portal, (), date(2027, 1, 2)))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_calendar_says_when_to_look_and_what_falls_due(lang):
    portal = world((2024, "2025-02-03"), (2025, "2026-02-05"))
    report = freshness(portal, (), TODAY)
    events = icalendar.Calendar.from_ical(reminders(portal, report, lang)).walk("VEVENT")
    due = [item.due for item in report.items if item.due]
    assert sorted(event.decoded("dtstart") for event in events) == sorted([*due, date(2027, 2, 1)])
    assert len({str(event["uid"]) for event in events}) == len(events) > 0
    word = {"zh": "去找新数：", "en": "Look for a figure: "}[lang]
    assert [str(e["summary"]).startswith(word) for e in events if e.decoded("dtstart") == date(2027, 2, 1)] == [True]


def test_when_the_dates_tell_nothing_every_form_says_so():
    portal = world((2024, None))
    assert NOTHING_EXPECTED in as_text(freshness(portal, (), TODAY), "en")
    view = View(portal, "en", "index.md")
    for macro in ("expected_figures", "next_figures"):
        assert NOTHING_EXPECTED in html.fragment_fromstring(str(MACROS[macro](view))).text_content()
    assert "nobody can say" in str(MACROS["zone_outlook"](view))


def test_what_has_ceased_is_told_apart_from_what_may_come():
    portal = world((2022, "2023-02-24"))
    view = View(portal, "zh", "progress/index.md")
    text = html.fragment_fromstring(str(MACROS["zone_outlook"](view))).text_content()
    assert "2022 年的数见于报0，2023年2月24日（只见过这一次）；2023—2025 年的没有查到" in text
    assert "发明专利授权量" not in str(MACROS["expected_figures"](view))


def test_an_indicator_that_ceased_in_another_definition_than_the_plan_s_names_it():
    portal = world((2022, "2023-02-24"))
    known = replace(portal.observations[0], basis="web")
    portal = replace(portal, observations=(known,), targets=(target(300),))
    view = View(portal, "zh", "progress/index.md")
    text = html.fragment_fromstring(str(MACROS["zone_outlook"](view))).text_content()
    assert f"发明专利授权量（{portal.bases['web'].name.zh}）：2022 年的数见于报0" in text


def test_the_next_figures_are_named_core_first():
    rows = world((2025, "2026-02-05")).observations
    other = replace(rows[0], indicator="others")
    known = [indicator("others", group="context", name=Text("其他", "Others")), indicator()]
    portal = replace(
        world((2025, "2026-02-05")), observations=(other, *rows), indicators={one.id: one for one in known}
    )
    assert [e.indicator.id for e in expectations(portal, TODAY)] == ["grants", "others"]
