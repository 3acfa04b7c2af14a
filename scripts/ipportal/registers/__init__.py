"""Big tables read and counted: exports of registers become editions, sorted, checked and without anybody's name.

An edition is kept below `.cache/registers`, sorted Parquet by partition, until its sources or its profile change. May
import base and data. Begin with `editions` below, then `reading`, `checking`, `counting`; `engine` is DuckDB and Ibis.
"""

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from ipportal.base.errors import Problem, Where, sort_problems
from ipportal.base.writing import staging_folder, write_staged
from ipportal.data.memory import code
from ipportal.data.packages import RawPackage
from ipportal.data.registers import Aggregate, Edition, Register, read_registers
from ipportal.data.settings import Settings
from ipportal.registers.checking import check
from ipportal.registers.engine import Engine, Limits, first_of, quoted, versions
from ipportal.registers.reading import NO_ANSWER, read, source_files, state, unreached

#: Below the portal's root; may be deleted at any time
CACHE: Final = ".cache/registers"
_ABOUT: Final = "edition.json"
#: What the year of a row is where no date tells it, and the one partition of a register that has no dates
UNKNOWN: Final = "unknown"
WHOLE: Final = "all"


def limits(settings: Settings) -> Limits:
    """What portal.toml allows registers to take."""
    return Limits(settings.register_memory_mb, settings.register_threads)


def editions(
    root: Path, packages: Sequence[RawPackage], settings: Settings
) -> tuple[tuple[Edition, ...], tuple[Aggregate, ...], list[Problem]]:
    """Every register, read and checked unless it has been before; what is counted; and every fault of the rows.

    What is wrong with profiles is told by the rules of descriptions; such registers are left out here.
    """
    registers, aggregates, misfits = read_registers(root, packages)
    found: list[Edition] = []
    problems: list[Problem] = []
    links = _links(packages, registers) if registers else {}
    for register in registers if not misfits else ():
        edition, faults = _edition(register, root, limits(settings), links)
        problems += faults
        found += [edition] if edition else []
    return tuple(found), aggregates, sort_problems(problems)


def _links(packages: Iterable[RawPackage], registers: Iterable[Register]) -> dict[str, list[str]]:
    """The values of every column of the packages that registers point to."""
    wanted = {column.link for register in registers for column in register.columns if column.link}
    found: dict[str, list[str]] = {}
    for table in (table for package in packages for table in package.tables):
        for link in (each for each in wanted if each.partition(".")[0] == table.name):
            found[link] = [row.get(link.partition(".")[2], "") for _, row in table.records()]
    return found


def _edition(
    register: Register, root: Path, allowed: Limits, links: Mapping[str, Sequence[str]]
) -> tuple[Edition | None, list[Problem]]:
    try:
        there = state(source_files(register, root))
    except NO_ANSWER as error:
        return None, [unreached(Where(register.file, column=f"{register.name} › source"), error)]
    told = f"{code()} {versions()} {register} {sorted(links.items())} {there}"
    folder = root / CACHE / f"{register.package}-{register.name}" / hashlib.sha256(told.encode()).hexdigest()[:32]
    if (folder / _ABOUT).is_file():
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        return Edition(register, folder, about["sha256"], tuple(about["left"]), about["partitions"]), []
    with staging_folder(folder) as staging:
        fresh = staging / "edition"
        fresh.mkdir()
        with Engine(staging / "work", allowed) as engine:
            export, problems = read(engine, register, root, staging / "sources")
            problems += check(engine, register, export.parts, links) if not problems else []
            if problems:
                return None, problems
            partitions = _write(engine, register, fresh)
        left = tuple(dict.fromkeys(name for part in export.parts for name in part.left))
        about = {"sha256": export.sha256, "left": left, "partitions": partitions}
        write_staged(fresh / _ABOUT, json.dumps(about, ensure_ascii=False))
        for old in folder.parent.iterdir():
            if not old.name.startswith("."):
                shutil.rmtree(old)
        fresh.rename(folder)
    return Edition(register, folder, export.sha256, left, partitions), []


def _write(engine: Engine, register: Register, folder: Path) -> dict[str, int]:
    """Write the table `rows` as sorted Parquet by partition; the number of rows of each."""
    year = f"year({quoted(register.partition)})" if register.partition else "0"
    group = first_of(quoted(register.group), register.group_length) if register.group else ""
    names = (register.kind, register.group, *register.key, *(column.name for column in register.published))
    order = [group, *(quoted(name) for name in dict.fromkeys(filter(None, names)))]
    order.insert(0, order.pop(1)) if register.kind else None
    sorting = ", ".join(f"{each} NULLS FIRST" for each in filter(None, order))
    columns = ", ".join(quoted(column.name) for column in register.published)
    date = quoted(register.partition)
    found: dict[str, int] = {}
    counts = engine.sql(f"SELECT {year}, count(*) FROM rows GROUP BY 1 ORDER BY 1 NULLS LAST")
    for each, count in counts:
        name = UNKNOWN if each is None else str(each) if register.partition else WHOLE
        found[name] = int(count)
        # a span of dates, which the reader of the table applies before it looks at other columns
        span = "true" if name == WHOLE else f"{date} IS NULL"
        if name not in (WHOLE, UNKNOWN):
            span = f"{date} >= DATE '{each:04}-01-01' AND {date} < DATE '{each + 1:04}-01-01'"
        rows = f"SELECT {columns} FROM rows WHERE {span}"
        about = {"register": register.name, "version": register.version.isoformat(), "partition": name}
        engine.write_parquet(f"{rows} ORDER BY {sorting}", folder / f"{name}.parquet", about)
    return found
