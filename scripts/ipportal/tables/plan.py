"""What has been published about the plan's measures, as one generated sentence."""

from __future__ import annotations

from ipportal.plan import Tally
from ipportal.text import Text


def tally_sentence(tally: Tally) -> Text:
    """Of N measures, n have published proof; the silence about the others is not judged."""
    if tally.total == 0:
        return Text("没有措施。", "There are no measures.")
    if tally.proven == 0:
        return Text(
            f"{tally.total} 项措施都暂无公开信息，这不等于没有做。",
            f"Nothing has been published yet about {_all_of(tally.total)}; that does not mean nothing was done.",
        )
    if tally.silent == 0:
        return Text(f"{tally.total} 项措施都有公开证据。", f"There is public evidence for {_each_of(tally.total)}.")
    return Text(
        f"{tally.total} 项措施中，{tally.proven} 项有公开证据，其余 {tally.silent} 项暂无公开信息（不等于没有做）。",
        f"Of {tally.total} measures, {tally.proven} {'has' if tally.proven == 1 else 'have'} public evidence; "
        f"about the other {tally.silent} nothing has been published yet, which does not mean nothing was done.",
    )


def tally_short(tally: Tally) -> Text:
    """28 项措施，3 项有公开证据 / 28 measures, 3 with public evidence."""
    one = tally.total == 1
    return Text(
        f"{tally.total} 项措施，{tally.proven} 项有公开证据",
        f"{tally.total} {'measure' if one else 'measures'}, {tally.proven} with public evidence",
    )


def _all_of(total: int) -> str:
    return "the one measure" if total == 1 else f"any of the {total} measures"


def _each_of(total: int) -> str:
    return "the one measure" if total == 1 else f"each of the {total} measures"
