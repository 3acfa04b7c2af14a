"""The parts of an indicator's page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from ipportal.analysis.comparable import unknown_years
from ipportal.analysis.progress import zone_verdicts
from ipportal.base.text import Text
from ipportal.data.model import Indicator, IndicatorGroup, Observation, TargetKind
from ipportal.pages.inline import bounds_of, period_of, the_indicator, value_of
from ipportal.pages.plan_links import linked
from ipportal.pages.view import Block, View
from ipportal.words.arithmetic import verdict_steps
from ipportal.words.sentences import verdict_sentence
from ipportal.words.wording import NO_VALUE, sentence_case, years_in_words

_ONLY_OTHER: Final = Text(
    "没有规划口径的公开数值；别的口径的见下面。",
    "No value of the plan's definition is published; those of others are below.",
)
NONE_PUBLISHED: Final = Text(f"{NO_VALUE.zh}。", f"{sentence_case(NO_VALUE).en}.")
_NO_OTHER: Final = Text("没有发现别的口径的数值。", "No value under another definition is known.")
_NOWHERE: Final = Text("没有找到其他地方的同类数值。", "No comparable value of another place is known.")


def verdict(view: View, indicator: str) -> Markup:
    """`{{ verdict("…") }}`: state in words and symbol, and the sentence that says what is known."""
    found = the_indicator(view, "verdict", indicator)
    judged = zone_verdicts(view.portal, found.id)
    return view.render("verdict.html", indicator=found, verdicts=judged, sentence=verdict_sentence, bounds=bounds_of)


def arithmetic(view: View, indicator: str) -> Markup:
    """`{{ arithmetic("…") }}`: every step of each verdict with the rows it uses."""
    found = the_indicator(view, "arithmetic", indicator)
    judged = zone_verdicts(view.portal, found.id)
    return view.render("arithmetic.html", indicator=found, verdicts=judged, steps=verdict_steps, bounds=bounds_of)


def values(view: View, indicator: str) -> Markup:
    """`{{ values("…") }}`: the zone's published values of the plan's definition, one row one source."""
    found = the_indicator(view, "values", indicator)
    rows = view.portal.observed(found.id, view.portal.zone.id, view.portal.settings.plan.basis)
    caption = view.t("经开区的数值与出处", "The zone's values and their sources")
    missing = years_in_words(unknown_years(view.portal, found.id)) if found.group != IndicatorGroup.CONTEXT else None
    others = len(view.portal.observed(found.id, view.portal.zone.id)) > len(rows)
    empty = _ONLY_OTHER if others else NONE_PUBLISHED
    return _values(view, found, rows, caption, "values", empty=empty, missing=missing)


def other_definitions(view: View, indicator: str) -> Markup:
    """`{{ other_definitions("…") }}`: the zone's values of other definitions, kept apart."""
    found = the_indicator(view, "other_definitions", indicator)
    basis = view.portal.settings.plan.basis
    rows = [o for o in view.portal.observed(found.id, view.portal.zone.id) if o.basis != basis]
    caption = view.t("其他口径的数值，不与上表连比", "Values of other definitions, not comparable with the table above")
    return _values(view, found, rows, caption, "other", empty=_NO_OTHER, with_basis=True)


def elsewhere(view: View, indicator: str) -> Markup:
    """`{{ elsewhere("…") }}`: the same indicator in the city, the province, the nation and other places."""
    found = the_indicator(view, "elsewhere", indicator)
    zone = view.portal.zone.id
    rows = [o for o in view.portal.observed(found.id) if o.area != zone]
    rows.sort(key=lambda o: (view.portal.areas[o.area].order, o.basis, o.period.sort_key, o.trust))
    caption = view.t("市、省、全国和其他地方的数值", "Values of the city, the province, the nation and other places")
    several = len({o.basis for o in rows}) > 1
    return _values(
        view,
        found,
        rows,
        caption,
        "elsewhere",
        empty=_NOWHERE,
        with_area=True,
        with_basis=several,
        own_targets=any(target.area != zone for target in view.portal.targeted(found.id)),
    )


def _values(
    view: View,
    indicator: Indicator,
    rows: Sequence[Observation],
    caption: str,
    key: str,
    *,
    empty: Text,
    with_area: bool = False,
    with_basis: bool = False,
    missing: Text | None = None,
    own_targets: bool = False,
) -> Markup:
    return view.render(
        "values.html",
        indicator=indicator,
        rows=rows,
        caption=caption,
        key=key,
        empty=empty,
        with_area=with_area,
        with_basis=with_basis,
        own_targets=own_targets,
        value_of=value_of,
        period_of=period_of,
        with_note=any(o.note for o in rows),
        missing=missing,
    )


#: When a target of each kind counts as met, after the closed list in the descriptor
_MET: Final = {
    TargetKind.REACH: Text("达到目标值", "at the target or beyond"),
    TargetKind.EXCEED: Text("超过目标值", "beyond the target"),
    TargetKind.RANGE: Text("落在区间内或越过", "within the range or beyond"),
    TargetKind.CUMULATIVE: Text("累计达到目标值", "the running total gets there"),
    TargetKind.HOLD: Text("不低于基线", "no worse than the baseline"),
    TargetKind.ANNUAL: Text("当年达到目标值，只看这一年", "at the target or beyond in that one year"),
}


def targets(view: View, indicator: str) -> Markup:
    """`{{ targets("…") }}`: what the plan wants, both values where the draft gives two, then other places in turn."""
    found = the_indicator(view, "targets", indicator)
    areas = view.portal.areas
    rows = sorted(
        view.portal.targeted(found.id),
        key=lambda t: (areas[t.area].order, t.kind == TargetKind.ANNUAL, t.year, not t.default, t.id),
    )
    return view.render("targets.html", indicator=found, rows=rows, bounds=bounds_of, met=_MET)


def definition(view: View, indicator: str) -> Markup:
    """`{{ definition("…") }}`: what is counted, how, and who says so."""
    found = the_indicator(view, "definition", indicator)
    table = view.portal.packages["indicators"].tables["indicators"]
    return view.render("definition.html", indicator=found, table=table)


def issues(view: View, indicator: str) -> Markup:
    """`{{ issues("…") }}`: known contradictions about the indicator."""
    found = the_indicator(view, "issues", indicator)
    return view.render("issues.html", issues=view.portal.issues_of(found.id), with_subject=False)


def linked_measures(view: View, indicator: str) -> Markup:
    """`{{ linked_measures("…") }}`: measures of the plan that serve the indicator."""
    found = the_indicator(view, "linked_measures", indicator)
    return linked(view, view.portal.measures_of(found.id))


def siblings(view: View, indicator: str) -> Markup:
    """`{{ siblings("…") }}`: the other indicators of the same group."""
    found = the_indicator(view, "siblings", indicator)
    return view.render("siblings.html", indicator=found, group=view.portal.group(found.group))


MACROS: Final[dict[str, Block]] = {
    "verdict": verdict,
    "arithmetic": arithmetic,
    "values": values,
    "other_definitions": other_definitions,
    "elsewhere": elsewhere,
    "targets": targets,
    "definition": definition,
    "issues": issues,
    "linked_measures": linked_measures,
    "siblings": siblings,
}
