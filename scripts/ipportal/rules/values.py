"""Values: within their unit, without silent jumps or contradictions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Final, NamedTuple

from ipportal.base.periods import Period
from ipportal.base.quantities import Unit, UnitKind, plain
from ipportal.base.text import Text
from ipportal.data.model import Status
from ipportal.rules.context import Context, Record
from ipportal.rules.rule import Example, Finding, Rule

_HUNDRED: Final = 100
_GROWTH: Final = "growth"


class _Value(NamedTuple):
    """A number of a row with its unit; `base` is the number in the unit's base."""

    row: Record
    column: str
    unit: Unit
    number: Decimal

    @property
    def base(self) -> Decimal:
        return plain(self.number * self.unit.scale)


def units_of(context: Context) -> dict[str, Unit]:
    """The units without faults, by id."""
    return {
        row["id"]: Unit(
            row["id"],
            Text(row["name_zh"], row["name_en"]),
            row["one_en"],
            UnitKind(row["kind"]),
            row["base"],
            Decimal(row["scale"]),
        )
        for row in context.records("indicators", "units")
    }


def default_units(context: Context) -> dict[str, str]:
    """Indicator id → unit id."""
    return {row["id"]: row["unit"] for row in context.records("indicators", "indicators")}


def _values(context: Context) -> Iterator[_Value]:
    units, defaults = units_of(context), default_units(context)
    tables = (
        ("indicators", "observations", ("value",)),
        ("indicators", "targets", ("minimum", "maximum")),
        ("cases", "case_statistics", ("value",)),
        ("promotion", "incentives", ("value",)),
    )
    for package, table, columns in tables:
        for row in context.records(package, table):
            unit = units.get(row["unit"] or defaults.get(row["indicator"], ""))
            for column in columns:
                if unit and row[column]:
                    yield _Value(row, column, unit, Decimal(row[column]))


def _negative(context: Context) -> Iterator[Finding]:
    """A count, amount, ratio or duration is below zero."""
    for value in context.once(_values):
        if value.unit.kind != UnitKind.PERCENT and value.number < 0:
            yield Finding(
                value.row.where(value.column),
                Text("不小于 0 的数", "a number of at least 0"),
                value.row[value.column],
                Text(
                    "删去负号；减少的幅度用增长率指标表示",
                    "take the minus sign out; a decrease belongs in a growth rate",
                ),
            )


def _fraction(context: Context) -> Iterator[Finding]:
    """A count of things is no whole number: 13.5 patents. 1.35 万件 is fine."""
    for value in context.once(_values):
        if value.unit.kind == UnitKind.COUNT and value.base != value.base.to_integral_value():
            yield Finding(
                value.row.where(value.column),
                Text(f"整数个（单位：{value.unit.name.zh}）", f"a whole number ({value.unit.name.en})"),
                value.row[value.column],
                Text(
                    "核对小数点；以“万”计的数要在 unit 列写对应的单位",
                    "check the decimal point; numbers counted in ten thousands need their own unit",
                ),
            )


def _percent(context: Context) -> Iterator[Finding]:
    """A share is outside 0 to 100 %, or a growth rate below −100 %."""
    for value in context.once(_values):
        if value.unit.kind != UnitKind.PERCENT:
            continue
        growth = _GROWTH in value.row["indicator"]
        lowest, highest = (-_HUNDRED, None) if growth else (0, _HUNDRED)
        if value.number < lowest or (highest is not None and value.number > highest):
            yield Finding(
                value.row.where(value.column),
                Text("不低于 −100 的增长率", "a growth rate of at least −100")
                if growth
                else Text("0 到 100 之间的百分数", "a percentage from 0 to 100"),
                value.row[value.column],
                Text("核对小数点；12.5% 写成 12.5", "check the decimal point; 12.5% is written 12.5"),
            )


def _unit(context: Context) -> Iterator[Finding]:
    """A row gives a unit that measures something else than its indicator."""
    units, defaults = units_of(context), default_units(context)
    for table in ("observations", "targets"):
        for row in context.records("indicators", table):
            own, usual = units.get(row["unit"]), units.get(defaults.get(row["indicator"], ""))
            if own and usual and own.base != usual.base:
                fitting = [unit.id for unit in units.values() if unit.base == usual.base]
                yield Finding(
                    row.where("unit"),
                    Text(
                        f"与指标同类的单位：{'、'.join(fitting)}",
                        f"a unit of the indicator's kind: {', '.join(fitting)}",
                    ),
                    row["unit"],
                    Text("与指标单位相同时留空", "leave it empty if it is the indicator's own unit"),
                )


Fact = tuple[str, str, str, str]


def _facts(context: Context) -> dict[Fact, list[_Value]]:
    """Observations in force by (indicator, area, basis, period)."""
    facts: dict[Fact, list[_Value]] = defaultdict(list)
    for value in context.once(_values):
        row = value.row
        if row["status"] in (Status.FINAL, Status.PROVISIONAL):
            facts[row["indicator"], row["area"], row["basis"], row["period"]].append(value)
    return facts


def _conflict(context: Context) -> Iterator[Finding]:
    """Two sources give different values for one fact, and neither is marked as superseded."""
    for (_, _, _, period), values in _facts(context).items():
        first = values[0]
        for value in values[1:]:
            if period != "undated" and value.base != first.base:
                yield Finding(
                    value.row.where("value"),
                    Text(
                        f"与第 {first.row.line} 行相同的值 {first.row['value']}",
                        f"the same value as row {first.row.line}, {first.row['value']}",
                    ),
                    value.row["value"],
                    Text(
                        "算法不同就另立口径（basis）；旧数已被更正就把 status 改为 superseded；都要写进 discrepancies",
                        "another definition: give it its own basis; a corrected figure: set the old one's status to "
                        "superseded; either way add a row to discrepancies",
                    ),
                )


def _superseded(context: Context) -> Iterator[Finding]:
    """A value was superseded, but the table of contradictions does not say why."""
    explained = {row["indicator"] for row in context.records("indicators", "discrepancies")}
    for row in context.records("indicators", "observations"):
        if row["status"] == Status.SUPERSEDED and row["indicator"] not in explained:
            yield Finding(
                row.where("status"),
                Text(
                    f"discrepancies 表里有关于 {row['indicator']} 的一行",
                    f"a row about {row['indicator']} in discrepancies",
                ),
                row["status"],
                Text("在 discrepancies 表里写明两个值和取舍理由", "state both values and the choice in discrepancies"),
            )


def _jump(context: Context) -> Iterator[Finding]:
    """A yearly value changed against the one before by more than the limit, and no note says why."""
    series: dict[tuple[str, str, str], dict[int, list[_Value]]] = defaultdict(dict)
    for (indicator, area, basis, period), values in _facts(context).items():
        parsed = Period.parse(period)
        if parsed.is_full_year and parsed.year is not None and values[0].unit.kind != UnitKind.PERCENT:
            series[indicator, area, basis][parsed.year] = values
    for years in series.values():
        ordered = sorted(years)
        for before, year in pairwise(ordered):
            yield from _jumped(context, years[before], years[year], year - before)


def _jumped(context: Context, before: list[_Value], after: list[_Value], gap: int) -> Iterator[Finding]:
    old, new, limit = before[0].base, after[0].base, Decimal(str(context.settings.jump_factor)) ** gap
    noted = any(value.row["note_zh"] for value in after)
    if old > 0 and not noted and (new > old * limit or new * limit < old):
        row, earlier, factor = after[0].row, before[0].row, plain(limit)
        yield Finding(
            row.where("value"),
            Text(
                f"与 {earlier['period']} 年的 {earlier['value']} 相差不超过 {factor} 倍的数，或写明原因的 note",
                f"a value within {factor} times the {earlier['value']} of {earlier['period']}, or a note saying why",
            ),
            row["value"],
            Text(
                "先核对位数和单位（万件还是件）；确实如此就在 note_zh 和 note_en 写明原因",
                "first check digits and unit (10,000s or ones?); if it is right give the reason in note_zh and note_en",
            ),
        )


RULES: Final = (
    Rule(
        "value-negative",
        Text("负数", "A value below zero"),
        Text("件数、金额、时长不会小于 0。", "Counts, amounts and durations are never below zero."),
        Example("-62", "62"),
        _negative,
    ),
    Rule(
        "value-fraction",
        Text("件数不是整数", "A count that is no whole number"),
        Text(
            "没有半件专利；1.35 万件是整数件，可以。", "There is no half patent; 1.35 ten-thousands is a whole number."
        ),
        Example("13.5", "135"),
        _fraction,
    ),
    Rule(
        "value-percent",
        Text("百分数超出范围", "A percentage out of range"),
        Text("占比在 0 到 100 之间；增长率不低于 −100。", "Shares lie between 0 and 100; growth is at least −100."),
        Example("4050", "40.5"),
        _percent,
    ),
    Rule(
        "unit-mismatch",
        Text("单位不是一类", "A unit of another kind"),
        Text(
            "件不能换算成万元；只有同类单位才能画在一条线上。",
            "Patents cannot be converted to money; a line needs one kind.",
        ),
        Example("patents in wan-yuan", "unit="),
        _unit,
    ),
)

#: These compare values with each other, so they wait until each is right by itself
COMPARING_RULES: Final = (
    Rule(
        "value-conflict",
        Text("同一件事两个数", "Two values for one fact"),
        Text(
            "同一指标、地区、时段、口径只能有一个有效值；不同的说法要分开并解释。",
            "One value is in force for an indicator, area, period and basis; others are set apart and explained.",
        ),
        Example("82 / 120", "82 (plan) / 120 (zone-site)"),
        _conflict,
    ),
    Rule(
        "superseded-unexplained",
        Text("旧值没有说明", "A superseded value without explanation"),
        Text("被更正的值仍然公开，并在 discrepancies 表写明原因。", "Corrected values stay public, with the reason."),
        Example("status=superseded", "status=superseded + discrepancies"),
        _superseded,
    ),
    Rule(
        "value-jump",
        Text("变化太大而没有说明", "A jump without a reason"),
        Text(
            "年度值比上一次差几倍，多半是万件与件弄混；真有其事就写明原因。隔几年的，倍数按年数连乘。"
            "倍数由 portal.toml 的 jump_factor 规定。",
            "A yearly value several times the last is often a mix-up of units; if true, say why. Over several years "
            "the factor (jump_factor in portal.toml) is applied once per year.",
        ),
        Example("2020=572, 2021=14430", "2021=1443"),
        _jump,
    ),
)
