"""What every kind of page costs over the wire: kilobytes, compressed as web servers do, with all that a visit fetches.

usage: PYTHONPATH=scripts:tests python tests/benchmarks/bench_weight.py [site]

Each line is a folder of pages in both languages. The budgets are held by tests/instance/site/test_site_weight.py.
"""

import sys
from collections import defaultdict
from pathlib import Path, PurePosixPath
from statistics import median

from support.tree import Page, Tree
from support.weight import budget, kilobytes, weight

ROOT = Path(__file__).resolve().parents[2]


def kind(page: Page) -> str:
    """The folder the page stands for one of many in; its own path where it heads a section."""
    parts = PurePosixPath(page.neutral).parts
    if len(parts) <= 2:
        return "/".join(parts[:-1]) or "home"
    return "/".join((*parts[:-2], "…"))


def main(arguments: list[str]) -> None:
    """Print the table."""
    tree = Tree(Path(arguments[0]) if arguments else ROOT / "site")
    if not tree.pages:
        sys.exit(f"{tree.root}: no finished site there; run make site first")
    kinds: dict[str, list[Page]] = defaultdict(list)
    for page in tree.pages:
        if not (page.is_error_page or page.is_frame):
            kinds[kind(page)].append(page)
    columns = f"{'pages':>5} {'median kB':>10} {'most kB':>9} {'page alone':>11} {'budget':>7}"
    print(f"{'kind of page':26} {columns}  heaviest")
    for name, pages in sorted(kinds.items()):
        weights = {page: weight(tree, page) for page in pages}
        heaviest = max(pages, key=lambda page: weights[page])
        alone = kilobytes(tree.root / heaviest.path)
        print(
            f"{name:26} {len(pages):5} {median(weights.values()):10.1f} {weights[heaviest]:9.1f} {alone:11.1f} "
            f"{budget(heaviest):7}  {heaviest.path}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
