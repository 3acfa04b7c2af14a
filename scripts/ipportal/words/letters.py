"""Requests for government information, in Chinese as offices take them, filled in from the rows.

They follow articles 27, 29, 36 and 38 of the Regulations on Open Government Information: who asks, for which existing
record, in which form, and what to do where somebody else holds it.
"""

from __future__ import annotations

from typing import Final, Literal

from ipportal.analysis.comparable import unknown_years
from ipportal.analysis.progress import zone_verdicts
from ipportal.base.text import Text
from ipportal.data.model import Indicator, MeasureType, Portal, Status
from ipportal.words.wording import bracketed, format_target, observed, period_words, sourced, years_in_words

Blank = Literal["commitment", "measure"]

_LETTER: Final = """政府信息公开申请

{to}：

依据《中华人民共和国政府信息公开条例》（国务院令第711号修订，2019年5月15日起施行）第二十七条、第二十九条，申请获取下列政府信息。

一、申请的信息
{wanted}

二、便于查找的说明
{hints}

三、提供方式
请提供电子文本，发到下面的电子邮箱；没有电子文本的，请提供复印件。
只申请已经制作或者获取的信息，不要求另行加工。已经主动公开的，请告知在哪里可以查到；不由贵单位负责公开的，请告知负责单位的名称和联系方式。

申请人姓名或名称：
身份证明：见附件
联系电话：
通信地址：
电子邮箱：
日期：　　　　年　　月　　日"""
#: What a year's value means for each kind of indicator
_VALUES: Final = {
    MeasureType.ANNUAL_FLOW: "全年数",
    MeasureType.YEAR_END_STOCK: "年末数",
    MeasureType.CUMULATIVE: "截至年末的累计数",
}
_BLANKS: Final[dict[Blank, tuple[str, str]]] = {
    "commitment": (
        "载明《{plan}》中“〔承诺的名称〕”完成情况的文件或统计表："
        "截至 {last} 年底的数值，以及 {first}—{last} 年各年的数值，注明统计口径。",
        "这项承诺见规划〔章节编号〕，目标为〔目标数值〕。",
    ),
    "measure": (
        "载明《{plan}》中“〔措施名称〕”落实情况的文件：是否实施，何时开始，何时完成，由哪个单位牵头。"
        "有通知、名单、协议或者验收材料的，请提供其名称和文号。",
        "这条措施见规划〔章节编号〕。",
    ),
}


def figure_letter(portal: Portal, indicator: Indicator, to: str) -> str:
    """The letter that asks the office `to` for an indicator's yearly values nobody has published."""
    years, plan = unknown_years(portal, indicator.id), portal.settings.plan
    rows = [row for row in portal.observed(indicator.id, portal.zone.id) if row.status != Status.SUPERSEDED]
    own = [row for row in rows if row.basis == plan.basis and row.period.year is not None]
    others = [row for row in rows if row.basis != plan.basis and row.period.year in years and row.period.is_full_year]
    hints = [f"《{plan.title.zh}》列有这项指标{_goal(portal, indicator)}。", f"含义：{indicator.definition.zh}"]
    for row in own[-1:]:
        value = sourced(portal, observed(row), row.source)
        hints.append(f"已经公布、不必再提供的最近一个数：{period_words(portal, row).zh} {value.zh}。")
    for row in others:
        value = observed(row) + bracketed(portal.bases[row.basis].name)
        hints.append(f"{period_words(portal, row).zh}另有一个数 {value.zh}，请说明它与上面申请的是不是同一口径。")
    kind = _VALUES[indicator.measure_type]
    asked = f"{portal.zone.name.zh}“{indicator.name.zh}”{years_in_words(years).zh} 年各年的{kind}，注明统计口径。"
    return _LETTER.format(to=to, wanted=f"载明下列数值的文件或统计表：{asked}", hints="\n".join(hints))


def figure_gloss(portal: Portal, indicator: Indicator) -> Text:
    """What the letter about an indicator asks for, for those who do not read it; nothing in Chinese."""
    years = years_in_words(unknown_years(portal, indicator.id))
    return Text(
        "",
        f"Asks for the record of the zone's values for {years.en} of “{indicator.name.en}”, names the target and the "
        "latest published value, and asks where it is published, or who holds it, should this office not.",
    )


def blank_letter(portal: Portal, kind: Blank, to: str) -> str:
    """A letter with blanks in 〔〕, about a commitment with a number or about a measure of the plan."""
    plan = portal.settings.plan
    words = {"plan": plan.title.zh, "first": plan.first_year, "last": plan.last_year}
    wanted, hints = (text.format(**words) for text in _BLANKS[kind])
    return _LETTER.format(to=to, wanted=wanted, hints=hints)


def _goal(portal: Portal, indicator: Indicator) -> str:
    judged = zone_verdicts(portal, indicator.id)
    return f"，{judged[0].target.year} 年目标为 {format_target(judged[0].target).zh}" if judged else ""
