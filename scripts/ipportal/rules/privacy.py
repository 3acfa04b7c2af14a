"""Nobody is exposed: small counts, ways to work them out again, and personal numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from ipportal.base.text import Text
from ipportal.rules.cells import cells
from ipportal.rules.context import Context, Record
from ipportal.rules.rule import Example, Finding, Rule
from ipportal.rules.values import units_of

_PERSONAL: Final = re.compile(r"(?<!\d)(1[3-9]\d{9}|\d{17}[\dXx])(?!\d)|[\w.+-]+@[\w-]+\.[\w.]+")
_ALL: Final = "all"
#: Units whose counts are of parties: a case has parties, a person is one. Fines or advice sessions are not.
_PARTIES: Final = ("case", "person")


def _small(context: Context) -> Iterator[Finding]:
    """A count about parties who could be recognised is below the threshold and not suppressed."""
    threshold, units = context.settings.small_count_threshold, units_of(context)
    for row in context.records("cases", "case_statistics"):
        unit = units.get(row["unit"])
        if not unit or unit.base not in _PARTIES or row["suppressed"] == "yes" or not row["value"]:
            continue
        if 0 < Decimal(row["value"]) * unit.scale < threshold:
            yield Finding(
                row.where("value"),
                Text(f"0，或不小于 {threshold} 的数", f"0, or a number of at least {threshold}"),
                row["value"],
                Text(
                    "清空这个值，suppressed 写 yes；并检查合计能不能倒推出来",
                    "clear the value and set suppressed to yes; see that no total gives it away",
                ),
            )


def _suppressed(context: Context) -> Iterator[Finding]:
    """A suppressed count still shows its value, or an empty one is not marked as suppressed."""
    for row in context.records("cases", "case_statistics"):
        if row["suppressed"] == "yes" and row["value"]:
            yield Finding(
                row.where("value"),
                Text("空（suppressed 为 yes）", "nothing, as suppressed is yes"),
                row["value"],
                Text(
                    "清空这个值；可以公布时把 suppressed 改为 no",
                    "clear it; if it may be published set suppressed to no",
                ),
            )
        if row["suppressed"] == "no" and not row["value"]:
            yield Finding(
                row.where("value"),
                Text("数值（suppressed 为 no）", "a value, as suppressed is no"),
                "",
                Text(
                    "补上数值；因数量太小不公布时，suppressed 写 yes", "fill it in; if too small set suppressed to yes"
                ),
            )


def _complement(context: Context) -> Iterator[Finding]:
    """One suppressed count can be worked out from the total and the others."""
    groups: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    for row in context.records("cases", "case_statistics"):
        groups[tuple(row[column] for column in ("period", "area", "forum", "measure", "unit"))].append(row)
    for rows in groups.values():
        total = any(row["ip_type"] == _ALL and row["suppressed"] == "no" for row in rows)
        hidden = [row for row in rows if row["ip_type"] != _ALL and row["suppressed"] == "yes"]
        if total and len(hidden) == 1:
            yield Finding(
                hidden[0].where("suppressed"),
                Text("不能用合计倒推出来的数", "a count that no total gives away"),
                "yes",
                Text(
                    "合计减去其他各项就得出这个数：再隐去一项，或不公布合计",
                    "total minus the others gives this count: suppress a second one, or the total",
                ),
            )


def _personal(context: Context) -> Iterator[Finding]:
    """A mobile number, an identity number or a mail address stands in a cell."""
    for cell in context.once(cells):
        if cell.field["name"] != "url" and _PERSONAL.search(cell.text):
            yield Finding(
                cell.where,
                Text("不含个人信息的内容", "text without personal data"),
                _PERSONAL.sub("…", cell.text),
                Text("删去手机号、身份证号、个人邮箱；联系方式只写单位的", "delete it; give an office's contact only"),
            )


RULES: Final = (
    Rule(
        "small-count",
        Text("数量太小，可能认出当事人", "A count small enough to identify someone"),
        Text(
            "案件数低于 portal.toml 规定的数量时不公布，改标“隐去”。",
            "Case counts below the threshold of portal.toml are suppressed.",
        ),
        Example("value=2 suppressed=no", "value= suppressed=yes"),
        _small,
    ),
    Rule(
        "small-count-mark",
        Text("隐去标记与数值不符", "A suppression mark that does not fit"),
        Text("隐去的格子为空，没有隐去的格子有数。", "A suppressed cell is empty, any other is filled."),
        Example("value=2 suppressed=yes", "value= suppressed=yes"),
        _suppressed,
    ),
    Rule(
        "small-count-complement",
        Text("隐去的数能倒推出来", "A suppressed count that can be worked out"),
        Text("只隐去一项而公布合计，等于没有隐去。", "One gap beside a published total hides nothing."),
        Example("all=20, patent=18, trademark=…", "all=20, patent=…, trademark=…"),
        _complement,
    ),
    Rule(
        "personal-data",
        Text("个人信息", "Personal data"),
        Text("公开数据里没有个人的号码和邮箱。", "Published data hold no numbers or addresses of persons."),
        Example("13800000000", ""),
        _personal,
    ),
)
