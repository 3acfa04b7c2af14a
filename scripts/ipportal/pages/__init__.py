"""What a page may say: the macros (in `MACROS`), the one place that fills them into a page, and skeletons of pages.

May import every room up to files. Begin with `view`, then `filling`.
"""

from __future__ import annotations

# the modules register their macros when they are imported
from ipportal.pages import alone, datasets, figures, indicators, plan, promotion, upkeep  # noqa: F401
from ipportal.pages.view import MACROS

__all__ = ["MACROS"]
