"""What a block knows about the page it stands on: the data, the language, how to link and render."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

from markupsafe import Markup

from ipportal.base.addresses import Addresses
from ipportal.base.errors import Problem, SiteError, Where
from ipportal.base.templates import template_environment
from ipportal.base.text import Lang, Text
from ipportal.data.ledger import Comparison
from ipportal.data.manuscripts import Manuscript
from ipportal.data.model import GRADE, Portal
from ipportal.files.drawings import Drawings
from ipportal.words.news import News
from ipportal.words.standing import beyond_note, unjudged_note, version_name
from ipportal.words.wording import NO_COMPARABLE, NO_VALUE, format_target

#: The templates of what macros give
TEMPLATES: Final = template_environment(
    GRADE=GRADE,
    NO_VALUE=NO_VALUE,
    NO_COMPARABLE=NO_COMPARABLE,
    format_target=format_target,
    version_name=version_name,
    beyond_note=beyond_note,
    unjudged_note=unjudged_note,
)

#: What pages call as a macro; the first argument is the view of the page at hand
Block = Callable[..., Markup | str]


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
    drawings: Drawings = field(default_factory=Drawings)
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

    def file(self, path: str) -> str:
        """Relative link to a file both languages share."""
        return self.addresses.file(path)

    def render(self, template: str, **context: Any) -> Markup:
        """Render a template of ipportal/templates as one block that Markdown leaves alone."""
        html = TEMPLATES.get_template(template).render(view=self, lang=self.lang, **context)
        return Markup("\n".join(line for line in html.splitlines() if line.strip()))

    def refuse(self, macro: str, found: str, expected: Text) -> NoReturn:
        """Fail the build because a page asks for something that does not exist.

        Raises:
            SiteError: always, naming the page and the macro.
        """
        where = Where(f"docs/{self.lang}/{self.page}", column=macro)
        hint = Text("改成表中有的编号", "use an id that the table has")
        raise SiteError([Problem("macro-unknown-id", where, expected, found, hint)])
