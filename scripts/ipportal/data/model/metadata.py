"""What a package says about itself and about its releases: described once, read by every output."""

import dataclasses
from collections.abc import Mapping
from decimal import Decimal
from types import UnionType
from typing import Any, ClassVar, Union, get_args, get_origin, get_type_hints

from ipportal.base import Frozen
from ipportal.base.text import Text
from ipportal.data.packages import NO, YES

#: A cell after reading: text, number, whole number, yes or no, or nothing
Value = str | Decimal | int | None


def members(record: type) -> dict[str, tuple[Any, bool]]:
    """The fields of a record class in their order: name → type, and whether it may be None."""
    return {name: _optional(hint) for name, hint in get_type_hints(record).items()}


def properties(record: type) -> dict[str, tuple[Any, bool]]:
    """What a record class works out from its fields, told as `members` does."""
    own = {name: getattr(each, "fget", getattr(each, "func", None)) for name, each in vars(record).items()}
    return {name: _optional(get_type_hints(worked)["return"]) for name, worked in own.items() if worked}


def _optional(hint: Any) -> tuple[Any, bool]:
    optional = get_origin(hint) in (Union, UnionType)
    return (get_args(hint)[0] if optional or get_origin(hint) is ClassVar else hint), optional


class Category(Frozen):
    """One code of a code list, with its wording and what else the list tells of it."""

    value: str
    label: Text
    more: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def text(self, name: str, usual: Text) -> Text:
        """A wording the list tells as `name` and `name_en`, or `usual`."""
        return Text.read(self.more, name) if name in self.more else usual


class Field(Frozen):
    """One column. `type` is a Table Schema type: string, number, integer, boolean, date."""

    name: str
    type: str
    title: Text
    description: Text
    required: bool
    categories: tuple[Category, ...] = ()
    pattern: str | None = None

    def label(self, value: Value) -> Text:
        """The wording of a code; the value itself where the column has no code list."""
        return self.code(value).label

    def code(self, value: Value) -> Category:
        """The entry of a code; one with the value for its words where the column has no such code."""
        code = value if not isinstance(value, bool) else YES if value else NO
        known = (category for category in self.categories if category.value == code)
        return next(known, Category(str(value), Text.same(str(value))))

    def rank(self, value: Value) -> int:
        """The place of a code in its list; behind all others where it is not listed."""
        return next((n for n, code in enumerate(self.categories) if code.value == value), len(self.categories))


class ForeignKey(Frozen):
    """Columns that point into a table of the same package (`resource` empty: the same table), or of `package`."""

    fields: tuple[str, ...]
    resource: str
    reference: tuple[str, ...]
    package: str = ""


class Row(Frozen):
    """A row as typed values, with the line it stands on in the CSV (header = 1)."""

    line: int
    values: Mapping[str, Value]

    def __getitem__(self, column: str) -> Value:
        """The value of one column."""
        return self.values[column]


class Table(Frozen):
    """One table with its description and its rows, in the order of the file; `data` is the file as it lies there."""

    name: str
    path: str
    data: bytes
    title: Text
    description: Text
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    rows: tuple[Row, ...]

    def field(self, name: str) -> Field:
        """The description of one column.

        Raises:
            KeyError: the table has no such column.
        """
        return {field.name: field for field in self.fields}[name]


class Change(Frozen):
    """One entry of a package's changelog."""

    date: str
    version: str
    what: Text
    why: Text


class Package(Frozen):
    """One data package. `descriptor` is the JSON as read, for outputs that carry it on."""

    name: str
    title: Text
    description: Text
    version: str
    modified: str
    update_frequency: str
    changes: tuple[Change, ...]
    tables: Mapping[str, Table]
    descriptor: Mapping[str, Any]


class FrozenFile(Frozen):
    """One file of a release; `path` is below releases/<package>/<version>/."""

    path: str
    bytes: int
    sha256: str


class RowChange(Frozen):
    """One difference against the release before.

    Attributes:
        kind: added, removed (whole rows) or changed (one cell).
        key: the row's primary key, column → cell.
        column, old, new: the cell that changed; None for whole rows.
        reason: why a figure was changed or withdrawn; None where none is due.
    """

    kind: str
    table: str
    key: Mapping[str, str]
    column: str | None = None
    old: str | None = None
    new: str | None = None
    reason: Text | None = None

    @property
    def place(self) -> str:
        """The row's key as text: `grants, zone, 2021`."""
        return ", ".join(self.key.values())


class Release(Frozen):
    """A frozen version of a package. `previous` is the hash of the ledger's entry before this one."""

    package: str
    version: str
    date: str
    what: Text
    why: Text
    previous: str
    files: tuple[FrozenFile, ...]
    changes: tuple[RowChange, ...]

    @property
    def id(self) -> str:
        """Package and version as one: `plan/2.0.0`, as its address has them."""
        return f"{self.package}/{self.version}"

    @property
    def revisions(self) -> tuple[RowChange, ...]:
        """Figures that were changed or withdrawn, each with its reason."""
        return tuple(change for change in self.changes if change.reason is not None)
