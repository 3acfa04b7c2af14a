"""What a rule is: one function with a code, told in words an office can use."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ipportal.base.errors import Problem, Where
from ipportal.base.text import Text
from ipportal.rules.context import Context, Place

#: How much later stages must leave alone after a finding, so that one fault makes one message
Spoils = Literal["nothing", "cell", "row", "table"]


class Finding(NamedTuple):
    """A fault as a rule sees it; the rule's code is added when it becomes a Problem."""

    where: Where
    expected: Text
    found: str
    hint: Text


class Example(NamedTuple):
    """A wrong cell (or line, or file) and the same one put right."""

    wrong: str
    right: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with everything the methods page says about it.

    `run` looks at all packages and yields a finding for every fault; it never stops at the first.
    """

    code: str
    title: Text
    explanation: Text
    example: Example
    run: Callable[[Context], Iterable[Finding]]
    spoils: Spoils = "cell"

    def problems(self, context: Context) -> list[Problem]:
        """Apply the rule, leaving out places an earlier fault already accounts for."""
        return [Problem(self.code, *finding) for finding in self.run(context) if not context.is_spoiled(finding.where)]

    def spoiled(self, where: Where) -> set[Place]:
        """The places later stages leave alone after a fault at `where`."""
        places: dict[Spoils, set[Place]] = {
            "nothing": set(),
            "cell": {(where.file, where.row, where.column)},
            "row": {(where.file, where.row, None)},
            "table": {(where.file, None, None)},
        }
        return places[self.spoils]
