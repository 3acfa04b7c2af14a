"""What a register is published as, below `data/<package>/registers/<name>/`: downloads, and blocks for the explorer.

Downloads: `<partition>.parquet` (sorted, small row groups), `<partition>.csv.gz`, and `datapackage.json`, the manifest
with sizes and SHA-256 and the data dictionary. A partition is a year, `unknown` (no date) or `all` (no dates at all).

Blocks, so that a browser finds fifty rows among millions on any static host:

    explorer/index.json           read first: what there is and how it is parted
    explorer/<partition>.idx      where rows of a kind and class begin, and how long each block is
    explorer/<partition>-<n>.pack blocks one after the other, PACK of them in a file, to be read in parts (Range)
    explorer/parties.idx, explorer/parties-<n>.pack   the same for names of parties, where a register has some

`.idx` and every block are raw DEFLATE of UTF-8 text (`DecompressionStream("deflate-raw")`).

What `index.json` says, and in which form, stands in `templates/described/explorer.yaml`. `partition`, `kind`, `class`,
`party` name columns or are empty; `bytes` is the length of the `.idx`, `packed` of all blocks; `edition` follows `?` in
addresses, so that no older bytes are taken from a browser's store. An `.idx` of a partition is `{"groups": [[kind,
class, rows], …], "blocks": [bytes, …]}` in the order of the rows, which are sorted by kind, class and key, so a group
begins after the rows of those before it. Row i of a partition is line i % block_rows of block i // block_rows; block b
begins, in pack b // pack_blocks, after those before it in that pack. A block is lines of cells with tabs between, in
the order of `columns`; dates are YYYY-MM-DD, parties are joined by “; ”, an empty cell is unknown, and no cell holds a
tab or a line break. `class` in groups is the first `class_length` characters of the cell, or those before a hyphen.

`parties.idx` is `{"first": [name, …], "blocks": [bytes, …]}`: the first name of each block, in the order of UTF-8
bytes. A line of such a block is `name TAB rows TAB refs`: refs are the blocks that hold the name, counted over all
partitions in their order, each as the distance to the one before, with commas between.
"""

import json
import shutil
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

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
            sums = {path: sha256(path.read_bytes()) for path in files_below(fresh)}
            files = [
                {"path": path.relative_to(fresh).as_posix(), "bytes": path.stat().st_size, "sha256": digest}
                for path, digest in sums.items()
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
            groups = self._groups(name)
            lengths = self._packs(name, (block for _, block in self.engine.stream(self._lines(name))))
            size = self._index(name, {"groups": groups, "blocks": lengths})
            kinds: dict[str, int] = {}
            for kind, _, count in groups:
                kinds[kind] = kinds.get(kind, 0) + count
            about = {"name": name, "rows": rows, "bytes": size, "packed": sum(lengths)}
            partitions.append({**about, "kinds": [*map(list, kinds.items())]})
        made = {"partitions": partitions, "classes": self._classes(), "parties": self._parties() if self.party else {}}
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

    def _groups(self, name: str) -> list[list[Any]]:
        kind = self._cell(self.register.kind)
        group = first_of(self._cell(self.register.group), self.register.group_length)
        query = f"SELECT {kind}, {group}, count(*) FROM {self._from(name)} GROUP BY 1, 2 ORDER BY 1, 2"
        return [list(row) for row in self.engine.sql(query)]

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
        pack = bytearray()
        for text in texts:
            block = deflate.deflate_compress(text.encode(), _SMALL)
            lengths.append(len(block))
            pack += block
            if len(lengths) % PACK == 0:
                write_staged(self.folder / f"explorer/{name}-{len(lengths) // PACK - 1}.pack", bytes(pack))
                pack.clear()
        if pack:
            write_staged(self.folder / f"explorer/{name}-{len(lengths) // PACK}.pack", bytes(pack))
        return lengths

    def _index(self, name: str, index: Mapping[str, Any]) -> int:
        text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
        data = bytes(deflate.deflate_compress(text.encode(), _SMALL))
        write_staged(self.folder / f"explorer/{name}.idx", data)
        return len(data)

    def _classes(self) -> list[list[Any]]:
        if not self.register.group:
            return []
        group = first_of(self._cell(self.register.group), self.register.group_length)
        query = f"SELECT {group}, count(*) FROM {self._from(*self.edition.partitions)} GROUP BY 1 ORDER BY 1"
        return [list(row) for row in self.engine.sql(query)]

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

        def texts() -> Iterator[str]:
            lines: list[str] = []
            for name, count, refs in self.engine.stream("SELECT name, n, refs FROM parties ORDER BY rowid"):
                if not lines:
                    first.append(name)
                steps = (ref - before for before, ref in zip([0, *refs], refs, strict=False))
                lines.append(f"{name}\t{count}\t{','.join(map(str, steps))}")
                if len(lines) == ROWS:
                    yield "\n".join(lines)
                    lines.clear()
            if lines:
                yield "\n".join(lines)

        lengths = self._packs("parties", texts())
        size = self._index("parties", {"first": first, "blocks": lengths})
        names = self.engine.sql("SELECT count(*) FROM parties")[0][0]
        return {"names": names, "bytes": size, "packed": sum(lengths), "blocks": len(lengths)}
