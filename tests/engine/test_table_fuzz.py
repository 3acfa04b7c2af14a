"""Whatever stands in a table or in portal.toml is fine or told: there is no third way."""

import json
import re
import time
from dataclasses import replace

import bad_corpus
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ipportal.data.entries import FILE
from ipportal.data.packages import RawRow, csv_bytes, read_packages, table_from
from ipportal.data.settings import judge_settings, read_settings
from ipportal.loading import build_portal
from ipportal.office.editing import with_tables
from ipportal.rules import RULES, check, check_official
from ipportal.rules.report import as_text
from ipportal.rules.rule import Context

TINY = read_packages(bad_corpus.TINY)
SETTINGS = read_settings(bad_corpus.TINY)
CELLS = [
    (package.name, table.name, line, column)
    for package in TINY
    for table in package.tables
    for line, row in enumerate(table.records())
    for column in row[1]
]
WORDS = st.one_of(
    st.text(max_size=30),
    st.text(st.characters(max_codepoint=0x2FFF), max_size=10),
    st.from_regex(r"[+-]?[0-9_.,eE]{0,12}", fullmatch=True),
    st.from_regex(r"[0-9]{4}[-/H Q年]{0,2}[0-9]{0,4}", fullmatch=True),
    st.from_regex(r"(https?|mailto|javascript):.{0,20}", fullmatch=True),
    st.sampled_from(["0", "-1", "9" * 30, "1" * 20, "0.00000000001", "9999", "0001", "undated", "yes", "sNaN"]),
    st.sampled_from(sorted({text for p in TINY for t in p.tables for _, row in t.records() for text in row.values()})),
    st.integers(min_value=1_000, max_value=100_000).map(lambda length: "字" * length),
)


def with_cells(changes):
    raw = TINY
    for (package, name, line, column), text in changes.items():
        table = next(p for p in raw if p.name == package).table(name)
        rows = [dict(row) for _, row in table.records()]
        rows[line][column] = text
        data = csv_bytes(tuple(rows[0]), rows)
        raw = with_tables(raw, package, {name: table_from(name, table.file, table.resource, data)})
    return raw


def fine_or_told(raw, chosen):
    problems = [*check(raw, chosen), *check_official(raw, chosen)]
    assert all(problem.message("zh") and problem.message("en") for problem in problems)
    assert as_text(problems, "zh", colour=False) or not problems
    if not check(raw, chosen):
        build_portal(raw, chosen)


@given(st.dictionaries(st.sampled_from(CELLS), WORDS, min_size=1, max_size=4))
def test_any_text_in_any_cell_is_fine_or_told(changes):
    fine_or_told(with_cells(changes), SETTINGS)


PORTAL = (bad_corpus.TINY / FILE).read_text(encoding="utf-8")
#: Entries, and the heads of sections, below which something new is written
LINES = re.findall(r"^.+ = .+$|^\[.+\]$", PORTAL, re.M)
VALUES = st.one_of(
    WORDS.map(json.dumps),
    st.integers().map(str),
    st.integers(1900, 2200).map(str),
    st.floats().map(str),
    st.dates().map(str),
    st.datetimes().map(lambda moment: moment.isoformat()),
    st.sampled_from(["true", "[]", "{}", "[[1]]", '["docs/zh/index.md"]', "{a = 1}", "1e999", "0x" + "f" * 5000]),
)


@given(st.dictionaries(st.sampled_from(LINES), VALUES, min_size=1, max_size=3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_value_in_the_settings_is_fine_or_told(tmp_path, changes):
    text = PORTAL
    for line, value in changes.items():
        key = line.split(" = ")[0] if " = " in line else f"{line}\nmore"
        text = text.replace(f"{line}\n", f"{key} = {value}\n", 1)
    (tmp_path / FILE).write_bytes(text.encode("utf-8", errors="replace"))
    found, problems = judge_settings(tmp_path)
    assert all(problem.message("zh") and problem.message("en") for problem in problems)
    fine_or_told(TINY, found)


def test_a_very_long_cell_is_judged_within_seconds():
    began = time.process_time()
    fine_or_told(with_cells({("indicators", "observations", 0, "note_zh"): "字" * 100_000}), SETTINGS)
    assert time.process_time() - began < 10


class Line(int):
    """A line number that counts how often it is compared."""

    compared = 0

    def __eq__(self, other):
        Line.compared += 1
        return int(self) == other

    __hash__ = int.__hash__


@pytest.mark.parametrize("step", [1, 2])
def test_blank_rows_are_told_in_a_time_that_grows_with_their_number(step):
    package, table = next(Context(TINY, SETTINGS, bad_corpus.TINY).tables())
    blank = tuple(RawRow(Line(line), ("",)) for line in range(2, 2 + 3000 * step, step))
    alone = replace(package, tables=(replace(table, rows=blank),))
    found = next(rule for rule in RULES if rule.code == "row-blank").problems(
        Context([alone], SETTINGS, bad_corpus.TINY)
    )
    assert len(found) == (1 if step == 1 else 3000)
    assert Line.compared < 20 * len(blank)
    Line.compared = 0
