"""What a block knows about the page it stands on: the data, the language, how to link and render."""

from __future__ import annotations

import inspect
import re
from ast import literal_eval
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from inspect import Parameter, Signature
from types import ModuleType
from typing import Any, Final, NoReturn, TypeVar

from markupsafe import Markup

from ipportal.analysis import cases, plan, progress, promotion, states
from ipportal.analysis import freshness as fresh
from ipportal.analysis.comparable import unknown_years
from ipportal.base import Frozen
from ipportal.base.addresses import Addresses, page_path
from ipportal.base.errors import Catalogue, Problem, SiteError, Where, catalogue_file
from ipportal.base.templates import template_environment
from ipportal.base.text import Lang, Text, join_list
from ipportal.charts import GROUPS
from ipportal.data.ledger import Comparison
from ipportal.data.manuscripts import Manuscript
from ipportal.data.model import GRADE, GRADES, TOTAL, IndicatorGroup, Package, Portal, once
from ipportal.data.plans import plan_for
from ipportal.files import identity
from ipportal.files.analysis import NAME as ANALYSIS
from ipportal.files.analysis import published_packages, shown_packages
from ipportal.files.api import API_VERSIONS
from ipportal.files.assets import Assets
from ipportal.files.chartfiles import Renderer
from ipportal.files.descriptions import Version
from ipportal.rules.pages import anchors
from ipportal.rules.rule import CATALOGUE as RULES
from ipportal.words import counts, freshtext, row_names, sentences, terms, wording
from ipportal.words.news import KINDS, News

#: The templates of what macros give
TEMPLATES: Final = template_environment(
    API_VERSIONS=API_VERSIONS,
    BEFORE=states.BEFORE,
    CATALOGUE=RULES,
    FREQUENCIES=identity.FREQUENCIES,
    GRADE=GRADE,
    GRADES=GRADES,
    KINDS_OF_NEWS=KINDS,
    NO_COMPARABLE=wording.NO_COMPARABLE,
    NO_VALUE=wording.NO_VALUE,
    OPENNESS=identity.OPENNESS,
    PLAN_STATES=states.PLAN_STATES,
    STATES=states.STATES,
    STATES_OF_DATA=fresh.STATES,
    SUBJECTS=fresh.KINDS,
    TOTAL=TOTAL,
    UNSEEN=plan.UNSEEN,
    case_groups=cases.groups,
    freshness_counts=freshtext.counts,
    tally_measures=plan.tally,
)

CATALOGUE: Final = Catalogue("ipportal.pages", ("faults",))

#: What pages call as a macro; the first argument is the view of the page at hand
Block = Callable[..., Markup | str]

#: A table of figures, its head, and in its body the beginnings of rows and cells
_TABLE: Final = re.compile(
    r'<table class="ip-table((?: ip-files| ip-cells(?: ip-sort)?)?".*?)</thead>(.*?)</table>', re.DOTALL
)
_HEADING: Final = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
_PART: Final = re.compile(r"<(tr|th|td)\b")
_TAG: Final = re.compile(r"<[^>]*>")
#: With this many columns a table becomes a list on a phone
_WIDE: Final = 4

#: What a block may be given besides words and numbers, by its kind
_KINDS: Final = catalogue_file("ipportal.pages", "kinds")
#: Kinds that are no rows of tables: all there are by what pages write
_OTHERS: Final[Mapping[str, Callable[[Portal], Mapping[str, Any]]]] = {
    "IndicatorGroup": lambda _: {group: group for group in IndicatorGroup},
    "Package": published_packages,
    "TargetGroup": lambda _: {group: group for group in GROUPS},
}
ONE_OF: Final = Text("下列之一：{all}", "one of: {all}")
#: What is said where a table has no rows yet
NOTHING_YET: Final = Text("还没有数据。", "No data yet.")
#: Arguments that are written as they are
_PLAIN: Final[Mapping[str, type]] = {"str": str, "int": int, "bool": bool}
#: What an annotation says besides the kind of row
_KIND: Final = re.compile(r"Sequence\[|\]| \| None")


@once
def _rows(portal: Portal, kind: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What a page may write of a kind, with what each means: of what there is, and of all that is known."""
    if kind in _OTHERS:
        return _OTHERS[kind](portal), {}
    told = _KINDS[kind]
    if "words" in told:
        return told["words"], {}
    tables = [getattr(portal, table) for table in told["of"].split()]
    column = told.get("by") or told.get("codes")
    if column is None:
        by_id = isinstance(tables[0], Mapping)
        return tables[0] if by_id else {row.id: row for rows in tables for row in rows}, {}
    codes = {code.value: code.value for code in portal.field(told["of"], column).categories}
    known = getattr(portal, told["to"]) if "to" in told else codes
    if "codes" in told:
        return known, {}
    rows = tables[0].values() if isinstance(tables[0], Mapping) else tables[0]
    return {code: known[code] for code in dict.fromkeys(getattr(row, column) for row in rows)}, known


#: Macro name → block, as the modules of this room register them
MACROS: Final[dict[str, Block]] = {}

_Row = TypeVar("_Row")
_Block = TypeVar("_Block", bound=Block)


def macro(block: _Block) -> _Block:
    """Offer a block to pages under its own name. Its documentation begins with how a page calls it."""
    offer(block.__name__, inspect.signature(block), block)
    return block


def offer(name: str, signature: Signature, block: Block, of: str = "") -> None:
    """Offer a block to pages under a name. Where it takes a row or several, a page writes their ids.

    One that speaks `of` the rows of a table has no place in a portal without it, and says so where it has no rows.
    What is not of the kind an argument is written with raises TypeError, since a template would show what it can.
    """
    parameters = [(one, _KIND.sub("", str(one.annotation))) for one in signature.parameters.values()]

    def called(view: View, *args: Any, **kwargs: Any) -> Markup | str:
        given = signature.bind(view, *args, **kwargs)
        for one, kind in parameters:
            if one.name not in given.arguments:
                continue
            wanted = given.arguments[one.name]
            several = one.kind == one.VAR_POSITIONAL or str(one.annotation).startswith("Sequence")
            for each in wanted if several else (wanted,):
                right = kind != "Articles" or (isinstance(each, str) and row_names.ARTICLES.fullmatch(each))
                if not right or type(each) is not _PLAIN.get(kind, type(each)):
                    raise TypeError(f"{one.name}: {each!r}")
            if kind == "Package" and view.rehearsal and wanted == ANALYSIS:
                return Markup()  # worked out of what is still to be checked
            if kind in _OTHERS or kind in _KINDS:
                rows = [view.row(kind, id) for id in wanted] if several else view.row(kind, wanted)
                given.arguments[one.name] = rows
                if rows is None:
                    return view.nothing()
        if of and not getattr(view.portal, of):
            return Markup() if view.portal.lacks(of) else view.nothing()
        given.apply_defaults()
        return block(**given.arguments)

    called.__dict__["__signature__"] = signature
    MACROS[name] = called


def lend(*offered: ModuleType | Callable[..., Any]) -> None:
    """Let templates call functions by their own names: those given, and all public ones of modules."""
    for one in offered:
        if isinstance(one, ModuleType):
            own = (it for name, it in inspect.getmembers(one, callable) if not name.startswith("_"))
            lend(*(it for it in own if it.__module__ == one.__name__ and not isinstance(it, type)))
        else:
            TEMPLATES.globals[one.__name__] = one


class View(Frozen):
    """One page being written.

    `page` is its Markdown path below docs/<lang>. `package_files` are each package's public files: {site path: bytes}.
    `versions` are the frozen versions by `<package>/<version>`. `drawings` renders charts. `assets` are styles and
    scripts. `pending` is what was edited since the last release, by package. `news` is what readers newly know, the
    newest first.
    During a `rehearsal` only mistakes matter, so a costly block may stop once its arguments are known to be right.
    """

    portal: Portal
    lang: Lang
    page: str
    directory_urls: bool = True
    rehearsal: bool = False
    package_files: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    versions: Mapping[str, Version] = field(default_factory=dict)
    drawings: Renderer = field(default_factory=Renderer)
    assets: Assets = field(default_factory=Assets)
    manuscripts: tuple[Manuscript, ...] = ()
    pending: Mapping[str, Comparison] = field(default_factory=dict)
    news: tuple[News, ...] = ()

    def on(self, page: str) -> View:
        """The same for a page, which speaks of the plan it belongs to."""
        return replace(self, page=page, portal=plan.focused(self.portal, page))

    def t(self, zh: str, en: str) -> str:
        """The wording of the page's language."""
        return zh if self.lang == "zh" else en

    def localize(self, text: Text | None) -> str:
        """A text in the page's language; nothing for None."""
        return "" if text is None else text[self.lang]

    @property
    def addresses(self) -> Addresses:
        """Links from this page."""
        return Addresses(self.lang, self.page, self.directory_urls, self.portal.settings.languages[0])

    @property
    def second(self) -> Lang | None:
        """The other language of the portal; None where it has one."""
        return next((lang for lang in self.portal.settings.languages if lang != self.lang), None)

    def link(self, source: str, anchor: str = "") -> str:
        """Relative link to a page of the same language, by its Markdown path."""
        return self.addresses.page(source, anchor)

    def written(self, source: str, anchor: str) -> str:
        """The id of a heading where the text of a page has it; nothing otherwise: the link leads to the page then."""
        pages = (page for page in self.manuscripts if (page.lang, page.path) == (self.lang, source))
        return anchor if any(anchor in anchors(page) for page in pages) else ""

    def other(self, source: str, anchor: str = "") -> str:
        """Relative link to a page of the other language."""
        return self.addresses.page(source, anchor, self.second)

    def linked(self, words: str, source: str, anchor: str = "", kind: str = "", about: str = "") -> Markup:
        """Words that lead to a page of the same language, or alone if it is missing; `kind`: class of the link.

        `about` tells it from other links of the same words.
        """
        if not self.portal.has_page(source):
            return Markup.escape(words)
        told = (Markup(' class="{}"').format(kind) if kind else Markup()) + self.called(words, about)
        return Markup('<a{} href="{}">{}</a>').format(told, self.link(source, anchor), words)

    def called(self, words: str, about: str) -> Markup:
        """The attribute that names a link or fold by its words and what they are about, for those who hear them."""
        label = f"{Markup.escape(words).striptags()}{self.t('（', ' (')}{about}{self.t('）', ')')}"
        return Markup(' aria-label="{}"').format(label) if about else Markup()

    def way(self, words: str, source: str, anchor: str = "", before: str = "") -> Markup:
        """The way on to another page, with what stands `before` it; nothing where that page is missing."""
        return Markup.escape(before) + self.linked(words, source, anchor) if self.portal.has_page(source) else Markup()

    @property
    def packages(self) -> list[Package]:
        """The packages with pages of their own; a rehearsal works nothing out of what is still to be checked."""
        return list(self.portal.packages.values()) if self.rehearsal else shown_packages(self.portal)

    def file(self, path: str) -> str:
        """Relative link to a file both languages share."""
        return self.addresses.file(path)

    def render(self, template: str, **context: Any) -> Markup:
        """Render a template of ipportal/templates as one block that Markdown leaves alone."""
        html = TEMPLATES.get_template(template).render(view=self, lang=self.lang, **context)
        return Markup(_TABLE.sub(_listed, "\n".join(line for line in html.splitlines() if line.strip())))

    def nothing(self) -> Markup:
        """What stands where there are no data yet."""
        return self.render("empty.html", words=NOTHING_YET)

    def one(self, rows: Mapping[str, _Row], wanted: str, expected: Text) -> _Row:
        """The row with the id a macro names; `expected` may list `{all}` there are.

        Raises:
            SiteError: there is none.
        """
        return rows[wanted] if wanted in rows else self.refuse(str(wanted), expected.format(all=", ".join(rows)))

    def row(self, kind: str, wanted: str) -> Any:
        """The row of a kind in `_KINDS` with the id a page writes; None for one that has no rows yet.

        Raises:
            SiteError: there is none.
        """
        rows, known = _rows(self.portal, kind)
        if wanted not in rows and wanted in known:
            return None
        expected = _KINDS.get(kind, {}).get("expected", ONE_OF)
        return self.one(rows, wanted, expected)

    def refuse(self, found: str, expected: Text) -> NoReturn:
        """Fail the build because a page asks for something that does not exist.

        Raises:
            SiteError: always, naming the page; who fills it adds the line and the macro.
        """
        where = Where(f"docs/{self.lang}/{self.page}")
        hint = Text("改成存在的一个", "use one that exists")
        raise SiteError([Problem("macro-unknown-id", where, expected, found, hint)])


def _listed(table: re.Match[str]) -> str:
    """A wide table, each of whose cells carries the words of its column: style sheets make it a list on a phone."""
    names = [_TAG.sub("", name) for name in _HEADING.findall(table[1])]
    if len(names) < _WIDE:
        return table[0]
    place = 0

    def part(found: re.Match[str]) -> str:
        nonlocal place
        place = 0 if found[1] == "tr" else place + 1
        return f'<td data-label="{names[place - 1]}"' if found[1] == "td" else found[0]

    return f'<table class="is-listed ip-table{table[1]}</thead>{_PART.sub(part, table[2])}</table>'


# --- blocks that are a template alone -------------------------------------------------------------

# They look up rows and show them, and decide nothing. The head of such a template says what it is called, what a page
# gives it and what it shows, as in `{# story_title(story: CaseStory): a story's title #}` or
# `{# awards() of awards: … #}`, which needs rows of a table

lend(cases, counts, fresh, freshtext, plan, promotion, row_names, sentences, states, terms, wording)
lend(progress.leading_verdicts, progress.next_due, progress.tally, progress.zone_verdicts, unknown_years)
lend(sentences.beyond_note, sentences.unjudged_note, sentences.version_name, join_list, page_path, plan_for)

#: The head of a block's template: its name, what a page gives it, the table without which it is nothing, what it shows
_HEAD: Final = re.compile(r"\{# (\w+)\((.*?)\)(?: of (\w+))?: ")
#: One of the things it is given, as in Python
_ARGUMENT: Final = re.compile(r"(\*?)(\w+): ([^=,]+?)(?: = ([^,]+))?(?:, |$)")


def _parameter(star: str, name: str, kind: str, default: str) -> Parameter:
    place = Parameter.VAR_POSITIONAL if star else Parameter.POSITIONAL_OR_KEYWORD
    return Parameter(name, place, annotation=kind, default=literal_eval(default) if default else Parameter.empty)


def _shows(template: str) -> Block:
    return lambda view, **given: view.render(template, **given)


def _offer_templates() -> None:
    """Make a block of every template that has such a head: what a page gives is what the template knows."""
    assert TEMPLATES.loader is not None
    for template in TEMPLATES.list_templates(extensions=["html"]):
        source, *_ = TEMPLATES.loader.get_source(TEMPLATES, template)
        if head := _HEAD.match(source):
            parameters = [_parameter("", "view", "View", ""), *(_parameter(*one) for one in _ARGUMENT.findall(head[2]))]
            offer(head[1], Signature(parameters), _shows(template), head[3] or "")


_offer_templates()
