"""DuckDB, embedded, and Ibis above it: the only module that knows either; both are loaded when a register is read.

Rules and counts are expressions of Ibis and could run elsewhere. Reading exports and writing files is DuckDB's own.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple

from ipportal.base.errors import Catalogue, DataError, Where

#: What is said of registers, and of what is wrong with them
CATALOGUE: Final = Catalogue("ipportal.registers", ("register",))
#: What `ipportal[registers]` installs
_NEEDED: Final = ("duckdb", "ibis-framework")
#: Rows that one row group of Parquet holds: a multiple of DuckDB's vectors
_GROUP: Final = 20_480


class Limits(NamedTuple):
    """How much of the machine a register may take: megabytes of memory, and threads."""

    memory: int = 1_200
    threads: int = 2


def versions() -> str:
    """The versions of what decides the bytes of a register's files.

    Raises:
        DataError: the parts that read registers are not installed.
    """
    try:
        return " ".join(f"{name} {version(name)}" for name in _NEEDED)
    except PackageNotFoundError as error:
        raise DataError([CATALOGUE.problem("register-engine", Where("portal.toml"), str(error.name))]) from None


def quoted(name: str) -> str:
    """A name of a column in SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: object) -> str:
    """A text in SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def first_of(cell: str, length: int) -> str:
    """The group that a class belongs to, in SQL: its first characters, or those before a hyphen (01-03: 01)."""
    return f"split_part(left({cell}, {length}), '-', 1)"


class Engine(AbstractContextManager["Engine"]):
    """A database in `folder`, which is nobody else's and is not kept, or without one in memory alone.

    Raises:
        DataError: the parts that read registers are not installed.
    """

    def __init__(self, folder: Path | None, limits: Limits) -> None:
        versions()
        duckdb: Any = import_module("duckdb")
        self.error: type[Exception] = duckdb.Error
        settings: dict[str, Any] = {"memory_limit": f"{limits.memory}MB", "threads": limits.threads}
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
        place = str(folder / "work.duckdb") if folder else ":memory:"
        # what is written here is read a few times and thrown away: to compress it would cost more than it saves
        settings["force_compression"] = "uncompressed"
        self.connection: Any = duckdb.connect(place, config={**settings, "autoinstall_known_extensions": False})
        self.ibis: Any = import_module("ibis")
        self.backend: Any = self.ibis.duckdb.from_connection(self.connection)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.connection.close()

    def sql(self, query: str, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """What a query answers."""
        rows: list[tuple[Any, ...]] = self.connection.execute(query, given).fetchall()
        return rows

    def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        """What a query answers, a few rows at a time."""
        cursor = self.connection.cursor().execute(query)
        while rows := cursor.fetchmany(64):
            yield from rows

    def table(self, name: str) -> Any:
        """A table as an expression."""
        return self.backend.table(name)

    def rows(self, expression: Any) -> list[dict[str, Any]]:
        """The rows of an expression."""
        found: list[dict[str, Any]] = expression.to_pyarrow().to_pylist()
        return found

    def keep(self, name: str, expression: Any) -> Any:
        """Make a table of an expression, in place of one of that name."""
        self.connection.execute(f"CREATE OR REPLACE TABLE {quoted(name)} AS {self.ibis.to_sql(expression, 'duckdb')}")
        return self.table(name)

    def write_parquet(self, query: str, path: Path, about: Mapping[str, str]) -> None:
        """Write what a query answers, in its order and in small row groups."""
        told = ", ".join(f"{quoted(key)}: {literal(text)}" for key, text in about.items())
        options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_GROUP}, KV_METADATA {{{told}}}"
        self.connection.execute(f"COPY ({query}) TO {literal(path)} ({options})")
