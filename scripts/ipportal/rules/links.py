"""Keys that lead from one package into another; Table Schema cannot follow those."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from ipportal.base.text import Text
from ipportal.rules.context import Context
from ipportal.rules.keys import expected_id, hint_id
from ipportal.rules.rule import Example, Finding, Rule


class Link(NamedTuple):
    """A column that holds ids of a table of another package."""

    package: str
    table: str
    column: str
    to_package: str
    to_table: str


LINKS: Final = (
    Link("plan", "measure_indicators", "indicator", "indicators", "indicators"),
    Link("cases", "case_statistics", "area", "indicators", "areas"),
    Link("cases", "case_statistics", "unit", "indicators", "units"),
    Link("cases", "case_stories", "measure", "plan", "measures"),
    Link("promotion", "events", "area", "indicators", "areas"),
    Link("promotion", "incentives", "area", "indicators", "areas"),
    Link("promotion", "incentives", "unit", "indicators", "units"),
    Link("promotion", "services", "figures", "indicators", "indicators"),
    Link("promotion", "services", "measure", "plan", "measures"),
    Link("recognition", "awards", "area", "indicators", "areas"),
    Link("recognition", "enterprises", "area", "indicators", "areas"),
)


def _unknown(context: Context) -> Iterator[Finding]:
    """A cell names an id that does not exist in the other package."""
    for link in LINKS:
        target = context.table(link.to_package, link.to_table)
        if target is None or not context.trusted(target, ("id",)):
            continue
        ids = sorted({row["id"] for row in context.rows(target)})
        for row in context.records(link.package, link.table):
            text = row[link.column]
            if text and text not in ids:
                yield Finding(row.where(link.column), expected_id(target), text, hint_id(text, ids, target))


RULES: Final = (
    Rule(
        "link-unknown",
        Text("引用了别的数据包里没有的编号", "A reference into another package that leads nowhere"),
        Text(
            "案件的地区和单位、措施的指标、服务的措施，都用别的数据包登记过的编号。",
            "Areas and units of cases, indicators of measures and measures of services are ids of other packages.",
        ),
        Example("measure_indicators: patent-agency", "patent-agencies"),
        _unknown,
    ),
)
