"""The environment of the HTML templates: autoescaped, strict, without hidden state."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from ipportal.base.locators import is_chinese, locator_label
from ipportal.base.periods import date_label
from ipportal.base.quantities import number, quantity, quantity_parts
from ipportal.base.webaddress import href
from ipportal.data.model import GRADE
from ipportal.words import beyond_note, format_target, unjudged_note, version_name
from ipportal.words.wording import NO_COMPARABLE, NO_VALUE


def template_environment() -> Environment:
    """Make the environment blocks render with. A missing name is an error, every value is escaped.

    Addresses out of data go through the filter `href`, which gives nothing for one that may not be linked to.
    """
    environment = Environment(
        loader=PackageLoader("ipportal", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(locator_label=locator_label, is_chinese=is_chinese)
    environment.globals.update(GRADE=GRADE, NO_VALUE=NO_VALUE, NO_COMPARABLE=NO_COMPARABLE)
    environment.globals.update(quantity=quantity, quantity_parts=quantity_parts, number=number, date_label=date_label)
    environment.filters["href"] = href
    environment.globals.update(format_target=format_target, version_name=version_name)
    environment.globals.update(beyond_note=beyond_note, unjudged_note=unjudged_note)
    return environment
