"""What stands beside a verdict: a value beyond the target, published values that are not judged, a moved target."""

from __future__ import annotations

from typing import Final

from ipportal.analysis.comparable import Known, covers_year
from ipportal.analysis.progress import Verdict
from ipportal.base.text import Text
from ipportal.data.model import Observation, Portal, Status, Target, TargetKind
from ipportal.words.wording import citation, format_target, known, observed, tidy

_BY_SIGN: Final = {1: Text("高于", "above"), -1: Text("低于", "below")}
_REACHED: Final = Text("达到", "at")


def beyond_fact(verdict: Verdict) -> Text | None:
    """The value that met the target before its year, and that the final value is unknown; without a full stop.

    None where there is no such value. It never says that the target was met.
    """
    since = verdict.beyond_since
    if since is None:
        return None
    words = Text(
        "{year} 年 {value}，已{place} {end} 年目标{aim}；{end} 年终值未公布",
        "{value} in {year}, already {place} the {end} target of {aim}; the final value for {end} is not published",
    )
    return _filled(words, verdict, since)


def beyond_note(verdict: Verdict) -> Text | None:
    """The same in a few words for a table that shows value and target already; None where there is nothing to say."""
    since = verdict.beyond_since
    if since is None:
        return None
    return _filled(Text("{year} 年已{place}目标值", "{place} the target value in {year}"), verdict, since)


def beyond_sentence(portal: Portal, verdict: Verdict, since: Known) -> Text:
    """The fact in full, with its source, what came after it, and what it does not say."""
    words = Text(
        "{year} 年为 {value}（{source}），已{place} {end} 年目标{aim}；{end} 年终值未公布，还不能说目标是否达到。",
        "The value for {year} is {value} ({source}), already {place} the {end} target of {aim}; the final value for "
        "{end} is not published, so it cannot be said whether the target was met.",
    )
    told = _filled(words, verdict, since, source=citation(portal, since.observation))
    latest = verdict.latest
    if latest is not None and latest.year != since.year:
        after = Text(
            "最新的全年数值是 {year} 年的 {value}（{source}），", "The latest is {value} in {year} ({source}),"
        )
        still = Text("仍{place}这个目标值。", "still {place} that level.")
        if verdict.gap is not None and verdict.sign * verdict.gap > 0:
            still = Text("又回到目标值以内。", "back short of that level.")
        later = _filled(after, verdict, latest, source=citation(portal, latest.observation))
        kept = _filled(still, verdict, latest)
        told = Text(told.zh + later.zh + kept.zh, f"{told.en} {later.en} {kept.en}")
    if verdict.indicator.is_flow:
        told = Text(
            f"{told.zh}年度数只说当年，不说明以后各年。",
            f"{told.en} A yearly figure speaks of its own year and not of those after it.",
        )
    return told


def _filled(words: Text, verdict: Verdict, at: Known, **more: object) -> Text:
    """`words` with year, value, place and target; “above” and “below” are by the direction wanted."""
    assert verdict.goal is not None
    strict = verdict.target.kind == TargetKind.EXCEED or at.value != verdict.goal
    wanted = format_target(verdict.target)
    facts = {
        "year": at.year,
        "value": known(at, verdict.indicator.unit),
        "place": _BY_SIGN[verdict.sign] if strict else _REACHED,
        "end": verdict.target.year,
        "aim": Text(f" {wanted.zh}" if wanted.zh[:1].isdigit() else f"（{wanted.zh}）", wanted.en),
    }
    return tidy(words.format(**facts, **more))


def unjudged(portal: Portal, verdict: Verdict) -> Observation | None:
    """The newest published value that cannot be set against the target though it is newer than any that can.

    Of another definition; or, for a commitment to a running total, a total whose starting year is not given.
    """
    if verdict.final:
        return None
    since = verdict.newest.year if verdict.newest else verdict.baseline_year
    rows = [
        row
        for row in portal.observed(verdict.indicator.id, verdict.area.id)
        if row.status != Status.SUPERSEDED
        and row.period.year is not None
        and since < row.period.year <= verdict.target.year
        and (_is_loose_total(verdict, row) or (row.basis != verdict.basis.id and covers_year(row)))
    ]
    return max(rows, key=lambda row: (row.period.sort_key, -row.trust), default=None)


def _is_loose_total(verdict: Verdict, row: Observation) -> bool:
    cumulative = verdict.target.kind == TargetKind.CUMULATIVE and not verdict.indicator.is_flow
    return cumulative and row.period.kind != "years"


def period_words(verdict: Verdict, row: Observation) -> Text:
    """A row's period; months of a yearly flow count from January."""
    flow = verdict.indicator.is_flow
    return Text(row.period.label("zh", to_date=flow), row.period.label("en", to_date=flow))


def unjudged_note(portal: Portal, verdict: Verdict) -> Text | None:
    """That value in a few words, without its source; None where there is none."""
    row = unjudged(portal, verdict)
    if row is None:
        return None
    words = Text("另有 {period} {value}，口径不同", "also {value} ({period}), under another definition")
    if _is_loose_total(verdict, row):
        words = Text("另有累计 {value}（{period}），起算年不明", "also a total of {value} ({period}), start unknown")
    return tidy(words.format(period=period_words(verdict, row), value=observed(row)))


def unjudged_sentence(portal: Portal, verdict: Verdict) -> Text | None:
    """That value with its source, and why no verdict follows from it; None where there is none."""
    row = unjudged(portal, verdict)
    if row is None or _is_loose_total(verdict, row):
        return None
    words = Text(
        "另有 {period}的数值 {value}（{source}），口径是“{basis}”，不能与目标直接比，只列出，不参与判断。",
        "A value under another definition, {value} ({period}; {source}; “{basis}”), cannot be set against the target "
        "and plays no part in the verdict.",
    )
    return words.format(
        period=period_words(verdict, row),
        value=observed(row),
        source=citation(portal, row),
        basis=portal.bases[row.basis].name,
    )


def loose_total(portal: Portal, verdict: Verdict) -> Text | None:
    """A commitment to a total and the total published, side by side, and why no verdict follows; None if not both."""
    row = unjudged(portal, verdict)
    if row is None or not _is_loose_total(verdict, row):
        return None
    return Text(
        "目标是到 {end} 年{aim}，没有写明从哪一年算起；已公布的累计额是 {value}（{period}，{source}），"
        "也没有写明。两个起点都不明，不能相比，所以不作判断。",
        "The target is {aim} by {end}, without a starting year; the total published is {value} ({period}, {source}), "
        "also without one. Totals counted from unknown years cannot be compared, so no verdict follows.",
    ).format(
        end=verdict.target.year,
        aim=format_target(verdict.target),
        value=observed(row),
        period=period_words(verdict, row),
        source=citation(portal, row),
    )


def moved_sentence(portal: Portal, verdict: Verdict) -> Text | None:
    """How the target moved, with the document of every step; None where it never did."""
    if not verdict.revisions:
        return None
    first, *others = verdict.revisions
    zh, en = f"目标由 {_version(portal, first).zh}", f"The target moved from {_version(portal, first).en}"
    for i, version in enumerate(others):
        words = _version(portal, version)
        join = "" if words.zh[:1] in "超累不保" else " "
        zh += f"{'，再' if i else ''}改为{join}{words.zh}"
        en += f"{', then to ' if i else ' to '}{words.en}"
    return Text(f"{zh}。", f"{en}.")


def version_name(verdict: Verdict) -> Text:
    """Which of several targets for one year this is: the one in force, an earlier one, or one that contradicts it."""
    if verdict.target.default:
        return Text("现行目标", "target in force")
    if not verdict.revisions:
        return Text("另一个目标", "other target")
    return (
        Text("最早的目标", "first target")
        if verdict.target == verdict.revisions[0]
        else Text("改过的目标", "revised target")
    )


def _version(portal: Portal, target: Target) -> Text:
    wanted, source = format_target(target), portal.sources[target.source].name
    return Text(f"{wanted.zh}（{source.zh}）", f"{wanted.en} ({source.en})")
