"""Reward money by year."""

from __future__ import annotations

from collections.abc import Sequence

from ipportal.base.quantities import number
from ipportal.base.text import LANGS, Text
from ipportal.charts.bars import Bar, Style, draw_bars
from ipportal.charts.key import Sign
from ipportal.charts.plain import plain_table
from ipportal.charts.record import Chart
from ipportal.charts.trend import source_line
from ipportal.charts.units import scale_of
from ipportal.data.model import Incentive, Portal
from ipportal.words import amount, sentence_case
from ipportal.words.chart_table import per_language


def accepts_incentives(portal: Portal) -> bool:
    """At least one paid amount of the zone."""
    return bool(_paid(portal))


def incentives(portal: Portal) -> Chart:
    """Reward money paid, single years filled, totals over several years hollow and never added up."""
    paid = _paid(portal)
    single = [i for i in paid if i.period.is_full_year]
    newest = single[-1] if single else paid[-1]
    title = Text("{period}兑现奖励资金 {value}", "Reward money paid in {period}: {value}").format(
        period=_span(newest), value=amount(newest.value, newest.unit, newest.qualifier)
    )
    if len(single) > 1 and single[-2].value > 0:
        ratio = newest.unit.convert(newest.value, single[-2].unit) / single[-2].value
        title = Text(
            "{title}，是上一个已知年份的 {times} 倍", "{title}, {times} times the last known year before"
        ).format(title=title, times=number(ratio, 1))
    return _money_chart(portal, paid, title)


def _paid(portal: Portal) -> list[Incentive]:
    rows = [i for i in portal.incentives if i.kind == "paid" and i.area == portal.zone.id and i.period.year is not None]
    return sorted(rows, key=lambda i: (not i.period.is_full_year, i.period.sort_key, i.id))


def _span(row: Incentive) -> Text:
    return Text(row.period.label("zh"), row.period.label("en"))


def _money_chart(portal: Portal, paid: Sequence[Incentive], title: Text) -> Chart:
    unit = paid[0].unit
    values = [i.unit.convert(i.value, unit) for i in paid]
    scales = {lang: scale_of(portal, unit, lang, values) for lang in LANGS}
    rows = [
        Bar(
            _span(i) if i.period.is_full_year else Text("{span}合计", "{span}, total").format(span=_span(i)),
            {lang: scales[lang].value(value) for lang in LANGS},
            amount(i.value, i.unit, i.qualifier),
            portal.sources[i.source].name,
            hollow=not i.period.is_full_year,
        )
        for i, value in zip(paid, values, strict=True)
    ]
    sentence = Text(
        "；".join(f"{r.name.zh} {r.label.zh}" for r in rows) + "。几个合计年份重叠、来源不同，不能相加。",
        "; ".join(f"{r.name.en}: {r.label.en}" for r in rows)
        + ". The totals overlap and come from different sources; they must not be added up.",
    )
    signs = (
        Sign("square", False, "main", Text("单独一年", "a single year")),
        Sign("square", True, "main", Text("几年合计，互有重叠", "several years together, overlapping")),
    )
    style = Style(signs=signs, titles=(Text("时期", "Period"), Text("金额", "Amount")))
    title, sentence = sentence_case(title), sentence_case(sentence)
    return Chart(
        name="incentives",
        kind="incentives",
        title=title,
        subtitle=Text(
            "已兑现的知识产权奖励资金，{zone}，单位：{unit}", "{zone}: IP reward money paid; unit: {unit}"
        ).format(zone=portal.zone.short, unit=per_language(lambda lang: scales[lang].name)),
        sentence=sentence,
        source=source_line(portal, [i.source for i in paid]),
        table=plain_table(
            Text("已兑现的奖励资金", "Reward money paid"),
            rows,
            per_row=lambda lang, k: str(scales[lang].value(values[k])),
            sources=[portal.sources[i.source].name for i in paid],
        ),
        draw=lambda lang, width: draw_bars(rows, style, lang, width, title[lang], sentence[lang]),
    )
