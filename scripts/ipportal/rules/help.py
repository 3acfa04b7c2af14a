"""Help: laws whose days are in order, links and choices that lead somewhere, contacts somebody can reach, and nothing
cited that has ended or was not read.
"""

import re
from collections.abc import Iterator
from itertools import product
from typing import Final

from ipportal.base.errors import Where
from ipportal.data.manuscripts import without_code
from ipportal.data.packages import NO, YES
from ipportal.rules.rule import Context, Finding, Record, rules

#: The tables that links lead to and that are not called after their kind
_TABLES: Final = {"story": "case_stories"}
#: How a page cites a law: `{{ law("sample-law", "7") }}`, and how it says that one ends
_CITED: Final = re.compile(r"""\{\{\s*law(?:_says)?\(\s*["']([^"']+)["'](?:\s*,\s*["']([^"']*)["'])?""")
_LASTING: Final = re.compile(r"""\{\{\s*law\(\s*["']([^"']+)["']""")
_NOTICE: Final = re.compile(r"""\{\{\s*law_notice\(\s*["']([^"']+)["']""")


def _help_link(context: Context) -> Iterator[Finding]:
    """A case or a service leads to what does not exist."""
    for name in ("path_links", "service_links"):
        for row in context.records(name):
            found = context.whole(_TABLES.get(row["kind"], f"{row['kind']}s"), "id")
            if found and row["target"] not in {other["id"] for other in found[1]}:
                yield row.fault("target", file=found[0].file)


def _help_choice(context: Context) -> Iterator[Finding]:
    """A right and a place that readers can choose lead to no case."""
    if found := context.whole("path_choices"):
        known = {(row["right"], row["place"]) for row in found[1]}
        asked = [[r["id"] for r in context.records("choices") if r["question"] == one] for one in ("right", "place")]
        for right, place in product(*asked):
            if (right, place) not in known:
                yield Finding(Where(found[0].file), right=right, place=place)


def _law_dates(context: Context) -> Iterator[Finding]:
    """The days of a law, or of a law and its successor, are crossed."""
    known = context.by_id("laws")
    for row in known.values():
        for first, last in (("adopted", "in_force"), ("in_force", "valid_until"), ("adopted", "valid_until")):
            if row[first] and row[last] and row[last] < row[first]:
                yield row.fault(last, first=row[first])
                break
        follower = known.get(row["replaced_by"])
        if follower and row["valid_until"] and follower["in_force"] and follower["in_force"] <= row["valid_until"]:
            yield row.fault("replaced_by", "early", start=follower["in_force"], last=row["valid_until"])


def _deadline_length(context: Context) -> Iterator[Finding]:
    """A time limit has a length without a unit, or a direction without a length."""
    for row in context.records("deadlines"):
        if bool(row["length"]) != bool(row["unit"]):
            yield row.fault("unit" if row["length"] else "length")
        elif row["direction"] and not row["length"]:
            yield row.fault("direction", "alone")


def _help_contact(context: Context) -> Iterator[Finding]:
    """A contact without source that is no common number, or with an address that is none."""
    for row in context.records("contacts"):
        if not row["source"] and row["common"] != YES:
            yield row.fault("source")
        if not row["phone"] and row["common"] == YES:
            yield row.fault("phone", "number")
        for column in ("address_zh", "address_en"):
            if row[column] and (not re.search(r"\d", row[column]) or "://" in row[column] or "@" in row[column]):
                yield row.fault(column, "address")


def _law_ended(context: Context) -> Iterator[Finding]:
    """What is no longer in force is cited, and nothing says so."""
    known, day = context.by_id("laws"), context.settings.as_of.isoformat()
    over = {law: row for law, row in known.items() if row["valid_until"] and row["valid_until"] < day}
    for row, column in _citing(context):
        # with a successor the page tells by itself that the law has changed, and leaves the row out
        if row[column] in over and not over[row[column]]["replaced_by"]:
            yield row.fault(column, last=over[row[column]]["valid_until"])
    for page in context.pages:
        told = set(_NOTICE.findall(page.text))
        for number, line in enumerate(without_code(page.text).split("\n"), 1):
            for law in _LASTING.findall(line):
                if law in over and law not in told:
                    yield Finding(Where(page.file, number), law, "page", last=over[law]["valid_until"], law=law)


def _law_unread(context: Context) -> Iterator[Finding]:
    """An article is cited of a law whose articles were not seen."""
    unread = {law for law, row in context.by_id("laws").items() if row["articles_checked"] == NO}
    for row, column in _citing(context):
        if row[column] in unread and row["article"]:
            yield row.fault("article", law=row[column])
    for page in context.pages:
        for number, line in enumerate(without_code(page.text).split("\n"), 1):
            for law, article in _CITED.findall(line):
                if law in unread and article:
                    yield Finding(Where(page.file, number), article, law=law)


def _citing(context: Context) -> Iterator[tuple[Record, str]]:
    """Every row that cites a law, with the column that names it."""
    for name in ("deadlines", "path_items"):
        yield from ((row, "law") for row in context.records(name))
    for name in ("path_links", "service_links"):
        yield from ((row, "target") for row in context.records(name) if row["kind"] == "law")


RULES: Final = rules(_help_link, _help_choice, _help_contact, _law_dates, _law_ended, _law_unread, _deadline_length)
