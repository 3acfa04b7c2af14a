"""Registers: from an export to the blocks a browser reads, and back; nothing leaves the office that should not."""

import csv
import datetime
import gzip
import json
import zlib

import duckdb
import pytest

from ipportal.base.errors import DataError
from ipportal.cli import main
from ipportal.data.packages import read_packages
from ipportal.data.settings import read_settings
from ipportal.files.registers import PACK, ROWS, publish
from ipportal.loading import load
from ipportal.pages import MACROS
from ipportal.pages.view import View
from ipportal.registers import editions, limits
from support.portals import TINY
from support.registers import portal_with_register

MADE = 2_600


def published(root, languages=("zh", "en")):
    settings, raw = read_settings(root), read_packages(root)
    (edition,), _, problems = editions(root, raw, settings)
    assert problems == []
    package = next(each for each in raw if each.name == "indicators")
    return publish(edition, package.descriptor, languages, limits(settings))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return published(portal_with_register(tmp_path_factory.mktemp("registers") / "portal", MADE))


@pytest.fixture(scope="module")
def exported(made):
    root = made.folder.parents[4]
    with (root / "registers/patents.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def unpacked(data):
    return zlib.decompress(data, wbits=-15).decode()


class Blocks:
    """The explorer's way to rows: index, then the index of a partition, then parts of packs."""

    def __init__(self, made):
        self.folder = made.folder / "explorer"
        self.index = json.loads((self.folder / "index.json").read_text(encoding="utf-8"))

    def inside(self, partition):
        data = (self.folder / f"{partition}.idx").read_bytes()
        return json.loads(unpacked(data)), len(data)

    def block(self, name, lengths, number):
        first = number // PACK * PACK
        start = sum(lengths[first:number])
        pack = (self.folder / f"{name}-{number // PACK}.pack").read_bytes()
        return unpacked(pack[start : start + lengths[number]]).split("\n")

    def rows(self, partition):
        lengths = self.inside(partition)[0]["blocks"]
        names = [column["name"] for column in self.index["columns"]]
        for number in range(len(lengths)):
            for line in self.block(partition, lengths, number):
                yield dict(zip(names, line.split("\t"), strict=True))


def test_the_blocks_hold_every_row_in_the_order_the_index_tells(made, exported):
    blocks = Blocks(made)
    assert blocks.index["rows"] == sum(part["rows"] for part in blocks.index["partitions"]) == MADE
    numbers = []
    for part in blocks.index["partitions"]:
        rows = list(blocks.rows(part["name"]))
        numbers += [row["application_number"] for row in rows]
        inside, size = blocks.inside(part["name"])
        assert (len(rows), size, sum(inside["blocks"])) == (part["rows"], part["bytes"], part["packed"])
        told = [(kind, group) for kind, group, count in inside["groups"] for _ in range(count)]
        assert told == [(row["kind"], row["main_class"][:4].partition("-")[0]) for row in rows]
        assert {row["application_date"][:4] for row in rows} == {part["name"]}
        assert len(inside["blocks"]) == -(-len(rows) // ROWS)
    assert sorted(numbers) == sorted(row["申请号"] for row in exported)


def test_dates_codes_and_parties_are_told_in_one_spelling(made, exported):
    rows = {row["application_number"]: row for part in made.edition.partitions for row in Blocks(made).rows(part)}
    kinds = {"发明专利": "invention", "实用新型": "utility-model", "外观设计": "design"}
    for before in exported:
        after = rows[before["申请号"]]
        day = before["申请日"].replace(".", "").replace("-", "")
        assert after["application_date"] == f"{day[:4]}-{day[4:6]}-{day[6:]}"
        assert after["kind"] == kinds[before["专利类型"]]
        person = len(before["申请人"]) == 3
        assert after["applicant"] == ("*" if person else before["申请人"].replace("；", "; "))


def test_the_side_index_leads_to_every_row_of_a_party(made):
    blocks = Blocks(made)
    inside, size = blocks.inside("parties")
    lines = [line for n in range(len(inside["blocks"])) for line in blocks.block("parties", inside["blocks"], n)]
    told = {name: (int(count), refs) for name, count, refs in (line.split("\t") for line in lines)}
    assert list(told) == sorted(told, key=str.encode)
    assert inside["first"][0] == next(iter(told))
    facts = {"names": len(told), "bytes": size, "packed": sum(inside["blocks"]), "blocks": len(inside["blocks"])}
    assert blocks.index["parties"] == facts
    found = {}
    number = 0
    for part in blocks.index["partitions"]:
        for place, row in enumerate(blocks.rows(part["name"])):
            for name in row["applicant"].split("; "):
                found.setdefault(name, []).append(number + place // ROWS)
        number += -(-part["rows"] // ROWS)
    assert "*" in found
    assert "*" not in told
    for name, (count, refs) in told.items():
        steps = list(map(int, refs.split(",")))
        assert count == len(found[name])
        assert [sum(steps[: n + 1]) for n in range(len(steps))] == sorted(set(found[name]))


def test_persons_and_columns_that_the_profile_does_not_name_stay_in_the_office(made, exported):
    assert set(made.edition.left) == {"发明人", "代理机构地址"}
    secret = {row["发明人"] for row in exported} | {row["代理机构地址"] for row in exported}
    secret |= {row["申请人"] for row in exported if len(row["申请人"]) == 3}
    for path in made.files:
        data = (made.folder / path).read_bytes()
        if path.endswith((".idx", ".pack")):
            continue  # their texts are those of the tables, as the tests above show
        text = gzip.decompress(data) if path.endswith(".gz") else data
        assert not [each for each in secret if each.encode() in text], path


def test_the_manifest_tells_every_file_and_two_runs_write_the_same_bytes(made, tmp_path):
    there = {p.relative_to(made.folder).as_posix() for p in made.folder.rglob("*") if p.is_file()}
    assert set(made.files) == there
    again = published(portal_with_register(tmp_path / "again", MADE))
    assert again.files == made.files


#: Inventions of section H, by the year in which they were granted
AGGREGATE = """[[aggregate]]
register = "patents"
indicator = "grants"
area = "sample-zone"
basis = "plan"
source = "plan-draft"
date = "grant_date"
where = { kind = ["invention"], main_class = ["H*"] }
"""


def counted_by_hand(exported, last):
    found = {}
    for row in exported:
        year = int(row["授权公告日"][:4] or 9999)
        if year <= last and row["专利类型"] == "发明专利" and row["主分类号"].startswith("H"):
            found[year] = found.get(year, 0) + 1
    return {year: found.get(year, 0) for year in range(min(found), last + 1)}


def test_counts_become_observations_and_disagree_aloud_with_what_was_published(made, exported):
    root = made.folder.parents[4]
    file = root / "datapackages/indicators/aggregates.toml"
    file.write_text(AGGREGATE, encoding="utf-8")
    published_figures = {
        row.period.text: row.value
        for row in load(TINY).observed("grants", "sample-zone", "plan")
        if row.qualifier == "exact" and row.period.text.isdigit()
    }
    with pytest.raises(DataError) as caught:
        load(root)
    expected = counted_by_hand(exported, 2025)
    told = {problem.expected.en.split(",")[0]: problem.found for problem in caught.value.problems}
    assert {problem.code for problem in caught.value.problems} == {"register-figure"}
    for year, value in published_figures.items():
        assert told[str(expected[int(year)])] == f"{value:,}"

    reasons = "".join(f'"{year}" = {{ zh = "口径不同", en = "another definition" }}\n' for year in published_figures)
    file.write_text(f"{AGGREGATE}[aggregate.differs]\n{reasons}", encoding="utf-8")
    portal = load(root)
    rows = [row for row in portal.observed("grants", "sample-zone", "plan") if row.locator.en.startswith("counted in")]
    last = portal.settings.as_of.year - (portal.settings.as_of < datetime.date(portal.settings.as_of.year, 12, 31))
    assert {int(row.period.text): int(row.value) for row in rows} == counted_by_hand(exported, last)
    page = View(portal, "en", "indicators/grants.md")
    shown = str(MACROS["values"](page, "grants"))
    assert "count(patents; year(grant_date) = period; kind in (invention) and main_class in (H*))" in shown
    assert "version 2026-11-01" in shown


def test_what_is_counted_names_only_what_is_there(made):
    root = made.folder.parents[4]
    file = root / "datapackages/indicators/aggregates.toml"
    file.write_text(AGGREGATE.replace("grants", "nothing").replace("main_class", "inventor"), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load(root)
    assert [problem.found for problem in caught.value.problems] == ["nothing", "inventor"]
    assert {problem.where.file for problem in caught.value.problems} == {"datapackages/indicators/aggregates.toml"}
    file.unlink()


def test_the_command_checks_counts_and_writes_files(made, capsys, tmp_path):
    root = made.folder.parents[4]
    file = root / "datapackages/indicators/aggregates.toml"
    file.write_text(AGGREGATE.replace('"plan"', '"website"', 1), encoding="utf-8")
    ask = ["--root", str(root), "--lang", "en", "register"]
    assert main([*ask, "check"]) == 0
    assert f"{MADE:,} rows, no problems" in capsys.readouterr().out
    assert main([*ask, "count", "patents"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(counted_by_hand_years(made))
    assert main([*ask, "publish", "--output", str(tmp_path / "out")]) == 0
    there = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(there) == len(made.files)
    assert main([*ask, "check", "marks"]) == 1
    assert "patents" in capsys.readouterr().err
    file.unlink()


def counted_by_hand_years(made):
    """The years that were over when the rows were exported, from the first with a grant on."""
    files = [str(made.edition.parquet(name)) for name in made.edition.partitions]
    kept = "kind = 'invention' AND main_class LIKE 'H%'"
    first = duckdb.sql(f"SELECT min(year(grant_date)) FROM read_parquet({files}) WHERE {kept}").fetchall()[0][0]
    return range(first, 2026)


def test_a_portal_without_registers_reads_none():
    portal = load(TINY)
    assert portal.registers == {}
    assert not [row for row in portal.observations if row.locator.en.startswith("counted in")]
