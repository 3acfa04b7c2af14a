"""Calendars (iCalendar, RFC 5545) and news feeds (Atom, RFC 4287), one of each per language, and the news they bring.

The only module that knows icalendar. Identifiers are tag: URIs (RFC 4151) that never change, wherever the site moves:
the name in them is `feed_authority` of portal.toml or the id of the portal, so readers recognise an entry they have
seen. Nothing carries an invented time: calendar entries are whole days, and an Atom time stamp, which the format
demands, is the start of the day in China.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

import icalendar

from ipportal.analysis.freshness import KINDS as KINDS_OF
from ipportal.analysis.freshness import Report, pending_changes
from ipportal.analysis.plan import plan_page
from ipportal.analysis.progress import Verdict, verdicts
from ipportal.analysis.promotion import upcoming
from ipportal.base.addresses import page_path, split
from ipportal.base.errors import catalogue_file
from ipportal.base.periods import PartialDate
from ipportal.base.templates import template_environment
from ipportal.base.text import BCP47, Lang, Text
from ipportal.data.ledger import FOLDER, Comparison
from ipportal.data.manuscripts import read_manuscripts
from ipportal.data.model import Portal, Release
from ipportal.data.packages import table_from
from ipportal.data.settings import Settings
from ipportal.files.identity import address, author, page
from ipportal.loading import with_goals
from ipportal.words.news import KINDS, Kind, News, Step, news

#: Ends the name in identifiers until portal.toml gives an address (RFC 2606 keeps it unused)
_NOBODY: Final = "ipportal.example"
#: Data releases come after the other entries of a day
_LAST: Final = 100
_SAID: Final = catalogue_file("ipportal.files", "said")


def feed_files(portal: Portal, news: Sequence[News] = ()) -> dict[str, bytes]:
    """`calendar.ics` and `feed.xml` of every language: {site path: bytes}; `news` is what readers newly know."""
    files = {}
    for lang in portal.settings.languages:
        tree = portal.settings.tree(lang)
        if title := calendar_title(portal):
            files[f"{tree}calendar.ics"] = calendar(portal, lang, title)
        files[f"{tree}feed.xml"] = feed(portal, lang, news)
    return files


def calendar_title(portal: Portal) -> Text | None:
    """The name of the table the calendar is made of; None where the portal has nothing to put into one."""
    table = portal.table("observances") or portal.table("events")
    return table.title if table else None


class _Day(NamedTuple):
    """An entry of a calendar: `page` is the page it leads to; a `yearly` one comes again on the same days."""

    name: str
    title: Text
    about: Text
    page: str
    first: date
    last: date
    yearly: bool = False


def calendar(portal: Portal, lang: Lang, title: Text) -> bytes:
    """The fixed yearly days from their next date on, and coming events whose day is published."""
    as_of, days, place = portal.settings.as_of, [], page_path("observances")
    for one in upcoming(portal.observances, as_of):
        if one.first and one.last:
            day = one.observance
            about = Text.joined([day.rule, day.basis], "", " ")
            days.append(_Day(f"observance-{day.id}", day.name, about, place, one.first, one.last, yearly=True))
    for event in sorted(portal.events, key=lambda event: (event.date.text, event.id)):
        if event.date.precision == "day" and (on := event.date.first) >= as_of:
            days.append(_Day(f"event-{event.id}", event.title, event.summary, page_path("events"), on, on))
    return _sheet(portal, lang, title, _SAID["calendar"], days)


def reminders(portal: Portal, report: Report, lang: Lang) -> bytes:
    """For the office's calendar: the last day on which each thing counts as fresh, and when to look for new figures."""
    said = _SAID["reminders"]
    told = [(f"{each.kind}-{each.id}", KINDS_OF[each.kind], each.title, each.due, said["due"]) for each in report.items]
    for e in report.probable():
        figure = Text.joined([e.indicator.short, e.area.short])
        told.append((f"{e.indicator.id}-{e.area.id}-{e.year}", said["look"], figure, e.first, said["seen"]))
    days = []
    for id, kind, title, day, about in told:
        if day is not None:
            name = re.sub(r"[^a-z0-9]+", "-", f"due-{id}-{day}".lower())
            days.append(_Day(name, Text.joined([kind, title], "：", ": "), about, page_path("freshness"), day, day))
    return _sheet(portal, lang, said["title"], said["about"], days)


def _sheet(portal: Portal, lang: Lang, title: Text, says: Text, days: Iterable[_Day]) -> bytes:
    sheet, settings = icalendar.Calendar(), portal.settings
    name, place = f"{title[lang]} · {settings.short_name[lang]}", f"{settings.tree(lang)}calendar.ics"
    told = {"prodid": f"-//{settings.short_name.en}//ipportal//{lang.upper()}", "version": "2.0"}
    told |= {"calscale": "GREGORIAN", "method": "PUBLISH", "name": name, "x-wr-calname": name}
    for key, said in (told | dict.fromkeys(("description", "x-wr-caldesc"), says[lang])).items():
        sheet.add(key, said)
    sheet.add("refresh-interval", timedelta(weeks=1), parameters={"VALUE": "DURATION"})
    for day in days:
        stamp, end = datetime.combine(settings.as_of, time(), UTC), day.last + timedelta(days=1)
        facts = {"uid": f"{day.name}-{lang}@{_authority(settings)}", "dtstamp": stamp, "transp": "TRANSPARENT"}
        facts |= {"description": day.about[lang], "dtstart": day.first, "dtend": end}
        facts |= {"rrule": {"freq": "yearly"}} if day.yearly else {}
        link = address(settings, page(settings, portal.first_page(day.page), lang), place)
        # a calendar stands outside the site, so only a full address is of use in it
        facts |= {"url": link} if split(link).scheme else {}
        event = icalendar.Event()
        event.add("summary", day.title[lang], parameters={"LANGUAGE": BCP47[lang]})
        for key, fact in facts.items():
            event.add(key, fact)
        sheet.add_component(event)
    return bytes(sheet.to_ical())


def entries(portal: Portal, news: Sequence[News] = ()) -> tuple[News, ...]:
    """Everything up to `as_of`, the newest first; what is dated less exactly comes at the end of its month or year.

    `happened` is the first of days for what has no exact day of its own. Evidence and events that `news` brings are
    dated by the day they became known here: a feed reader that sorts by date then shows them on top.
    """
    as_of = portal.settings.as_of
    told = {(item.kind, item.id): replace(item, happened=date.min) for item in reversed(news)}
    for entry in _dated(portal):
        known = told.get((entry.kind, entry.id), entry)
        if entry.day <= as_of:
            told[entry.kind, entry.id] = replace(entry, day=max(entry.day, known.day), place=known.place)
    return tuple(sorted(told.values(), key=lambda e: (-e.day.toordinal(), e.place, e.id)))


def feed(portal: Portal, lang: Lang, known: Sequence[News] = ()) -> bytes:
    """News, evidence, events and data releases as an Atom feed."""
    settings = portal.settings
    path = f"{settings.tree(lang)}feed.xml"

    def link(name: str, anchor: str = "") -> str:
        to = address(settings, page(settings, portal.first_page(name), lang), path)
        return f"{to}#{anchor}" if anchor else to

    # since when these identifiers are in use stands in them, as tag: URIs require
    begun, own = f"tag:{_authority(settings)},2026:", address(settings, path, path)
    facts = {"settings": settings, "lang": lang, "tag": BCP47[lang], "begun": begun, "own": own, "kinds": KINDS}
    words = template_environment().overlay(keep_trailing_newline=True).get_template("feed.xml")
    told = words.render(facts, author=author(settings), news=entries(portal, known), home=page_path("news"), link=link)
    return told.encode()


def _dated(portal: Portal) -> Iterator[News]:
    """Evidence, events and data releases, by the day of the matter itself; where only a month or year is known, by the
    last day of it so far, with the date in words.
    """
    as_of, told = portal.settings.as_of, list[tuple[Kind, str, PartialDate, Text, Text, str, str]]()
    for update in (found for found in portal.updates if found.counts):
        title, where = portal.measures[update.measure].title, plan_page(portal, "updates", of=update.measure)
        told.append(("evidence", update.id, update.date, title, update.what, where, f"update-{update.id}"))
    for event in portal.events:
        where = page_path("events")
        told.append(("event", event.id, event.date, event.title, event.summary, where, f"event-{event.id}"))
    for kind, id, when, title, said, where, anchor in told:
        if when.precision == "day":
            yield News(id, kind, when.first, 0, title, said, where, anchor, when.first)
        else:
            last = when.last if when.first > as_of else min(when.last, as_of)
            dated = Text(f"{when.label('zh')}。{said.zh}", f"{when.label('en')}. {said.en}")
            yield News(id, kind, last, 0, title, dated, where, anchor)
    for package in portal.packages.values():
        released = {release.version for release in portal.releases_of(package.name)}
        for change in (change for change in package.changes if change.version in released):
            day, name = date.fromisoformat(change.date), f"{package.name}-{change.version}"
            title = _SAID["release"].format(title=package.title, version=change.version)
            at = page_path("version", f"{package.name}/{change.version}")
            yield News(name, "release", day, _LAST, title, change.why, at, happened=day)


def _authority(settings: Settings) -> str:
    return settings.feed_authority or f"{settings.id}.{_NOBODY}"


_JUDGED: Final = "indicators"
_GOALS: Final = ("observations", "targets")


def known_news(portal: Portal, root: Path, pending: Mapping[str, Comparison] | None = None) -> tuple[News, ...]:
    """The news of the portal below `root`, the newest first; `pending` spares comparing the packages again."""
    waiting = pending_changes(portal, root) if pending is None else pending
    pages = read_manuscripts(root, portal.settings.languages)
    return news(portal, tuple(steps(portal, root, waiting)), [page for page in pages if page.is_data_story])


def steps(portal: Portal, root: Path, pending: Mapping[str, Comparison]) -> Iterator[Step]:
    """Every release but the first of each package, and the changes not yet released, dated `as_of`."""
    for name in portal.packages:
        releases = tuple(reversed(portal.releases_of(name)))
        for before, after in pairwise(releases):
            states = (_judged(portal, root, release) for release in (before, after))
            yield Step(name, date.fromisoformat(after.date), after.changes, *states)
        if name in pending:
            now = _verdicts(portal) if name == _JUDGED else {}
            yield Step(name, portal.settings.as_of, pending[name].rows, _judged(portal, root, releases[-1]), now)


def _judged(portal: Portal, root: Path, release: Release) -> dict[str, Verdict]:
    """The verdicts of a release, by today's method, as of its day; none of a package without targets."""
    if release.package != _JUDGED:
        return {}
    folder = root / FOLDER / release.package / release.version
    files = {name: folder / f"{name}.csv" for name in _GOALS}
    tables = {name: table_from(name, path.name, {}, path.read_bytes()) for name, path in files.items()}
    return _verdicts(with_goals(portal, date.fromisoformat(release.date), tables))


def _verdicts(portal: Portal) -> dict[str, Verdict]:
    return {verdict.target.id: verdict for indicator in portal.indicators for verdict in verdicts(portal, indicator)}
