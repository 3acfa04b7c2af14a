"""Which law stands on a day, what an answer page holds of what still stands, and what of it grows old.

A law that has ended takes its deadlines with it; where it names its successor, pages say so instead of citing it.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from ipportal.base import Frozen
from ipportal.data.model import CaseStory, Choice, Contact, Deadline, Law, Path, PathItem, Portal, Service, once

#: So many days before its end a law is announced
AHEAD: Final = 90
#: So many days after it was seen or tried a contact is to be tried again
TRIED: Final = 180
_NUMBER: Final = re.compile(r"\d+")


class Cited(Frozen):
    """A law with the articles meant; none where it is meant as a whole, or its articles were not seen."""

    law: Law
    articles: tuple[str, ...] = ()


class Change(Frozen):
    """A law that ends soon or has ended, and the version that follows it; `over` says which."""

    law: Law
    successor: Law | None
    over: bool


class Way(Frozen):
    """A service of an answer page, the wishes it answers, and whom to turn to for it."""

    service: Service
    wishes: tuple[Choice, ...]
    contacts: tuple[Contact, ...]


class Limit(Frozen):
    """A deadline of an answer page. `own`: it is the reader's; `doubtful`: the law its own law rests on has ended."""

    deadline: Deadline
    law: Law
    own: bool
    doubtful: bool


def ended(law: Law, day: date) -> bool:
    """True after the last day of a law."""
    return law.valid_until is not None and law.valid_until < day


def begun(law: Law, day: date) -> bool:
    """True from the first day of a law on; where that day was not seen, it is in force unless it is said to end."""
    return law.in_force is None or law.in_force <= day


def stands(portal: Portal, deadline: Deadline) -> bool:
    """True where a deadline holds on `as_of`, by its own days and those of its law."""
    day, law = portal.settings.as_of, portal.laws[deadline.law]
    own = (deadline.valid_from or day) <= day <= (deadline.valid_until or day)
    return own and begun(law, day) and not ended(law, day)


def change(portal: Portal, law: Law) -> Change | None:
    """What is to be said of the end of a law, from `AHEAD` days before it; None as long as nothing is."""
    if law.valid_until is None or law.valid_until - portal.settings.as_of > timedelta(days=AHEAD):
        return None
    return Change(law, portal.laws.get(law.replaced_by or ""), ended(law, portal.settings.as_of))


@once
def limits(portal: Portal, path: Path) -> tuple[Limit, ...]:
    """The deadlines of a case that stand, in its order."""
    found = []
    for deadline in (portal.deadlines[link.target] for link in portal.links_of((path.id, "deadline"))):
        law = portal.laws[deadline.law]
        base, readers = portal.laws.get(law.rests_on or ""), (path.reader, "party", "anyone")
        own = deadline.actor != "authority" and (path.reader == "either" or deadline.actor in readers)
        if stands(portal, deadline):
            found.append(Limit(deadline, law, own, base is not None and ended(base, portal.settings.as_of)))
    return tuple(found)


@once
def cited(portal: Portal, path: Path) -> tuple[Cited, ...]:
    """The laws of a case that are in force, each with the articles it and its deadlines use."""
    day, found = portal.settings.as_of, []
    for link, law in ((link, portal.laws[link.target]) for link in portal.links_of((path.id, "law"))):
        used = [limit.deadline.article for limit in limits(portal, path) if limit.law.id == law.id]
        if begun(law, day) and not ended(law, day):
            found.append(Cited(law, _sorted([link.article, *used]) if law.articles_checked else ()))
    return tuple(found)


def _sorted(articles: Iterable[str | None]) -> tuple[str, ...]:
    each = {one for article in articles if article for one in article.split(", ")}
    return tuple(sorted(each, key=lambda one: ([int(number) for number in _NUMBER.findall(one)], one)))


@once
def changes(portal: Portal, path: Path) -> tuple[Change, ...]:
    """Laws a case rests on that end soon or have ended, in its order."""
    return tuple(one for law in laws_of(portal, path) if (one := change(portal, portal.laws[law])))


def laws_of(portal: Portal, path: Path) -> tuple[str, ...]:
    """The ids of all laws a case rests on, whether they stand or not: its own, then those of its deadlines."""
    deadlines = [portal.deadlines[link.target].law for link in portal.links_of((path.id, "deadline"))]
    return tuple(dict.fromkeys([*(link.target for link in portal.links_of((path.id, "law"))), *deadlines]))


@once
def ways(portal: Portal, path: Path) -> tuple[Way, ...]:
    """The services of a case in its order."""
    found = []
    for service in (portal.services[link.target] for link in portal.links_of((path.id, "service"))):
        wanted = {row.wish for row in portal.wish_services if row.service == service.id}
        wishes = tuple(wish for wish in portal.choices_of("wish") if wish.id in wanted)
        links = (link for link in portal.service_links if (link.service, link.kind) == (service.id, "contact"))
        found.append(Way(service, wishes, tuple(portal.contacts[link.target] for link in links)))
    return tuple(found)


def first_way(portal: Portal, path: Path, wish: Choice) -> Way | None:
    """The service of a case that comes first for a wish; None where it has none for it."""
    turn = {row.service: row.order for row in portal.wish_services if row.wish == wish.id}
    found = [way for way in ways(portal, path) if way.service.id in turn]
    return min(found, key=lambda way: turn[way.service.id], default=None)


def items(portal: Portal, path: Path, kind: str) -> tuple[PathItem, ...]:
    """The entries of a list of a case whose law, if any, has not ended."""
    found = portal.items_of((path.id, kind))
    return tuple(item for item in found if not item.law or not ended(portal.laws[item.law], portal.settings.as_of))


def contacts(portal: Portal, path: Path) -> tuple[Contact, ...]:
    """Whom to turn to in a case, in its order."""
    return tuple(portal.contacts[link.target] for link in portal.links_of((path.id, "contact")))


def near(portal: Portal, path: Path) -> tuple[CaseStory, ...]:
    """Stories near to a case, in its order."""
    return tuple(portal.case_stories[link.target] for link in portal.links_of((path.id, "story")))


def to_ask(portal: Portal, *questions: str) -> tuple[Contact, ...]:
    """Whom to ask when nothing else is known, the first kind of question first: `law`, `anything`."""
    return tuple(one for question in questions for one in portal.contacts.values() if one.questions == question)


def lines(portal: Portal) -> list[Contact]:
    """The telephone lines: for any question first, then those on law."""
    turn = {"anything": 0, "law": 1}
    found = [one for one in portal.contacts.values() if one.kind == "hotline" and one.phone]
    return sorted(found, key=lambda one: (turn.get(one.questions or "", 2), one.id))


def to_try(contact: Contact) -> date | None:
    """The day from which a contact is to be tried again; None for common numbers and what has no date."""
    seen = contact.checked_on or (contact.seen_on and contact.seen_on.last)
    return seen + timedelta(days=TRIED) if seen else None


def newest(portal: Portal, laws: Iterable[str], day: date) -> Law | None:
    """The law among these that came into force last, up to a day; None where no day is known."""
    known = [portal.laws[law] for law in laws if law in portal.laws]
    dated = [(law.in_force, law.id) for law in known if law.in_force and law.in_force <= day]
    return portal.laws[max(dated)[1]] if dated else None
