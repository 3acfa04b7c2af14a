"""Counts in bars: case statistics by period and kind of right, reward money, what awards and indicators consist of."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from ipportal.analysis.cases import is_total
from ipportal.analysis.comparable import covers_year
from ipportal.analysis.promotion import prizes
from ipportal.base.text import LANGS, Text
from ipportal.charts.bars import Bar, Style, bar_layout, bar_table
from ipportal.charts.parts import Sign
from ipportal.charts.record import Chart, ChartCell, ChartTable
from ipportal.charts.theme import scale_of
from ipportal.data.model import TOTAL, CaseStatistic, Observation, Portal, Qualifier, Status, once
from ipportal.words.sentences import worded
from ipportal.words.wording import STOP, format_number, in_sentence, observed, percent

AWARDS: Final = "awards"


@once
def case_groups(portal: Portal) -> dict[str, list[CaseStatistic]]:
    """Counts of one area and forum, all kinds of right together, that can be set beside each other; by `area-forum`."""
    keys = sorted({(s.area, s.forum) for s in portal.case_statistics})
    found = {"-".join(key): _cases(portal, *key) for key in keys}
    return {name: rows for name, rows in found.items() if len(rows) > 1}


def case_statistics(portal: Portal, group: str) -> Chart | None:
    """Published case counts of one of `case_groups`, by statistic and period."""
    chosen = case_groups(portal).get(group)
    if not chosen:
        return None
    names = [_case_label(portal, "statistic", s.statistic) for s in chosen]
    labels = [Text.joined((m, s.period.words(to_date=True))) for s, m in zip(chosen, names, strict=True)]
    rows = _case_rows(chosen, labels)
    kinds = [(s.statistic, s.period.months(to_date=True), bool(s.value)) for s in chosen]
    alike = [n for n in range(1, len(chosen)) if kinds[n - 1] == kinds[n] and chosen[n].value]
    largest = max(chosen, key=lambda s: (s.value or 0) * s.unit.scale)
    pair = (chosen[alike[-1] - 1], chosen[alike[-1]], names[alike[-1]]) if alike else None
    told = {"pair": pair, "largest": largest, "largest_name": names[chosen.index(largest)]}
    return _case_chart(portal, "cases", group, chosen, rows, **told)


@once
def case_splits(portal: Portal) -> dict[str, list[CaseStatistic]]:
    """Counts split by kind of right, the largest first; by `area-forum-statistic-period`."""
    of_kinds = [s for s in portal.case_statistics if not is_total(portal, s)]
    keys = sorted({(s.area, s.forum, s.statistic, s.period.text) for s in of_kinds})
    split = {}
    for key in keys:
        known = (s for s in portal.cases_of(*key) if not is_total(portal, s) and s.value is not None)
        split["-".join(key).lower()] = sorted(known, key=lambda s: (-(s.value or 0), s.id))
    return {name: rows for name, rows in split.items() if len(rows) > 2}


def case_types(portal: Portal, split: str) -> Chart | None:
    """One of `case_splits`."""
    chosen = case_splits(portal).get(split)
    if not chosen:
        return None
    first = chosen[0]
    rows = _case_rows(chosen, [_case_label(portal, "ip_type", s.ip_type) for s in chosen])
    together = portal.cases_of(first.area, first.forum, first.statistic, first.period.text)
    whole = next((s for s in together if is_total(portal, s)), None)
    return _case_chart(portal, "case-types", split, chosen, rows, first=first, whole=whole)


def _case_label(portal: Portal, field: str, value: str) -> Text:
    return portal.field("case_statistics", field).label(value)


def _cases(portal: Portal, area: str, forum: str) -> list[CaseStatistic]:
    known = [s for s in portal.cases_of(area, forum) if s.value is not None and not s.unit.kind.divisible]
    rows = [s for s in known if is_total(portal, s)]
    units = [s.unit.base for s in rows]
    common = max(sorted(set(units)), key=units.count, default="")
    several = {m for m in {s.statistic for s in rows} if len({s.period.text for s in rows if s.statistic == m}) > 1}
    if several:
        rows = [s for s in rows if s.statistic in several]
    return sorted((s for s in rows if s.unit.base == common), key=lambda s: (s.statistic, s.period.sort_key, s.id))


def _case_rows(chosen: Sequence[CaseStatistic], names: Iterable[Text]) -> list[Bar]:
    rows = []
    for s, name in zip(chosen, names, strict=True):
        assert s.value is not None  # withheld counts never become rows
        rows.append(Bar(name, dict.fromkeys(LANGS, float(s.value * s.unit.scale)), observed(s)))
    return rows


def _case_chart(
    portal: Portal, template: str, subject: str, chosen: Sequence[CaseStatistic], rows: Sequence[Bar], **told: object
) -> Chart:
    forum, measure = (_case_label(portal, field, getattr(chosen[0], field)) for field in ("forum", "statistic"))
    area = portal.areas[chosen[0].area]
    words = worded(f"charts/{template}.txt", area=area, forum=forum, measure=measure, rows=rows, **told)
    table = bar_table(Text("图中的数值", "The values shown"), rows, [portal.sources[s.source].name for s in chosen])
    layout = bar_layout(rows, Style((Text("项目", "Item"), Text("数量", "Number"))))
    sentence = Text.joined((row.told for row in rows), "；", "; ") + STOP
    words |= {"sentence": sentence}
    return Chart.of(portal, f"{template}-{subject}", "cases", words, [s.source for s in chosen], table, layout)


# --- reward money ---------------------------------------------------------------------------------


def incentives(portal: Portal, _subject: str) -> Chart | None:
    """Reward money paid in the zone, single years filled, totals over several years hollow and never added up."""
    paid = [i for i in portal.incentives if i.kind == "paid" and i.area == portal.zone.id and i.period.year is not None]
    found = sorted(paid, key=lambda i: (not i.period.is_full_year, i.period.sort_key, i.id))
    if not found:
        return None
    single = [i for i in found if i.period.is_full_year]
    newest, unit = single[-1] if single else found[-1], found[0].unit
    values = [i.unit.convert(i.value, unit) for i in found]
    scales = {lang: scale_of(portal, unit, lang, values) for lang in LANGS}
    rows = []
    for i, value in zip(found, values, strict=True):
        when, whole = i.period.words(), i.period.is_full_year
        drawn = {lang: scales[lang].value(value) for lang in LANGS}
        name = when if whole else when + Text("合计", ", total")
        rows.append(Bar(name, drawn, observed(i), portal.sources[i.source].name, hollow=not whole))
    several = Text("几年合计，互有重叠", "several years together, overlapping")
    signs = _squares(Text("单独一年", "a single year"), several)
    before = single[-2] if len(single) > 1 else None
    words = worded("charts/incentives.txt", newest=newest, before=before, zone=portal.zone, scales=scales, rows=rows)
    table = bar_table(words["caption"], rows, [portal.sources[i.source].name for i in found])
    layout = bar_layout(rows, Style((Text("时期", "Period"), Text("金额", "Amount")), signs))
    return Chart.of(portal, "incentives", "incentives", words, [i.source for i in found], table, layout)


def _squares(whole: Text, other: Text) -> tuple[Sign, Sign]:
    """The key of bars that are filled, or hollow where they stand for something else."""
    return Sign("square", False, "main", whole), Sign("square", True, "main", other)


# --- what a whole is made of ----------------------------------------------------------------------


#: A part and its total
Pair = tuple[Observation, Observation]


@once
def compositions(portal: Portal) -> dict[str, list[Pair]]:
    """What the zone's indicators are made of by one dimension; by `indicator-dimension`.

    By the definition of the plan spoken of; by that of another plan, the newest first, where it has no parts.
    """
    found: dict[str, list[Pair]] = {}
    bases = dict.fromkeys(plan.basis for plan in (portal.settings.plan, *reversed(portal.settings.plans)))
    for indicator in portal.indicators:
        for part, whole in next(filter(None, (_pairs(portal, indicator, basis) for basis in bases)), []):
            found.setdefault(f"{indicator}-{portal.series[part.series].dimension}", []).append((part, whole))
    return found


def _pairs(portal: Portal, indicator: str, basis: str) -> list[Pair]:
    """The parts of the zone by one definition, by time, each with its total where both are exact."""
    zone = portal.zone.id

    def exact(rows: Sequence[Observation]) -> dict[tuple[str, str], Observation]:
        fit = [r for r in rows if (r.area, r.basis, r.qualifier) == (zone, basis, Qualifier.EXACT) and r.value >= 0]
        sound = [r for r in fit if r.status != Status.SUPERSEDED and r.unit.kind.additive]
        return {(r.period.text, r.series): r for r in reversed(sound)}

    parts, wholes = exact(portal.parts_of(indicator)), exact(portal.observed(indicator))
    pairs = [(part, wholes.get((part.period.text, TOTAL))) for part in parts.values()]
    by_time = sorted(pairs, key=lambda pair: portal.in_order(pair[0]))
    return [(part, whole) for part, whole in by_time if whole and whole.value > 0]


def _shares(portal: Portal, subject: str) -> Chart | None:
    """Which share of its total each part has, for every period with both; hollow where it is no whole year."""
    pairs = compositions(portal).get(subject)
    if not pairs:
        return None
    indicator, basis = portal.indicators[pairs[0][0].indicator], portal.bases[pairs[0][0].basis]
    several = len({part.series for part, _ in pairs}) > 1
    shares = [part.unit.convert(part.value, whole.unit) / whole.value for part, whole in pairs]
    total, note = portal.series[TOTAL].name, Text("{part} {value}，{total} {whole}", "{number} of {whole}")
    years = [covers_year(part) for part, _ in pairs]
    facts, rows = list[dict[str, Text]](), list[Bar]()
    for (part, whole), share, whole_year in zip(pairs, shares, years, strict=True):
        name, period = portal.series[part.series].name, part.period.words(to_date=indicator.is_flow)
        told = {"period": period, "part": name, "within": in_sentence(name), "value": observed(part), "total": total}
        told |= {"number": format_number(part.value, part.unit), "whole": observed(whole)}
        told["share"] = Text.same(percent(share))
        facts.append(told)
        item, drawn = Text.joined((period, name)) if several else period, dict.fromkeys(LANGS, float(share))
        rows.append(Bar(item, drawn, told["share"], note.format(**told), hollow=not whole_year))
    newest = max(range(len(pairs)), key=lambda n: (years[n], pairs[n][0].period.sort_key, shares[n]))
    signs = _squares(Text("全年", "a whole year"), Text("不到一年", "part of a year"))
    other = None if basis.id == portal.settings.plan.basis else basis
    periods = [list(told) for _, told in groupby(facts, key=lambda told: told["period"])]
    about = {"name": indicator.name, "newest": facts[newest], "zone": portal.zone, "other": other, "periods": periods}
    words = worded("charts/composition.txt", **about)
    table = ChartTable.of(
        words["caption"],
        zip(facts, pairs, shares, strict=True),
        {
            "period": (Text("时期", "Period"), lambda one: one[0]["period"]),
            "part": (Text("部分", "Part"), lambda one: one[0]["part"]),
            "value": (Text("数值", "Value"), lambda one: _observed_cell(one[1][0])),
            "total": (portal.series[TOTAL].name, lambda one: _observed_cell(one[1][1])),
            "share": (
                Text("占比（合计 100%）", "Share (total 100%)"),
                lambda one: ChartCell(one[0]["share"], Text.same(round(one[2], 4))),
            ),
        },
    )
    goal, titles = (1.0, Text("合计 100%", "total 100%")), (Text("时期", "Period"), Text("占比", "Share"))
    layout = bar_layout(rows, Style(titles, () if all(years) else signs, rule=goal))
    sources = [row.source for pair in pairs for row in pair]
    return Chart.of(portal, f"composition-{subject}", "composition", words, sources, table, layout)


def _observed_cell(row: Observation) -> ChartCell:
    return ChartCell(observed(row), Text.same(row.value * row.unit.scale))


def awards(portal: Portal) -> Chart | None:
    """Awards of the zone that the plan lists, contests left out, by level and kind, with their grades.

    Later reports give running totals of some awards only, so they are not added to the plan's.
    """
    levels = portal.field("awards", "level")
    listed = [a for line in prizes(portal, contests=False) for a in line if a.area == portal.zone.id]
    chosen = [a for a in listed if portal.sources[a.source].kind == "plan"]
    chosen.sort(key=lambda a: (levels.rank(a.level), portal.field("awards", "kind").rank(a.kind), -a.count, a.id))
    if not chosen:
        return None

    def word(field: str, value: str) -> Text:
        return portal.field("awards", field).label(value)

    rows, bars = [], dict[str, Bar]()
    for (level, kind), members in groupby(chosen, key=lambda a: (a.level, a.kind)):
        group = list(members)
        total = sum(a.count for a in group)
        grades = Text.joined(word("grade", a.grade) + Text.same(f" {a.count}") for a in group)
        name = Text.joined((word("level", level), word("kind", kind)))
        rows.append(Bar(name, dict.fromkeys(LANGS, float(total)), Text(f"{total} 项", str(total)), grades))
        bars |= dict.fromkeys((a.id for a in group), rows[-1])
    every, first = sum(a.count for a in chosen), sum(a.count for a in chosen if a.level == chosen[0].level)
    about = {"all": every, "first": first, "level": levels.label(chosen[0].level), "zone": portal.zone, "rows": rows}
    words = worded("charts/awards.txt", **about)
    table = ChartTable.of(
        words["caption"],
        chosen,
        {
            "award": (Text("奖项", "Award"), lambda a: a.award),
            "count": (Text("数量（项）", "Number"), lambda a: a.count),
            "group": (Text("类别", "Group"), lambda a: bars[a.id].name),
            "all": (Text("同类共有", "Whole group"), lambda a: bars[a.id].label),
            "period": (Text("时期", "Period"), lambda a: ChartCell(a.period.words(), Text.same(a.period.text))),
            "source": (Text("出处", "Source"), lambda a: portal.sources[a.source].name),
        },
    )
    layout = bar_layout(rows, Style((Text("奖项", "Award"), Text("数量", "Number"))))
    return Chart.of(portal, "composition-awards", "composition", words, [a.source for a in chosen], table, layout)


def composition(portal: Portal, whole: str) -> Chart | None:
    """What awards, or one of `compositions`, are made of."""
    return awards(portal) if whole == AWARDS else _shares(portal, whole)
