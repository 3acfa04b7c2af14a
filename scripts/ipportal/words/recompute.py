"""A few lines of Python, shown to readers, that compute a verdict from the published files with pandas alone."""

from __future__ import annotations

from typing import Final

from ipportal.analysis.comparable import covers_year
from ipportal.analysis.progress import Verdict
from ipportal.base.text import Lang, Text
from ipportal.data.model import Portal, TargetKind

_READ: Final = """import pandas as pd

base = "{base}"  # {where}
read = lambda table: pd.read_csv(base + table + ".csv", dtype=str, keep_default_na=False)
target = read("targets").set_index("id").loc["{target}"]
rows = read("observations")
rows = rows[(rows.indicator == target.indicator) & (rows.area == target.area) & (rows.basis == target.basis)]
"""

_PICK: Final = """
# {years}
rows = rows[rows.period.str.fullmatch(r"\\d{{4}}(-12)?") & (rows.status != "superseded")]
order = ["plan", "official", "news-of-official", "secondary"]  # {trust}
rows = rows.assign(year=rows.period.str[:4].astype(int), late=rows.status == "provisional",
                   trust=rows.confidence.map(order.index), number=rows.value.astype(float))
{units}v = rows.sort_values(["year", "late", "trust", "source"]).drop_duplicates("year").set_index("year").number
"""

_UNITS: Final = """# {words}
home = read("indicators").set_index("id").unit[target.indicator]
scale = read("units").set_index("id").scale.astype(float)
rows["number"] = rows.number * rows.unit.replace("", home).map(scale).astype(float) / scale[home]
"""

_WORDS: Final = {
    "where": Text("解压后的文件夹，或网站上的地址", "folder of the unzipped site, or its address on the web"),
    "years": Text("只取可比的全年数值", "comparable full-year values only"),
    "trust": Text("同一年有几行时，取最可信的来源", "several rows for a year: the most trusted source counts"),
    "units": Text("换算成指标的单位", "convert to the unit of the indicator"),
    "goal": Text("目标", "goal"),
    "loose": Text("没有写明起算年的累计数不参与判断", "running totals without a starting year play no part"),
    "known": Text("基线之后最新的可比年份", "newest comparable year after the baseline"),
}


def recompute_snippet(portal: Portal, verdict: Verdict, lang: Lang, base: str = "data/indicators/") -> str:
    """Lines of Python that print the numbers of a verdict from `observations.csv` and `targets.csv` below `base`.

    They print `no baseline` or `no later value` where nothing can be computed.
    """
    mixed = _mixed_units(portal, verdict)
    units = _UNITS.format(words=_WORDS["units"][lang]) if mixed else ""
    goal = "float(target.minimum or target.maximum)" if verdict.sign > 0 else "float(target.maximum or target.minimum)"
    if mixed:
        goal += " * scale[target.unit or home] / scale[home]"
    return (
        _READ.format(base=base, where=_WORDS["where"][lang], target=verdict.target.id)
        + _PICK.format(years=_WORDS["years"][lang], trust=_WORDS["trust"][lang], units=units)
        + _sums(verdict, lang)
        + f"\nt0, T = {verdict.baseline_year}, int(target.year)\n"
        + f"later = [year for year in v.index if t0 < year <= T]  # {_WORDS['known'][lang]}\n"
        + _formula(verdict, goal, lang)
    )


def _mixed_units(portal: Portal, verdict: Verdict) -> bool:
    rows = portal.observed(verdict.indicator.id, verdict.area.id, verdict.basis.id)
    units = {row.unit.id for row in rows if covers_year(row)} | {verdict.target.unit.id}
    return units - {verdict.indicator.unit.id} != set()


def _sums(verdict: Verdict, lang: Lang) -> str:
    """Yearly values of a target over the plan are added up, as far as every year is known."""
    if verdict.start is None or verdict.baseline is not None:
        return ""
    if not verdict.indicator.is_flow:
        return f"v = v[:0]  # {_WORDS['loose'][lang]}\n"
    first = verdict.baseline_year + 1
    return f"v = v[[year for i, year in enumerate(v[v.index >= {first}].index) if year == {first} + i]].cumsum()\n"


def _formula(verdict: Verdict, goal: str, lang: Lang) -> str:
    if verdict.target.kind == TargetKind.ANNUAL:
        words = 'print(f"v {v[T]:g}  V {V:g}" if T in v.index else "no value for the year")'
        return f"V = {goal}  # {_WORDS['goal'][lang]}\n{words}\n"
    start = "0.0" if verdict.start is not None and verdict.baseline is None else "v[t0]"
    guard = "later" if start == "0.0" else "later and t0 in v.index"
    lines = [f"if {guard}:"]
    if verdict.goal is not None and verdict.target.minimum is None and verdict.target.maximum is None:
        goal = "v[t0]"
    lines.append(f"    t, v0 = max(later), {start}")
    lines.append(f"    V = {goal}  # {_WORDS['goal'][lang]}")
    if verdict.done is None:
        lines.append('    print(f"v0 {v0:g}  v {v[t]:g}  V {V:g}")')
    else:
        lines.append("    done = (v[t] - v0) / (V - v0)")
        lines.append(f"    expected = {_expected(verdict)}")
        lines.append('    print(f"done {done:.4f}  expected {expected:.4f}  pace {done / expected:.3f}")')
    if verdict.cagr_ratio is not None:
        sign = "-" if verdict.sign < 0 else ""
        lines.append("    rate, wanted = (v[t] / v0) ** (1 / (t - t0)) - 1, (V / v0) ** (1 / (T - t0)) - 1")
        lines.append(f'    print(f"growth ratio {{{sign}rate / abs(wanted):.2f}}")')
    lines.append("else:")
    lines.append('    print("no later value" if t0 in v.index else "no baseline")')
    return "\n".join(lines) + "\n"


def _expected(verdict: Verdict) -> str:
    if len(verdict.path) <= 2:
        return "(t - t0) / (T - t0)"
    years = [year for year, _ in verdict.path]
    span = verdict.path[-1][1] - verdict.path[0][1]
    shares = [float((value - verdict.path[0][1]) / span) for _, value in verdict.path]
    return f"float(pd.Series({shares}, {years}).reindex(range(t0, T + 1)).interpolate()[t])"
