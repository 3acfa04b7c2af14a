"""What a register is published as, below `data/<package>/registers/<name>/`: downloads, and blocks for the explorer.

Downloads: `<partition>.parquet` (sorted, small row groups), `<partition>.csv.gz`, and `datapackage.json`, the manifest
with sizes and SHA-256 and the data dictionary. A partition is a year, `unknown` (no date) or `all` (no dates at all).

Blocks, so that a browser finds fifty rows among millions on any static host, lie below `explorer/`. Their names and
their form stand at the head of `templates/described/explorer.yaml`.
"""

import json
import shutil
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import accumulate, islice
from operator import sub
from pathlib import Path
from typing import Any, Final, TypeVar

import deflate

from ipportal.base import Frozen
from ipportal.base.filenames import files_below
from ipportal.base.text import Lang
from ipportal.base.writing import staging_folder, write_parts, write_staged
from ipportal.data.model import Portal, once
from ipportal.data.registers import Edition
from ipportal.files.headers import media_type
from ipportal.files.identity import sha256
from ipportal.files.plainfiles import from_template, json_bytes
from ipportal.registers import limits
from ipportal.registers.checking import PERSON
from ipportal.registers.engine import Engine, Limits, first_of, literal, quoted

_Item = TypeVar("_Item")

ROWS: Final = 500
PACK: Final = 64
#: Efforts of the compressor: of tables (level 1 takes a quarter of the time for a fifth more bytes), and of blocks
_FAST, _SMALL = 1, 4
_CHUNK: Final = 1 << 24
_MANIFEST: Final = "datapackage.json"


class Published(Frozen):
    """A register as readers get it: what stands in `manifest`, `index` as the explorer reads it, and the files.

    `files` are path below the register's place → (bytes, SHA-256); they lie in `folder`.
    """

    edition: Edition
    folder: Path
    files: Mapping[str, tuple[int, str]]
    index: Mapping[str, Any]


def publish(edition: Edition, package: Mapping[str, Any], languages: Sequence[Lang], allowed: Limits) -> Published:
    """The files of an edition, made once and kept with it."""
    folder = edition.folder / f"site-{'-'.join(languages)}"
    if not folder.is_dir():
        with staging_folder(folder) as staging, Engine(staging / "work", allowed) as engine:
            fresh = staging / "site"
            _Writer(engine, edition, fresh, languages).write()
            files = [
                {"path": path.relative_to(fresh).as_posix(), "bytes": len(data), "sha256": sha256(data)}
                for path, data in ((path, path.read_bytes()) for path in files_below(fresh))
            ]
            facts = {"register": edition.register, "licences": package.get("licenses", []), "person": PERSON}
            manifest = from_template("register", edition=edition, languages=languages, files=files, **facts)
            write_staged(fresh / _MANIFEST, json_bytes(manifest))
            fresh.rename(folder)
    manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    listed = {each["path"]: (each["bytes"], each["sha256"]) for each in manifest["files"]}
    listed[_MANIFEST] = ((folder / _MANIFEST).stat().st_size, sha256((folder / _MANIFEST).read_bytes()))
    return Published(edition, folder, listed, json.loads((folder / "explorer/index.json").read_text(encoding="utf-8")))


@once
def published_register(portal: Portal, name: str) -> Published:
    """A register with its files."""
    edition, settings = portal.registers[name], portal.settings
    return publish(edition, portal.packages[edition.register.package].descriptor, settings.languages, limits(settings))


def published(portal: Portal) -> list[Published]:
    """Every register of a portal with its files."""
    return [published_register(portal, name) for name in portal.registers]


def small_rows(made: Published) -> list[list[str]]:
    """The cells of all rows of a register whose every partition is one block."""
    packs = ((made.folder / f"explorer/{name}-0.pack").read_bytes() for name in made.edition.partitions)
    texts = (zlib.decompress(pack, wbits=-zlib.MAX_WBITS).decode() for pack in packs)
    return [line.split("\t") for text in texts for line in text.split("\n")]


def place(published: Iterable[Published], site: Path) -> None:
    """Put the files of registers into a site that is being made; where the disk can, without copying their bytes."""
    for each in published:
        for path in each.files:
            target = site / each.edition.register.place / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(each.folder / path, target)


def manifest_entries(published: Iterable[Published]) -> Iterator[dict[str, Any]]:
    """What `data/manifest.json` says of the files."""
    for each in published:
        for path, (size, digest) in each.files.items():
            whole = f"{each.edition.register.place}/{path}"
            yield {"path": whole, "bytes": size, "sha256": digest, "media_type": media_type(whole)}


def _several(items: Iterable[_Item], number: int) -> Iterator[list[_Item]]:
    """The items in lists of at most a `number` of them."""
    rest = iter(items)
    return iter(lambda: list(islice(rest, number)), [])


class _Writer:
    """Writes the downloads and blocks of one edition."""

    def __init__(self, engine: Engine, edition: Edition, folder: Path, languages: Sequence[Lang]) -> None:
        self.engine, self.edition, self.folder, self.languages = engine, edition, folder, languages
        self.register = edition.register
        self.party = next((column.name for column in self.register.published if column.type == "parties"), "")

    def write(self) -> None:
        """Write everything but the manifest."""
        partitions = []
        for name, rows in self.edition.partitions.items():
            self._downloads(name)
            groups = self._counted([self._cell(self.register.kind), self._group], name)
            lengths = self._packs(name, (block for _, block in self.engine.stream(self._lines(name))))
            size = self._index(name, {"groups": groups, "blocks": lengths})
            kinds = self._counted([self._cell(self.register.kind)], name)
            about = {"name": name, "rows": rows, "bytes": size, "packed": sum(lengths)}
            partitions.append({**about, "kinds": kinds})
        classes = self._counted([self._group], *self.edition.partitions) if self.register.group else []
        made = {"partitions": partitions, "classes": classes, "parties": self._parties() if self.party else {}}
        facts = {"edition": self.edition, "party": self.party, "block_rows": ROWS, "pack_blocks": PACK, **made}
        index = from_template("explorer", **facts, worded=lambda text: {lang: text[lang] for lang in self.languages})
        write_staged(self.folder / "explorer/index.json", json.dumps(index, ensure_ascii=False, separators=(",", ":")))

    def _from(self, *partitions: str) -> str:
        """The rows of partitions in their order, in SQL; `file_row_number` counts within each."""
        files = ", ".join(literal(self.edition.parquet(name)) for name in partitions)
        return f"read_parquet([{files}], file_row_number=true, filename=true)"

    def _downloads(self, name: str) -> None:
        parquet, table = self.edition.parquet(name), self.folder / f"{name}.csv"
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(parquet, self.folder / parquet.name)
        columns = ", ".join(quoted(column.name) for column in self.register.published)
        self.engine.sql(f"COPY (SELECT {columns} FROM {self._from(name)}) TO {literal(table)} (FORMAT csv, HEADER)")
        with table.open("rb") as file:
            chunks = iter(partial(file.read, _CHUNK), b"")
            write_parts(table.with_suffix(".csv.gz"), (bytes(deflate.gzip_compress(chunk, _FAST)) for chunk in chunks))
        table.unlink()

    def _counted(self, by: Sequence[str], *partitions: str) -> list[list[Any]]:
        """How many rows there are of each value, or of several together, in their order."""
        all_of = ", ".join(str(place) for place, _ in enumerate(by, start=1))
        query = f"SELECT {', '.join(by)}, count(*) FROM {self._from(*partitions)} GROUP BY {all_of} ORDER BY {all_of}"
        return [list(row) for row in self.engine.sql(query)]

    @property
    def _group(self) -> str:
        return first_of(self._cell(self.register.group), self.register.group_length)

    def _cell(self, column: str) -> str:
        return f"coalesce(CAST({quoted(column)} AS VARCHAR), '')" if column else "''"

    def _lines(self, name: str) -> str:
        cells = ", ".join(self._cell(column.name) for column in self.register.published)
        return (
            f"SELECT block, string_agg(line, chr(10) ORDER BY file_row_number) FROM (SELECT file_row_number, "
            f"file_row_number // {ROWS} AS block, concat_ws(chr(9), {cells}) AS line FROM {self._from(name)}) "
            "GROUP BY block ORDER BY block"
        )

    def _packs(self, name: str, texts: Iterable[str]) -> list[int]:
        """Write blocks into packs; the bytes of each block."""
        lengths: list[int] = []
        for number, pack in enumerate(_several(texts, PACK)):
            blocks = [deflate.deflate_compress(text.encode(), _SMALL) for text in pack]
            lengths += map(len, blocks)
            write_staged(self.folder / f"explorer/{name}-{number}.pack", b"".join(blocks))
        return lengths

    def _index(self, name: str, index: Mapping[str, Any]) -> int:
        text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
        data = bytes(deflate.deflate_compress(text.encode(), _SMALL))
        write_staged(self.folder / f"explorer/{name}.idx", data)
        return len(data)

    def _parties(self) -> dict[str, int]:
        """Write the side index by party."""
        blocks = [-(-rows // ROWS) for rows in self.edition.partitions.values()]
        starts = dict(zip(self.edition.partitions, accumulate(blocks, initial=0), strict=False))
        branches = " UNION ALL ".join(
            f"SELECT {quoted(self.party)} AS cell, {start} + file_row_number // {ROWS} AS block FROM {self._from(name)}"
            for name, start in starts.items()
        )
        self.engine.sql(
            "CREATE TABLE parties AS SELECT name, count(*) AS n, list(DISTINCT block ORDER BY block) AS refs "
            f"FROM (SELECT unnest(string_split(cell, '; ')) AS name, block FROM ({branches})) "
            f"WHERE name NOT IN ('', {literal(PERSON)}) GROUP BY name ORDER BY name"
        )
        first: list[str] = []

        def block(parties: Sequence[tuple[str, int, Sequence[int]]]) -> str:
            first.append(parties[0][0])
            steps = (map(sub, refs, (0, *refs)) for _, _, refs in parties)
            told = zip(parties, steps, strict=True)
            return "\n".join(f"{name}\t{count}\t{','.join(map(str, each))}" for (name, count, _), each in told)

        rows = self.engine.stream("SELECT name, n, refs FROM parties ORDER BY rowid")
        lengths = self._packs("parties", map(block, _several(rows, ROWS)))
        size = self._index("parties", {"first": first, "blocks": lengths})
        names = self.engine.sql("SELECT count(*) FROM parties")[0][0]
        return {"names": names, "bytes": size, "packed": sum(lengths), "blocks": len(lengths)}
