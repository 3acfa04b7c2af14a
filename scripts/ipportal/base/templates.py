"""The two kinds of templates: those of the program, which may do much, and pages, which may call macros only."""

from collections.abc import Callable
from functools import cache
from typing import Any, Final, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from ipportal.base.addresses import href
from ipportal.base.periods import date_label
from ipportal.base.quantities import number, quantity, quantity_parts
from ipportal.base.text import BCP47, Lang, Text

#: The filters a page may put behind a macro, without arguments
FILTERS: Final = ("capitalize", "lower", "trim", "upper")


def template_environment(**names: object) -> Environment:
    """The environment of the program's templates; `names` are what they may use besides what all of them may.

    A missing name is an error; every value is escaped, save in plain text and Markdown. Addresses out of data go
    through the filter `href`, which gives nothing for one that may not be linked to.
    """
    environment = Environment(
        loader=PackageLoader("ipportal", "templates"),
        autoescape=select_autoescape(disabled_extensions=("txt", "md"), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["href"] = href
    everywhere = (quantity, quantity_parts, number, date_label)
    environment.globals.update({function.__name__: function for function in everywhere} | names)
    return environment


def in_language(name: str, lang: Lang, /, **facts: object) -> str:
    """A template of the program in one language: `t` picks its wording of two, `tag` is what HTML calls it."""
    words = {"lang": lang, "tag": BCP47[lang], "t": lambda zh, en: Text(zh, en)[lang]}
    return template_environment().get_template(name).render(words, **facts)


@cache
def writing_environment(write: Callable[[Any], str], line_end: Literal["\n", "\r\n"] = "\n") -> Environment:
    """The same for files of other formats: every value is put as `write` puts it, so that none breaks its place."""
    return template_environment().overlay(
        finalize=lambda value: value if isinstance(value, Markup) else Markup(write(value)),
        keep_trailing_newline=True,
        newline_sequence=line_end,
    )


@cache
def page_environment() -> ImmutableSandboxedEnvironment:
    """A sandbox without loader, globals and tests: a page cannot include, import or reach anything."""
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    environment.globals.clear()
    environment.tests.clear()
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    return environment
