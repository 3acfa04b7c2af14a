"""What pages, their front matter and the files beside them may hold, so that nothing runs but the site's scripts."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from threading import Lock
from typing import Any, Final

import markdown
import yaml
from jinja2 import Environment, TemplateSyntaxError

from ipportal.base import plainwords
from ipportal.base.addresses import page_url
from ipportal.base.errors import Where
from ipportal.base.filenames import files_below
from ipportal.base.markup import AUTHOR, Tag, drawing_faults, faults, tags
from ipportal.base.templates import page_environment
from ipportal.base.text import LANGS, written
from ipportal.data.configuration import CONFIGS, NAME, OVERRIDES, OWN, config_file, extensions, read_config
from ipportal.data.manuscripts import DOCS, Manuscript
from ipportal.rules.files import encoding_of
from ipportal.rules.rule import Context, Finding, rules

#: Kinds of files beside the pages that no browser runs
KINDS: Final = re.compile(
    r"\.(?:avif|csv|docx|gif|jpe?g|json|mp3|mp4|ods|odt|pdf|png|pptx|txt|webp|xlsx|zip)", re.IGNORECASE
)

_TEMPLATES: Final = page_environment()
#: The carriage return too: alone it ends a line, and front matter, for the site generator and for nobody else
_CONTROL: Final = re.compile("[\0-\x08\x0b-\x1f\x7f]")
_ODD_NAME: Final = re.compile(r"""[\x00-\x1f\x7f"<>&'\\:*?|#%{}]""")

#: Where the site has files of its own, and pages of its other languages
_TAKEN: Final = re.compile(
    rf"(?:{'|'.join(LANGS)}|assets|data|embed|pagefind|404)/.*|(?:robots|llms)\.txt|sitemap.*", re.IGNORECASE
)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}([T ][\d:+]+)?")
_WORD: Final = re.compile(r"[A-Za-z0-9-]+")
#: Kinds of values in the front matter, which the catalogue words
_KINDS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "text": lambda value: isinstance(value, str),
    "texts": lambda value: all(isinstance(each, str) for each in (value if isinstance(value, list) else [value])),
    "word": lambda value: isinstance(value, str) and bool(_WORD.fullmatch(value)),
    "date": lambda value: (
        isinstance(value, date | datetime) or (isinstance(value, str) and bool(_DAY.fullmatch(value)))
    ),
    "number": lambda value: type(value) is int,
    "weight": lambda value: type(value) in (int, float) and 0 <= value <= 10,
    "choice": lambda value: isinstance(value, bool),
}
#: Every entry that pages may have, with the kind of its value
ENTRIES: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("title", "description", "source", "column_type", "search_kind", "card", "parent", "reviewed_by"), "text"
    ),
    **dict.fromkeys(("keywords", "interprets", "interpreted_by", "fed_by", "corrections"), "texts"),
    **dict.fromkeys(("page_kind", "layout", "package", "renewal", "source_hash", "reviewed_text"), "word"),
    **dict.fromkeys(("published", "updated", "reviewed", "reviewed_on", "valid_until"), "date"),
    **dict.fromkeys(("reading_time", "unlisted", "sitemap"), "choice"),
    "order": "number",
    "search_weight": "weight",
}


def _page_front_matter(context: Context) -> Iterator[Finding]:
    """The front matter of a page cannot be read, or has an entry or a value that no page may have."""
    for page in context.pages:
        if page.head_fault:
            yield Finding(Where(page.file, page.head_fault[0]), page.head_fault[1], "unreadable")
        for name, value in page.head.items():
            yield from _judged(Where(page.file, _line(page, str(name)), str(name)), str(name), value)


def _judged(where: Where, name: str, value: Any) -> Iterator[Finding]:
    kind = ENTRIES.get(name)
    if kind is None:
        yield Finding(where, name, "name")
    elif not _KINDS[kind](value):
        yield Finding(where, written(value), kind)
    else:
        for text in value if isinstance(value, list) else [value]:
            for advice in plainwords.refused(text) if isinstance(text, str) else ():
                yield Finding(where, text, advice=advice)


def _line(page: Manuscript, name: str) -> int | None:
    lines = page.text.split("\n")[: page.lines_above]
    return next((number for number, line in enumerate(lines, 1) if line.strip("'\" ").startswith(name)), None)


@cache
def converter() -> markdown.Markdown:
    """The Markdown of the site generator; not to be used by two threads at once."""
    told = extensions("zh")
    return markdown.Markdown(extensions=list(told), extension_configs=told)


#: The macros that give words or an address, which an attribute may hold; the others give markup
WORD_MACROS: Final = frozenset({"count", "link"})
#: Stands for the markup of a macro. Pages cannot hold it: nobody can see it
_MARKUP_HERE: Final = "\ue000"


_AT_WORK: Final = Lock()


@lru_cache(maxsize=2048)  # the preview looks at all pages after each change, and few of them are others then
def as_html(body: str) -> str:
    """The body of a page as the site generator makes it, with a mark in the place of every macro that gives markup."""
    parts, name = [], ""
    try:
        for _, kind, value in _TEMPLATES.lex(body):
            if kind == "data":
                parts.append(value)
            elif kind == "variable_begin":
                name = ""
            elif kind == "name":
                name = name or value
            elif kind == "variable_end":
                parts.append("x" if name in WORD_MACROS else _MARKUP_HERE)
    except TemplateSyntaxError:
        parts = [body]
    with _AT_WORK:
        return str(converter().reset().convert("".join(parts)))


def _page_markup(context: Context) -> Iterator[Finding]:
    """A page holds markup or an address that no page may hold."""
    for page in context.pages:
        for number, line in enumerate(page.body.split("\n"), page.lines_above + 1):
            if found := _CONTROL.search(line.removesuffix("\r")):
                char = found.group()
                yield Finding(Where(page.file, number), f"U+{ord(char):04X}", "line-end" if char == "\r" else "")
        try:
            html = as_html(_CONTROL.sub("", page.body).replace(_MARKUP_HERE, ""))
            broken = [tag.shown for tag in tags(html) if isinstance(tag, Tag) and _MARKUP_HERE in tag.shown]
            found_faults = list(faults(html.replace(_MARKUP_HERE, "x"), AUTHOR))
        except Exception as error:
            # nesting without end, and whatever else the Markdown library cannot digest
            yield Finding(Where(page.file), type(error).__name__, "unreadable")
            continue
        for shown in broken:
            before = shown.partition(_MARKUP_HERE)[0]
            where = Where(page.file, page.line_of((f"{before}{{{{", "]({{", "{{")))
            yield Finding(where, shown.replace(_MARKUP_HERE, "{{ … }}"), "macro")
        seen: Counter[tuple[str, ...]] = Counter()
        for fault in found_faults:
            where = Where(page.file, page.line_of(fault.traces, seen[fault.traces]))
            yield Finding(where, fault.found, advice=fault.advice)
            seen[fault.traces] += 1


def _page_file(context: Context) -> Iterator[Finding]:
    """A file could run in a reader's browser, or has a name no address can hold, or one that is taken."""
    for lang in context.settings.languages:
        taken: dict[str, str] = {}
        for path in files_below(context.root / DOCS / lang):
            file = path.relative_to(context.root).as_posix()
            name = path.relative_to(context.root / DOCS / lang).as_posix()
            place = page_url(name) if path.suffix == ".md" else name
            if odd := _ODD_NAME.search(file):
                yield Finding(Where(file), odd.group(), "name")
            elif _TAKEN.fullmatch(place) or path.name.lower() == "readme.md":
                yield Finding(Where(file), place, "taken")
            elif (other := taken.setdefault(place, file)) != file:
                yield Finding(Where(file), place, "twice", other=other)
            elif path.suffix != ".md" and not KINDS.fullmatch(path.suffix):
                if file not in context.settings.allowed_files:
                    yield Finding(Where(file), path.name)
                elif path.suffix == ".svg":
                    found = drawing_faults(path.read_bytes().decode("utf-8", errors="replace"))
                    yield from (Finding(Where(file), fault.found, advice=fault.advice) for fault in found)


def _site_configuration(context: Context) -> Iterator[Finding]:
    """A portal tells the site generator more than how to find this program: it would run or read more."""
    for lang in context.settings.languages:
        file = config_file(context.root, lang)
        right = {"theme": f"{{name: {NAME}, language: {lang}}}", "plugins": f"[{NAME}]"}
        if not (context.root / file).is_file():
            continue
        if file == CONFIGS[0] and lang != context.settings.languages[0]:
            yield Finding(Where(f"mkdocs.{lang}.yml"), "", "entry", entry=f"theme: {right['theme']}")
            continue
        try:
            settings = read_config(context.root, lang)
        except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
            yield Finding(Where(file), str(error).split("\n")[0], "unreadable")
            continue
        for name, value in settings.items():
            if name not in OWN:
                yield Finding(Where(file, column=str(name)), str(value))
        for name, told in right.items():
            if settings.get(name) != yaml.safe_load(told):
                yield Finding(Where(file, column=name), str(settings.get(name, "")), "entry", entry=f"{name}: {told}")


def _site_template(context: Context) -> Iterator[Finding]:
    """A template in overrides/ is none that the site generator can read."""
    for path in files_below(context.root / OVERRIDES):
        if path.suffix != ".html":
            continue
        file = path.relative_to(context.root).as_posix()
        data = path.read_bytes()
        if encoding := encoding_of(data):
            yield Finding(Where(file), encoding)
            continue
        try:
            Environment().parse(data.decode("utf-8", errors="replace"))
        except TemplateSyntaxError as error:
            yield Finding(Where(file, error.lineno), str(error.message))
        except RecursionError as error:
            yield Finding(Where(file), str(error))


RULES: Final = (
    *rules(_page_front_matter, _page_file, _site_configuration, _site_template),
    *rules(_page_markup, spoils="nothing"),
)
