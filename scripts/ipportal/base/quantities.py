"""Numbers with units in both languages, never less exact than the source and never more."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from ipportal.base import Frozen
from ipportal.base.errors import catalogue_file
from ipportal.base.text import Lang, Text


class Notation(StrEnum):
    """How a value is written."""

    PLAIN = "plain"
    PERCENT = "percent"
    MONEY = "money"


class UnitKind(Frozen):
    """What a unit counts, as the code list of the units tells it.

    Attributes:
        divisible: halves make sense.
        additive: sums make sense.
        per_head: places compare only with a stated population.
        minimum, maximum: no value lies beyond; None where there is no such limit.
    """

    id: str
    style: Notation = Notation.PLAIN
    divisible: bool = True
    additive: bool = False
    per_head: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None

    @property
    def has_ratio(self) -> bool:
        """True where one value may be told as a share or a multiple of another: not of percentages or temperatures."""
        return self.style != Notation.PERCENT and self.minimum is not None and self.minimum >= 0

    @classmethod
    def of(cls, category: Mapping[str, Any]) -> UnitKind:
        """The kind as an entry of the code list tells it; what it leaves out is as above."""
        told: dict[str, Any] = {n: category[n] for n in ("divisible", "additive", "per_head") if n in category}
        told |= {limit: Decimal(str(category[limit])) for limit in ("minimum", "maximum") if limit in category}
        return cls(category["value"], Notation(category.get("style", Notation.PLAIN)), **told)


class Qualifier(StrEnum):
    """How exact the source gives a value."""

    EXACT = "exact"
    ABOUT = "about"
    MORE_THAN = "more-than"
    NEARLY = "nearly"
    AT_LEAST = "at-least"
    AT_MOST = "at-most"


_QUALIFIED: Final[Mapping[str, Text]] = catalogue_file("ipportal.base", "qualifiers")

#: ASCII digits only, one spelling for each number; 0 has no sign
_SPELLING: Final = re.compile(r"(?!-0(\.0+)?$)-?(0|[1-9][0-9]*)(\.[0-9]+)?")
#: What everybody reads as one number although it is spelled otherwise
_OTHERWISE: Final = re.compile(r"(?P<sign>[+-]?)0*(?P<whole>[0-9]*)(?P<rest>\.[0-9]+)?\.?")
#: No figure of a plan has more, and all can be reckoned with exactly
_DIGITS: Final = 24
_ENGLISH_SCALES: Final = ((Decimal(10) ** 9, "billion"), (Decimal(10) ** 6, "million"))


class Unit(Frozen):
    """A unit of measure; `scale` of them make one of `base` times scale (万件 → base 件, scale 10000)."""

    id: str
    name: Text
    one_en: str
    kind: UnitKind
    base: str
    scale: Decimal

    def convert(self, value: Decimal, to: Unit) -> Decimal:
        """Express `value` of this unit in another unit of the same base, exactly.

        Raises:
            ValueError: the two units measure different things.
        """
        if self.id == to.id:
            return value
        if self.base != to.base:
            raise ValueError(f"{self.id} cannot be expressed in {to.id}")
        return plain(value * self.scale / to.scale)


def is_spelled(text: str) -> bool:
    """True for the one spelling of a number that data may have: 150, -3.5, 0.20; not +150, 0150, 150., 1_50 or १५०."""
    return len(text) <= _DIGITS and bool(_SPELLING.fullmatch(text))


def spelling(text: str) -> str:
    """How a number that is spelled otherwise is to be spelled: 0150 → 150, 150. → 150; empty where that is unclear."""
    digits = "".join(str(unicodedata.decimal(char, char)) for char in text)
    found = _OTHERWISE.fullmatch(digits)
    if not found or not any(map(str.isdigit, digits)):
        return ""
    number = f"{found['whole'] or '0'}{found['rest'] or ''}"
    minus = "-" if found["sign"] == "-" and any(char in "123456789" for char in number) else ""
    return minus + number if is_spelled(minus + number) else ""


def spelled(text: str) -> Decimal:
    """The number a cell holds, exactly.

    Raises:
        ValueError: it is not spelled as data may have it.
    """
    if not is_spelled(text):
        raise ValueError(f"not a number: {text[:_DIGITS]}")
    return Decimal(text)


def plain(value: Decimal) -> Decimal:
    """Drop trailing zeros, the exponent and the sign of 0: 1.30E+4 → 13000."""
    value = value.normalize() + 0
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value


def number(value: Decimal, places: int | None = None) -> str:
    """Write a number with thousands separators; `places` fixes the decimals, None keeps them as they are."""
    if places is not None:
        value = round(value, places)
    elif value == value.to_integral_value():
        value = plain(value)
    text = f"{value:,f}"
    return "−" + text[1:] if text.startswith("-") else text


def quantity(
    value: Decimal, unit: Unit, lang: Lang, *, qualifier: Qualifier = Qualifier.EXACT, places: int | None = None
) -> str:
    """Write a value with its unit: 1.3 万件 / 13,000 cases; 5,512 万元 / CNY 55.12 million.

    Chinese keeps the unit of the source; English converts 万 and 亿 exactly.
    """
    figure, name = quantity_parts(value, unit, lang, qualifier=qualifier, places=places)
    return f"{figure} {name}" if name else figure


def quantity_parts(
    value: Decimal, unit: Unit, lang: Lang, *, qualifier: Qualifier = Qualifier.EXACT, places: int | None = None
) -> tuple[str, str]:
    """The figure and the unit's name apart, for layouts that set them differently; the name may be empty."""
    word = _QUALIFIED[qualifier][lang]
    if unit.kind.style == Notation.PERCENT:
        return f"{word}{number(value, places)}%", ""
    if lang == "zh":
        return word + number(value, places), unit.name.zh
    scaled = value if unit.scale == 1 else plain(value * unit.scale)
    if unit.kind.style == Notation.MONEY:
        return f"{word}CNY {_english_money(scaled)}", ""
    shown = number(scaled, places if unit.scale == 1 else None)
    return word + shown, (unit.one_en or unit.name.en) if abs(scaled) == 1 else unit.name.en


def _english_money(yuan: Decimal) -> str:
    for scale, word in _ENGLISH_SCALES:
        if abs(yuan) >= scale:
            return f"{number(plain(yuan / scale))} {word}"
    return number(yuan)


def signed_number(value: Decimal, places: int = 1) -> str:
    """A signed share as a percentage: 1.5227 → +152.3%; with up to two decimals where it would look like no change."""
    while value and not round(value * 100, places):
        if places > 1:
            return "≈0%"
        places += 1
    return f"{'+' if value > 0 else ''}{number(value * 100, places if value else 0)}%"
