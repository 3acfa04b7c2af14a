"""Requests for government information, in Chinese as offices take them, filled in from the rows.

They follow articles 27, 29, 36 and 38 of the Regulations on Open Government Information: who asks, for which existing
record, in which form, and what to do where somebody else holds it.
"""

from typing import Any, Final, Literal

from ipportal.analysis.comparable import unknown_years
from ipportal.analysis.progress import zone_verdicts
from ipportal.base.text import Text
from ipportal.data.model import Indicator, MeasureType, Portal, Status
from ipportal.words.sentences import written_in
from ipportal.words.wording import place, years_in_words

Blank = Literal["commitment", "measure"]

#: What a year's value means for each kind of indicator
_VALUES: Final = {
    MeasureType.ANNUAL_FLOW: "全年数",
    MeasureType.YEAR_END_STOCK: "年末数",
    MeasureType.CUMULATIVE: "截至年末的累计数",
}


def figure_letter(portal: Portal, indicator: Indicator, to: str) -> str:
    """The letter that asks the office `to` for an indicator's yearly values nobody has published."""
    years, basis = unknown_years(portal, indicator.id), portal.settings.plan.basis
    rows = [row for row in portal.observed(indicator.id, portal.zone.id) if row.status != Status.SUPERSEDED]
    own = [row for row in rows if row.basis == basis and row.period.year is not None]
    others = [row for row in rows if row.basis != basis and row.period.year in years and row.period.is_full_year]
    judged = zone_verdicts(portal, indicator.id)
    return _letter(
        portal,
        to,
        indicator=indicator,
        years=years,
        newest=own[-1] if own else None,
        others=others,
        target=judged[0].target if judged else None,
    )


def figure_gloss(portal: Portal, indicator: Indicator) -> Text:
    """What the letter about an indicator asks for, for those who do not read it; nothing in Chinese."""
    years = years_in_words(unknown_years(portal, indicator.id))
    return Text(
        "",
        f"Asks for the record of {place(portal.zone).en}'s values for {years.en} of “{indicator.name.en}”, names the "
        "target and the latest published value, and asks where it is published, or who holds it, should this office "
        "not.",
    )


def blank_letter(portal: Portal, kind: Blank, to: str) -> str:
    """A letter with blanks in 〔〕, about a commitment with a number or about a measure of the plan."""
    return _letter(portal, to, indicator=None, blank=kind)


def _letter(portal: Portal, to: str, **told: Any) -> str:
    return written_in("zh", "request.txt", portal=portal, plan=portal.settings.plan, to=to, values=_VALUES, **told)
