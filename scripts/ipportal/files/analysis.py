"""The tables for analysis, as a package of their own: every observation with what its codes mean, every verdict with
all that went into it and came out of it, and what the plans set.

The only module that knows pandas. The tables follow from the packages and from portal.toml alone; what their columns
mean stands in `profiles/analysis`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pandas as pd

from ipportal.analysis.comparable import comparable, covers_year
from ipportal.analysis.progress import Verdict, verdicts
from ipportal.analysis.states import STATES
from ipportal.base.quantities import plain
from ipportal.base.text import LANGS, Text
from ipportal.data.model import TOTAL, MeasureType, Observation, Package, Portal, Status, once
from ipportal.data.packages import DESCRIPTOR, NO, YES, RawPackage, table_from
from ipportal.data.profiles import STRUCTURE, described
from ipportal.files.api import rounded
from ipportal.loading import read_package

#: Folder of the tables below `data/`, and the name of their package
NAME: Final = "analysis"
_TITLE: Final = Text("分析用表", "Tables for analysis")
_ABOUT: Final = Text(
    "由指标数据包算出：每个数值的名称、单位和起止日都已写全，每个判断连同算出它的全部数值。",
    "Worked out from the package of indicators: every value with names, units and days filled in, and every verdict "
    "with all that went into it.",
)
_COMPUTED: Final = ("done", "expected", "pace", "cagr_ratio", "gap", "needed_absolute", "needed_percent")


@once
def analysis_package(portal: Portal) -> Package:
    """The three tables as a package that carries version, licence and keywords of the package of indicators."""
    home, langs = portal.home("observations"), portal.settings.languages
    frames = {"observations": _observations(portal), "verdicts": _verdicts(portal), "plan_parameters": _plans(portal)}
    words = {
        f"{name}{f'_{lang}' if number else ''}": text[lang]
        for name, text in (("title", _TITLE), ("description", _ABOUT))
        for number, lang in enumerate(langs)
    }
    resources = [{"name": f"{NAME}/{name}", "path": f"{name}.csv"} for name in frames]
    origin = [{"title": home.title[langs[0]], "path": f"../{home.name}/{DESCRIPTOR}"}]
    head = {
        **home.descriptor,
        "name": NAME,
        **words,
        "changes": [],
        "sources": origin,
        "structure": STRUCTURE,
        "resources": resources,
    }
    complete, faults = described(head, langs)
    assert complete is not None, faults
    resources = [{**entry, "name": name} for name, entry in zip(frames, complete["resources"], strict=True)]
    tables = (table_from(each["name"], each["path"], each, _csv(frames[each["name"]], each)) for each in resources)
    raw = RawPackage(NAME, Path(NAME), DESCRIPTOR, {**complete, "resources": resources}, (), tuple(tables), langs)
    return replace(read_package(raw, (), {}), version=home.version)


def published_packages(portal: Portal) -> dict[str, Package]:
    """Every package that has files and a page: those of the portal, then the tables for analysis."""
    return {**portal.packages, NAME: analysis_package(portal)}


def _csv(frame: pd.DataFrame, resource: Mapping[str, Any]) -> bytes:
    """The described columns of a frame in their order, its rows by their key."""
    columns = [field["name"] for field in resource["schema"]["fields"]]
    rows = frame.reindex(columns=columns).sort_values(resource["schema"]["primaryKey"])
    return rows.map(_cell).to_csv(index=False, lineterminator="\n").encode()


def _cell(value: Any) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _named(frame: pd.DataFrame, records: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """The frame with a name in each language beside each of the columns that hold keys of `records`."""
    for column, named in records.items() if len(frame) else ():
        texts = {key: getattr(record, "name", None) or record.label for key, record in named.items()}
        names = pd.DataFrame({f"{column}_{lang}": {key: text[lang] for key, text in texts.items()} for lang in LANGS})
        frame = frame.merge(names, how="left", left_on=column, right_index=True)
    return frame


def _observations(portal: Portal) -> pd.DataFrame:
    frame = pd.DataFrame(_observation(portal, row) for row in portal.observations)
    return _named(
        frame,
        {
            "indicator": portal.indicators,
            "area": portal.areas,
            "series": portal.series,
            "basis": portal.bases,
            "unit": portal.units,
            "source": portal.sources,
        },
    )


def _observation(portal: Portal, row: Observation) -> dict[str, Any]:
    indicator, reason = portal.indicators[row.indicator], _why_not(portal, row)
    kind, start, end = _days(row, indicator.measure_type)
    plain_columns = ("indicator", "area", "series", "basis", "value", "qualifier", "status", "confidence", "source")
    return {
        **{name: getattr(row, name) for name in plain_columns},
        **{"group": indicator.group, "measure_type": indicator.measure_type, "period": row.period.text},
        **{"period_kind": kind, "period_start": start, "period_end": end, "unit": row.unit.id},
        "indicator_value": row.unit.convert(row.value, indicator.unit),
        "indicator_unit": indicator.unit.id,
        "base_value": plain(row.value * row.unit.scale),
        "base_unit": row.unit.base,
        "comparable": not reason,
        "why_not": reason,
        "url": portal.sources[row.source].url,
        **{f"locator_{lang}": row.locator[lang] for lang in LANGS},
        **{f"note_{lang}": row.note[lang] if row.note else None for lang in LANGS},
    }


def _days(row: Observation, counted: MeasureType) -> tuple[str, date | None, date | None]:
    """What the period of a value is, and its first and last day, as far as the source gives them."""
    period = row.period
    if period.last is None or period.first is None:
        return "undated", None, None
    spans = period.kind in ("years", "months")
    if counted == MeasureType.YEAR_END_STOCK:
        return "point", period.last, period.last
    if counted == MeasureType.CUMULATIVE and not spans:
        return "to-date", None, period.last
    if period.kind == "month":
        return "year-to-date", date(period.last.year, 1, 1), period.last
    return "span" if spans else period.kind, period.first, period.last


def _why_not(portal: Portal, row: Observation) -> str | None:
    """Why a row takes no part in comparisons over the years; None where it does."""
    if row.series != TOTAL:
        return "part"
    if row.status == Status.SUPERSEDED:
        return "superseded"
    if row.period.year is None:
        return "undated"
    if not covers_year(row):
        return "several-years" if (row.period.months() or 0) > 12 else "part-year"
    best = comparable(portal, row.indicator, row.area, row.basis)
    return None if any(known.observation is row for known in best) else "other-row"


def _verdicts(portal: Portal) -> pd.DataFrame:
    frame = pd.DataFrame(_verdict(each) for indicator in portal.indicators for each in verdicts(portal, indicator))
    states = {state.id: state for state in STATES}
    named = {"indicator": portal.indicators, "area": portal.areas, "basis": portal.bases, "unit": portal.units}
    return _named(frame, {**named, "state": states})


def _verdict(verdict: Verdict) -> dict[str, Any]:
    indicator, target, latest, corrected = verdict.indicator, verdict.target, verdict.latest, verdict.corrected
    segment = next(_segment(verdict), ((None, None), (None, None)))
    rows = (latest.parts or (latest.observation,)) if latest else ()
    return {
        **{"target": target.id, "indicator": indicator.id, "area": target.area, "basis": target.basis},
        **{"group": indicator.group, "measure_type": indicator.measure_type, "direction": indicator.direction},
        **{"plan": verdict.plan.id, "target_kind": target.kind, "default": target.default, "unit": indicator.unit.id},
        **{"target_year": str(target.year), "goal": verdict.goal, "exceeds_beyond": verdict.exceeds_beyond},
        **{"equal_reaches": verdict.equal_reaches, "sign": str(verdict.sign)},
        **{"baseline_year": str(verdict.baseline_year), "baseline_value": verdict.start},
        "latest_year": str(latest.year) if latest else None,
        "latest_value": latest.value if latest else None,
        "latest_status": (Status.PROVISIONAL if latest.provisional else Status.FINAL) if latest else None,
        "latest_source": "; ".join(dict.fromkeys(row.source for row in rows)),
        **{
            f"path_{end}_{what}": found
            for end, point in zip(("from", "to"), segment, strict=True)
            for what, found in zip(("year", "value"), point, strict=True)
        },
        "as_of": verdict.as_of,
        **{name: rounded(getattr(verdict, name)) for name in _COMPUTED},
        "pace_band": verdict.pace_band and verdict.pace_band.id,
        "cagr_band": verdict.cagr_band and verdict.cagr_band.id,
        "beyond_since": str(verdict.beyond_since.year) if verdict.beyond_since else None,
        "published_late": verdict.published_late,
        "corrected_value": corrected.value if corrected else None,
        "state": verdict.state.id,
        "state_before": verdict.state_before and verdict.state_before.id,
        "formula_version": verdict.formula_version,
    }


def _segment(verdict: Verdict) -> Iterator[tuple[tuple[str, Decimal], tuple[str, Decimal]]]:
    """The part of the plan's path that holds the year of the latest value, and those after it."""
    for (year, value), (to, goal) in pairwise(verdict.path):
        if verdict.latest and verdict.latest.year <= to:
            yield (str(year), value), (str(to), goal)


def _plans(portal: Portal) -> pd.DataFrame:
    return pd.DataFrame(
        {
            **{"plan": plan.id, "first_year": plan.first_year, "last_year": plan.last_year},
            **{"baseline_year": plan.baseline_year, "basis": plan.basis, "state": plan.state},
            **{f"plan_{lang}": plan.title[lang] for lang in LANGS},
            **{"as_of": portal.settings.as_of, "formula_version": Verdict.formula_version},
            **{"on_pace": Verdict.thresholds.on_pace, "behind": Verdict.thresholds.behind},
        }
        for plan in portal.settings.plans
    )
