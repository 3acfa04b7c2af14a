"""The tables for analysis, as a package of their own: every observation with what its codes mean, every verdict with
all that went into it and came out of it, and what the plans set.

Nothing else knows pandas. The tables follow from the packages and from portal.toml alone; what their columns
mean stands in `profiles/analysis`.
"""

from collections import UserDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from ipportal.analysis.comparable import comparable, covers_year
from ipportal.analysis.progress import Verdict, verdicts
from ipportal.base.addresses import page_path
from ipportal.base.errors import catalogue_file
from ipportal.base.quantities import plain
from ipportal.base.text import LANGS, Lang, Text
from ipportal.data.description import STRUCTURE, described
from ipportal.data.model import TOTAL, MeasureType, Observation, Package, Portal, Status, once
from ipportal.data.packages import DESCRIPTOR, NO, YES, RawPackage, table_from
from ipportal.files.api import DECIMALS
from ipportal.loading import read_package

#: Folder of the tables below `data/`, and the name of their package
NAME: Final = "analysis"
#: How records call their own name
_NAMES: Final = ("name", "title", "label")

#: What is known of a row by column; for the other columns the records under `of` are asked in turn
Facts = dict[str, Any]


@once
def analysis_package(portal: Portal) -> Package:
    """The three tables as a package that carries version, licence and keywords of the package of indicators."""
    home, langs = portal.home("observations"), portal.settings.languages
    told = {
        "observations": [_observation(portal, row) for row in portal.observations],
        "verdicts": [_verdict(each) for indicator in portal.indicators for each in verdicts(portal, indicator)],
        "plan_parameters": [
            {"of": (plan, portal.settings, Verdict.thresholds, Verdict), "plan": plan} for plan in portal.settings.plans
        ],
    }
    words = {
        f"{name}{f'_{lang}' if number else ''}": text[lang]
        for name, text in catalogue_file("ipportal.files", "said")["analysis"].items()
        for number, lang in enumerate(langs)
    }
    resources = [{"name": f"{NAME}/{name}", "path": f"{name}.csv"} for name in told]
    origin = [{"title": home.title[langs[0]], "path": f"../{home.name}/{DESCRIPTOR}"}]
    own = {"name": NAME, "changes": [], "sources": origin, "structure": STRUCTURE, "resources": resources}
    complete, faults = described({**home.descriptor, **words, **own}, langs)
    assert complete is not None, faults
    resources = [{**entry, "name": name} for name, entry in zip(told, complete["resources"], strict=True)]
    tables = (table_from(each["name"], each["path"], each, _csv(told[each["name"]], each)) for each in resources)
    raw = RawPackage(NAME, Path(NAME), DESCRIPTOR, {**complete, "resources": resources}, (), tuple(tables), langs)
    return replace(read_package(raw, (), {}), version=home.version)


class _Published(UserDict[str, Any]):
    """The packages by name; the tables for analysis are worked out, from the portal, when they are asked for."""

    def __getitem__(self, name: str) -> Package:
        found = self.data[name]
        return analysis_package(found) if isinstance(found, Portal) else found


def published_packages(portal: Portal) -> Mapping[str, Package]:
    """Every package that has files and a page: those of the portal, then the tables for analysis."""
    return _Published({**portal.packages, NAME: portal})


def shown_packages(portal: Portal) -> list[Package]:
    """The published packages that have a page of their own."""
    return [each for each in published_packages(portal).values() if portal.has_page(page_path("dataset", each.name))]


def _csv(rows: Sequence[Facts], resource: Mapping[str, Any]) -> bytes:
    """The described columns of rows in their order, the rows by their key."""
    columns = [field["name"] for field in resource["schema"]["fields"]]
    cells = {column: [*_cells(rows, column)] for column in columns}
    frame = import_module("pandas").DataFrame(cells, columns=columns)  # imported here: a check works nothing out
    return str(frame.sort_values(resource["schema"]["primaryKey"]).to_csv(index=False, lineterminator="\n")).encode()


def _cells(rows: Sequence[Facts], column: str) -> Iterator[str]:
    """A column as text: of a record its id, or its name where the column ends in a language."""
    lang = next((lang for lang in LANGS if column.endswith(f"_{lang}")), None)
    name = column.removesuffix(f"_{lang}")
    for facts in rows:
        asked = (getattr(record, name) for record in facts["of"] if hasattr(record, name))
        value = facts[name] if name in facts else next(asked, None)
        yield value if type(value) is str else _text(value, lang)


def _text(value: Any, lang: Lang | None) -> str:
    if value is None:
        return ""
    if lang:
        text = value if isinstance(value, Text) else next(getattr(value, of) for of in _NAMES if hasattr(value, of))
        return str(text[lang])
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, Decimal):
        long = -int(value.as_tuple().exponent) > DECIMALS
        return f"{plain(round(value, DECIMALS)) if long else value:f}"
    return str(getattr(value, "id", getattr(value, "text", value)))


def _observation(portal: Portal, row: Observation) -> Facts:
    indicator, source, reason = portal.indicators[row.indicator], portal.sources[row.source], _why_not(portal, row)
    return {
        **{"of": (row, indicator, source), "indicator": indicator, "source": source, "basis": portal.bases[row.basis]},
        **{"area": portal.areas[row.area], "series": portal.series[row.series]},
        **dict(zip(("period_kind", "period_start", "period_end"), _days(row, indicator.measure_type), strict=True)),
        **{"indicator_value": row.unit.convert(row.value, indicator.unit), "indicator_unit": indicator.unit},
        **{"base_value": plain(row.value * row.unit.scale), "base_unit": row.unit.base},
        **{"comparable": not reason, "why_not": reason},
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


def _verdict(verdict: Verdict) -> Facts:
    indicator, target, latest = verdict.indicator, verdict.target, verdict.latest
    # the part of the plan's path that holds the year of the latest value
    after = (pair for pair in pairwise(verdict.path) if latest and latest.year <= pair[1][0])
    start, end = next(after, ((None, None), (None, None)))
    facts = {
        **{"of": (verdict, indicator, target), "target_year": target.year, "target_kind": target.kind},
        **{"baseline_value": verdict.start, "corrected_value": verdict.corrected and verdict.corrected.value},
        **{"path_from_year": start[0], "path_from_value": start[1]},
        **{"path_to_year": end[0], "path_to_value": end[1]},
        "beyond_since": verdict.beyond_since and verdict.beyond_since.year,
    }
    if latest:
        rows = latest.parts or (latest.observation,)
        facts |= {"latest_year": latest.year, "latest_value": latest.value}
        facts |= {"latest_status": Status.PROVISIONAL if latest.provisional else Status.FINAL}
        facts |= {"latest_source": "; ".join(dict.fromkeys(row.source for row in rows))}
    return facts
