"""What a page may say: the macros (listed in `MACROS`), the one place that fills them into a page, its rehearsal, and
the first skeleton of a page.

May import every room up to files. Begin with `view`, then `filling`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ipportal.pages import (
    ask,
    cases,
    datasets,
    elsewhere,
    figures,
    home,
    indicators,
    inline,
    news,
    overview,
    plan,
    plan_foundation,
    plan_links,
    plan_overview,
    plan_summary,
    plan_tables,
    promotion,
    quality,
    reuse,
    services,
    upkeep,
)
from ipportal.pages.facts import site_facts
from ipportal.pages.view import Block

#: Macro name → block; the first argument of a block is the view of the page at hand
MACROS: Final[Mapping[str, Block]] = {
    **inline.MACROS,
    **home.MACROS,
    **news.MACROS,
    **indicators.MACROS,
    **overview.MACROS,
    **quality.MACROS,
    **datasets.MACROS,
    **reuse.MACROS,
    **plan_links.MACROS,
    **plan.MACROS,
    **plan_overview.MACROS,
    **plan_tables.MACROS,
    **plan_foundation.MACROS,
    **plan_summary.MACROS,
    **figures.MACROS,
    **elsewhere.MACROS,
    **cases.MACROS,
    **services.MACROS,
    **promotion.MACROS,
    **upkeep.MACROS,
    **ask.MACROS,
}

__all__ = ["MACROS", "Block", "site_facts"]
