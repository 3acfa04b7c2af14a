"""What is heard of a finished page: names, marks of language, landmarks. Checks as in `support.checks`."""

import re
from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import urljoin

from lxml import html

from support.tree import Page

HAN = re.compile("[\u3400-\u9fff]")
WORDS = re.compile(r"[A-Za-z][a-z'’-]*[a-z](?:[,;:]?\s+[A-Za-z][a-z'’-]*[a-z]){3,}")
SILENT = {"script", "style", "template"}
CODE = {"code", "pre", "kbd", "samp"}


def _texts(element: html.HtmlElement, lang: str, code: bool = False) -> Iterator[tuple[str, bool, str]]:
    """Each text with the language it is said to be in, and whether it is code."""
    if not isinstance(element.tag, str) or element.tag in SILENT:
        return
    lang, code = element.get("lang") or lang, code or element.tag in CODE
    yield lang[:2], code, element.text or ""
    for child in element:
        yield from _texts(child, lang, code)
        yield lang[:2], code, child.tail or ""


def language_marks(page: Page) -> list[str]:
    """No Chinese character is said to be English, no English sentence to be Chinese, no mark is for nothing."""
    faults = []
    for lang, code, text in _texts(page.document, ""):
        if lang == "en" and HAN.search(text):
            faults.append(f"Chinese said to be English: {text.strip()[:50]}")
        elif lang == "zh" and not code and any(any(w.islower() for w in s.split()) for s in WORDS.findall(text)):
            faults.append(f"English said to be Chinese: {text.strip()[:50]}")
    for element in page.document.xpath("//body//*[starts-with(@lang, 'zh')]"):
        if not HAN.search(element.text_content()):
            faults.append(f"said to be Chinese: {element.text_content()[:50]}")
    return faults


def _heard(element: html.HtmlElement) -> str:
    """The words of an element as a screen reader has them from its content."""
    if not isinstance(element.tag, str) or element.tag in SILENT or element.get("aria-hidden") == "true":
        return ""
    if element.get("aria-label"):
        return element.get("aria-label", "")
    if element.tag == "img":
        return element.get("alt", "")
    title = element.xpath("./*[local-name()='title']")
    if title and element.tag != "svg":
        return title[0].text or ""  # the name of a part of a drawing; its other words are not heard
    return (element.text or "") + "".join(_heard(child) + (child.tail or "") for child in element)


def _seen(element: html.HtmlElement) -> str:
    """The words of an element that can be seen."""
    if not isinstance(element.tag, str) or element.tag in {*SILENT, "title"}:
        return ""
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return ""  # what is seen and not heard are signs, whose words stand beside them
    return (element.text or "") + "".join(_seen(child) + (child.tail or "") for child in element)


def _plain(text: str) -> str:
    return "".join(text.split())


def link_names(page: Page) -> list[str]:
    """The name of a link or fold holds its visible words, and no two links of one name lead to different places."""
    faults, places = [], defaultdict[str, set[str]](set)
    for element in page.document.xpath("//a[@href] | //button[not(@hidden)] | //summary"):
        heard = _plain(_heard(element) or element.get("title") or "")
        if not heard:
            faults.append(f"without a name: {html.tostring(element, encoding='unicode')[:80]}")
        if (seen := _plain(_seen(element))) not in heard:
            faults.append(f"seen as {seen[:40]}, heard as {heard[:40]}")
        if element.tag == "a":
            places[heard].add(urljoin(page.address, element.get("href")).removesuffix("index.html"))
    return faults + [f"{name[:40]} leads to {sorted(to)[:3]}" for name, to in places.items() if len(to) > 1]


LANDMARKS = (
    "//main | //nav | //aside | //search | //*[self::section or self::form][@aria-label or @aria-labelledby]"
    " | //header[not(ancestor::main)] | //footer[not(ancestor::main)]"
    " | //*[@role and contains('region navigation search complementary main banner contentinfo form', @role)]"
)


def landmarks(page: Page) -> list[str]:
    """One main part, and at most twenty landmarks to step through."""
    found = page.document.xpath(LANDMARKS)
    faults = [] if len(page.document.xpath("//main")) == 1 else ["not one main part"]
    return faults + ([f"{len(found)} landmarks"] if len(found) > 20 else [])


def row_headers(page: Page) -> list[str]:
    """Each row of a table made from data begins with the words that name it."""
    rows = "//table[@class]/tbody/tr[not(th[@scope])]"
    return [f"row without a header: {row.text_content().strip()[:40]}" for row in page.document.xpath(rows)]


def states(page: Page) -> list[str]:
    """A state has a word beside its sign and its colour."""
    shown = page.document.xpath("//*[contains(concat(' ', @class, ' '), ' ip-state ') and not(self::svg)]")
    return [
        f"state without a word: {html.tostring(one, encoding='unicode')[:80]}"
        for one in shown
        if not _heard(one).strip()
    ]
