"""What a portal costs grows with its rows, not with their square: reads of rows are counted, not seconds."""

import dataclasses
import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from ipportal.analysis.plan import chapters, evidence
from ipportal.analysis.progress import verdicts
from ipportal.base.periods import Period
from ipportal.charts import all_charts
from ipportal.data.model import Portal
from ipportal.pages import MACROS
from ipportal.pages.view import View
from support.portals import tiny_portal

TINY = tiny_portal()
#: The list of an indicator's siblings is as long as the group: all of them together are a square of it
WORDS = "verdict arithmetic values other_definitions elsewhere targets definition issues linked_measures"
BLOCKS = {name: MACROS[name] for name in WORDS.split()}
SIZES = (4, 8, 16)

reads: Counter[str] = Counter()
_counting: dict[type, type] = {}


def counted(row: Any, **changes: Any) -> Any:
    """The same record, but every look at one of its columns is counted."""
    kind = type(row)
    names = frozenset(field.name for field in dataclasses.fields(kind))

    def look(self: Any, name: str) -> Any:
        reads[name] += name in names
        return object.__getattribute__(self, name)

    if kind not in _counting:
        _counting[kind] = type(kind.__name__, (kind,), {"__getattribute__": look, "__slots__": ()})
    return _counting[kind](**({name: getattr(row, name) for name in names} | changes))


def more_things(times: int) -> Portal:
    """As many indicators with their rows, and measures with theirs, as the small portal has, `times` over."""

    def copies(rows: Iterable[Any], **columns: str) -> list[Any]:
        """Rows again and again; in each copy the named columns point to the copy of what they point to."""
        return [
            counted(row, **{column: f"{getattr(row, column)}{n or ''}" for column in columns.values()})
            for n in range(times)
            for row in rows
        ]

    return dataclasses.replace(
        TINY,
        indicators={row.id: row for row in copies(TINY.indicators.values(), id="id")},
        observations=tuple(copies(TINY.observations, of="indicator")),
        targets=tuple(copies(TINY.targets, id="id", of="indicator")),
        measures={row.id: row for row in copies(TINY.measures.values(), id="id")},
        measure_indicators=tuple(
            (f"{m}{n or ''}", f"{i}{n or ''}") for n in range(times) for m, i in TINY.measure_indicators
        ),
        updates=tuple(copies(TINY.updates, id="id", of="measure")),
        systems=tuple(copies(TINY.systems, id="id", of="measure")),
        roles=tuple(copies(TINY.roles, of="measure")),
        case_statistics=tuple(older(TINY.case_statistics, times)),
    )


def more_years(times: int) -> Portal:
    """As many rows of the same indicators and of the same counts: earlier ones."""
    return dataclasses.replace(
        TINY,
        observations=tuple(older(TINY.observations, times)),
        case_statistics=tuple(older(TINY.case_statistics, times)),
    )


def older(rows: Iterable[Any], times: int) -> list[Any]:
    found = []
    for n in range(times):
        for row in rows:
            period = re.sub(r"\d{4}", lambda year, n=n: str(int(year[0]) - 2 * n), row.period.text)
            changes = {"period": Period.parse(period)} | ({"id": f"{row.id}-{n}"} if hasattr(row, "id") else {})
            found.append(counted(row, **changes))
    return found


def _judge(portal: Portal) -> None:
    for indicator in portal.indicators:
        verdicts(portal, indicator)


def _indicator_pages(portal: Portal) -> None:
    view = View(portal, "en", "indicators/grants.md")
    for indicator in portal.indicators:
        for block in BLOCKS.values():
            block(view, indicator)


def _case_pages(portal: Portal) -> None:
    view = View(portal, "en", "cases/statistics.md")
    MACROS["case_statistics"](view, "sample-zone")
    for forum in ("court", "administrative"):
        MACROS["case_sentences"](view, "sample-zone", forum)
    for row in portal.case_statistics:
        MACROS["case_figure"](view, row.id)


def _plan_pages(portal: Portal) -> None:
    chapters(portal)
    evidence(portal)


def _charts(portal: Portal) -> None:
    all_charts(portal)


# More years bring no more measures: the plan's pages read nothing of what grows then.
GROWTH = [
    *((more_things, work) for work in (_judge, _indicator_pages, _case_pages, _plan_pages, _charts)),
    *((more_years, work) for work in (_judge, _indicator_pages, _case_pages, _charts)),
]


@pytest.mark.this_portal
@pytest.mark.parametrize(("grown", "work"), GROWTH)
def test_twice_the_rows_cost_twice_the_reads(grown: Callable[[int], Portal], work: Callable[[Portal], None]) -> None:
    costs = []
    for times in SIZES:
        portal = grown(times)
        reads.clear()
        work(portal)
        costs.append(reads.total())
    few, twice, four = costs
    assert 0 < few < twice, costs
    assert four - twice <= 2.1 * (twice - few), costs


def test_a_list_of_siblings_ends() -> None:
    portal = more_things(100)
    group = portal.group("core")
    view = View(portal, "en", "indicators/grants.md")
    for indicator in (group[0], group[len(group) // 2], group[-1]):
        shown = MACROS["siblings"](view, indicator.id)
        assert shown.count("<li>") == 60 and shown.count("aria-current") == 1


def test_answers_are_worked_out_once_and_not_carried_over() -> None:
    portal = more_things(2)
    assert verdicts(portal, "grants") is verdicts(portal, "grants")
    other = dataclasses.replace(portal, targets=())
    assert verdicts(portal, "grants") and not verdicts(other, "grants")
    assert portal.targeted("grants") and not other.targeted("grants")


def test_a_drawing_is_specified_once() -> None:
    chart = all_charts(TINY)[0]
    assert chart.draw("en", chart.widths[0]) is chart.draw("en", chart.widths[0])
