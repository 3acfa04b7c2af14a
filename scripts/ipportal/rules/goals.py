"""Targets and definitions: one target that counts, after the baseline, by the plan's own definition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from ipportal.base.errors import Where
from ipportal.base.text import Text
from ipportal.data.model import IndicatorGroup, TargetKind
from ipportal.data.settings import FILE
from ipportal.rules.context import Context, Record
from ipportal.rules.rule import Example, Finding, Rule
from ipportal.rules.values import units_of

#: Groups of indicators that are promises, so that they need a target and a page
PROMISES: Final = (IndicatorGroup.CORE, IndicatorGroup.COMMITMENT)


def zone_of(context: Context) -> str:
    """The id of the area the portal is about; empty when there is not exactly one."""
    zones = [row["id"] for row in context.records("indicators", "areas") if row["level"] == "zone"]
    return zones[0] if len(zones) == 1 else ""


def _zone(context: Context) -> Iterator[Finding]:
    """There is not exactly one area of level “zone”."""
    table = context.table("indicators", "areas")
    if table is None or not context.trusted(table, ("id", "level")):
        return
    zones = [row for row in context.rows(table) if row["level"] == "zone"]
    expected = Text("恰好一个 level 为 zone 的地区", "exactly one area of level “zone”")
    hint = Text(
        "本门户所讲的开发区标 zone，其他地区改用别的级别", "mark the zone of this portal, give others their own level"
    )
    if not zones:
        yield Finding(Where(table.file, column="level"), expected, "", hint)
    for row in zones[1:]:
        yield Finding(row.where("level"), expected, row["id"], hint)


def _plan_basis(context: Context) -> Iterator[Finding]:
    """portal.toml names a definition that does not exist."""
    table = context.table("indicators", "bases")
    basis = context.settings.plan.basis
    if table and context.trusted(table, ("id",)) and basis not in {row["id"] for row in context.rows(table)}:
        yield Finding(
            Where(FILE, column="[plan] basis"),
            Text(f"{table.file} 里的一个编号", f"an id of {table.file}"),
            basis,
            Text("改成规划口径的编号，一般是 plan", "give the id of the plan's definition, usually plan"),
        )


def _default(context: Context) -> Iterator[Finding]:
    """Of several targets for one indicator, area and year, not exactly one is the default."""
    groups: dict[tuple[str, str, str], list[Record]] = defaultdict(list)
    for row in context.records("indicators", "targets"):
        groups[row["indicator"], row["area"], row["year"]].append(row)
    for rows in groups.values():
        defaults = [row for row in rows if row["default"] == "yes"]
        expected = Text(
            "同一指标、地区、年份恰好一个默认目标", "exactly one default target per indicator, area and year"
        )
        if not defaults:
            yield Finding(
                rows[0].where("default"),
                expected,
                "no",
                Text("把用来判断进展的那一行改为 yes", "set the one progress is judged by to yes"),
            )
        for row in defaults[1:]:
            yield Finding(
                row.where("default"),
                expected,
                "yes",
                Text(
                    f"第 {defaults[0].line} 行已是默认：一行改为 no，并在 note 写明取舍",
                    f"row {defaults[0].line} is the default already: set one to no and give the reason in the note",
                ),
            )


def _bounds(context: Context) -> Iterator[Finding]:
    """The bounds of a target do not fit its kind: “exceed” with a maximum, or a range upside down."""
    for row in context.records("indicators", "targets"):
        low, high = row["minimum"], row["maximum"]
        if row["kind"] == TargetKind.RANGE and high and Decimal(low) > Decimal(high):
            yield Finding(
                row.where("maximum"),
                Text(f"不小于 minimum（{low}）的数", f"a number of at least the minimum, {low}"),
                high,
                Text("看看两列是不是写反了", "see whether the two columns were swapped"),
            )
        elif row["kind"] == TargetKind.RANGE and not high:
            yield Finding(
                row.where("maximum"),
                Text("区间的两端都有数", "both ends of the range"),
                "",
                Text("补上这一端；只有一端时把 kind 改为 reach", "add this end; with one end only set kind to reach"),
            )
        elif row["kind"] == TargetKind.EXCEED and high:
            yield Finding(
                row.where("maximum"),
                Text("“突破”只有下限", "a lower bound only, as “exceed” has no upper one"),
                high,
                Text("数字写在 minimum，maximum 留空", "write the number in minimum and leave maximum empty"),
            )


def _baseline(context: Context) -> Iterator[Finding]:
    """A target is set for a year that is not after the plan's baseline year."""
    baseline = context.settings.plan.baseline_year
    for row in context.records("indicators", "targets"):
        if int(row["year"]) <= baseline:
            yield Finding(
                row.where("year"),
                Text(f"基期 {baseline} 年之后的年份", f"a year after the baseline year {baseline}"),
                row["year"],
                Text(
                    "核对年份；基期的数写进 observations 表", "check the year; baseline values belong in observations"
                ),
            )


def _without_target(context: Context) -> Iterator[Finding]:
    """A core indicator or commitment has no target for the zone."""
    table = context.table("indicators", "targets")
    zone = zone_of(context)
    if table is None or not zone or not context.trusted(table, ("indicator", "area")):
        return
    aimed = {row["indicator"] for row in context.rows(table) if row["area"] == zone}
    for row in context.records("indicators", "indicators"):
        if row["group"] in PROMISES and row["id"] not in aimed:
            yield Finding(
                row.where("group"),
                Text(f"在 {table.file} 里有目标的指标", f"an indicator with a target in {table.file}"),
                row["group"],
                Text(
                    "在 targets 表补上目标；规划没有给出目标的指标归入 context",
                    "add its target; an indicator the plan sets no target for belongs in context",
                ),
            )


def _joined(context: Context) -> Iterator[Finding]:
    """Figures of the plan are filed under another definition, or a default target is."""
    basis, zone = context.settings.plan.basis, zone_of(context)
    if basis not in {row["id"] for row in context.records("indicators", "bases")}:
        return  # told by the rule on portal.toml
    plan = {row["id"] for row in context.records("indicators", "sources") if row["kind"] == "plan"}
    expected = Text(f"规划自己的口径 {basis}", f"the plan's own definition, {basis}")
    hint = Text(
        "规划的数用规划口径；别的算法的数另立口径，两者不连成一条线",
        "figures of the plan use the plan's definition; other methods get their own basis and are never joined",
    )
    for row in context.records("indicators", "observations"):
        if row["source"] in plan and row["basis"] != basis:
            yield Finding(row.where("basis"), expected, row["basis"], hint)
    for row in context.records("indicators", "targets"):
        if row["area"] == zone and row["default"] == "yes" and row["basis"] != basis:
            yield Finding(row.where("basis"), expected, row["basis"], hint)


def _unit_scale(context: Context) -> Iterator[Finding]:
    """A unit that converts to itself has another scale than 1, or its base converts on."""
    units = units_of(context)
    for row in context.records("indicators", "units"):
        base = units.get(row["base"])
        if row["base"] == row["id"] and Decimal(row["scale"]) != 1:
            yield Finding(
                row.where("scale"),
                Text("1（单位换算到自己）", "1, as the unit converts to itself"),
                row["scale"],
                Text("改为 1，或把 base 写成它换算到的单位", "set it to 1, or give the unit it converts to as base"),
            )
        elif base and base.base != base.id:
            yield Finding(
                row.where("base"),
                Text("不再往下换算的基本单位", "a basic unit that converts no further"),
                row["base"],
                Text(f"改为 {base.base}，scale 一并改正", f"use {base.base} and correct the scale"),
            )


RULES: Final = (
    Rule(
        "zone-one",
        Text("没有或有两个本区", "No zone, or two"),
        Text(
            "地区表里恰好一个 level 为 zone 的地区，就是门户所讲的区。",
            "The portal is about the one area of level “zone”.",
        ),
        Example("zone / zone", "zone / city"),
        _zone,
    ),
    Rule(
        "plan-basis",
        Text("规划口径不存在", "An unknown plan definition"),
        Text("portal.toml 的 basis 要在 bases 表里。", "The basis in portal.toml must be in the table of definitions."),
        Example('basis = "plan2"', 'basis = "plan"'),
        _plan_basis,
    ),
    Rule(
        "target-default",
        Text("默认目标不是恰好一个", "Not exactly one default target"),
        Text(
            "规划前后不一致时两个目标都公开，只按标 yes 的一个判断进展。",
            "Where the plan contradicts itself both targets are shown; progress is judged by the one marked yes.",
        ),
        Example("20=yes, 30=yes", "20=no, 30=yes"),
        _default,
    ),
    Rule(
        "target-bounds",
        Text("目标的上下限不对", "Bounds that do not fit"),
        Text("区间要有两端；“突破”只有下限。", "A range has two ends; “exceed” has a lower bound only."),
        Example("kind=range 3–1", "kind=range 1–3"),
        _bounds,
    ),
    Rule(
        "target-baseline",
        Text("目标早于基期", "A target before its baseline"),
        Text("目标年份要晚于 portal.toml 写明的基期。", "Targets lie after the baseline year in portal.toml."),
        Example("year=2015", "year=2025"),
        _baseline,
    ),
    Rule(
        "target-missing",
        Text("核心指标没有目标", "A promise without a target"),
        Text("核心指标和承诺都要有本区的目标。", "Core indicators and commitments need a target for the zone."),
        Example("targets:", "targets: pct-applications-2025"),
        _without_target,
    ),
    Rule(
        "basis-joined",
        Text("口径混用", "Definitions mixed"),
        Text(
            "同名指标算法不同就是两个口径，图上不连线，进展不混算。", "Two methods under one name are two definitions."
        ),
        Example("source=plan-draft basis=zone-site", "basis=plan"),
        _joined,
    ),
    Rule(
        "unit-scale",
        Text("单位换算不通", "A unit that does not convert"),
        Text(
            "每个单位一步换算到基本单位，基本单位的 scale 是 1。",
            "Units convert in one step to a basic unit of scale 1.",
        ),
        Example("yuan: scale=100", "yuan: scale=1"),
        _unit_scale,
    ),
)
