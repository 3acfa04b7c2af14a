"""How far a long piece of work is: whoever does it says each step here, and a command decides what is shown of it."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from ipportal.base.text import Text

_Item = TypeVar("_Item")


class Report(Protocol):
    """Says that a step begins. Its items go through, so that what is done of `total` can be shown."""

    def __call__(self, step: Text, items: Iterable[_Item] = (), total: int | None = None) -> Iterable[_Item]:
        """The same items."""


def silent(step: Text, items: Iterable[_Item] = (), total: int | None = None) -> Iterable[_Item]:
    """Shows nothing."""
    return items
