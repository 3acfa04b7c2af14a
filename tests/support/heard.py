"""What is heard of a finished page: names, marks of language, landmarks. Checks as in `support.checks`."""

import re
from collections.abc import Iterator

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
