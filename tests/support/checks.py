"""Checks on one finished page. Each is a pure function: a page in, the sentences about its faults out.

They read the HTML for themselves and share nothing with the program that made it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from unicodedata import category
from urllib.parse import urlsplit

from lxml import html

from support.heard import landmarks, language_marks, link_names, row_headers, states
from support.tree import Page, Tree

Check = Callable[[Page], list[str]]

# Where a browser fetches something by itself. Links a reader follows (a href) may leave the site.
FETCHED = (
    "//script/@src | //img/@src | //iframe/@src | //source/@src | //video/@src | //video/@poster | //audio/@src"
    " | //embed/@src | //object/@data | //input/@src | //track/@src | //form/@action"
    " | //*[local-name()='use' or local-name()='image']/@href"
)
# Kinds of <link> a browser fetches; the others (canonical, license, describedby...) only tell.
FETCHING_LINKS = {"stylesheet", "icon", "apple-touch-icon", "mask-icon", "manifest", "preload", "modulepreload"}
FETCHING_LINKS |= {"prefetch", "preconnect", "dns-prefetch"}
NOT_PROSE = {"script", "style", "template", "code", "pre", "textarea", "kbd", "samp"}
UNFINISHED_VALUES = {"None", "nan", "NaN", "NaT", "undefined", "null", "inf", "Undefined"}
CSS_ADDRESS = re.compile(r"(?:url\(\s*|@import\s+)[\"']?\s*((?:https?:)?//[^\"')\s]+)")


def language(page: Page) -> list[str]:
    """The root names the language the address promises."""
    stated = page.document.get("lang") or ""
    return [] if stated.split("-")[0] == page.language else [f"lang={stated!r}, expected {page.language}"]


def title_and_description(page: Page) -> list[str]:
    """One title, one description, both with words in them."""
    titles = [text.strip() for text in page.document.xpath("/html/head/title/text()")]
    descriptions = [text.strip() for text in page.document.xpath("/html/head/meta[@name='description']/@content")]
    faults = [] if len(titles) == 1 and titles[0] else [f"titles: {titles}"]
    return faults if len(descriptions) == 1 and descriptions[0] else [*faults, f"descriptions: {descriptions}"]


def headings(page: Page) -> list[str]:
    """Exactly one h1, no empty heading, no level left out on the way down."""
    main = page.document.xpath("//main | //*[@role='main']") or [page.document]
    found = [element for element in main[0].iter() if re.fullmatch("h[1-6]", str(element.tag))]
    levels = [int(element.tag[1]) for element in found]
    firsts = page.document.xpath("count(//h1)")
    faults = [] if firsts == 1 else [f"{firsts:.0f} h1 headings"]
    faults += [f"empty {element.tag}" for element in found if not element.text_content().strip("¶# \n\t")]
    steps = zip([0, *levels], levels, found, strict=False)
    faults += [
        f"h{before} is followed by h{now}: {element.text_content().strip()[:40]}"
        for before, now, element in steps
        if now > before + 1
    ]
    return faults


def _prose(element: html.HtmlElement) -> Iterable[str]:
    """The texts a reader sees, without code samples: the handbook shows macro calls there."""
    if not isinstance(element.tag, str) or element.tag in NOT_PROSE:
        return
    if element.text:
        yield element.text
    for child in element:
        yield from _prose(child)
        if child.tail:
            yield child.tail


def leftovers(page: Page) -> list[str]:
    """No template braces, no Markdown and no value of the program's own in what people read or hear."""
    texts = [*_prose(page.document), *page.document.xpath("//@alt | //@title | //@aria-label | //meta/@content")]
    faults = [f"template left over: {text.strip()[:60]}" for text in texts if re.search(r"\{\{|\}\}|\{%|%\}", text)]
    faults += [f"Markdown left over: {text.strip()[:60]}" for text in texts if re.search(r"\]\([^)]*\.md", text)]
    return faults + [f"value left over: {text.strip()}" for text in texts if text.strip() in UNFINISHED_VALUES]


def foreign_resources(page: Page) -> list[str]:
    """Nothing is fetched from another host."""
    sets = [part.split()[0] for value in page.document.xpath("//@srcset") for part in value.split(",") if part.strip()]
    styles = " ".join([*page.document.xpath("//style/text()"), *page.document.xpath("//@style")])
    linked = [link.get("href", "") for link in page.document.xpath("//link") if FETCHING_LINKS & {*_words(link, "rel")}]
    fetched = [*page.document.xpath(FETCHED), *linked, *sets, *CSS_ADDRESS.findall(styles)]
    return [f"fetched from elsewhere: {address}" for address in fetched if urlsplit(address).netloc]


def unique_ids(page: Page) -> list[str]:
    """An id names one element."""
    counts = Counter(page.document.xpath("//@id"))
    return [f"id {name!r} appears {count} times" for name, count in counts.items() if count > 1]


def _named(element: html.HtmlElement) -> bool:
    title = element.xpath("./*[local-name()='title'][normalize-space()]")
    label = (element.get("aria-label") or "").strip()
    pointed = [element.getroottree().xpath("//*[@id=$name]", name=name) for name in _words(element, "aria-labelledby")]
    return bool(title or label or (pointed and all(pointed)))


def _words(element: html.HtmlElement, attribute: str) -> list[str]:
    return (element.get(attribute) or "").split()


def text_alternatives(page: Page) -> list[str]:
    """Every picture either has words for those who do not see it, or says it is decoration."""
    faults = [f"img without alt: {image.get('src')}" for image in page.document.xpath("//img[not(@alt)]")]
    hidden = "ancestor-or-self::*[@aria-hidden='true'] or ancestor::*[local-name()='svg'] or ancestor::*[@role='img']"
    for drawing in page.document.xpath(f"//*[local-name()='svg'][not({hidden})]"):
        # A drawing inside a link or button is named by that control, axe checks that it has a name; one in a figure
        # by the title of the figure.
        around = "ancestor::a | ancestor::button | ancestor::label | ancestor::summary"
        around += " | ancestor::figure[figcaption or @aria-labelledby]"
        if not drawing.xpath(around) and not _named(drawing):
            faults.append(f"svg without a name: {html.tostring(drawing, encoding='unicode')[:90]}")
    return faults


def tables(page: Page) -> list[str]:
    """Every table has header cells; all but simple prose tables have a caption and scopes too.

    Markdown can write neither caption nor scope. Its tables pass as they are while they are simple: one row of
    column headers, no merged cells. Tables made from data carry a class and are held to the full rule.
    """
    faults = []
    for number, table in enumerate(page.document.xpath("//table[not(@role='presentation')]"), 1):
        name = f"table {number}"
        heads = table.xpath(".//th")
        if not heads:
            faults.append(f"{name}: no header cells")
        merged = table.xpath(".//*[@colspan or @rowspan]")
        from_data = table.get("class") or table.xpath("ancestor::figure | ancestor::details")
        if not from_data and not merged and all(head.xpath("ancestor::thead") for head in heads):
            continue
        if not table.xpath("./caption[normalize-space()]") and not _named(table):
            faults.append(f"{name}: no caption: {table.text_content().split()[:4]}")
        if unscoped := [head.text_content().strip()[:20] for head in heads if not head.get("scope")]:
            faults.append(f"{name}: header cells without scope: {unscoped[:4]}")
    return faults


def inline_handlers(page: Page) -> list[str]:
    """No event attributes and no script addresses: a strict content policy would refuse them."""
    names = [attribute for attribute in page.document.xpath("//@*") if attribute.attrname.startswith("on")]
    scripted = [link for link in page.document.xpath("//@href") if link.strip().lower().startswith("javascript:")]
    return [f"event attribute {name.attrname}" for name in names] + [f"script address: {link}" for link in scripted]


def heard(page: Page) -> list[str]:
    """No name is heard as a sign, and no value of a list is passed over, as Orca does where time or code is first."""
    named = page.document.xpath("//@aria-label[not(ancestor::*[@aria-hidden='true'])]")
    signs = [name for name in named if any(category(sign) in {"Sm", "So"} and sign not in "+<>" for sign in name)]
    silent = page.document.xpath("//dd/*[1][self::time or self::code][not(@role)]")
    passed = [each.text_content() for each in silent if not (each.getparent().text or "").strip()]
    return [f"a sign is spoken: {name}" for name in signs] + [f"not spoken: {text}" for text in passed]


PAGE_CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        language,
        title_and_description,
        headings,
        leftovers,
        foreign_resources,
        unique_ids,
        text_alternatives,
        tables,
        inline_handlers,
        language_marks,
        link_names,
        landmarks,
        row_headers,
        heard,
        states,
    )
}


def links(tree: Tree, page: Page) -> list[str]:
    """Every link and every file the page needs is there, anchors included."""
    addresses = page.document.xpath(f"//a/@href | //area/@href | //link/@href | {FETCHED}")
    addresses += [part.split()[0] for value in page.document.xpath("//@srcset") for part in value.split(",")]
    problems = (tree.problem_with_link(page, address) for address in dict.fromkeys(addresses))
    return [problem for problem in problems if problem]


def other_language(tree: Tree, page: Page) -> list[str]:
    """A reader can go to the same page in the other language."""
    other = f"en/{page.neutral}" if page.language == "zh" else page.neutral
    if page.is_frame:
        other = page.neutral.replace(".html", ".en.html" if page.language == "zh" else ".zh.html")
    if tree.page(other) is None:
        return [f"no counterpart {other}"]
    if page.is_error_page or page.is_old_address:
        return []
    switch = page.document.xpath("//body//a[@hreflang]/@href")
    wanted = (tree.root / other).resolve()
    here = (tree.root / page.path).parent
    led = [(here / link.split("#")[0]).resolve() for link in switch if not urlsplit(link).netloc]
    led = [place / "index.html" if place.is_dir() else place for place in led]
    return [] if wanted in led else [f"no link with hreflang leads to {other}; found {switch}"]


def repeated_titles(tree: Tree) -> list[str]:
    """Titles that name more than one page, over both languages."""
    titles: dict[str, list[str]] = {}
    for page in (page for page in tree.pages if not page.is_old_address):
        titles.setdefault(" ".join(page.document.xpath("/html/head/title/text()")).strip(), []).append(page.path)
    return [f"{title!r}: {paths}" for title, paths in titles.items() if len(paths) > 1]
