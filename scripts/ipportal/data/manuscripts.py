"""What people write below docs/: pages (front matter, text, the fingerprint of what they say) and search-words.csv.

The list of search words has the words people type, and the words the pages use for the same thing.
"""

import hashlib
import json
import posixpath
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath
from typing import Any, Final

import yaml

from ipportal.base import Frozen
from ipportal.base.addresses import page_path
from ipportal.base.filenames import files_below, is_plain
from ipportal.base.templates import template_environment
from ipportal.base.text import Lang
from ipportal.data.packages import RELEASES, RawTable, table_from

DOCS: Final = "docs"
#: Where the program keeps its own pages, true of any portal: a portal's file of the same path takes their place
PROGRAM: Final = Path(__file__).parents[1]
#: Who read a page before publication, when, and which wording (its fingerprint)
REVIEWED_BY: Final = "reviewed_by"
REVIEWED_ON: Final = "reviewed_on"
REVIEWED_TEXT: Final = "reviewed_text"
#: The `page_kind` of a page that tells on its day what the data show
DATA_STORY: Final = "data-story"
#: On a translation: the fingerprint of the wording it translates
SOURCE_HASH: Final = "source_hash"

_FRONT_MATTER: Final = re.compile(r"\A---[ \t]*\r?\n(.*?)^(?:---|\.{3})[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
#: What the site generator would take for the beginning of front matter although it is none
_LOOKS_LIKE_ONE: Final = re.compile(r"---[ \t]*\r?$| {0,3}[A-Za-z0-9_-]+:")
#: The entries of the front matter that readers or search engines see as words
_WORDS: Final = ("title", "description", "keywords", "source")
_DIGITS: Final = 16
#: Macros of a page, and the comments of its template
MACRO: Final = re.compile(r"\{(?:\{(?:(?!\{\{).)*?\}\}|%(?:(?!\{%).)*?%\}|#(?:(?!\{#).)*?#\})", re.DOTALL)
#: A law as a page cites it: `{{ law("sample-law", "7") }}`
LAW: Final = re.compile(r"""\{\{\s*law(?:_says)?\(\s*["']([^"']+)["']""")
#: Where a frozen version lies below the folder of releases; others are no versions, and a rule tells of them
_VERSION: Final = re.compile(r"([a-z0-9-]+)/(\d+)\.(\d+)\.(\d+)")
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_CODE: Final = re.compile(
    r"^(?P<fence>`{3,}+|~{3,}+).*?^(?P=fence)[ \t]*$|`[^`\n]+`|<!--(?:(?!<!--).)*?-->", re.DOTALL | re.MULTILINE
)
_TITLE: Final = re.compile(r"^# +(.+?)(?: *\{[^{}]*\})? *#*$", re.MULTILINE)
_LINK: Final = re.compile(r"(?<!!)\[([^\]\n]+)\]\(([^()\s:#]+)(?:#[^()\s]*)?\)")
_HEADING: Final = re.compile(r"^#{1,6} .*$", re.MULTILINE)


class _PlainLoader(yaml.SafeLoader):
    """Reads plain values only: a mark that refers to another value or names a type is a fault where it stands."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        reader: Any = self
        event = reader.peek_event()
        if isinstance(event, yaml.AliasEvent) or event.anchor or event.tag:
            raise yaml.MarkedYAMLError(problem="& * !", problem_mark=event.start_mark)
        return super().compose_node(parent, index)


@lru_cache(maxsize=4096)  # the preview reads all pages after each change, and few of them are others then
def _front_matter(text: str) -> tuple[Mapping[str, Any], tuple[int, str] | None]:
    found = _FRONT_MATTER.match(text)
    if found is None:
        first = text.partition("\n")[0]
        return {}, ((1, first) if _LOOKS_LIKE_ONE.match(first) else None)
    try:
        head = yaml.load(found.group(1), _PlainLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return {}, (mark.line + 2 if mark else 1, str(error.problem or error.context))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # characters YAML has not, dates and numbers that are none, brackets in brackets without end
        return {}, (1, type(error).__name__)
    return (head, None) if isinstance(head, dict) else ({}, (2, found.group(1).partition("\n")[0]))


class Manuscript(Frozen):
    """One page. `path` is relative to docs/<lang>; `text` is the whole file."""

    lang: Lang
    path: str
    text: str

    @property
    def file(self) -> str:
        """The path from the portal's root."""
        return f"{DOCS}/{self.lang}/{self.path}"

    @property
    def head(self) -> Mapping[str, Any]:
        """The front matter; empty where there is none or it cannot be read."""
        return _front_matter(self.text)[0]

    @property
    def head_fault(self) -> tuple[int, str] | None:
        """What makes the front matter unreadable, with its line in the file; None where nothing does."""
        return _front_matter(self.text)[1]

    @property
    def title(self) -> str:
        """What the page is called: its front matter says it, or its heading; empty where neither does."""
        heading = _TITLE.search(self.body)
        return str(self.head.get("title") or (heading[1] if heading else ""))

    @property
    def is_data_story(self) -> bool:
        """True for a page that tells what the data show."""
        return self.head.get("page_kind") == DATA_STORY

    def day(self, entry: str) -> date | None:
        """The day an entry of the front matter names; None where it names none that can be read."""
        return _day(str(self.head.get(entry))[:10])

    @property
    def published(self) -> date | None:
        """The day of publication; None where the page gives none that can be read."""
        return self.day("published")

    @property
    def corrections(self) -> list[tuple[date | None, str]]:
        """What was corrected later and when: the front matter has both in one text, a space between. Without a day, it
        is the whole text."""
        told = self.head.get("corrections") or []
        texts = [str(each) for each in (told if isinstance(told, list) else [told])]
        days = [(_day(text[:10]), text) for text in texts]
        return [(day, text[10:].strip() if day else text) for day, text in days]

    @cached_property
    def body(self) -> str:
        """Everything below the front matter."""
        return _FRONT_MATTER.sub("", self.text, count=1)

    @property
    def lines_above(self) -> int:
        """How many lines of the file stand above the body."""
        return self.text[: len(self.text) - len(self.body)].count("\n")

    def line_of(self, traces: Sequence[str], nth: int = 0) -> int | None:
        """The line of the file with one of the traces, the best first; None when none of them is there.

        `nth` counts from 0 among several such lines. Code shown as code counts only where nothing else does.
        """
        for text in (without_code(self.body), self.body):
            lines = text.lower().split("\n")
            for trace in traces:
                hits = [number for number, line in enumerate(lines, self.lines_above + 1) if trace.lower() in line]
                if hits and trace:
                    return hits[min(nth, len(hits) - 1)]
        return None

    @cached_property
    def fingerprint(self) -> str:
        """The first 64 bits of the SHA-256 of what the page says, as 16 hexadecimal digits.

        Line ends, blank lines at the ends and entries without words (order, review, …) do not count.
        """
        words = {key: str(self.head[key]) for key in _WORDS if key in self.head}
        lines = [line.rstrip() for line in self.body.strip().splitlines()]
        said = json.dumps([words, lines], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:_DIGITS]

    @property
    def generated(self) -> bool:
        """True for a page that says nothing of its own: headings and macros only."""
        return not _HEADING.sub("", _COMMENT.sub("", MACRO.sub("", self.body))).strip()

    @property
    def reviewed(self) -> bool:
        """True when somebody is named who read this page, with the day."""
        return bool(str(self.head.get(REVIEWED_BY) or "").strip() and self.head.get(REVIEWED_ON))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def blanked(pattern: re.Pattern[str], text: str) -> str:
    """The text with spaces for everything that fits the pattern, each line in its place."""
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def without_code(text: str) -> str:
    """The text with code and comments blanked."""
    return blanked(_CODE, text)


def page_paths(root: Path, lang: Lang) -> frozenset[str] | None:
    """The Markdown paths of the pages in a language, the program's own included; None for data without a site."""
    files = [*own_files(lang), *own_files(lang, root), *(page_path("version", id) for id in frozen_versions(root))]
    return frozenset(path for path in files if path.endswith(".md")) if (root / DOCS / lang).is_dir() else None


def own_files(lang: Lang, root: Path = PROGRAM) -> dict[str, Path]:
    """The files below `root`/docs/<lang> by their path there, in the order of the paths; by default the program's."""
    folder = root / DOCS / lang
    return {path.relative_to(folder).as_posix(): path for path in files_below(folder)}


def read_manuscripts(root: Path, langs: Sequence[Lang]) -> tuple[Manuscript, ...]:
    """Every page below `root`/docs, the main language first, each in the order of the paths."""
    return tuple(page for lang in langs for page in _read(root, lang))


def _read(root: Path, lang: Lang) -> Iterator[Manuscript]:
    for path, file in own_files(lang, root).items():
        if file.suffix == ".md":
            yield Manuscript(lang, path, file.read_bytes().decode("utf-8", errors="replace"))


def frozen_versions(root: Path) -> list[str]:
    """The frozen versions below `root`, such as `plan/2.0.0`: by package, the newest first."""
    places = (place.relative_to(root / RELEASES).as_posix() for place in (root / RELEASES).glob("*/*"))
    found = filter(None, map(_VERSION.fullmatch, places))
    return [at[0] for at in sorted(found, key=lambda at: (at[1], *(-int(part) for part in at.groups()[1:])))]


def _version_pages(lang: Lang, root: Path) -> Iterator[Manuscript]:
    words = template_environment().overlay(variable_start_string="[[", variable_end_string="]]")
    for order, id in enumerate(frozen_versions(root), 1):
        package, version = id.split("/")
        text = words.get_template(f"stubs/version.{lang}.md").render(package=package, version=version, order=order)
        yield Manuscript(lang, page_path("version", id), text)


def program_pages(lang: Lang, there: Collection[str], root: Path) -> Iterator[Manuscript]:
    """The program's own pages, and those of the frozen versions below `root`, but those of which the portal has one of
    its own; `there` are the portal's paths.

    Where they would link to a page that the portal has not, only the words are left.
    """
    paths = {*there, *own_files(lang)}
    for page in (*_read(PROGRAM, lang), *_version_pages(lang, root)):

        def linked(match: re.Match[str], folder: str = posixpath.dirname(page.path)) -> str:
            return match[0 if posixpath.normpath(posixpath.join(folder, match[2])) in paths else 1]

        if page.path not in there:
            yield replace(page, text=_LINK.sub(linked, page.text))


def site_manuscripts(root: Path, langs: Sequence[Lang]) -> tuple[Manuscript, ...]:
    """Every page of the site, the program's own among them, in the order of `read_manuscripts`."""
    found: list[Manuscript] = []
    for lang in langs:
        pages = list(_read(root, lang))
        pages += program_pages(lang, [page.path for page in pages], root)
        found += sorted(pages, key=lambda page: PurePosixPath(page.path))
    return tuple(found)


def translations(pages: Sequence[Manuscript]) -> Iterator[tuple[Manuscript, Manuscript]]:
    """Each page of another language with the one it translates; those of the main language come first in `pages`."""
    originals = {page.path: page for page in pages if page.lang == pages[0].lang}
    for page in pages:
        if page.lang != pages[0].lang and page.path in originals:
            yield page, originals[page.path]


def outdated(pages: Sequence[Manuscript]) -> tuple[str, ...]:
    """The translations whose original has changed since: paths below docs/<lang>.

    A page that names no original is not listed: nothing is known about it.
    """
    return tuple(
        page.path
        for page, original in translations(pages)
        if SOURCE_HASH in page.head and str(page.head[SOURCE_HASH]) != original.fingerprint
    )


def with_entries(text: str, entries: Mapping[str, str]) -> str:
    """The page with some entries of its front matter set; every other line stays as it is. Values are plain text."""
    found = _FRONT_MATTER.match(text)
    head, body = (found.group(1), text[found.end() :]) if found else ("", f"\n{text}")
    lines = head.splitlines()
    for key, value in entries.items():
        line = f"{key}: {json.dumps(value, ensure_ascii=False)}"
        place = next((n for n, old in enumerate(lines) if old.startswith(f"{key}:")), len(lines))
        lines[place : place + 1] = [line]
    return "\n".join(["---", *lines, "---", body])


WORDS_FILE: Final = f"{DOCS}/search-words.csv"
_WORD: Final = {"required": True, "maxLength": 100}

#: (word typed, word written) for each language of the pages
Words = Mapping[Lang, Sequence[tuple[str, str]]]


def word_table(root: Path, langs: Sequence[Lang]) -> RawTable | None:
    """The list of search words as found; None where the portal has no such file. Excel may mark it as UTF-8."""
    path = root / WORDS_FILE
    if not is_plain(path, root):
        return None
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    promised = {"lang": {"required": True, "enum": list(langs)}, "typed": _WORD, "written": _WORD}
    fields = [{"name": name, "constraints": each} for name, each in promised.items()]
    return table_from("search-words", WORDS_FILE, {"name": "search-words", "schema": {"fields": fields}}, data)


def read_words(root: Path, langs: Sequence[Lang]) -> Words:
    """The words of every language; none where the portal has no such file. Rules tell what is wrong with it."""
    table = word_table(root, langs)
    rows = [row for _, row in table.records() if row.keys() == {"lang", "typed", "written"}] if table else []
    return {lang: [(row["typed"], row["written"]) for row in rows if row["lang"] == lang] for lang in langs}
