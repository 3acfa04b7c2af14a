"""The pages: one for every promise, in both languages, and no figure typed by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from ipportal.base.errors import Where
from ipportal.base.text import LANGS, Text
from ipportal.rules.context import Context
from ipportal.rules.files import encoding_of
from ipportal.rules.goals import PROMISES
from ipportal.rules.rule import Example, Finding, Rule

_DOCS: Final = "docs"
#: Parts of a page whose digits are not prose: front matter, code, macros, comments, tags and link targets
_NOT_PROSE: Final = (
    re.compile(r"\A---\n.*?\n---\n", re.DOTALL),
    re.compile(r"^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)[ \t]*$", re.DOTALL | re.MULTILINE),
    re.compile(r"`[^`\n]+`"),
    re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL),
    re.compile(r"<!--.*?-->", re.DOTALL),
    re.compile(r"<(script|style)\b.*?</\1>|<[A-Za-z/][^>]*>", re.DOTALL | re.IGNORECASE),
    re.compile(r"(?<=\])\([^)\n]*\)|(?<=\])\{[^}\n]*\}|https?://[^\s)>]+"),
)
_BLANK_CODE: Final = re.compile(
    r"^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)[ \t]*$|`[^`\n]+`|<!--.*?-->", re.DOTALL | re.MULTILINE
)
_ALLOWED: Final = re.compile(r"<!--\s*figure-ok:\s*\S.*?-->")
_NUMBER: Final = r"(?<![0-9A-Za-z_.第])\d[\d,，]*(?:\.\d+)?"
_CHINESE: Final = re.compile(
    _NUMBER
    + r"\s*[余多]?\s*(?:[万亿]\s*[余多]?\s*)?(?:个百分点|件|家|项|名|个(?!月)|元|人次|人|场|次|宗|起|户|%|％|倍)"
)
_ENGLISH: Final = re.compile(
    r"(?:CNY|RMB|¥)\s*\d[\d,]*(?:\.\d+)?(?:\s*(?:million|billion))?|"
    + _NUMBER
    + r"\s*(?:%|(?:percent|per cent|million|billion|thousand|yuan|patents?|inventions?|grants?|applications?"
    r"|(?:geographical )?indications?|trademarks?|enterprises?|firms?|companies|agencies|attorneys?|cases?|projects?"
    r"|bases|portfolios?|people|persons|training sessions?|loans?)\b)",
    re.IGNORECASE,
)


class Page(NamedTuple):
    """A page as it lies in docs: `file` from the portal's root, `path` below its language."""

    file: str
    path: str
    lang: str
    text: str


def pages(context: Context) -> Iterator[Page]:
    """Every page below docs, Chinese first."""
    for lang in LANGS:
        folder = context.root / _DOCS / lang
        for path in sorted(folder.rglob("*.md")):
            text = path.read_bytes().decode("utf-8", errors="replace")
            yield Page(path.relative_to(context.root).as_posix(), path.relative_to(folder).as_posix(), lang, text)


def _encoding(context: Context) -> Iterator[Finding]:
    """A page is not UTF-8 text."""
    for page in context.once(pages):
        data = (context.root / page.file).read_bytes()
        name = encoding_of(data)
        if name or "\ufffd" in page.text:
            yield Finding(
                Where(page.file),
                Text("UTF-8 编码的文字", "text in UTF-8"),
                name or next(line for line in page.text.split("\n") if "\ufffd" in line),
                Text("用记事本打开，另存为，编码选“UTF-8”", "open it in Notepad and save it with encoding “UTF-8”"),
            )


def _missing(context: Context) -> Iterator[Finding]:
    """A core indicator or commitment has no page in one of the languages."""
    if not (context.root / _DOCS).is_dir():
        return  # data without a site: there is nothing to be complete
    for row in context.records("indicators", "indicators"):
        for lang in LANGS:
            file = f"{_DOCS}/{lang}/indicators/{row['id']}.md"
            if row["group"] in PROMISES and not (context.root / file).is_file():
                yield Finding(
                    Where(file),
                    Text(f"指标“{row['name_zh']}”的页面", f"the page of the indicator “{row['name_en']}”"),
                    "",
                    Text("运行 ipportal stub 生成骨架，再补充说明", "run ipportal stub for a skeleton, then add to it"),
                )


def _single(context: Context) -> Iterator[Finding]:
    """A page exists in one language only."""
    for page in context.once(pages):
        for lang in LANGS:
            other = f"{_DOCS}/{lang}/{page.path}"
            if lang != page.lang and not (context.root / other).is_file() and not _is_promise(context, page.path):
                yield Finding(
                    Where(other),
                    Text(f"与 {page.file} 对应的页面", f"the page that answers to {page.file}"),
                    "",
                    Text("在这个位置写出另一种语言的同一页", "write the same page in the other language at this place"),
                )


def _is_promise(context: Context, path: str) -> bool:
    """Pages of promised indicators have their own rule."""
    promised = (row["id"] for row in context.records("indicators", "indicators") if row["group"] in PROMISES)
    return path in {f"indicators/{indicator}.md" for indicator in promised}


def prose(text: str) -> str:
    """The page with everything that is not prose blanked out, line by line in place."""
    for part in _NOT_PROSE:
        text = part.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
    return text


def _typed(context: Context) -> Iterator[Finding]:
    """A figure with a unit was typed into the text of a page."""
    for page in context.once(pages):
        pattern = _CHINESE if page.lang == "zh" else _ENGLISH
        original = page.text.split("\n")
        for number, line in enumerate(prose(page.text).split("\n"), 1):
            if _ALLOWED.search(original[number - 1]):
                continue
            for match in pattern.finditer(line):
                yield Finding(
                    Where(page.file, number),
                    Text("从数据取数的宏", "a macro that takes the figure from the data"),
                    match.group().strip(),
                    _MACRO,
                )


_MACRO: Final = Text(
    '改写成 {{ figure("指标编号", "2021") }}，计数用 {{ count("…") }}；不是数据的，在同一行写 <!-- figure-ok: 理由 -->',
    'write {{ figure("indicator-id", "2021") }} or {{ count("…") }}; if it is no figure of the data put '
    "<!-- figure-ok: reason --> on the same line",
)


_RAW_LINK: Final = re.compile(r"""<a\b[^>]*?\bhref=["']([^"'{#:]+)["'#]""")
_RAW_PICTURE: Final = re.compile(r"""<img\b[^<>]*?\bsrc=["']?([^"'{#:\s>]+)(?=["'\s>])[^<>]*>""", re.IGNORECASE)


def without_code(text: str) -> str:
    """The text with code and comments blanked, each line in its place."""
    return _BLANK_CODE.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def _raw_links(context: Context) -> Iterator[Finding]:
    """A link or a picture inside an HTML tag names an address, which the site generator does not look up."""
    for page in context.once(pages):
        for number, line in enumerate(without_code(page.text).split("\n"), 1):
            for address in _RAW_LINK.findall(line):
                yield Finding(
                    Where(page.file, number),
                    Text("用宏写的页面链接", "a link to a page written with the macro"),
                    address,
                    Text(
                        '改写成 href="{{ link("cases/index.md") }}"，里面是页面在 docs 里的路径',
                        'write href="{{ link("cases/index.md") }}" with the path of the page in docs',
                    ),
                )
            for address in _RAW_PICTURE.findall(line):
                yield Finding(
                    Where(page.file, number),
                    Text("用 Markdown 写的图片", "a picture written in Markdown"),
                    address,
                    Text(f"改写成 ![图里是什么]({address})", f"write ![what it shows]({address})"),
                )


ENCODING_RULES: Final = (
    Rule(
        "page-encoding",
        Text("页面编码不是 UTF-8", "A page that is not UTF-8"),
        Text("页面文件存成别的编码，网站上就是乱码。", "A page in another encoding shows as garbage on the site."),
        Example("GBK", "UTF-8"),
        _encoding,
        "table",
    ),
)

RULES: Final = (
    Rule(
        "page-missing",
        Text("指标没有页面", "An indicator without its page"),
        Text(
            "核心指标和承诺在两种语言里都有自己的页面。",
            "Core indicators and commitments have a page in both languages.",
        ),
        Example("docs/zh/indicators/", "docs/zh/indicators/pct-applications.md"),
        _missing,
    ),
    Rule(
        "page-single",
        Text("页面只有一种语言", "A page in one language only"),
        Text("docs/zh 和 docs/en 的文件一一对应。", "docs/zh and docs/en hold the same files."),
        Example("docs/zh/about/contact.md", "docs/zh/about/contact.md + docs/en/about/contact.md"),
        _single,
    ),
    Rule(
        "figure-typed",
        Text("正文里手打的数字", "A figure typed by hand"),
        Text(
            "正文里带单位的数字都用宏从数据取，数据一改，页面跟着改。年份、章节号、代码和网址不算。",
            "Figures with a unit come from the data by a macro, so that pages follow the data. Years, section numbers, "
            "code and addresses do not count.",
        ),
        Example("2021年授权1443件", '2021年授权{{ figure("invention-grants", "2021") }}'),
        _typed,
    ),
    Rule(
        "page-raw-link",
        Text("HTML 标签里写死的地址", "An address fixed in an HTML tag"),
        Text(
            "HTML 标签里的链接用 link 宏写页面的路径，网站换一种存放方式时链接才不会断。",
            "A link in an HTML tag names the page with the macro link, so that it holds in every form of the site.",
        ),
        Example('<a href="help/">', '<a href="{{ link("cases/help/index.md") }}">'),
        _raw_links,
    ),
)
