"""Case statistics: counts of one area and forum by period, and one count by kind of IP."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ipportal.base.quantities import UnitKind
from ipportal.base.text import LANGS, Lang, Text
from ipportal.charts.bars import Bar, Style, draw_bars
from ipportal.charts.plain import label, plain_table
from ipportal.charts.record import Chart
from ipportal.charts.trend import source_line
from ipportal.data.model import CaseStatistic, Portal, Qualifier
from ipportal.data.model.codes import ALL
from ipportal.words import amount, percent, sentence_case


def case_series(portal: Portal) -> list[tuple[str, str]]:
    """Area and forum of every group of case counts that has at least two comparable rows."""
    groups = sorted({(s.area, s.forum) for s in portal.case_statistics})
    return [group for group in groups if len(_cases(portal, *group)) > 1]


def case_statistics(portal: Portal, area: str, forum: str) -> Chart:
    """Published case counts of one area and forum, all kinds of IP together, by statistic and period.

    Raises:
        ValueError: fewer than two rows can be set beside each other.
    """
    chosen = _cases(portal, area, forum)
    if len(chosen) < 2:
        raise ValueError(f"nothing to compare: {area} {forum}")
    names = [label(portal, "cases", "case_statistics", "measure", s.measure) for s in chosen]
    title = _case_title(portal, chosen, names)
    rows = _case_rows(
        chosen, [Text("{m}，{p}", "{m}, {p}").format(m=m, p=_when(s)) for s, m in zip(chosen, names, strict=True)]
    )
    subtitle = Text("{area}{forum}知识产权案件，单位：件", "IP cases, {forum}, {area}; unit: cases").format(
        area=portal.areas[area].name, forum=label(portal, "cases", "case_statistics", "forum", forum)
    )
    return _case_chart(portal, f"cases-{area}-{forum}", title, subtitle, chosen, rows)


def type_series(portal: Portal) -> list[tuple[str, str, str, str]]:
    """Area, forum, statistic and period of every count that is split by kind of IP."""
    groups = sorted({(s.area, s.forum, s.measure, s.period.text) for s in portal.case_statistics if s.ip_type != ALL})
    return [group for group in groups if len(_types(portal, *group)) > 2]


def case_types(portal: Portal, area: str, forum: str, statistic: str, period: str) -> Chart:
    """One count of cases split by kind of IP, the largest first.

    Raises:
        ValueError: fewer than two kinds are published.
    """
    chosen = _types(portal, area, forum, statistic, period)
    if len(chosen) < 2:
        raise ValueError(f"nothing to compare: {area} {forum} {statistic} {period}")
    rows = _case_rows(chosen, [label(portal, "cases", "case_statistics", "ip_type", s.ip_type) for s in chosen])
    whole = next((s.value for s in portal.cases_of(area, forum, statistic, period) if s.ip_type == "all"), None)
    facts = {"p": _when(chosen[0]), "name": rows[0].name, "value": rows[0].label}
    title = Text("{p}{name}案件最多，{value}", "In {p} {name} cases were most frequent: {value}").format(
        **_quiet(facts)
    )
    if whole and chosen[0].value is not None:
        title = Text("{p}{name}案件占 {share}", "In {p} {name} made up {share} of cases").format(
            **_quiet(facts), share=percent(chosen[0].value / whole)
        )
    subtitle = Text(
        "{area}{forum}{measure}，按类型，单位：件", "{measure}, {forum}, {area}, by kind; unit: cases"
    ).format(
        area=portal.areas[area].name,
        forum=label(portal, "cases", "case_statistics", "forum", forum),
        measure=label(portal, "cases", "case_statistics", "measure", statistic),
    )
    return _case_chart(portal, f"case-types-{area}-{forum}-{statistic}-{period}".lower(), title, subtitle, chosen, rows)


def _quiet(facts: dict[str, Text]) -> dict[str, Text]:
    name = facts["name"]
    return facts | {"name": Text(name.zh, name.en[:1].lower() + name.en[1:])}


def _cases(portal: Portal, area: str, forum: str) -> list[CaseStatistic]:
    rows = [
        s
        for s in portal.cases_of(area, forum)
        if s.ip_type == ALL and s.value is not None and s.unit.kind == UnitKind.COUNT
    ]
    units = [s.unit.base for s in rows]
    common = max(sorted(set(units)), key=units.count, default="")
    several = {m for m in {s.measure for s in rows} if len({s.period.text for s in rows if s.measure == m}) > 1}
    if several:
        rows = [s for s in rows if s.measure in several]
    return sorted((s for s in rows if s.unit.base == common), key=lambda s: (s.measure, s.period.sort_key, s.id))


def _types(portal: Portal, area: str, forum: str, statistic: str, period: str) -> list[CaseStatistic]:
    rows = [s for s in portal.cases_of(area, forum, statistic, period) if s.ip_type != ALL and s.value is not None]
    return sorted(rows, key=lambda s: (-(s.value or 0), s.id))


def _when(row: CaseStatistic) -> Text:
    return Text(row.period.label("zh", to_date=True), row.period.label("en", to_date=True))


def _case_rows(chosen: Sequence[CaseStatistic], names: Iterable[Text]) -> list[Bar]:
    rows = []
    for s, name in zip(chosen, names, strict=True):
        assert s.value is not None
        rows.append(
            Bar(name, dict.fromkeys(LANGS, float(s.value * s.unit.scale)), amount(s.value, s.unit, s.qualifier))
        )
    return rows


def _case_title(portal: Portal, chosen: Sequence[CaseStatistic], names: Sequence[Text]) -> Text:
    area = portal.areas[chosen[0].area].short
    for k in range(len(chosen) - 1, 0, -1):
        before, now = chosen[k - 1], chosen[k]
        alike = before.measure == now.measure and before.period.months(to_date=True) == now.period.months(to_date=True)
        if alike and before.value and now.value:
            up = now.value >= before.value
            words = Text(
                f"{{area}} {{p}}{{name}} {{value}}，比 {{before}}{'多' if up else '少'} {{share}}",
                f"{{area}}, {{p}}: {{value}} {{name}}, {{share}} {'more' if up else 'fewer'} than in {{before}}",
            )
            rough = Text("", "") if now.qualifier == before.qualifier == Qualifier.EXACT else Text("约 ", "about ")
            change = percent(abs(now.value / before.value - 1))
            share = Text(rough.zh + change, rough.en + change)
            return words.format(
                area=area,
                p=_when(now),
                name=Text(names[k].zh, f"({names[k].en[:1].lower()}{names[k].en[1:]})"),
                value=_amount(now),
                before=_when(before),
                share=share,
            )
    largest = max(chosen, key=lambda s: s.value or 0)
    return Text("{area} {p}{name} {value}", "{area}, {p}: {value} ({name})").format(
        area=area, p=_when(largest), name=names[list(chosen).index(largest)], value=_amount(largest)
    )


def _amount(row: CaseStatistic) -> Text:
    assert row.value is not None
    return amount(row.value, row.unit, row.qualifier)


def _format_bar(row: Bar, lang: Lang) -> str:
    """The number drawn; withheld counts never become rows."""
    assert row.value is not None
    return str(row.value[lang]).removesuffix(".0")


def _case_chart(
    portal: Portal, name: str, title: Text, subtitle: Text, chosen: Sequence[CaseStatistic], rows: Sequence[Bar]
) -> Chart:
    sentence = Text(
        "；".join(f"{r.name.zh} {r.label.zh}" for r in rows) + "。",
        "; ".join(f"{r.name.en}: {r.label.en}" for r in rows) + ".",
    )
    style = Style(titles=(Text("项目", "Item"), Text("数量", "Number")))
    title, sentence = sentence_case(title), sentence_case(sentence)
    return Chart(
        name=name,
        kind="cases",
        title=title,
        subtitle=sentence_case(subtitle),
        sentence=sentence,
        source=source_line(portal, [s.source for s in chosen]),
        table=plain_table(
            Text("图中的数值", "The values shown"),
            rows,
            per_row=lambda lang, k: _format_bar(rows[k], lang),
            sources=[portal.sources[s.source].name for s in chosen],
        ),
        draw=lambda lang, width: draw_bars(rows, style, lang, width, title[lang], sentence[lang]),
    )
