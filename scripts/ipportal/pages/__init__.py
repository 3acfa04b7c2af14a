"""What a page may say: the macros (in `MACROS`), the one place that fills them into a page, and skeletons of pages.

May import every room up to files. Begin with `view`, then `filling`.
"""

from __future__ import annotations

# the modules register their macros when they are imported
from ipportal.pages import (  # noqa: F401
    alone,
    cases,
    datasets,
    figures,
    indicators,
    plan,
    plan_tables,
    progress,
    promotion,
    reuse,
    upkeep,
)
from ipportal.pages.view import MACROS, Block

__all__ = ["MACROS", "Block"]
