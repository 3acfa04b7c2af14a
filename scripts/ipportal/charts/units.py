"""The unit a drawing counts in: Chinese keeps the indicator's, English has no 万 and 亿."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ipportal.base.quantities import Unit, UnitKind, number, plain
from ipportal.base.text import Lang
from ipportal.data.model import Portal


@dataclass(frozen=True, slots=True)
class Scale:
    """`factor` turns a value of the indicator's unit into the number drawn; `name` is its unit."""

    factor: Decimal
    name: str
    myriads: bool

    def value(self, value: Decimal) -> int | float:
        """The number drawn, as plain JSON."""
        drawn = plain(value * self.factor)
        return int(drawn) if drawn == drawn.to_integral_value() else float(drawn)

    def words(self, value: Decimal) -> str:
        """The number as it is written beside a mark, without its unit; Chinese shortens whole ten thousands."""
        drawn = value * self.factor
        if self.myriads:
            for size, word in ((Decimal(10**8), " 亿"), (Decimal(10**4), " 万")):
                if abs(drawn) >= size and plain(drawn / size).as_tuple().exponent in (0, -1, -2):
                    return number(plain(drawn / size)) + word
        return number(plain(drawn) if self.factor != 1 else drawn)


def scale_of(portal: Portal, unit: Unit, lang: Lang, values: Iterable[Decimal]) -> Scale:
    """The scale for values of one unit."""
    if lang == "zh":
        return Scale(
            Decimal(1), unit.name.zh, myriads=unit.scale == 1 and unit.kind in (UnitKind.COUNT, UnitKind.MONEY)
        )
    if unit.kind == UnitKind.PERCENT:
        return Scale(Decimal(1), "percent", myriads=False)
    if unit.kind == UnitKind.MONEY:
        largest = max((abs(value) * unit.scale for value in values), default=Decimal(0))
        for size, word in ((10**9, "CNY billion"), (10**6, "CNY million")):
            if largest >= size:
                return Scale(unit.scale / size, word, myriads=False)
        return Scale(unit.scale, "CNY", myriads=False)
    base = portal.units.get(unit.base, unit)
    return Scale(unit.scale, base.name.en, myriads=False)
