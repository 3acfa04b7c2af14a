"""Values, targets and shares as words in both languages: the small parts all sentences are made of."""

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Final

from ipportal.analysis.comparable import Known
from ipportal.base.quantities import Notation, Unit, number, plain, quantity
from ipportal.base.text import Lang, Text, join_texts
from ipportal.data import model
from ipportal.data.model import Portal

#: The one phrase for a value nobody has published, wherever a value would stand
NO_VALUE: Final = Text("没有公开数值", "no value published")
#: The same where something is published, but nothing on the definition and for a full year
NO_COMPARABLE: Final = Text("没有可比数值", "no comparable value")
#: The same for a count that might show who is meant
WITHHELD: Final = Text("不公布（数量太小）", "withheld (too small)")
NOTHING: Final = Text("", "")
STOP: Final = Text("。", ".")

_BETWEEN: Final = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
_FORMS: Final = {
    model.TargetKind.EXCEED: Text("超过 {}", "more than {}"),
    model.TargetKind.CUMULATIVE: Text("累计 {}", "a total of {}"),
}
_PLAIN: Final = Text("{}", "{}")
_KINDS_OF_PLACE: Final = frozenset(
    {"area", "borough", "city", "county", "district", "park", "province", "region", "town", "village", "zone"}
)
_AS_BEFORE: Final = Text("保持基线水平", "the level of the baseline")
_AT_MOST: Final = Text("不超过 {}", "at most {}")


def tidy(text: Text) -> Text:
    """Take out the spaces that filling in Chinese words leaves between Chinese characters."""
    return Text(_BETWEEN.sub("", text.zh), text.en)


def sentence_case(text: Text) -> Text:
    """A title or sentence put together from parts, fit to stand alone: tidy, and with a capital first in English."""
    tidied = tidy(text)
    return Text(tidied.zh, tidied.en[:1].upper() + tidied.en[1:])


def in_sentence(text: Text) -> Text:
    """A name or label inside a sentence: Grants → grants, PCT applications unchanged."""
    return Text(text.zh, text.en[:1].lower() + text.en[1:] if text.en[1:2].islower() else text.en)


def place(area: model.Area) -> Text:
    """An area inside a sentence, by its short name; one that only tells its kind has an article: the zone."""
    short = area.short
    return Text(short.zh, f"the {short.en.lower()}" if short.en.lower() in _KINDS_OF_PLACE else short.en)


def bracketed(text: Text) -> Text:
    """An addition in brackets, as it follows a word."""
    return Text(f"（{text.zh}）", f" ({text.en})")


def listed(parts: Iterable[Text], zh: str = "、") -> Text:
    """Parts one after the other in Chinese, and as a list with “and” in English."""
    told = list(parts)
    return Text(Text.joined(told, zh).zh, join_texts(told).en)


def counted(count: int, word: str) -> str:
    """A count with an English word: 1 measure, 2 measures."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def amount(value: Decimal, unit: Unit, qualifier: model.Qualifier = model.Qualifier.EXACT) -> Text:
    """A value with its unit."""
    return Text.each(lambda lang: quantity(value, unit, lang, qualifier=qualifier))


def observed(row: model.Observation | model.CaseStatistic | model.Incentive) -> Text:
    """A row's value as its source gives it, qualifying word included; or that it is withheld."""
    return WITHHELD if row.value is None else amount(row.value, row.unit, row.qualifier)


def citation(portal: Portal, row: model.Observation) -> Text:
    """The short name of a row's source; a retold figure says so."""
    name = portal.sources[row.source].name
    if row.confidence != model.Confidence.SECONDARY or "转述" in name.zh:
        return name
    return name + Text("，转述", ", second-hand")


def sourced(portal: Portal, value: Text, source: str) -> Text:
    """A value with the short name of its source in brackets."""
    return value + bracketed(portal.sources[source].name)


def known(value: Known, unit: Unit) -> Text:
    """A comparable value: as published, or the sum where it is one."""
    return amount(value.value, unit) if value.parts else observed(value.observation)


def period_words(portal: Portal, row: model.Observation) -> Text:
    """A row's period; a month of a yearly flow is January to that month."""
    return row.period.words(to_date=portal.indicators[row.indicator].is_flow)


def format_number(value: Decimal, unit: Unit) -> Text:
    """A value whose unit has just been named: the number alone where that is clear."""
    full = amount(value, unit)
    if unit.kind.style != Notation.PLAIN:
        return full
    return Text(full.zh, number(plain(value * unit.scale)))


def difference(value: Decimal, unit: Unit, *, named: bool = False) -> Text:
    """How far two values lie apart, of percentages in percentage points; `named` where the unit has just been told."""
    if unit.kind.style == Notation.PERCENT:
        figure = number(plain(value))
        return Text(f"{figure} 个百分点", f"{figure} percentage point{'' if figure == '1' else 's'}")
    return format_number(value, unit) if named else amount(value, unit)


def change_size(start: Decimal, end: Decimal, unit: Unit, places: int) -> Text:
    """How much a value changed, without a sign: as a share of the start where there is one, else as a difference."""
    if unit.kind.has_ratio and start > 0:
        return Text.same(f"{number(abs(end / start - 1) * 100, places)}%")
    return difference(abs(end - start), unit)


def bounds(target: model.Target, lang: Lang, say: Callable[[Decimal], str] | None = None) -> str:
    """What a target sets, with its unit (1,700 件, 不超过 95 千吨, 3—5 项), or as a drawing would `say` it."""
    low, high, unit = target.minimum, target.maximum, target.unit
    bound = low if low is not None else high
    if bound is None:
        return _AS_BEFORE[lang]
    if low is None or high is None or low == high:
        if say:
            return say(bound)
        return (_AT_MOST if low is None else _PLAIN)[lang].format(quantity(bound, unit, lang))
    dash = "—" if lang == "zh" else "–"
    if say:
        return f"{say(low)}{dash}{say(high)}"
    if lang == "en" and (unit.scale != 1 or unit.kind.style == Notation.PERCENT):
        return f"{quantity(low, unit, lang)} to {quantity(high, unit, lang)}"
    return f"{number(low)}{dash}{quantity(high, unit, lang)}"


def format_target(target: model.Target) -> Text:
    """What a target asks for, as a noun: 1,700 件, 超过 20 件, 3—5 项, 累计 3 亿元 / a total of CNY 300 million."""
    low, high = target.minimum, target.maximum
    form = _FORMS.get(target.kind, _PLAIN) if low is None or high is None or low == high else _PLAIN
    return tidy(Text.each(lambda lang: form[lang].format(bounds(target, lang))))


def percent(share: Decimal) -> str:
    """A share as a percentage, not rounded to 0 or 100 unless it is; ≈ says so where two decimals do not tell."""
    for places in range(3):
        if share in (0, 1) or round(share * 100, places) not in (0, 100):
            return f"{number(share * 100, places)}%"
    return f"≈{number(share * 100, 0)}%"


def figure(value: Decimal, unit: Unit) -> Text:
    """A number for a calculation: Chinese in the indicator's unit, English in its base unit."""
    texts = Text(number(value), number(plain(value * unit.scale)))
    return Text(f"({texts.zh})", f"({texts.en})") if value < 0 else texts


def runs(years: Sequence[int]) -> list[tuple[int, int]]:
    """Unbroken stretches of years, as first and last."""
    found: list[tuple[int, int]] = []
    for year in years:
        if found and found[-1][1] == year - 1:
            found[-1] = (found[-1][0], year)
        else:
            found.append((year, year))
    return found


def years_in_words(years: Sequence[int]) -> Text:
    """Years in a row as a span, others one by one: 2022、2024—2025 / 2022, 2024–2025."""
    told = (Text(f"{a}—{b}", f"{a}–{b}") if a != b else Text.same(a) for a, b in runs(years))
    return Text.joined(told, "、", ", ")
