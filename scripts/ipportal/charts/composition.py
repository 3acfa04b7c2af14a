"""What a whole is made of: the enterprise share of invention grants, and awards by level and kind."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import Final

from ipportal.base.quantities import number
from ipportal.base.text import LANGS, Text
from ipportal.charts.bars import Bar, Style, draw_bars
from ipportal.charts.plain import label
from ipportal.charts.record import Chart
from ipportal.charts.trend import source_line
from ipportal.data.model import Award, Portal, Qualifier, Status
from ipportal.words import percent, sentence_case
from ipportal.words.chart_table import ChartCell, ChartColumn, ChartTable

_PART: Final = "enterprise-invention-grants"
_WHOLE: Final = "invention-grants"


def accepts_composition(portal: Portal) -> bool:
    """The share needs both counts for the same period."""
    return bool(_pairs(portal))


def composition(portal: Portal) -> Chart:
    """How many of the zone's invention grants went to enterprises, for every period with both counts."""
    pairs = _pairs(portal)
    newest = pairs[-1]
    shares = [part / whole for _, part, whole, _ in pairs]
    title = Text(
        "{period}，企业占发明专利授权的 {share}", "In {period} enterprises received {share} of invention grants"
    ).format(period=newest[0], share=percent(shares[-1]))
    rows = [
        Bar(
            period,
            dict.fromkeys(LANGS, float(share)),
            Text(percent(share), percent(share)),
            Text("企业 {part}，全区 {whole}", "{part} of {whole}").format(part=number(part), whole=number(whole)),
        )
        for (period, part, whole, _), share in zip(pairs, shares, strict=True)
    ]
    sentence = Text(
        "；".join(f"{p.zh}企业获得 {number(a)} 件，全区 {number(b)} 件，占 {percent(a / b)}" for p, a, b, _ in pairs)
        + "。",
        "; ".join(f"{p.en}: {number(a)} of {number(b)} grants, {percent(a / b)}" for p, a, b, _ in pairs) + ".",
    )
    style = Style(
        top=1.0,
        rule=(1.0, Text("全部授权 100%", "all grants 100%")),
        titles=(Text("时期", "Period"), Text("占比", "Share")),
    )
    title, sentence = sentence_case(title), sentence_case(sentence)
    return Chart(
        name="composition-enterprise-grants",
        kind="composition",
        title=title,
        subtitle=Text(
            "企业发明专利授权量占全区的比例，{zone}", "{zone}: enterprises' share of invention patents granted"
        ).format(zone=portal.zone.short),
        sentence=sentence,
        source=source_line(portal, [source for *_, sources in pairs for source in sources]),
        table=ChartTable(
            caption=Text("企业获得的发明专利授权", "Invention patents granted to enterprises"),
            columns=(
                ChartColumn("period", Text("时期", "Period")),
                ChartColumn("enterprises", Text("企业（件）", "Enterprises"), numeric=True),
                ChartColumn("all", Text("全区（件）", "All"), numeric=True),
                ChartColumn("share", Text("占比", "Share"), numeric=True),
            ),
            rows=tuple(
                (
                    ChartCell.words(period),
                    ChartCell(Text(number(part), number(part)), Text(str(part), str(part))),
                    ChartCell(Text(number(whole), number(whole)), Text(str(whole), str(whole))),
                    ChartCell(Text(percent(share), percent(share)), Text(str(round(share, 4)), str(round(share, 4)))),
                )
                for (period, part, whole, _), share in zip(pairs, shares, strict=True)
            ),
        ),
        draw=lambda lang, width: draw_bars(rows, style, lang, width, title[lang], sentence[lang]),
    )


def _pairs(portal: Portal) -> list[tuple[Text, Decimal, Decimal, list[str]]]:
    if _PART not in portal.indicators or _WHOLE not in portal.indicators:
        return []
    basis, zone = portal.settings.plan.basis, portal.zone.id
    wholes = {
        row.period.text: row
        for row in reversed(portal.observed(_WHOLE, zone, basis))
        if row.status != Status.SUPERSEDED
    }
    found = []
    for row in portal.observed(_PART, zone, basis):
        whole = wholes.get(row.period.text)
        if (
            whole
            and whole.value > 0
            and row.status != Status.SUPERSEDED
            and row.qualifier == whole.qualifier == Qualifier.EXACT
        ):
            period = Text(row.period.label("zh", to_date=True), row.period.label("en", to_date=True))
            found.append((period, row.value, whole.value, [row.source, whole.source]))
    return found


def accepts_awards(portal: Portal) -> bool:
    """Awards for patents and designs that the plan lists."""
    return bool(_awards(portal))


def awards(portal: Portal) -> Chart:
    """Patent and design awards the plan lists, by level and kind, with their grades.

    Later reports give running totals of some awards only, so they are not added to the plan's.
    """
    groups = _awards(portal)
    totals = [sum(a.count for a in group) for _, group in groups]
    rows = [
        Bar(name, dict.fromkeys(LANGS, float(total)), amount_of(total), _grades(portal, group))
        for (name, group), total in zip(groups, totals, strict=True)
    ]
    national = sum(t for (_, group), t in zip(groups, totals, strict=True) if group[0].level == "national")
    title = Text(
        "规划列出企事业单位获国家级和省级专利奖 {all} 项，其中国家级 {national} 项",
        "The plan lists {all} patent awards won by firms and institutions, {national} of them national",
    ).format(all=sum(totals), national=national)
    sentence = Text(
        "；".join(f"{r.name.zh} {r.label.zh}（{r.note.zh if r.note else ''}）" for r in rows) + "。",
        "; ".join(f"{r.name.en}: {r.label.en} ({r.note.en if r.note else ''})" for r in rows) + ".",
    )
    style = Style(titles=(Text("奖项", "Award"), Text("数量", "Number")))
    title, sentence = sentence_case(title), sentence_case(sentence)
    return Chart(
        name="composition-awards",
        kind="composition",
        title=title,
        subtitle=Text("专利奖与外观设计奖，{zone}，单位：项", "{zone}: patent and design awards, number").format(
            zone=portal.zone.short
        ),
        sentence=sentence,
        source=source_line(portal, [a.source for _, group in groups for a in group]),
        table=ChartTable(
            caption=Text("图中的奖项", "The awards shown"),
            columns=(
                ChartColumn("award", Text("奖项", "Award")),
                ChartColumn("count", Text("数量（项）", "Number"), numeric=True),
                ChartColumn("period", Text("时期", "Period")),
                ChartColumn("source", Text("出处", "Source")),
            ),
            rows=tuple(
                (
                    ChartCell.words(a.award),
                    ChartCell.plain(a.count),
                    ChartCell(Text(a.period.label("zh"), a.period.label("en")), Text(a.period.text, a.period.text)),
                    ChartCell.words(portal.sources[a.source].name),
                )
                for _, group in groups
                for a in group
            ),
        ),
        draw=lambda lang, width: draw_bars(rows, style, lang, width, title[lang], sentence[lang]),
    )


def amount_of(count: int) -> Text:
    """A count of awards in words."""
    return Text(f"{count} 项", str(count))


def _awards(portal: Portal) -> list[tuple[Text, list[Award]]]:
    chosen = [
        a
        for a in portal.awards
        if a.area == portal.zone.id and a.kind in ("invention", "design") and portal.sources[a.source].kind == "plan"
    ]
    chosen.sort(key=lambda a: (a.level != "national", a.kind != "invention", -a.count, a.id))
    groups = []
    for (level, kind), members in groupby(chosen, key=lambda a: (a.level, a.kind)):
        words = [
            label(portal, "recognition", "awards", field, value) for field, value in (("level", level), ("kind", kind))
        ]
        groups.append((Text("{a}，{b}", "{a}, {b}").format(a=words[0], b=words[1]), list(members)))
    return groups


def _grades(portal: Portal, group: Sequence[Award]) -> Text:
    named = [(label(portal, "recognition", "awards", "grade", a.grade), a.count) for a in group]
    return Text("，".join(f"{g.zh} {n}" for g, n in named), ", ".join(f"{g.en} {n}" for g, n in named))
