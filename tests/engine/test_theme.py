"""The theme's templates show data as data."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "scripts/ipportal/theme").rglob("*.html"))

#: Names that hold what macros of the theme have made
MADE = {"near", "deeper", "dates"}
#: Filters that leave escaped text escaped
KEEPING = {"trim", "replace"}


def is_escaped(node, macros):
    """True for what cannot be raw data, also in a generator that escapes nothing by itself."""
    if isinstance(node, nodes.TemplateData | nodes.Const):
        return True
    if isinstance(node, nodes.CondExpr):
        return is_escaped(node.expr1, macros) and (node.expr2 is None or is_escaped(node.expr2, macros))
    if isinstance(node, nodes.Filter):
        return node.name in {"e", "safe", "script_tag"} or (node.name in KEEPING and is_escaped(node.node, macros))
    if isinstance(node, nodes.Call):
        called = node.node
        if isinstance(called, nodes.Getattr):
            return isinstance(called.node, nodes.Name) and called.node.name in {"s", "tree"}
        return isinstance(called, nodes.Name) and called.name in macros | {"caller"}
    return isinstance(node, nodes.Name) and node.name in MADE


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_value_is_escaped_where_it_is_shown(path):
    if path.name == "strings.html":
        return  # the frame's own words, and dates, whose parts are escaped
    tree = Environment().parse(path.read_text(encoding="utf-8"))
    macros = {macro.name for macro in tree.find_all(nodes.Macro)}
    raw = [
        f"line {part.lineno}: {part}"
        for output in tree.find_all(nodes.Output)
        for part in output.nodes
        if not is_escaped(part, macros)
    ]
    assert raw == []


@pytest.mark.parametrize("text", ["{{ name }}", "{{ a.b | trim }}", "{{ x or s.t('a') }}", "{{ f(x) }}", "{{ a ~ b }}"])
def test_raw_data_are_found(text):
    (output,) = Environment().parse(text).find_all(nodes.Output)
    assert not all(is_escaped(part, set()) for part in output.nodes)


def test_what_is_said_to_be_html_is_a_short_list():
    said = {
        line.strip()
        for path in TEMPLATES
        for line in path.read_text(encoding="utf-8").splitlines()
        if "page.content" in line and "| safe" in line
    }
    assert len(said) == 1, said


#: What the oldest Chromium that can read the pages does not know, by what is written in its place
UNKNOWN = {
    r":is\(|:where\(": "selectors written out",
    r"(?<![-\w])(?:margin|padding|border)-(?:inline|block)\s*:": "left and right, top and bottom",
    r"(?<![-\w])inset(?:-[a-z-]+)?\s*:": "top, right, bottom, left",
    r"float:\s*inline": "left or right",
    r"""content:(?![^;}]*;\s*content:)[^;}]*\s/\s*["']""": "the words alone first, then with their spoken form",
}


def test_the_style_is_read_by_old_engines():
    sheets = (ROOT / "scripts/ipportal/theme/assets/css").glob("*.css")
    texts = {
        sheet.name: re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL) for sheet in sheets
    }
    assert len(texts) > 8
    found = [
        f"{name}: {match[0]} needs {instead}"
        for name, text in texts.items()
        for pattern, instead in UNKNOWN.items()
        # the second of two declarations of a content is for those who know it
        for match in re.finditer(pattern, re.sub(r"(content: [^;{}]*); content: [^;{}]*", r"\1", text))
    ]
    assert not found, found


def test_scripts_are_read_by_old_engines():
    scripts = (ROOT / "scripts/ipportal/theme/assets/js").glob("*.js")
    # lookbehind makes Safari before 16.4 refuse the whole script
    assert not [script.name for script in scripts if re.search(r"\(\?<[=!]", script.read_text(encoding="utf-8"))]
