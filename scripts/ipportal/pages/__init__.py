"""What a page may say: the macros (in `MACROS`), the one place that fills them into a page, and skeletons of pages.

May import every room up to files. Begin with `view`, then `filling`.
"""

from ipportal.pages import datasets, help, indicators, plan, promotion
from ipportal.pages.view import MACROS, lend

# the modules register their macros when they are imported; what else they have is for templates
lend(datasets, help, indicators, plan, promotion)
__all__ = ["MACROS", "datasets", "help", "indicators", "plan", "promotion"]
