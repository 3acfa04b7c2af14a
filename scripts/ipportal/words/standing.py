"""What stands beside a verdict: a value beyond the target, published values that are not judged, a moved target."""

from collections.abc import Callable
from typing import Final

from ipportal.analysis.comparable import Known, covers_year, missing_years
from ipportal.analysis.progress import Verdict
from ipportal.base.text import Text
from ipportal.data.model import Observation, Portal, Status, TargetKind
from ipportal.words import wording

_BY_SIGN: Final = {1: Text("高于", "above"), -1: Text("低于", "below")}
_REACHED: Final = Text("达到", "at")
_VALUE, _TOTAL = Text("终值", "final value for"), Text("为止的合计", "total up to")


def facts(verdict: Verdict, at: Known | None = None) -> dict[str, object]:
    """What sentences about a verdict are filled with: its target as {aim} ({verb} after “目标是”) for the year {end},
    the baseline year {t0}, and of the value `at` its {year} and {value}."""
    aim = wording.format_target(verdict.target)
    told: dict[str, object] = {
        "aim": aim,
        "verb": Text(f"达到 {aim.zh}" if aim.zh[:1].isdigit() else aim.zh, aim.en),
        "end": verdict.target.year,
        "t0": verdict.baseline_year,
        "final": _TOTAL if verdict.target.kind == TargetKind.CUMULATIVE else _VALUE,
    }
    return told if at is None else told | {"year": at.year, "value": wording.known(at, verdict.indicator.unit)}


def value_words(verdict: Verdict) -> Text:
    """How its {value} of a {year} is told; that of a total is one of all years so far."""
    if verdict.target.kind == TargetKind.CUMULATIVE:
        return Text("截至 {year} 年累计 {value}", "a total of {value} by {year}")
    return Text("{year} 年为 {value}", "{value} in {year}")


def sourced_facts(portal: Portal, verdict: Verdict, at: Known) -> dict[str, object]:
    """The same with the {source} of the value."""
    return facts(verdict, at) | {"source": wording.citation(portal, at.observation)}


def row_facts(portal: Portal, row: Observation) -> dict[str, object]:
    """{period}, {value} and {source} of a published row that is not judged."""
    source = wording.citation(portal, row)
    return {"period": wording.period_words(portal, row), "value": wording.observed(row), "source": source}


def missing(portal: Portal, verdict: Verdict) -> Text | None:
    """The unpublished years for which a sum cannot go on though later years are known; None where there are none."""
    years = missing_years(portal, verdict.target, verdict.latest.year if verdict.latest else verdict.baseline_year)
    return wording.years_in_words(years) if years else None


def beyond_fact(verdict: Verdict) -> Text | None:
    """The value that met the target before its year, and that the final value is unknown; without a full stop.

    None where there is no such value. It never says that the target was met.
    """
    words = Text(
        "{year} 年 {value}，已{place} {end} 年目标{goal}；{end} 年{final}未公布",
        "{value} in {year}, already {place} the {end} target of {aim}; the {final} {end} is not published",
    )
    since = verdict.beyond_since
    return wording.tidy(words.format(**beyond_facts(verdict, since))) if since else None


def beyond_note(verdict: Verdict) -> Text | None:
    """The same in a few words for a table that shows value and target already; None where there is nothing to say."""
    words, since = Text("{year} 年已{place}目标值", "{place} the target value in {year}"), verdict.beyond_since
    return wording.tidy(words.format(**beyond_facts(verdict, since))) if since else None


def beyond_facts(verdict: Verdict, at: Known) -> dict[str, object]:
    """The facts of a value beyond the target: {place} is “above” or “below” by the direction wanted, and the target
    stands behind a noun as {goal}."""
    strict = verdict.target.kind == TargetKind.EXCEED or at.value != verdict.goal
    aim = wording.format_target(verdict.target)
    behind = Text(f" {aim.zh}" if aim.zh[:1].isdigit() else wording.bracketed(aim).zh, "")
    return facts(verdict, at) | {"place": _BY_SIGN[verdict.sign] if strict else _REACHED, "goal": behind}


def late_note(verdict: Verdict) -> Text:
    """A mark behind a final value that came out after the plan had closed, or was corrected; empty for any other."""
    if verdict.published_late:
        return wording.bracketed(Text("规划结束后补公布", "published late"))
    return wording.bracketed(Text("已更正", "corrected")) if verdict.corrected else wording.NOTHING


def _newest(portal: Portal, verdict: Verdict, fits: Callable[[Observation], bool]) -> Observation | None:
    """The newest row that fits of those later than the newest comparable value and not after the target year."""
    since = verdict.newest.year if verdict.newest else verdict.baseline_year
    observed = portal.observed(verdict.indicator.id, verdict.area.id)
    rows = (row for row in observed if row.status != Status.SUPERSEDED and fits(row))
    later = (row for row in rows if row.period.year is not None and since < row.period.year <= verdict.target.year)
    return max(later, key=lambda row: (row.period.sort_key, -row.trust), default=None)


def newer_part_year(portal: Portal, verdict: Verdict) -> Observation | None:
    """The newest value after the last comparable one that covers only part of a year."""

    def part_year(row: Observation) -> bool:
        part = row.period.kind in ("half", "quarter", "month") and not covers_year(row)
        return part and row.basis == verdict.basis.id

    return _newest(portal, verdict, part_year)


def unjudged(portal: Portal, verdict: Verdict) -> Observation | None:
    """The newest published value that cannot be set against the target though it is newer than any that can.

    Of another definition; or, for a commitment to a running total, a total whose starting year is not given.
    """

    def other(row: Observation) -> bool:
        return is_loose_total(verdict, row) or (row.basis != verdict.basis.id and covers_year(row))

    return None if verdict.final else _newest(portal, verdict, other)


def is_loose_total(verdict: Verdict, row: Observation) -> bool:
    """True for a published total whose starting year is not given, where the target is one as well."""
    cumulative = verdict.target.kind == TargetKind.CUMULATIVE and not verdict.indicator.is_flow
    return cumulative and row.period.kind != "years"


def unjudged_note(portal: Portal, verdict: Verdict) -> Text | None:
    """That value in a few words, without its source; None where there is none."""
    row = unjudged(portal, verdict)
    if row is None:
        return None
    words = Text("另有 {period} {value}，口径不同", "also {value} ({period}), under another definition")
    if is_loose_total(verdict, row):
        words = Text("另有累计 {value}（{period}），起算年不明", "also a total of {value} ({period}), start unknown")
    return wording.tidy(words.format(**row_facts(portal, row)))


def version_name(verdict: Verdict) -> Text:
    """Which of several targets for one year this is: the one in force, an earlier one, or one that contradicts it."""
    if verdict.target.default:
        return Text("现行目标", "target in force")
    if not verdict.revisions:
        return Text("另一个目标", "other target")
    first = verdict.target == verdict.revisions[0]
    return Text("最早的目标", "first target") if first else Text("改过的目标", "revised target")
