"""Macros filled into a page: the one place where the text of a page meets code.

A page comes from many hands, so it is no program. Its template is read into a tree; whatever is not a call of a macro
with fixed arguments is refused; what is left runs in a sandbox that holds the macros and a few filters, nothing else.
What macros give is data: it is escaped, and it is no Markdown either.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from jinja2 import TemplateSyntaxError, UndefinedError, nodes
from jinja2.lexer import newline_re
from markupsafe import Markup, escape

from ipportal.base.errors import PortalError, Problem, Where
from ipportal.base.templates import FILTERS, page_environment
from ipportal.base.text import Lang
from ipportal.data.manuscripts import Manuscript, read_manuscripts
from ipportal.data.model import Portal
from ipportal.pages import MACROS
from ipportal.pages.view import CATALOGUE, View

_SHOWN: Final = 80
_CODE: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
#: Data for programs: the one text of a page in which a character is not written otherwise
_SCRIPT: Final = re.compile(r"(<script\b.*?</script>)", re.DOTALL)
#: Characters to which Markdown gives a meaning inside a line, or at its beginning
_MARKDOWN: Final = re.compile(r"[\\`*\[\]{}|]|(?<!\w)_|_(?!\w)|\A\s*(?:[#>+=:~-]|\d+(?=[.)]))")

Adjust = Callable[[str], str]


class Filled(NamedTuple):
    """A page with its macros filled in, and every mistake found on the way; a macro at fault gives nothing."""

    text: str
    problems: tuple[Problem, ...]


def fill(text: str, view: View, *, above: int = 0, adjust: Adjust = str) -> Filled:
    """Fill the macros into the text of the page `view` is of; nothing of it runs but what `_judged` lets pass.

    `above` counts the lines of the file above the text; `adjust` may change what a macro gives, such as its links.
    """
    tree, problems = _read(text, _file(view), above)
    if tree is None or problems:
        return Filled(text, tuple(problems))

    def part(node: nodes.Expr) -> str:
        """What stands in the place of words, of a macro, or of a macro with a filter behind it."""
        if isinstance(node, nodes.TemplateData):
            return node.data
        if isinstance(node, nodes.Filter) and node.node is not None and node.environment:
            return str(node.environment.filters[node.name](Markup(part(node.node))))
        assert isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name), "nothing else passes"
        name, arguments = node.node.name, [argument.as_const() for argument in node.args]
        where, named = Where(_file(view), node.lineno + above, name), dict(pair.as_const() for pair in node.kwargs)
        try:
            return adjust(_inert(escape(MACROS[name](view, *arguments, **named))))
        except PortalError as error:
            problems.extend(replace(problem, where=where) for problem in error.problems)
        except (TypeError, ValueError, LookupError, AttributeError, UndefinedError) as error:
            # an argument of the wrong kind can fail anywhere; it is for the page's author to mend
            problems.append(CATALOGUE.problem("macro-arguments", where, str(error)))
        return ""

    filled = "".join(part(one) for output in tree.find_all(nodes.Output) for one in output.nodes)
    return Filled(filled, tuple(problems))


class _Rehearsal(View):
    """A page of which only the mistakes are wanted: a macro has looked up all it was asked for before it renders."""

    rehearsal: bool = True
    package_files: Mapping[str, Mapping[str, bytes]] = field(default_factory=lambda: defaultdict(dict))

    def render(self, template: str, **context: Any) -> Markup:
        return Markup("")


def rehearse(portal: Portal, root: Path, only: tuple[Lang, str] | None = None) -> list[Problem]:
    """Every macro mistake on the pages below `root`/docs with its file and line; `only` on one page, by language and
    path below docs/<lang>."""
    view = _Rehearsal(portal, "zh", "")
    return [
        problem
        for page in read_manuscripts(root, portal.settings.languages)
        if only in (None, (page.lang, page.path))
        for problem in fill(page.body, replace(view, lang=page.lang).on(page.path), above=page.lines_above).problems
    ]


def refusals(pages: Iterable[Manuscript]) -> list[Problem]:
    """Whatever pages ask for that no page may ask for; what their macros give is not looked at."""
    return [one for page in pages for one in _read(page.body, page.file, page.lines_above)[1]]


def _read(text: str, file: str, above: int) -> tuple[nodes.Template | None, list[Problem]]:
    """The tree of a page's template and everything in it that no page may ask for."""

    def refused(code: str, line: int, found: str, variant: str = "") -> Problem:
        return CATALOGUE.problem(code, Where(file, line + above), found, variant, filters=FILTERS)

    try:
        tree = page_environment().parse(text)
    except TemplateSyntaxError as error:
        return None, [refused("macro-syntax", error.lineno, str(error.message))]
    except (RecursionError, ValueError, OverflowError) as error:
        # brackets in brackets without end, numbers of thousands of digits
        return None, [refused("macro-syntax", 1, type(error).__name__)]
    return tree, [problem for node in tree.body for problem in _judged(node, text, refused)]


def _judged(node: nodes.Node, text: str, refused: Callable[..., Problem]) -> Iterator[Problem]:
    if not isinstance(node, nodes.Output):
        line = next((one.lineno for one in (node, *node.find_all(nodes.Node)) if one.lineno), 1)
        yield refused("page-expression", line, _excerpt(text, line))
        return
    for part in node.nodes:
        called = part
        while isinstance(called, nodes.Filter) and called.node is not None:
            if called.name not in FILTERS or called.args or called.kwargs or called.dyn_args or called.dyn_kwargs:
                yield refused("page-expression", part.lineno, called.name, "filter")
            called = called.node
        if isinstance(called, nodes.TemplateData) and called is part:
            continue
        if not isinstance(called, nodes.Call) or not isinstance(called.node, nodes.Name):
            yield refused("page-expression", part.lineno, _excerpt(text, part.lineno))
        elif called.node.name not in MACROS:
            yield refused("macro-unknown", called.lineno, called.node.name)
        elif not _is_plain(called):
            yield refused("page-expression", called.lineno, _excerpt(text, called.lineno))


def _is_plain(call: nodes.Call) -> bool:
    """True when every argument is written out: text, a number, true or false, or a list of such."""
    given = [*call.args, *(keyword.value for keyword in call.kwargs)]
    return call.dyn_args is None and call.dyn_kwargs is None and all(_is_literal(value) for value in given)


def _is_literal(node: nodes.Node) -> bool:
    if isinstance(node, nodes.List | nodes.Tuple):
        return all(isinstance(item, nodes.Const) and _is_literal(item) for item in node.items)
    return isinstance(node, nodes.Const) and (not isinstance(node.value, str) or node.value.isprintable())


def _excerpt(text: str, line: int) -> str:
    """What stands in a line: its only macro, or else the beginning of the line."""
    shown = newline_re.split(text)[2 * (line - 1)].strip()
    codes = _CODE.findall(shown)
    return str(codes[0] if len(codes) == 1 else shown)[:_SHOWN]


def _inert(html: str) -> str:
    """The same for readers, without anything that Markdown reads as markup, wherever in a page it is put."""
    return "".join(
        part if _SCRIPT.match(part) else _MARKDOWN.sub(lambda m: "".join(f"&#{ord(char)};" for char in m.group()), part)
        for part in _SCRIPT.split(html)
    )


def _file(view: View) -> str:
    return f"docs/{view.lang}/{view.page}"
