"""Try every macro of every page without the site generator, and report all mistakes at once."""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, StrictUndefined, Template, TemplateSyntaxError
from markupsafe import Markup

from ipportal.blocks import MACROS
from ipportal.blocks.templates import template_environment
from ipportal.blocks.view import Block, View
from ipportal.errors import PortalError, Problem, Where
from ipportal.model import Portal
from ipportal.text import LANGS, Lang, Text

_FRONT_MATTER: Final = re.compile(r"\A---\s*\n.*?\n---\s*\n", re.DOTALL)
_TEMPLATE: Final = "<template>"
_HANDBOOK: Final = Text("照手册“页面里的宏”一页改写", "write it as the handbook's page on macros shows")


def rehearse(portal: Portal, root: Path) -> list[Problem]:
    """Every macro mistake on the pages below `root`/docs, with its file and line."""
    templates = template_environment()
    return [
        problem
        for lang in LANGS
        for path in sorted((root / "docs" / lang).rglob("*.md"))
        for problem in _problems(portal, root, lang, path.relative_to(root / "docs" / lang).as_posix(), templates)
    ]


def rehearse_page(portal: Portal, root: Path, lang: Lang, source: str) -> list[Problem]:
    """Every macro mistake on the page at `source` below `root`/docs/<lang>."""
    return _problems(portal, root, lang, source, template_environment())


def _problems(portal: Portal, root: Path, lang: Lang, source: str, templates: Environment) -> list[Problem]:
    file = f"docs/{lang}/{source}"
    view = View(portal, lang, source, templates, rehearsal=True)
    return _Page(file, view).problems((root / file).read_text(encoding="utf-8"))


class _Page:
    """One page being tried. After a macro fails, the page goes on so that later mistakes are found too."""

    def __init__(self, file: str, view: View) -> None:
        self.file = file
        self.view = view
        self.found: list[Problem] = []
        self.offset = 0
        self.template: Template

    def problems(self, text: str) -> list[Problem]:
        head = _FRONT_MATTER.match(text)
        self.offset = text[: head.end()].count("\n") if head else 0
        environment = Environment(undefined=StrictUndefined, autoescape=True)
        try:
            self.template = environment.from_string(text[head.end() :] if head else text)
            self.template.render({name: self.bound(name, block) for name, block in MACROS.items()})
        except TemplateSyntaxError as error:
            self.note("macro-syntax", error.lineno, Text("写完整的宏", "a complete macro"), str(error.message))
        except Exception as error:
            # an expression on a page can fail in any way; all of them are for the page's author to mend
            lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == _TEMPLATE]
            self.note(
                "macro-unknown",
                lines[-1] if lines else None,
                Text("手册里有的宏", "a macro of the handbook"),
                str(error),
            )
        return self.found

    def bound(self, name: str, block: Block) -> Callable[..., Markup]:
        """The macro as a page calls it; a mistake is noted and gives nothing."""

        def macro(*args: Any, **kwargs: Any) -> Markup:
            try:
                return Markup(block(self.view, *args, **kwargs))
            except PortalError as error:
                for problem in error.problems:
                    self.note(problem.code, self.line(), problem.expected, problem.found, problem.hint, name)
            except TypeError as error:
                wanted = Text("手册所写的参数", "the arguments the handbook shows")
                self.note("macro-arguments", self.line(), wanted, str(error), column=name)
            return Markup("")

        return macro

    def line(self) -> int | None:
        """The line of the page's text that is being rendered now."""
        frame = sys._getframe()
        while frame and frame.f_code.co_filename != _TEMPLATE:
            if frame.f_back is None:
                return None
            frame = frame.f_back
        return self.template.get_corresponding_lineno(frame.f_lineno)

    def note(
        self, code: str, line: int | None, expected: Text, found: str, hint: Text = _HANDBOOK, column: str | None = None
    ) -> None:
        row = line + self.offset if line else None
        self.found.append(Problem(code, Where(self.file, row, column), expected, found, hint))
