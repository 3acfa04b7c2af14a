"""Values, targets and shares as words in both languages: the small parts all sentences are made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from ipportal.analysis.comparable import Known
from ipportal.base.quantities import Unit, number, plain, quantity
from ipportal.base.text import LANGS, Lang, Text
from ipportal.data.model import Confidence, Observation, Portal, Qualifier, Target, TargetKind, UnitKind

#: The one phrase for a value nobody has published, wherever a value would stand
NO_VALUE: Final = Text("没有公开数值", "no value published")
#: The same where something is published, but nothing on the definition and for a full year
NO_COMPARABLE: Final = Text("没有可比数值", "no comparable value")

_BETWEEN: Final = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
_FORMS: Final = {
    TargetKind.EXCEED: Text("超过 {}", "more than {}"),
    TargetKind.CUMULATIVE: Text("累计 {}", "a total of {}"),
}


def tidy(text: Text) -> Text:
    """Take out the spaces that filling in Chinese words leaves between Chinese characters."""
    return Text(_BETWEEN.sub("", text.zh), text.en)


def sentence_case(text: Text) -> Text:
    """A title or sentence put together from parts, fit to stand alone: tidy, and with a capital first in English."""
    tidied = tidy(text)
    return Text(tidied.zh, tidied.en[:1].upper() + tidied.en[1:])


def amount(value: Decimal, unit: Unit, qualifier: Qualifier = Qualifier.EXACT) -> Text:
    """A value with its unit."""
    return Text(*(quantity(value, unit, lang, qualifier=qualifier) for lang in LANGS))


def observed(row: Observation) -> Text:
    """A row's value as its source gives it, qualifying word included."""
    return amount(row.value, row.unit, row.qualifier)


def citation(portal: Portal, row: Observation) -> Text:
    """The short name of a row's source; a retold figure says so."""
    name = portal.sources[row.source].name
    if row.confidence != Confidence.SECONDARY or "转述" in name.zh:
        return name
    return Text(f"{name.zh}，转述", f"{name.en}, second-hand")


def known(value: Known, unit: Unit) -> Text:
    """A comparable value: as published, or the sum where it is one."""
    return amount(value.value, unit) if value.parts else observed(value.observation)


def format_number(value: Decimal, unit: Unit) -> Text:
    """A value whose unit has just been named: the number alone where that is clear."""
    full = amount(value, unit)
    if unit.kind in (UnitKind.MONEY, UnitKind.PERCENT):
        return full
    return Text(full.zh, number(plain(value * unit.scale)))


def format_target(target: Target) -> Text:
    """What a target asks for, as a noun: 1,700 件, 超过 20 件, 3—5 项, 累计 3 亿元 / a total of CNY 300 million."""
    return Text(*(_format_target(target, lang) for lang in LANGS))


def format_target_verb(target: Target) -> Text:
    """What a target asks for, as Chinese says it after “目标是”: 达到 1,700 件, 超过 20 件. English keeps the noun."""
    noun = format_target(target)
    said = noun.zh if noun.zh[:2] in ("超过", "累计", "不超", "保持") else f"达到 {noun.zh}"
    return Text(said, noun.en)


def _format_target(target: Target, lang: Lang) -> str:
    low, high, unit = target.minimum, target.maximum, target.unit
    bound = low if low is not None else high
    if bound is None:
        return Text("保持基线水平", "the level of the baseline")[lang]
    if low is not None and high is not None and low != high:
        return _range(low, high, unit, lang)
    words = quantity(bound, unit, lang)
    form = _FORMS.get(target.kind) or (Text("不超过 {}", "at most {}") if low is None else Text("{}", "{}"))
    return form[lang].format(words)


def _range(low: Decimal, high: Decimal, unit: Unit, lang: Lang) -> str:
    if lang == "zh":
        return f"{number(low)}—{quantity(high, unit, lang)}"
    if unit.scale == 1 and unit.kind != UnitKind.PERCENT:
        return f"{number(low)}–{quantity(high, unit, lang)}"
    return f"{quantity(low, unit, lang)} to {quantity(high, unit, lang)}"


def percent(share: Decimal) -> str:
    """A share as a percentage, never rounded to 0 or 100 unless it is."""
    whole = round(share * 100)
    places = 1 if whole in (0, 100) and share not in (0, 1) else 0
    return f"{number(share * 100, places)}%"


def figure(value: Decimal, unit: Unit, lang: Lang) -> str:
    """A number for a calculation: Chinese in the indicator's unit, English in its base unit."""
    text = number(value if lang == "zh" else plain(value * unit.scale))
    return f"({text})" if value < 0 else text


def years_in_words(years: Sequence[int]) -> Text:
    """Years in a row as a span, others one by one: 2022、2024—2025 / 2022, 2024–2025."""
    spans: list[list[int]] = []
    for year in years:
        if spans and spans[-1][-1] == year - 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return Text(
        "、".join(f"{span[0]}—{span[-1]}" if len(span) > 1 else str(span[0]) for span in spans),
        ", ".join(f"{span[0]}–{span[-1]}" if len(span) > 1 else str(span[0]) for span in spans),
    )
