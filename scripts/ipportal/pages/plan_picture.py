"""The picture of the plan's structure: where sections, measures and indicators stand and which belong together.

Pure geometry in the units of the drawing (one unit is one CSS pixel at full width); the template draws it.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any, Final, NamedTuple

from ipportal.analysis.plan import Branch, address, chapters
from ipportal.base.text import Lang, Text
from ipportal.data.model import Indicator, Portal
from ipportal.pages.view import shown

WIDTH: Final = 880
_ROW: Final = 30
_HEAD: Final = 38
_DOT: Final = 15
_DOTS_IN_LINE: Final = 14
_GOAL_TEXT: Final = 196
_HEAD_GAP: Final = 12

#: Where titles and signs start, and how many characters a title's line holds
_COLUMNS: Final[dict[Lang, tuple[int, int, int]]] = {"zh": (62, 318, 18), "en": (44, 372, 48)}


_GROUPS: Final = (
    (Text("核心指标", "Core indicators"), "core"),
    (Text("其他带数字的承诺", "Other commitments"), "commitment"),
)


class Place(NamedTuple):
    """Where something stands: a measure of the plan, an indicator, or the words of a heading."""

    x: float
    y: float
    shown: Any


class PictureRow(NamedTuple):
    """One section: its words, its measures as dots, and the curves to the indicators they move."""

    branch: Branch
    y: float
    top: float
    height: float
    number: str
    lines: tuple[str, ...]
    dots: tuple[Place, ...]
    curves: tuple[str, ...]


class Picture(NamedTuple):
    """The whole drawing."""

    width: int
    height: float
    title_x: int
    headings: Sequence[Place]
    rows: Sequence[PictureRow]
    goals: Sequence[Place]


@shown
def plan_drawing(portal: Portal, lang: Lang) -> Picture:
    """Chapters with their sections on the left, groups of indicators on the right, curves between."""
    return picture(chapters(portal), [(title, portal.group(group)) for title, group in _GROUPS], lang)


def picture(chapters: Sequence[Branch], groups: Sequence[tuple[Text, Sequence[Indicator]]], lang: Lang) -> Picture:
    """Place chapters with their sections on the left, groups of indicators on the right, curves between."""
    left = sum(_HEAD + sum(_height(branch) for branch in _shown(chapter)) for chapter in chapters)
    right = sum(_HEAD + _ROW * len(group) for _, group in groups)
    height = max(left, right)
    above, beside = list[Place](), list[Place]()
    goals: dict[str, Place] = {}
    rows: list[PictureRow] = []
    y = (height - right) / 2
    for title, indicators in groups:
        beside.append(Place(WIDTH - _GOAL_TEXT, y + _HEAD - _HEAD_GAP, title[lang]))
        for indicator in indicators:
            goals[indicator.id] = Place(WIDTH - _GOAL_TEXT, y + _HEAD + _ROW / 2, indicator)
            y += _ROW
        y += _HEAD
    y = (height - left) / 2
    for chapter in chapters:
        words = f"{address(chapter.section.number)[lang]} {chapter.section.title[lang]}"
        above.append(Place(0, y + _HEAD - _HEAD_GAP, words))
        y += _HEAD
        for branch in _shown(chapter):
            rows.append(_row(branch, y, lang, goals))
            y += _height(branch)
    return Picture(WIDTH, height, _COLUMNS[lang][0], [*above, *beside], rows, list(goals.values()))


def _shown(chapter: Branch) -> tuple[Branch, ...]:
    return chapter.branches or (chapter,)


def _height(branch: Branch) -> int:
    lines = -(-len(branch.leaves) // _DOTS_IN_LINE)
    return _ROW + _DOT * (lines - 1) if lines > 1 else _ROW


def _row(branch: Branch, top: float, lang: Lang, goals: dict[str, Place]) -> PictureRow:
    _, dots_x, letters = _COLUMNS[lang]
    height = _height(branch)
    first = top + _ROW / 2
    dots = tuple(
        Place(dots_x + (i % _DOTS_IN_LINE + 0.5) * _DOT, first + i // _DOTS_IN_LINE * _DOT, leaf)
        for i, leaf in enumerate(branch.leaves)
    )
    moved = dict.fromkeys(i.id for leaf in branch.leaves for i in leaf.indicators if i.id in goals)
    start = max((dot.x for dot in dots), default=dots_x) + _DOT
    curves = tuple(_curve(start, first, goals[indicator]) for indicator in moved)
    words = branch.section.title[lang]
    lines = tuple(wrap(words, letters)) if lang == "en" else (words,)
    return PictureRow(branch, first, top, height, address(branch.section.number)[lang], lines, dots, curves)


def _curve(x: float, y: float, goal: Place) -> str:
    """A Bézier path from the end of a row of measures to an indicator, level at both ends."""
    end = goal.x - 24
    bend = (x + end) / 2
    return f"M{x:g} {y:g}C{bend:g} {y:g} {bend:g} {goal.y:g} {end:g} {goal.y:g}"
