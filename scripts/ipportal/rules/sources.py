"""Sources: linked only where that is right, the same everywhere, and none without use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ipportal.base.addresses import judge
from ipportal.base.text import Text
from ipportal.rules.cells import cells
from ipportal.rules.context import Context, Record
from ipportal.rules.pages import pages
from ipportal.rules.rule import Example, Finding, Rule

_SOURCE_COLUMN: Final = re.compile(r"source(_[ab])?")
#: How a page names a source: `{{ source("plan-draft") }}`
_NAMED: Final = re.compile(r"""\{\{\s*source\(\s*["']([^"']+)["']""")
_PLAN: Final = "plan"


def _link(context: Context) -> Iterator[Finding]:
    """A source that must not be linked has an address, or one that is linked has none."""
    for _, row in _sources(context):
        if row["link"] == "none" and row["url"]:
            yield Finding(
                row.where("url"),
                Text(
                    "空（link 为 none 的来源只写名称，不放链接）",
                    "nothing (a source with link “none” is named, not linked)",
                ),
                row["url"],
                Text(
                    "镜像站、文库转存不放链接：清空网址；是原发布者的网页才把 link 改为 official",
                    "mirrors and document libraries are not linked: clear the address; only the publisher's own page "
                    "may be official",
                ),
            )
        if row["link"] != "none" and not row["url"]:
            yield Finding(
                row.where("url"),
                Text(f"网址（link 为 {row['link']}）", f"an address (link is “{row['link']}”)"),
                "",
                Text("补上网址；没有可以公开的网址时，把 link 改为 none", "add the address, or set link to “none”"),
            )


def _address(context: Context) -> Iterator[Finding]:
    """An address none may link to, or no browser could open."""
    for cell in context.once(cells):
        name = cell.field["name"]
        is_address = name == "url" or name.endswith("_url") or cell.field.get("format") == "uri"
        if is_address and (refused := judge(cell.text, "web")):
            yield Finding(cell.where, refused.expected, cell.text, refused.hint)


def _conflict(context: Context) -> Iterator[Finding]:
    """The same source is described differently in two packages."""
    first: dict[str, Record] = {}
    for _, row in _sources(context):
        other = first.setdefault(row["id"], row)
        for column, text in row.cells.items():
            if other.file != row.file and text != other[column]:
                yield Finding(
                    row.where(column),
                    Text(
                        f"与 {other.file} 第 {other.line} 行相同的“{other[column]}”",
                        f"the same as in {other.file} row {other.line}: “{other[column]}”",
                    ),
                    text,
                    Text("核对哪一处对，把两处改成一样", "see which one is right and make both the same"),
                )


def _unused(context: Context) -> Iterator[Finding]:
    """A source no row of its package refers to, and no page either."""
    named = {source for page in context.once(pages) for source in _NAMED.findall(page.text)}
    for package in context.packages:
        sources = package.table("sources")
        used = set(named)
        readable = True
        for table in package.tables:
            columns = [column for column in table.header or () if _SOURCE_COLUMN.fullmatch(column)]
            readable = readable and context.trusted(table, columns)
            used |= {row[column] for _, row in table.records() for column in columns}
        if sources is None or not readable:
            continue
        for record in context.records(package.name, "sources"):
            if record["id"] not in used:
                yield Finding(
                    record.where("id"),
                    Text("数据包或页面用到的来源", "a source this package or a page uses"),
                    record["id"],
                    Text(
                        "没有哪一行、哪一页引用它：删去，或在用到它的地方写上这个编号",
                        "no row and no page refers to it: delete it or use it",
                    ),
                )


def _trust(context: Context) -> Iterator[Finding]:
    """A row is called “from the plan” though its source is another, or the other way round."""
    for package in context.packages:
        kinds = {row["id"]: row["kind"] for row in context.records(package.name, "sources")}
        for table in package.tables:
            if table.column("confidence") is None or table.column("source") is None:
                continue
            for row in context.records(package.name, table.name):
                kind = kinds.get(row["source"])
                if kind and row["confidence"] and (kind == _PLAN) != (row["confidence"] == _PLAN):
                    yield Finding(
                        row.where("confidence"),
                        Text("plan", "plan")
                        if kind == _PLAN
                        else Text("official、news-of-official 或 secondary", "official, news-of-official or secondary"),
                        row["confidence"],
                        Text(
                            f"来源 {row['source']} 的类别是 {kind}，可信程度要与它一致",
                            f"the source {row['source']} is of kind {kind}; the confidence must agree with it",
                        ),
                    )


def _sources(context: Context) -> Iterator[tuple[str, Record]]:
    for package in context.packages:
        for row in context.records(package.name, "sources"):
            yield package.name, row


ADDRESS_RULES: Final = (
    Rule(
        "source-address",
        Text("网址不能用", "An address that cannot be used"),
        Text(
            "网址要完整，只用 http 或 https，没有空格、全角符号、用户名和密码。",
            "Addresses are complete, http or https, without spaces, full-width signs, user name or password.",
        ),
        Example("www.whkfq.gov.cn", "https://www.whkfq.gov.cn"),
        _address,
    ),
)

RULES: Final = (
    Rule(
        "source-link",
        Text("链接与说明不符", "A link that must not be, or is missing"),
        Text(
            "link 写明能不能链接：镜像站只写名称，不做外链。",
            "The column link says whether a source may be linked; mirrors may not.",
        ),
        Example("link=none url=https://…", "link=none url="),
        _link,
    ),
    Rule(
        "source-conflict",
        Text("同一来源写法不同", "One source described in two ways"),
        Text("同一编号在各数据包里必须一字不差。", "The same id carries the same facts in every package."),
        Example("date=2022-03-15 / 2022-03-16", "date=2022-03-15"),
        _conflict,
    ),
    Rule(
        "source-unused",
        Text("没有用到的来源", "A source without use"),
        Text(
            "每个数据包只列自己的行或网站的页面用到的来源。",
            "Each package lists the sources that its rows or the pages of the site use, and no others.",
        ),
        Example("sources: a, b; observations: a", "sources: a"),
        _unused,
    ),
    Rule(
        "source-trust",
        Text("可信程度与来源不符", "A confidence that does not fit the source"),
        Text("只有规划本身的数才标 plan。", "Only figures of the plan itself are marked “plan”."),
        Example("source=zone-ja-20220315 confidence=plan", "confidence=official"),
        _trust,
    ),
)
