"""Calendars that calendar programs read, feeds that feed readers read, and nothing invented in either."""

import re
from dataclasses import replace
from datetime import date, timedelta

import feedparser
import icalendar
import pytest
from small_portal import portal as small
from small_portal import settings

from ipportal.base.periods import PartialDate
from ipportal.base.text import Text
from ipportal.data.model import Event, Observance
from ipportal.files.feeds import calendar, entries, feed, feed_files, known_news
from ipportal.words.news import News

NAME = Text("世界知识产权日；例，一", "World IP Day; example, one")
RULE = Text("每年4月26日。", "26 April every year.")


def observance(id="ip-day", *, fixed=True, length=1):
    return Observance(id, NAME, RULE, 4, 26, length, fixed, None, Text("依据。", "Basis."))


def event(id, day):
    return Event(id, PartialDate.parse(day), NAME, RULE, "policy", "zone", None, "plan-draft", RULE, "plan")


def dated(world, lang="zh"):
    return icalendar.Calendar.from_ical(calendar(world, lang, NAME)).walk("VEVENT")


def test_a_fixed_day_is_a_whole_day_that_comes_back():
    (found,) = dated(small(observances=(observance(),)))
    assert found.decoded("dtstart") == date(2027, 4, 26)
    assert found.decoded("dtend") - found.decoded("dtstart") == timedelta(days=1)
    assert found["rrule"].to_ical() == b"FREQ=YEARLY"
    assert found.decoded("dtstamp").isoformat() == "2026-11-22T00:00:00+00:00"
    assert str(found["summary"]) == NAME.zh
    assert found["summary"].params["LANGUAGE"] == "zh-Hans"
    assert found["uid"] == "observance-ip-day-zh@sample.ipportal.example"
    assert "url" not in found


def test_a_week_ends_after_its_last_day():
    (found,) = dated(small(observances=(observance(length=7),)))
    assert found.decoded("dtend") == date(2027, 5, 3)


def test_days_nobody_has_announced_are_left_out():
    assert dated(small(observances=(observance(fixed=False),))) == []


def test_only_coming_events_with_a_known_day_are_entered():
    world = small(events=(event("past", "2026-11-21"), event("coming", "2026-12-01"), event("vague", "2026-12")))
    assert [str(e["uid"]) for e in dated(world)] == ["event-coming-zh@sample.ipportal.example"]


def test_identifiers_change_neither_with_the_day_nor_with_the_address():
    world = small(observances=(observance(),), as_of="2026-11-22")
    later = small(observances=(observance(),), as_of="2027-11-22")
    assert dated(world)[0]["uid"] == dated(later)[0]["uid"]
    live = replace(world, settings=replace(settings(), url="https://ip.example.cn/portal"))
    (found,) = dated(live, "en")
    assert found["uid"] == dated(world, "en")[0]["uid"] == "observance-ip-day-en@sample.ipportal.example"
    assert found["url"] == "https://ip.example.cn/portal/en/promotion/observances/"
    assert b"tag:sample.ipportal.example,2026:feed-en" in feed(live, "en")
    assert b'href="https://ip.example.cn/portal/en/feed.xml"' in feed(live, "en")


def test_two_portals_without_an_address_have_identifiers_of_their_own():
    world = small(observances=(observance(),))
    other = replace(world, settings=replace(settings(), id="other"))
    kept = replace(other, settings=replace(settings(), feed_authority="ipportal.example"))
    assert b"tag:other.ipportal.example,2026:feed-en" in feed(other, "en")
    assert dated(world)[0]["uid"] != dated(other)[0]["uid"] == "observance-ip-day-zh@other.ipportal.example"
    assert b"tag:ipportal.example,2026:feed-en" in feed(kept, "en")


@pytest.mark.this_portal
def test_only_what_is_released_is_news_of_a_release(portal):
    kinds = {entry.kind for entry in entries(replace(portal, releases=()))}
    assert "release" not in kinds and "event" in kinds


def test_news_is_sorted_and_dated_no_more_exactly_than_known():
    world = small(
        events=(event("day", "2026-03-05"), event("month", "2026-03"), event("year", "2026"), event("old", "2020"))
    )
    found = entries(world)
    assert [(e.id, e.day.isoformat(), e.happened > date.min) for e in found] == [
        ("year", "2026-11-22", False),
        ("month", "2026-03-31", False),
        ("day", "2026-03-05", True),
        ("old", "2020-12-31", False),
    ]
    assert found[1].said.zh.startswith("2026年3月。")


def told(kind, id, day="2026-11-20", place=1):
    return News(id, kind, date.fromisoformat(day), place, NAME, RULE, "promotion/events")


def test_what_was_taken_in_lately_comes_on_top_once_and_keeps_the_day_it_happened():
    world = small(events=(event("old", "2020-05-01"), event("new", "2021-06-02")))
    news = (told("verdict", "goal", place=0), told("event", "old"), told("figure", "grants", place=2))
    found = entries(world, news)
    assert [(e.kind, e.id, e.day.isoformat()) for e in found] == [
        ("verdict", "goal", "2026-11-20"),
        ("event", "old", "2026-11-20"),
        ("figure", "grants", "2026-11-20"),
        ("event", "new", "2021-06-02"),
    ]
    parsed = feedparser.parse(feed(world, "en", news)).entries
    assert parsed[1].published.startswith("2020-05-01") and parsed[1].updated.startswith("2026-11-20")
    assert "published" not in parsed[0]


def test_what_has_not_happened_yet_is_no_news():
    assert entries(small(events=(event("later", "2026-12-01"), event("next", "2027")))) == ()


def test_an_empty_feed_is_still_a_feed():
    parsed = feedparser.parse(feed(small(), "en"))
    assert not parsed.bozo
    assert parsed.entries == []


@pytest.mark.this_portal
@pytest.mark.parametrize(("lang", "folder", "tag"), [("zh", "", "zh-Hans"), ("en", "en/", "en")])
def test_the_real_feed_is_clean_sorted_and_in_its_language(portal, root, lang, folder, tag):
    news = known_news(portal, root)
    parsed = feedparser.parse(feed_files(portal, news)[f"{folder}feed.xml"])
    assert not parsed.bozo
    assert parsed.version == "atom10"
    assert parsed.feed.language == tag
    stamps = [entry.updated for entry in parsed.entries]
    assert stamps == sorted(stamps, reverse=True)
    ids = [entry.id for entry in parsed.entries]
    dated = {update.id for update in portal.updates if update.counts} | {event.id for event in portal.events}
    releases = sum(len(package.changes) for package in portal.packages.values())
    assert len(set(ids)) == len(ids) == len(dated) + releases + sum(item.id not in dated for item in news)
    assert all(entry.id.startswith("tag:") and entry.title and entry.summary and entry.link for entry in parsed.entries)
    assert {entry.tags[0].term for entry in parsed.entries} == {"release", "evidence", "event"} | {
        item.kind for item in news
    }
    # what was released is told where it can be cited, on a page that never moves
    told = [entry.link for entry in parsed.entries if entry.tags[0].term == "release"]
    assert len(told) == releases and all(re.search(r"data/[a-z]+/\d+\.\d+\.\d+/$", link) for link in told)
    chinese = [any("\u4e00" <= char <= "\u9fff" for char in entry.title) for entry in parsed.entries]
    assert all(chinese) if lang == "zh" else not any(chinese)


@pytest.mark.this_portal
@pytest.mark.parametrize(("lang", "folder"), [("zh", ""), ("en", "en/")])
def test_the_real_calendar_is_read_without_complaint(portal, lang, folder):
    data = feed_files(portal)[f"{folder}calendar.ics"]
    sheet = icalendar.Calendar.from_ical(data)
    assert sheet.errors == []
    assert sheet.to_ical() == data
    fixed = [o for o in portal.observances if o.fixed]
    found = sheet.walk("VEVENT")
    assert len(found) == len(fixed)
    assert all(type(e.decoded("dtstart")) is date for e in found)
    assert len({str(e["uid"]) for e in found}) == len(found)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
