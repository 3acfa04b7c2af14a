"""Workbooks no spreadsheet program writes: each is soon a finding, or read without its odd part."""

import io
import random
import re
import time
import tracemalloc
import zipfile
from functools import cache

import bad_workbooks as bad
import pytest
import workbooks
from hypothesis import given
from hypothesis import strategies as st

from ipportal.office.excel_reader import mark_workbook
from support.mutated import mutated

SHEET = "xl/worksheets/sheet2.xml"
#: Generous: a machine may be busy. What this holds off takes minutes, or the whole memory
SECONDS, BYTES = 30, 100_000_000


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def packed(content: dict[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return sink.getvalue()


@cache
def sound() -> bytes:
    """The export as a spreadsheet program saves it, with its texts in a part of their own."""
    return bad.edited(workbooks.sound(), lambda book: None)


def changed(name: str, pattern: bytes, new: bytes) -> bytes:
    content = parts(sound())
    content[name], count = re.subn(pattern, lambda _: new, content[name], count=1)
    assert count == 1, f"{pattern!r} is not in {name}"
    return packed(content)


def without(name: str) -> bytes:
    content = parts(sound())
    del content[name]
    return packed(content)


def with_part(name: str, data: bytes) -> bytes:
    return packed(parts(sound()) | {name: data})


def in_sheet(new: bytes, before: bytes = b"</worksheet>") -> bytes:
    return changed(SHEET, re.escape(before), new + before)


MERGE = b'<mergeCells count="1"><mergeCell ref="%s"/></mergeCells>'
ENTITY = '<?xml version="1.0"{}?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'

HOSTILE = {
    "merge-of-a-billion": in_sheet(MERGE % b"A5:XFD1048576"),
    "merge-backwards": in_sheet(MERGE % b"Z9:A1"),
    "merge-of-nothing": in_sheet(MERGE % b""),
    "merge-of-words": in_sheet(MERGE % b"here:there"),
    "merge-beyond-the-sheet": in_sheet(MERGE % b"A1:ZZZZ99999999"),
    "columns-without-end": changed(SHEET, rb"<cols>", b'<cols><col min="1" max="2000000000" hidden="1" width="9"/>'),
    "columns-backwards": changed(SHEET, rb"<cols>", b'<cols><col min="9" max="1" hidden="1" width="9"/>'),
    "column-of-words": changed(SHEET, rb"<cols>", b'<cols><col min="one" max="two" hidden="1" width="9"/>'),
    "row-beyond-the-sheet": in_sheet(b'<row r="999999999"><c r="A999999999"><v>1</v></c></row>', b"</sheetData>"),
    "row-of-words": in_sheet(b'<row r="last"><c r="A1"><v>1</v></c></row>', b"</sheetData>"),
    "row-negative": in_sheet(b'<row r="-1"><c r="A-1"><v>1</v></c></row>', b"</sheetData>"),
    "cell-without-place": in_sheet(b'<row><c t="q"><v>x</v></c></row>', b"</sheetData>"),
    "cell-column-too-far": in_sheet(b'<row r="900"><c r="ZZZZ900"><v>1</v></c></row>', b"</sheetData>"),
    "shared-string-nowhere": in_sheet(b'<row r="900"><c r="A900" t="s"><v>99999999</v></c></row>', b"</sheetData>"),
    "style-nowhere": in_sheet(b'<row r="900"><c r="A900" s="99999999"><v>1</v></c></row>', b"</sheetData>"),
    "number-of-words": in_sheet(b'<row r="900"><c r="A900"><v>many</v></c></row>', b"</sheetData>"),
    "number-without-end": in_sheet(b'<row r="900"><c r="A900"><v>' + b"9" * 9000 + b"</v></c></row>", b"</sheetData>"),
    "number-huge-power": in_sheet(b'<row r="900"><c r="E900"><v>1e999999999</v></c></row>', b"</sheetData>"),
    "date-beyond-time": in_sheet(b'<row r="900"><c r="A900" t="d"><v>99999-99-99</v></c></row>', b"</sheetData>"),
    "depth": in_sheet(b"<a>" * 20_000 + b"</a>" * 20_000),
    "validation-everywhere": in_sheet(
        b'<dataValidations count="1"><dataValidation sqref="A1:XFD1048576 B2:XFC9"/></dataValidations>'
    ),
    "sheet-cut-off": changed(SHEET, rb"(?s)</sheetData>.*", b""),
    "sheet-empty": with_part(SHEET, b""),
    "sheet-of-nothing": with_part(SHEET, b"<worksheet/>"),
    "sheet-other-encoding": with_part(SHEET, ENTITY.format(' encoding="cp037"').encode("cp037")),
    "entity-utf-16-without-mark": with_part(SHEET, ENTITY.format("").encode("utf-16-le")),
    "entity-utf-7": with_part(SHEET, b'<?xml version="1.0" encoding="utf-7"?>+ADw-!DOCTYPE a+AD4-<a/>'),
    "entity-in-relations": with_part("xl/_rels/workbook.xml.rels", ENTITY.format("").encode()),
    "entity-in-properties": with_part("docProps/core.xml", ENTITY.format("").encode()),
    "entity-in-content-types": with_part("[Content_Types].xml", ENTITY.format("").encode()),
    "no-content-types": without("[Content_Types].xml"),
    "no-relations": without("_rels/.rels"),
    "no-workbook-relations": without("xl/_rels/workbook.xml.rels"),
    "no-sheet": without(SHEET),
    "no-styles": without("xl/styles.xml"),
    "no-comments": without("xl/comments/comment1.xml"),
    "styles-broken": with_part("xl/styles.xml", b"<styleSheet><cellXfs count='9'/>"),
    "styles-of-nothing": with_part("xl/styles.xml", b"<styleSheet/>"),
    "strings-broken": with_part("xl/sharedStrings.xml", b"<sst>"),
    "workbook-broken": with_part("xl/workbook.xml", b"<workbook>"),
    "workbook-without-sheets": changed("xl/workbook.xml", rb"(?s)<sheets>.*</sheets>", b"<sheets/>"),
    "sheet-listed-twice": changed(
        "xl/workbook.xml", rb"<sheets>", b'<sheets><sheet name="x" sheetId="1" r:id="rId1"/>'
    ),
    "name-of-nothing": changed(
        "xl/workbook.xml",
        rb"</sheets>",
        b"</sheets><definedNames><definedName name='x'/></definedNames>",
    ),
    "relation-outside": changed("xl/_rels/workbook.xml.rels", rb'Target="[^"]*"', b'Target="../../../etc/passwd"'),
    "relation-external": changed(
        "xl/_rels/workbook.xml.rels", rb'Target="[^"]*"', b'Target="http://127.0.0.1:9/x" TargetMode="External"'
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_ends_with_a_finding_or_is_read(name):
    before = time.process_time()
    done = workbooks.imported(HOSTILE[name])
    assert time.process_time() - before < SECONDS
    sensible(done)
    if done.opened and done.problems:
        marked = mark_workbook(HOSTILE[name], done.problems, "zh")
        assert marked.startswith(b"PK")


def sensible(done):
    for problem in done.problems:
        assert problem.code
        assert "Traceback" not in problem.line("zh") + problem.line("en")
        assert len(problem.line("zh")) < 1500
    assert done.problems or not any(edit.new is None for edit in done.edits), "rows are not withdrawn without a word"


@pytest.mark.parametrize(
    "name", ["merge-of-a-billion", "columns-without-end", "entity-in-relations", "sheet-other-encoding"]
)
def test_small_claims_that_blow_up_are_refused_before_they_do(name):
    tracemalloc.start()
    assert workbooks.imported(HOSTILE[name]).problems
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < BYTES


@pytest.mark.parametrize(
    "part",
    [
        ("xl/drawings/drawing1.xml", b"<wsDr>"),
        ("xl/charts/chart1.xml", b"<chartSpace/>"),
        ("xl/pivotTables/pivotTable1.xml", b"broken"),
        ("xl/theme/theme1.xml", b"<theme>"),
        ("xl/externalLinks/externalLink1.xml", b"<externalLink/>"),
        ("customXml/item1.xml", b"<a>"),
        ("docProps/app.xml", b"<Properties>"),
        ("docProps/core.xml", b"not xml"),
        ("xl/comments/comment1.xml", b"<comments>"),
    ],
    ids=lambda part: part[0],
)
def test_parts_the_import_does_not_need_do_not_matter(part):
    done = workbooks.imported(with_part(*part))
    assert (done.problems, done.edits) == ((), ())


@given(st.integers(0, 2**32))
def test_flipped_bytes(seed):
    """Bytes of the archive, or of one part inside it, are flipped, doubled or cut."""
    chance = random.Random(seed)
    if chance.random() < 0.3:
        sensible(workbooks.imported(damaged(sound(), chance)))
        return
    content = parts(sound())
    name = chance.choice(sorted(content))
    content[name] = damaged(content[name], chance)
    sensible(workbooks.imported(packed(content)))


@given(st.integers(0, 2**32))
def test_parts_and_archives_changed_at_random(seed):
    """Elements and attributes gone, doubled or saying something wild; parts swapped; archives that lie."""
    data, before = mutated(sound(), seed), time.process_time()
    done = workbooks.imported(data)
    sensible(done)
    if done.opened and done.problems:
        assert mark_workbook(data, done.problems, "zh").startswith(b"PK")
    assert time.process_time() - before < SECONDS


def damaged(data: bytes, chance: random.Random) -> bytes:
    whole = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(max(1, len(whole)))
        match chance.randrange(3):
            case 0:
                whole[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                whole[at:at] = whole[at : at + chance.randint(1, 40)]
            case _:
                del whole[at : at + chance.randint(1, 40)]
    return bytes(whole)
