"""What a block knows about the page it stands on: the data, the language, how to link and render."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn, TypeVar

from markupsafe import Markup

from ipportal.analysis.plan import address, measure_state, page_section, system_state
from ipportal.analysis.states import state
from ipportal.base.addresses import Addresses
from ipportal.base.errors import Problem, SiteError, Where
from ipportal.base.templates import template_environment
from ipportal.base.text import Lang, Text
from ipportal.data.ledger import Comparison
from ipportal.data.manuscripts import Manuscript
from ipportal.data.model import GRADE, Field, Portal
from ipportal.files.chartfiles import Renderer
from ipportal.words.arithmetic import verdict_steps
from ipportal.words.counts import tally_short
from ipportal.words.freshtext import figure_of, habit, months
from ipportal.words.news import News
from ipportal.words.sentences import short_sentence, verdict_sentence
from ipportal.words.standing import beyond_note, unjudged_note, version_name
from ipportal.words.terms import first_sentence
from ipportal.words.wording import NO_COMPARABLE, NO_VALUE, bounds, format_target, observed

#: The templates of what macros give
TEMPLATES: Final = template_environment(GRADE=GRADE, NO_VALUE=NO_VALUE, NO_COMPARABLE=NO_COMPARABLE)

#: What pages call as a macro; the first argument is the view of the page at hand
Block = Callable[..., Markup | str]

#: Macro name → block, as the modules of this room register them
MACROS: Final[dict[str, Block]] = {}

_Function = TypeVar("_Function", bound=Callable[..., Any])
_Row = TypeVar("_Row")


def macro(block: _Function) -> _Function:
    """Offer a block to pages under its own name. Its documentation begins with how a page calls it."""
    MACROS[block.__name__] = block
    return block


def shown(helper: _Function) -> _Function:
    """Offer a function to the templates under its own name."""
    TEMPLATES.globals[helper.__name__] = helper
    return helper


for _helper in (
    address,
    bounds,
    observed,
    beyond_note,
    figure_of,
    first_sentence,
    format_target,
    habit,
    measure_state,
    months,
    page_section,
    short_sentence,
    state,
    system_state,
    tally_short,
    unjudged_note,
    verdict_sentence,
    verdict_steps,
    version_name,
):
    shown(_helper)


@dataclass(frozen=True)
class View:
    """One page being written.

    `page` is its Markdown path below docs/<lang>. `package_files` are each package's public files: {site path: bytes}.
    `drawings` renders charts. `pending` is what was edited since the last release, by package.
    `news` is what readers newly know, the newest first.
    During a `rehearsal` only mistakes matter, so a costly block may stop once its arguments are known to be right.
    """

    portal: Portal
    lang: Lang
    page: str
    directory_urls: bool = True
    rehearsal: bool = False
    package_files: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    drawings: Renderer = field(default_factory=Renderer)
    manuscripts: tuple[Manuscript, ...] = ()
    pending: Mapping[str, Comparison] = field(default_factory=dict)
    news: tuple[News, ...] = ()

    def t(self, zh: str, en: str) -> str:
        """The wording of the page's language."""
        return zh if self.lang == "zh" else en

    def localize(self, text: Text | None) -> str:
        """A text in the page's language; nothing for None."""
        return "" if text is None else text[self.lang]

    @property
    def addresses(self) -> Addresses:
        """Links from this page."""
        return Addresses(self.lang, self.page, self.directory_urls)

    def link(self, source: str, anchor: str = "") -> str:
        """Relative link to a page of the same language, by its Markdown path."""
        return self.addresses.page(source, anchor)

    def other(self, source: str, anchor: str = "") -> str:
        """Relative link to a page of the other language."""
        return self.addresses.page(source, anchor, "en" if self.lang == "zh" else "zh")

    def linked(self, words: str, source: str, anchor: str = "", kind: str = "") -> Markup:
        """Words that lead to a page of the same language; `kind` is the class of the link."""
        kind = Markup(' class="{}"').format(kind) if kind else ""
        return Markup('<a{} href="{}">{}</a>').format(kind, self.link(source, anchor), words)

    def file(self, path: str) -> str:
        """Relative link to a file both languages share."""
        return self.addresses.file(path)

    def render(self, template: str, **context: Any) -> Markup:
        """Render a template of ipportal/templates as one block that Markdown leaves alone."""
        html = TEMPLATES.get_template(template).render(view=self, lang=self.lang, **context)
        return Markup("\n".join(line for line in html.splitlines() if line.strip()))

    def field(self, package: str, table: str, column: str) -> Field:
        """The description of a column."""
        return self.portal.packages[package].tables[table].field(column)

    def one(self, rows: Mapping[str, _Row], wanted: str, expected: Text) -> _Row:
        """The row with the id a macro names.

        Raises:
            SiteError: there is none.
        """
        return rows[wanted] if wanted in rows else self.refuse(wanted, expected)

    def refuse(self, found: str, expected: Text) -> NoReturn:
        """Fail the build because a page asks for something that does not exist.

        Raises:
            SiteError: always, naming the page; who fills it adds the line and the macro.
        """
        where = Where(f"docs/{self.lang}/{self.page}")
        hint = Text("改成表中有的编号", "use an id that the table has")
        raise SiteError([Problem("macro-unknown-id", where, expected, found, hint)])
