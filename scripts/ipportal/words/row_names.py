"""Rows of the tables of figures in words a reader knows: what was counted, and how much, by whom; and laws as they
are cited."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from ipportal.base.addresses import page_path
from ipportal.base.periods import Period, date_label
from ipportal.base.quantities import number
from ipportal.base.text import LANGS, Lang, Text
from ipportal.data import model
from ipportal.data.model import Law, Portal, once
from ipportal.words.wording import NO_VALUE, amount, bracketed, format_target, observed, period_words, sourced

#: Tables of figures besides observations and targets → the columns that name a row for readers
FIGURES: Final[Mapping[str, tuple[str, ...]]] = {
    "case_statistics": ("period", "area", "forum", "ip_type", "statistic"),
    "incentives": ("period", "area", "kind"),
    "awards": ("period", "area", "award", "grade"),
    "enterprises": ("period", "area", "title"),
}
#: Measure words of the tables that count without a unit; English needs none beside their names
COUNTED: Final[Mapping[str, str]] = {"awards": "项", "enterprises": "家"}


def figure_name(portal: Portal, table: model.Table, row: model.Row) -> Text:
    """What a row of one of `FIGURES` counts: 2021, Zone, court, judgments."""
    parts = list(dict.fromkeys(_cell(portal, table, row, column) for column in FIGURES[table.name]))
    parts = [one for one in parts if not any(other.zh.endswith(one.zh) for other in parts if other != one)]
    return Text.joined(parts)


def figure_value(portal: Portal, table: model.Table, row: model.Row) -> Text:
    """The value of a row of one of `FIGURES` with its unit and its source in brackets."""
    values = row.values
    count = values.get("count", values.get("value"))
    if count is None or isinstance(count, str):
        return NO_VALUE
    shown = Text.same(number(Decimal(count))) + Text(f" {COUNTED[table.name]}" if table.name in COUNTED else "", "")
    if unit := portal.units.get(str(values.get("unit", ""))):
        shown = amount(Decimal(count), unit, model.Qualifier(str(values.get("qualifier", model.Qualifier.EXACT))))
    return sourced(portal, shown, str(values["source"]))


def changed_name(portal: Portal, package: str, change: model.RowChange) -> Text:
    """What a changed or withdrawn row is about; the words of its key where the row is gone or has no name."""
    table, row = portal.packages[package].tables.get(change.table), changed_row(portal, package, change)
    if table and row:
        if table.name in FIGURES:
            return figure_name(portal, table, row)
        if table.name == "observations":
            return observation_name(portal, portal.observations_by_line[row.line])
        if table.name == "targets":
            return target_name(portal, portal.targets_by_line[row.line])
    return Text.joined(_word(portal, table, column, text) for column, text in change.key.items())


def changed_row(portal: Portal, package: str, change: model.RowChange) -> model.Row | None:
    """The row a change is about as it stands now; None where the row or its table is gone."""
    if change.table not in portal.packages[package].tables:
        return None
    return _rows(portal, package, change.table, tuple(change.key)).get(tuple(change.key.values()))


def changed_cell(portal: Portal, package: str, change: model.RowChange, text: str | None) -> Text | None:
    """What a cell held before or after a change, with its unit or the words of its code; None for a whole row."""
    table = portal.packages[package].tables.get(change.table)
    if text is None or table is None or change.column is None:
        return None if text is None else Text.same(text)
    row = changed_row(portal, package, change)
    unit = portal.units.get(str(row.values.get("unit") or "")) if row else None
    if unit is None and row and change.table in ("observations", "targets"):
        unit = portal.indicators[str(row["indicator"])].unit
    field = next((field for field in table.fields if field.name == change.column), None)
    if field and field.type == "number" and unit and text:
        return amount(Decimal(text), unit)
    return field.label(text) if field else Text.same(text)


def observation_name(portal: Portal, row: model.Observation) -> Text:
    """Which value a row gives: indicator, area, period and definition."""
    area, basis = portal.areas[row.area], portal.bases[row.basis]
    return Text.joined((part_name(portal, row), area.short, period_words(portal, row), basis.name))


def part_name(portal: Portal, row: model.Observation) -> Text:
    """What a row counts: its indicator, and of a part which."""
    name = portal.indicators[row.indicator].name
    return name if row.series == model.TOTAL else Text.joined((name, portal.series[row.series].name))


def observation_value(portal: Portal, row: model.Observation) -> Text:
    """A row's value as its source gives it, the source in brackets."""
    return sourced(portal, observed(row), row.source)


def indicator_page(indicator: model.Indicator) -> str:
    """Markdown path of the page that shows an indicator: its own, or that of context figures."""
    return page_path("context" if indicator.group == model.IndicatorGroup.CONTEXT else "indicators", indicator.id)


def row_place(portal: Portal, row: model.Observation) -> tuple[str, str]:
    """Where a row is shown: the page of its indicator, and anchor."""
    indicator = portal.indicators[row.indicator]
    context = indicator.group == model.IndicatorGroup.CONTEXT
    return indicator_page(indicator), f"{row.indicator}-{row.anchor}" if context else row.anchor


def target_name(portal: Portal, target: model.Target) -> Text:
    """Which target: indicator, area and year; a work plan's target says that it is one."""
    words = Text(f"{target.year} 年目标", f"target for {target.year}")
    if target.kind == model.TargetKind.ANNUAL:
        words = Text(f"{target.year} 年度目标", f"yearly target for {target.year}")
    return Text.joined((portal.indicators[target.indicator].name, portal.areas[target.area].short, words))


def goal_name(portal: Portal, target: model.Target) -> Text:
    """A target with what it asks for, so that two targets of one year can be told apart."""
    return target_name(portal, target) + bracketed(format_target(target))


@once
def _rows(portal: Portal, package: str, table: str, columns: tuple[str, ...]) -> Mapping[tuple[str, ...], model.Row]:
    rows = portal.packages[package].tables[table].rows
    return {tuple(str(row.values.get(column)) for column in columns): row for row in reversed(rows)}


def _word(portal: Portal, table: model.Table | None, column: str, text: str) -> Text:
    """One cell of a key as readers say it: by its name where it stands for a row, by the words of its code."""
    if column == "area" and text in portal.areas:
        return portal.areas[text].short
    named: Mapping[str, Mapping[str, model.Indicator | model.Series | model.Basis | model.Source]] = {
        "indicator": portal.indicators,
        "series": portal.series,
        "basis": portal.bases,
        "source": portal.sources,
    }
    if text in named.get(column, ()):
        return named[column][text].name
    field = next((field for field in table.fields if field.name == column), None) if table else None
    return field.label(text) if field else Text.same(text)


def _cell(portal: Portal, table: model.Table, row: model.Row, column: str) -> Text:
    if any(f"{column}_{lang}" in row.values for lang in LANGS):
        return Text.read(row.values, column)
    if column == "period":
        return Period.parse(str(row[column])).words()
    return _word(portal, table, column, str(row[column]))


#: `24(1)` is an item of an article, `219-1` an article put in behind another
_ARTICLE: Final = re.compile(r"(\d+)(?:-(\d+))?(?:\((\d+)\))?")
#: Articles as tables and pages write them: `62—63, 116`
ARTICLES: Final = re.compile(r"{0}(, {0})*".replace("{0}", f"{_ARTICLE.pattern}(—{_ARTICLE.pattern})?"))
_INSERTED: Final = dict(enumerate("一二三四五六七八九十", 1))


def law_name(law: Law) -> Text:
    """The short name with its version; for a text that never changed, with the day it started."""
    if law.version:
        return law.title
    if law.in_force is None:
        return law.short + bracketed(Text.same(law.number)) if law.number else law.short
    day = law.in_force
    started = Text(f"{date_label(day, 'zh')}起施行", f"in force since {date_label(day, 'en')}")
    return law.short + bracketed(started)


def articles_label(articles: Iterable[str], lang: Lang) -> str:
    """`第62—63、116条`, `Articles 62–63, 116`; nothing for no articles."""
    each = [part for article in articles for part in article.split(", ")]
    if lang == "en":
        listed = ", ".join(each).replace("—", "–")
        return f"Article{'s' if len(each) > 1 or '–' in listed else ''} {listed}" if each else ""
    plain = [one for one in each if "(" not in one and "-" not in one]
    told = [f"第{'、'.join(plain)}条"] if plain else []
    return "、".join([*told, *(_ARTICLE.sub(_named, one).replace("—", "至") for one in each if one not in plain)])


def _named(article: re.Match[str]) -> str:
    """`第219条之一第2项` for `219-1(2)`."""
    number, inserted, item = article.groups()
    behind = f"之{_INSERTED.get(int(inserted), inserted)}" if inserted else ""
    return f"第{number}条{behind}" + (f"第{item}项" if item else "")
